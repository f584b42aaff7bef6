//! What an account offers, and which of its models are enabled.

use hub_contract::catalogue;
use hub_contract::connection::{CatalogRequest, EnableModelsRequest};
use hub_contract::model::{CatalogItem, CatalogKind, CatalogView, ModelView};
use hub_contract::{ErrorCode, HubError};
use hub_store::ModelRow;

use crate::{Hub, Result};

/// How many models one request may switch; far above any platform's list.
const MODELS_AT_ONCE: usize = 10_000;

impl Hub {
    /// What an account can offer: the stored list, or the platform's own when it was never fetched or `refresh` is set.
    ///
    /// # Errors
    /// `not_found`, the platform's errors (the stored list then stays).
    pub async fn catalog_list(&self, request: CatalogRequest) -> Result<CatalogView> {
        self.refuse_managed(&request.connection)?;
        let row = self.connection_row(&request.connection).await?;
        let mut fetched_at = row.catalog_at;
        if request.refresh || fetched_at.is_none() {
            let items = self.inner.platforms.catalog(&self.endpoint(&row).await?).await?;
            let now = self.now();
            self.inner.store.replace_catalog(&row.id, items, now).await?;
            fetched_at = Some(now);
        }
        let search = request.search.unwrap_or_default().to_lowercase();
        let mut items: Vec<CatalogItem> = if catalogue::offers_models(row.platform) {
            self.inner.store.models(&row.id).await?.into_iter().map(item).collect()
        } else {
            self.inner.store.catalog(&row.id).await?
        };
        let holds = |text: &str| text.to_lowercase().contains(&search);
        items.retain(|item| holds(&item.remote_id) || holds(&item.name));
        Ok(CatalogView { connection: row.id, fetched_at, items })
    }

    /// The enabled models of all connections that the person may chat with directly. Models carry no grants, so those of a
    /// connection that came in a bundle are not among them.
    ///
    /// # Errors
    /// The store's errors.
    pub async fn models_list(&self, (): ()) -> Result<Vec<ModelView>> {
        let enabled = self.inner.store.enabled_models().await?;
        Ok(enabled.into_iter().filter(|row| !self.is_managed(&row.connection)).map(view).collect())
    }

    /// Switches models on or off. Ids that the platform does not list are kept as typed-in ones.
    ///
    /// # Errors
    /// `not_found`; `invalid_request` for an empty id or too many at once.
    pub async fn models_enable(&self, request: EnableModelsRequest) -> Result<Vec<ModelView>> {
        self.refuse_managed(&request.connection)?;
        let row = self.connection_row(&request.connection).await?;
        let mut models = request.models;
        for model in &mut models {
            model.0 = model.0.trim().to_owned();
        }
        let unusable = |id: &str| id.is_empty() || id.chars().count() > 256 || id.chars().any(char::is_control);
        if models.len() > MODELS_AT_ONCE || models.iter().any(|model| unusable(model.as_str())) {
            return Err(HubError::new(ErrorCode::InvalidRequest, "a model id is empty or too long").hint("model_id"));
        }
        self.inner.store.enable_models(&row.id, models, request.enabled).await?;
        Ok(self.inner.store.models(&row.id).await?.into_iter().map(view).collect())
    }
}

fn view(row: ModelRow) -> ModelView {
    ModelView {
        connection: row.connection,
        id: row.id,
        enabled: row.enabled,
        typed_in: row.typed_in,
        capabilities: row.capabilities,
        shutdown_date: row.shutdown_date,
    }
}

fn item(row: ModelRow) -> CatalogItem {
    CatalogItem {
        remote_id: row.id.0.clone(),
        kind: CatalogKind::Model,
        name: row.id.0,
        description: None,
        capabilities: row.capabilities,
        shutdown_date: row.shutdown_date,
        chats: row.chats,
        enabled: row.enabled,
    }
}
