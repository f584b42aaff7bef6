//! A conversation written into a file of its own.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use hub_contract::conversation::{ExportConversationRequest, WriteConversationRequest, WrittenConversation};
use hub_contract::{ErrorCode, HubError};
use hub_store::{Store, StoreError};

use crate::hub::blocking;
use crate::{Hub, Result};

/// So many conversations of one title find a name in one folder.
const MOST_NAMESAKES: usize = 10_000;

impl Hub {
    /// Writes a conversation into a file that is named after it. A file that is there already stays: the new one is
    /// numbered.
    ///
    /// # Errors
    /// `invalid_request` for a folder that is no full path, `disk_full`, and as [`Hub::conversation_export`].
    pub async fn conversation_write(&self, request: WriteConversationRequest) -> Result<WrittenConversation> {
        let WriteConversationRequest { id, format, folder } = request;
        let folder = PathBuf::from(folder.trim());
        if !folder.is_absolute() {
            let error = HubError::new(ErrorCode::InvalidRequest, "the folder is no full path");
            return Err(error.hint("folder_path").field("folder"));
        }
        let exported = self.conversation_export(ExportConversationRequest { id, format }).await?;
        let store = self.inner.store.clone();
        let written = blocking(move || write(&store, &folder, &exported.name, exported.text.as_bytes())).await?;
        Ok(written?)
    }
}

fn write(
    store: &Store,
    folder: &Path,
    name: &str,
    bytes: &[u8],
) -> std::result::Result<WrittenConversation, StoreError> {
    std::fs::create_dir_all(folder)?;
    let path = free_name(folder, name)?;
    let mut file = store.new_file(&path)?;
    file.write_all(bytes)?;
    let bytes = file.keep()?;
    Ok(WrittenConversation { path: path.display().to_string(), bytes })
}

fn free_name(folder: &Path, name: &str) -> std::io::Result<PathBuf> {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let names = (1..MOST_NAMESAKES).map(|number| match number {
        1 => folder.join(name),
        _ => folder.join(format!("{stem} ({number}).{ending}")),
    });
    for path in names {
        if !path.try_exists()? {
            return Ok(path);
        }
    }
    Err(std::io::ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_there_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let name = |wanted: &str| free_name(folder.path(), wanted).unwrap().file_name().unwrap().to_owned();
        assert_eq!(name("返修率.md"), "返修率.md");
        for taken in ["返修率.md", "返修率 (2).md"] {
            std::fs::write(folder.path().join(taken), "kept").unwrap();
        }
        assert_eq!(name("返修率.md"), "返修率 (3).md");
        assert_eq!(name("返修率.html"), "返修率.html");
    }
}
