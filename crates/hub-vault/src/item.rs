//! One secret as it lies in a store: the JSON text `{"origin":…,"value":…}`, or, where an item is too small for it, a
//! head `{"origin":…,"parts":{"set":…,"count":…}}` and the value's pieces in items of their own.
//!
//! A secret in parts is replaced by writing a new set, then the head, then removing the old set: at every moment the
//! head names a whole set.

use chacha20poly1305::aead::OsRng;
use chacha20poly1305::aead::rand_core::RngCore;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::VaultError;
use crate::store::SecretStore;

/// More parts than this are no secret of ours (512 KB at Windows' limit).
const MAX_PARTS: u32 = 200;

/// A secret and the place it may be sent to.
#[derive(Clone)]
pub(crate) struct Item {
    /// scheme://host:port.
    pub(crate) origin: String,
    /// The secret.
    pub(crate) value: SecretString,
}

impl Item {
    /// The secret, if it may be sent to this origin.
    pub(crate) fn for_origin(&self, origin: &str) -> Option<SecretString> {
        (self.origin == origin).then(|| self.value.clone())
    }
}

/// Reads a secret, from its parts if it has some.
pub(crate) fn read(store: &mut dyn SecretStore, account: &str) -> Result<Option<Item>, VaultError> {
    let Some(text) = store.read(account)? else {
        return Ok(None);
    };
    let mut head = Head::parse(&text)?;
    let value = match (head.value.take(), head.parts.as_ref()) {
        (Some(value), None) => value,
        (None, Some(parts)) => join(store, account, parts)?,
        _ => return Err(VaultError::ItemDamaged),
    };
    Ok(Some(Item { origin: std::mem::take(&mut head.origin), value: SecretString::from(value) }))
}

/// Writes a secret in place of an earlier one.
pub(crate) fn write(store: &mut dyn SecretStore, account: &str, item: &Item) -> Result<(), VaultError> {
    let value = item.value.expose_secret();
    let whole = Head { origin: item.origin.clone(), value: Some(value.to_owned()), parts: None }.text()?;
    let Some(limit) = store.item_limit() else {
        return store.write(account, &whole);
    };

    let old = parts_of(store, account)?;
    if whole.len() <= limit {
        store.write(account, &whole)?;
    } else {
        let pieces = cut(value, limit);
        let parts = Parts { set: new_set(), count: u32::try_from(pieces.len()).unwrap_or(u32::MAX) };
        if parts.count > MAX_PARTS {
            return Err(VaultError::Internal(format!("a secret of {} bytes is too large", value.len())));
        }
        let head = Head { origin: item.origin.clone(), value: None, parts: Some(parts.clone()) }.text()?;
        let written = parts
            .accounts(account)
            .zip(&pieces)
            .try_for_each(|(part, piece)| store.write(&part, piece))
            .and_then(|()| store.write(account, &head));
        if let Err(error) = written {
            remove_parts(store, account, &parts).unwrap_or_else(|left| {
                tracing::warn!(error = %left, "pieces of a secret that could not be stored stay in the keychain");
            });
            return Err(error);
        }
    }
    old.map_or(Ok(()), |parts| remove_parts(store, account, &parts))
}

/// Forgets a secret. The pieces go first: a removal that is cut short can be repeated.
pub(crate) fn delete(store: &mut dyn SecretStore, account: &str) -> Result<(), VaultError> {
    if store.item_limit().is_some()
        && let Some(parts) = parts_of(store, account)?
    {
        remove_parts(store, account, &parts)?;
    }
    store.delete(account)
}

/// The item itself, as JSON.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct Head {
    origin: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[zeroize(skip)]
    parts: Option<Parts>,
}

impl Head {
    fn parse(text: &str) -> Result<Self, VaultError> {
        serde_json::from_str(text).map_err(|_| VaultError::ItemDamaged)
    }

    fn text(&self) -> Result<Zeroizing<String>, VaultError> {
        // Large enough from the start (JSON writes a byte as six at most), so that no copy stays behind in memory.
        let room = 6 * (self.origin.len() + self.value.as_ref().map_or(0, String::len)) + 128;
        let mut bytes = Zeroizing::new(Vec::with_capacity(room));
        serde_json::to_writer(&mut *bytes, self).map_err(|_| VaultError::Internal("an item has no JSON".into()))?;
        String::from_utf8(std::mem::take(&mut *bytes))
            .map(Zeroizing::new)
            .map_err(|_| VaultError::Internal("an item is not text".into()))
    }
}

/// Where the value's pieces are.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Parts {
    /// Random, another one for every write.
    set: String,
    count: u32,
}

impl Parts {
    fn accounts<'a>(&'a self, account: &'a str) -> impl Iterator<Item = String> + 'a {
        (0..self.count).map(move |index| format!("{account}/{}-{index}", self.set))
    }
}

fn parts_of(store: &mut dyn SecretStore, account: &str) -> Result<Option<Parts>, VaultError> {
    let Some(text) = store.read(account)? else {
        return Ok(None);
    };
    // A damaged head names no parts; it is about to be replaced or removed.
    let parts = Head::parse(&text).ok().and_then(|mut head| head.parts.take());
    Ok(parts.filter(|parts| parts.count <= MAX_PARTS))
}

fn join(store: &mut dyn SecretStore, account: &str, parts: &Parts) -> Result<String, VaultError> {
    if parts.count > MAX_PARTS {
        return Err(VaultError::ItemDamaged);
    }
    let mut value = Zeroizing::new(String::with_capacity(parts.count as usize * store.item_limit().unwrap_or(4096)));
    for part in parts.accounts(account) {
        value.push_str(&store.read(&part)?.ok_or(VaultError::ItemDamaged)?);
    }
    Ok(std::mem::take(&mut *value))
}

fn remove_parts(store: &mut dyn SecretStore, account: &str, parts: &Parts) -> Result<(), VaultError> {
    parts.accounts(account).try_for_each(|part| store.delete(&part))
}

/// Pieces of at most `limit` bytes, cut between characters: some keychains keep nothing but text.
fn cut(value: &str, limit: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = value;
    while rest.len() > limit {
        let at = rest.floor_char_boundary(limit);
        let (piece, tail) = rest.split_at(if at == 0 { rest.len() } else { at });
        pieces.push(piece);
        rest = tail;
    }
    pieces.push(rest);
    pieces
}

fn new_set() -> String {
    format!("{:016x}", OsRng.next_u64())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// As small as Windows: an item has at most 2,560 bytes.
    #[derive(Default)]
    struct Small {
        items: BTreeMap<String, String>,
        /// Writes that still succeed.
        writes_left: Option<usize>,
    }

    impl SecretStore for Small {
        fn name(&self) -> &'static str {
            "small"
        }
        fn item_limit(&self) -> Option<usize> {
            Some(2560)
        }
        fn read(&mut self, account: &str) -> Result<Option<Zeroizing<String>>, VaultError> {
            Ok(self.items.get(account).cloned().map(Zeroizing::new))
        }
        fn write(&mut self, account: &str, text: &str) -> Result<(), VaultError> {
            assert!(text.len() <= 2560, "an item of {} bytes does not fit", text.len());
            match &mut self.writes_left {
                Some(0) => return Err(VaultError::Locked),
                Some(left) => *left -= 1,
                None => {}
            }
            self.items.insert(account.into(), text.into());
            Ok(())
        }
        fn delete(&mut self, account: &str) -> Result<(), VaultError> {
            self.items.remove(account);
            Ok(())
        }
    }

    fn item(value: &str) -> Item {
        Item { origin: "https://api.example.com:443".into(), value: SecretString::from(value) }
    }

    fn value(store: &mut Small) -> String {
        read(store, "hub/id").unwrap().unwrap().value.expose_secret().to_owned()
    }

    #[test]
    fn a_small_secret_is_one_item_with_its_origin() {
        let mut store = Small::default();
        write(&mut store, "hub/id", &item("sk-test-1")).unwrap();
        assert_eq!(
            store.items.get("hub/id").unwrap(),
            r#"{"origin":"https://api.example.com:443","value":"sk-test-1"}"#
        );
        assert_eq!(store.items.len(), 1);
    }

    #[test]
    fn large_secrets_are_split_between_characters_and_come_back_whole() {
        for text in ["x".repeat(2_600), "密钥\n第二行\t\u{1F511}".repeat(4_000), "\u{1}".repeat(2_500)] {
            let mut store = Small::default();
            write(&mut store, "hub/id", &item(&text)).unwrap();
            assert!(store.items.len() > 1);
            assert_eq!(value(&mut store), text);
            delete(&mut store, "hub/id").unwrap();
            assert!(store.items.is_empty(), "{:?}", store.items.keys());
        }
    }

    #[test]
    fn replacing_a_split_secret_leaves_no_old_piece() {
        let mut store = Small::default();
        write(&mut store, "hub/id", &item(&"a".repeat(9_000))).unwrap();
        write(&mut store, "hub/id", &item(&"b".repeat(6_000))).unwrap();
        assert_eq!(value(&mut store), "b".repeat(6_000));
        assert!(store.items.values().all(|text| !text.contains("aaa")));
        write(&mut store, "hub/id", &item("short")).unwrap();
        assert_eq!(store.items.len(), 1);
        assert_eq!(value(&mut store), "short");
    }

    #[test]
    fn a_write_that_fails_half_way_leaves_the_old_secret_and_nothing_of_the_new_one() {
        let mut store = Small::default();
        write(&mut store, "hub/id", &item(&"a".repeat(9_000))).unwrap();
        let before = store.items.clone();
        for writes in 0..4 {
            store.writes_left = Some(writes);
            assert_eq!(write(&mut store, "hub/id", &item(&"b".repeat(9_000))), Err(VaultError::Locked));
            assert_eq!(store.items, before, "after {writes} writes");
        }
    }

    #[test]
    fn a_missing_piece_and_a_foreign_text_are_damage_not_secrets() {
        let mut store = Small::default();
        write(&mut store, "hub/id", &item(&"a".repeat(9_000))).unwrap();
        let piece = store.items.keys().next_back().unwrap().clone();
        store.items.remove(&piece);
        assert_eq!(read(&mut store, "hub/id").err(), Some(VaultError::ItemDamaged));

        for foreign in
            ["", "sk-test-plain", "{}", r#"{"origin":"o"}"#, r#"{"origin":"o","parts":{"set":"s","count":4000000000}}"#]
        {
            store.items.insert("hub/other".into(), foreign.into());
            assert_eq!(read(&mut store, "hub/other").err(), Some(VaultError::ItemDamaged), "{foreign}");
            write(&mut store, "hub/other", &item("new")).unwrap();
        }
    }
}
