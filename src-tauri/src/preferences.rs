//! Preferences: theme, language, sizes, last page. They live in tauri-plugin-store, which does not write atomically, so
//! only what may be lost without harm is kept there; a damaged file is put aside, the defaults hold and the page says so.

use std::path::{Path, PathBuf};
use std::sync::PoisonError;

use hub_contract::HubError;
use hub_contract::platform::Language;
use hub_contract::settings::{Preferences, PreferencesView};
use tauri::{AppHandle, Manager, Runtime, Theme};
use tauri_plugin_store::{Store, StoreBuilder};

use crate::state::Shell;

const FILE: &str = "preferences.json";
const KEY: &str = "preferences";

/// Reads the preferences at the start.
pub(crate) fn load<R: Runtime>(app: &AppHandle<R>) {
    let shell = app.state::<Shell>();
    let path = path(&shell);
    let damaged = put_damaged_aside(&path);
    let read = store(app, &path).and_then(|store| store.get(KEY)).unwrap_or_default();
    let (preferences, unreadable) = match read {
        serde_json::Value::Null => (Preferences::default(), false),
        value => match serde_json::from_value(value) {
            Ok(preferences) => (preferences, false),
            Err(_) => (Preferences::default(), true),
        },
    };
    *shell.preferences.lock().unwrap_or_else(PoisonError::into_inner) = preferences;
    *shell.recovered.lock().unwrap_or_else(PoisonError::into_inner) = damaged || unreadable;
}

/// The preferences, with what the page has to know beside them. That they were damaged is told once.
pub(crate) async fn preferences_read<R: Runtime>(app: AppHandle<R>, (): ()) -> Result<PreferencesView, HubError> {
    let shell = app.state::<Shell>();
    let recovered = std::mem::take(&mut *shell.recovered.lock().unwrap_or_else(PoisonError::into_inner));
    let preferences = shell.preferences.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok(view(&app, preferences, recovered))
}

/// Replaces the preferences.
pub(crate) async fn preferences_write<R: Runtime>(
    app: AppHandle<R>,
    preferences: Preferences,
) -> Result<PreferencesView, HubError> {
    let shell = app.state::<Shell>();
    shell.preferences.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&preferences);
    let path = path(&shell);
    let value = serde_json::to_value(&preferences).map_err(|error| HubError::internal(error.to_string()))?;
    let saved = store(&app, &path).map(|store| {
        store.set(KEY, value);
        store.save()
    });
    if !matches!(saved, Some(Ok(()))) {
        // Harmless by design: they hold until the program ends.
        tracing::warn!("the preferences could not be saved");
    }
    Ok(view(&app, preferences, false))
}

fn view<R: Runtime>(app: &AppHandle<R>, preferences: Preferences, recovered: bool) -> PreferencesView {
    let language = preferences.language.unwrap_or_else(system_language);
    let theme = app.get_webview_window("main").and_then(|window| window.theme().ok());
    PreferencesView { preferences, language, system_dark: theme == Some(Theme::Dark), recovered }
}

/// The first of the usual variables that names a language of ours decides, as POSIX orders them.
fn system_language() -> Language {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find_map(|value| Language::parse(&value))
        .unwrap_or_default()
}

fn path(shell: &Shell) -> PathBuf {
    shell.arguments().data_dir.join(FILE)
}

fn store<R: Runtime>(app: &AppHandle<R>, path: &Path) -> Option<std::sync::Arc<Store<R>>> {
    StoreBuilder::new(app, path).disable_auto_save().build().ok()
}

/// Moves a file that is no JSON object out of the way; true when there was one.
fn put_damaged_aside(path: &Path) -> bool {
    let Ok(bytes) = std::fs::read(path) else { return false };
    if serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&bytes).is_ok() {
        return false;
    }
    let aside = path.with_extension("damaged.json");
    if std::fs::rename(path, &aside).is_err() {
        tracing::warn!("the damaged preferences could not be put aside");
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_file_is_put_aside_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(FILE);
        for damage in ["", "{\"preferences\":{\"theme\":\"da", "[1]", "\u{0}\u{0}"] {
            std::fs::write(&file, damage).unwrap();
            assert!(put_damaged_aside(&file), "{damage:?} is damage");
            assert!(!file.exists(), "the damaged file is out of the way");
            assert_eq!(std::fs::read_to_string(file.with_extension("damaged.json")).unwrap(), damage);
        }
    }

    #[test]
    fn a_good_file_stays() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(FILE);
        std::fs::write(&file, "{\"preferences\":{}}").unwrap();
        assert!(!put_damaged_aside(&file));
        assert!(!put_damaged_aside(&folder.path().join("missing.json")), "a first start is no damage");
    }
}
