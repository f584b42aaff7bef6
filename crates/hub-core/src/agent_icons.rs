//! Where agents' icons come from: the platform, once; or a file of the operator's.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hub_contract::agent::{AgentSource, AgentView, IconChoice, SetAgentIconRequest};
use hub_contract::{ErrorCode, HubError};
use hub_platforms::App;
use hub_store::{AgentRow, ConnectionRow};

use crate::agents::full_view;
use crate::{Hub, Result, icon};

impl Hub {
    /// Gives an agent another icon. What cannot be one changes nothing.
    ///
    /// # Errors
    /// `not_found` for an agent that is gone, and with the hint `icon_none` where the platform has no icon for it;
    /// `unsupported_file`, `too_large`; for the platform's icon also what the way or the platform said.
    pub async fn agent_set_icon(&self, request: SetAgentIconRequest) -> Result<AgentView> {
        self.refuse_member()?;
        let row = self.agent_row(&request.id).await?;
        let icon = match request.icon {
            IconChoice::Nothing => None,
            IconChoice::File { base64 } => Some(self.icon_of_file(&base64).await?),
            IconChoice::Platform => Some(self.icon_of_app(&row).await.map_err(|error| error.field("icon"))?),
        };
        // Other changes may have been made while the platform was asked.
        let changed = AgentRow { icon, ..self.agent_row(&row.id).await? };
        self.inner.store.update_agent(changed.clone()).await?;
        Ok(full_view(changed))
    }

    /// The icon at the address that a platform told, fetched once.
    ///
    /// # Errors
    /// Why it could not be taken over.
    pub(crate) async fn fetched_icon(&self, connection: &ConnectionRow, url: &str) -> Result<String> {
        let endpoint = self.endpoint(connection).await?;
        let bytes = self.inner.platforms.icon(&endpoint, url).await?;
        icon::kept(bytes).await
    }

    async fn icon_of_app(&self, row: &AgentRow) -> Result<String> {
        let none = || HubError::new(ErrorCode::NotFound, "the platform has no icon for it").hint("icon_none");
        let AgentSource::Remote { connection, remote_id, workflow } = &row.source else { return Err(none()) };
        let connection = self.connection_row(connection).await?;
        let app = App { id: remote_id.clone(), workflow: *workflow, mode: row.app.mode.clone() };
        let info = self.inner.platforms.app(&self.endpoint(&connection).await?, &app).await?;
        self.fetched_icon(&connection, &info.icon_url.ok_or_else(none)?).await
    }

    async fn icon_of_file(&self, base64: &str) -> Result<String> {
        let broken = |_| HubError::new(ErrorCode::InvalidRequest, "the file did not arrive whole").hint("file_broken");
        let bytes = STANDARD.decode(base64).map_err(broken)?;
        if bytes.len() > self.inner.platforms.limits().icon_bytes {
            return Err(HubError::new(ErrorCode::TooLarge, "the file is too large").hint("icon_size").field("icon"));
        }
        icon::kept(bytes).await
    }
}
