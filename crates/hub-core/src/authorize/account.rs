//! Whose account a connection is authorised for, as far as the platform tells. No secret: it lies in the database, so that
//! cards can name it without asking the keychain.

use hub_contract::id::ConnectionId;
use hub_platforms::AccountInfo;
use hub_store::Store;
use serde_json::{Value, json};

use crate::Result;

fn setting(connection: &ConnectionId) -> String {
    format!("account/{connection}")
}

/// The account that was authorised last, where it was told.
pub(crate) async fn known(store: &Store, connection: &ConnectionId) -> Result<Option<AccountInfo>> {
    let value = store.setting(&setting(connection)).await?;
    Ok(value.as_ref().and_then(read))
}

/// Notes the account.
pub(super) async fn note(store: &Store, connection: &ConnectionId, account: Option<&AccountInfo>) -> Result<()> {
    let value = account.map_or(Value::Null, |account| json!({ "id": account.id, "name": account.name }));
    store.set_setting(&setting(connection), &value).await?;
    Ok(())
}

/// Forgets it with its connection.
pub(crate) async fn forget(store: &Store, connection: &ConnectionId) -> Result<()> {
    store.remove_setting(&setting(connection)).await?;
    Ok(())
}

fn read(value: &Value) -> Option<AccountInfo> {
    let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    Some(AccountInfo { id: text("id")?, name: text("name")? })
}
