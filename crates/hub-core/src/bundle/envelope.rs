//! The file: what anybody may read of it, and the signature over everything.
//!
//! ```text
//! HUBBUNDLE
//! untrusted comment: signature of a Hub Desktop bundle
//! <signature, as minisign writes it>
//! trusted comment: <serial>
//! <signature over signature and comment>
//! <header: one line of canonical JSON>
//! <content: canonical JSON, or an age file>
//! ```
//!
//! Everything below the signature is signed, so the lines 2 to 5 and the rest of the file are what `minisign -V` takes.

use hub_contract::id::{GroupId, MemberId, PlanId};
use hub_contract::{HubError, UtcMs};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::fault::{damaged, invalid};
use super::signature::{self, SigningKey, VerifyingKey};

/// Largest bundle, in bytes.
pub(crate) const MAX_BYTES: usize = 64 * 1024 * 1024;
/// Longest header, in bytes.
const MAX_HEADER: usize = 256 * 1024;
const MAGIC: &[u8] = b"HUBBUNDLE\n";
/// The format that this version writes, and the newest it reads.
pub(super) const FORMAT: u32 = 1;

/// What anybody may read of a bundle. Members stand in alphabetical order, which makes its JSON canonical.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    /// Whom it is for, by ids only.
    pub(super) audience: AudienceIds,
    /// What the content is.
    pub(super) content: ContentKind,
    /// When it was made.
    pub(super) created_at: UtcMs,
    /// [`FORMAT`].
    pub(super) format: u32,
    /// Whose it is.
    pub(super) issuer: Issuer,
    /// When it stops being accepted.
    pub(super) not_after: Option<UtcMs>,
    /// Rises with every export.
    pub(super) serial: u64,
}

/// Whom a bundle is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AudienceIds {
    pub(super) groups: Vec<GroupId>,
    pub(super) member: Option<MemberId>,
    pub(super) plans: Vec<PlanId>,
}

/// What the content is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ContentKind {
    /// JSON.
    Plain,
    /// JSON locked by a passphrase.
    Passphrase,
    /// JSON locked for keys.
    Recipients,
}

/// The Hub that signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Issuer {
    /// Random, and the same for as long as that Hub lives, also on another computer.
    pub(super) id: String,
    /// Its public key.
    pub(super) key: String,
    /// Its name.
    pub(super) name: String,
    /// Proof that this key follows another one.
    pub(super) succeeds: Option<Succession>,
}

/// A key's word for the key that follows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Succession {
    /// The earlier public key.
    pub(super) key: String,
    /// Its signature over [`succession_statement`].
    pub(super) signature: String,
}

/// A bundle whose signature has been proven; nothing is said about whether its key is trusted.
pub(super) struct Opened<'a> {
    pub(super) header: Header,
    pub(super) key: VerifyingKey,
    /// JSON, or an age file.
    pub(super) content: &'a [u8],
}

/// What an earlier key signs to name the one that follows it.
pub(super) fn succession_statement(issuer: &str, new_key: &str) -> String {
    format!("hub-desktop: the key of {issuer} is from now on {new_key}")
}

/// Puts a bundle together.
///
/// # Errors
/// `internal`; `too_large` above [`MAX_BYTES`].
pub(super) fn seal(header: &Header, content: &[u8], key: &SigningKey) -> Result<Vec<u8>, HubError> {
    let mut signed = serde_json::to_vec(header).map_err(|error| HubError::internal(error.to_string()))?;
    signed.push(b'\n');
    signed.extend_from_slice(content);
    let signature = key.sign(&signed, &comment(header.serial))?;
    let file = [MAGIC, signature.as_bytes(), &signed].concat();
    if file.len() > MAX_BYTES {
        let error = HubError::new(hub_contract::ErrorCode::TooLarge, "the bundle would be larger than 64 MB");
        return Err(error.hint("bundle_large"));
    }
    Ok(file)
}

/// Takes a bundle apart and proves its signature with the key that it names.
///
/// # Errors
/// `bundle_invalid`.
pub(super) fn open(file: &[u8]) -> Result<Opened<'_>, HubError> {
    let rest = file.strip_prefix(MAGIC).ok_or_else(|| invalid("it is not a bundle", "bundle_damaged"))?;
    let (signature, signed) = after_lines(rest, signature::LINES, signature::MAX_BYTES)?;
    let (header_line, content) = after_lines(signed, 1, MAX_HEADER)?;
    let header = read_header(header_line)?;
    let key = VerifyingKey::parse(&header.issuer.key)?;
    let signature = std::str::from_utf8(signature).map_err(|_| damaged("the signature is broken"))?;
    if key.verify(signature, signed)? != comment(header.serial) {
        return Err(damaged("the signature is another bundle's"));
    }
    Ok(Opened { header, key, content })
}

fn comment(serial: u64) -> String {
    format!("hub-desktop bundle {serial}")
}

fn read_header(line: &[u8]) -> Result<Header, HubError> {
    let value: Value = serde_json::from_slice(line).map_err(|_| damaged("the header cannot be read"))?;
    if value.get("format").and_then(Value::as_u64).is_some_and(|format| format > u64::from(FORMAT)) {
        return Err(invalid("a newer version made it", "bundle_newer_format"));
    }
    let header: Header = serde_json::from_value(value).map_err(|_| damaged("the header is no bundle's"))?;
    let canonical = serde_json::to_vec(&header).map_err(|error| HubError::internal(error.to_string()))?;
    if line.strip_suffix(b"\n") != Some(&canonical) || header.format != FORMAT {
        return Err(damaged("the header is written oddly"));
    }
    Ok(header)
}

/// The first lines, with their line ends, and what follows them.
fn after_lines(bytes: &[u8], lines: usize, most: usize) -> Result<(&[u8], &[u8]), HubError> {
    let ends = bytes.iter().take(most).enumerate().filter(|(_, byte)| **byte == b'\n');
    let end = ends.map(|(place, _)| place + 1).nth(lines - 1);
    end.and_then(|end| bytes.split_at_checked(end)).ok_or_else(|| damaged("it is cut short"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(key: &SigningKey) -> Vec<u8> {
        let header = Header {
            audience: AudienceIds { groups: Vec::new(), member: None, plans: vec!["p".into()] },
            content: ContentKind::Plain,
            created_at: 5,
            format: FORMAT,
            issuer: Issuer {
                id: "i".into(),
                key: key.verifying().unwrap().text(),
                name: "总部".into(),
                succeeds: None,
            },
            not_after: None,
            serial: 7,
        };
        seal(&header, b"{}", key).unwrap()
    }

    #[test]
    fn what_was_sealed_opens() {
        let key = SigningKey::generate().unwrap();
        let file = sealed(&key);
        let opened = open(&file).unwrap();
        assert_eq!((opened.header.serial, opened.content), (7, b"{}".as_slice()));
        assert_eq!(opened.key, key.verifying().unwrap());
    }

    #[test]
    fn every_changed_and_every_missing_byte_is_noticed() {
        let file = sealed(&SigningKey::generate().unwrap());
        for place in 0..file.len() {
            let mut changed = file.clone();
            changed[place] ^= 1 << (place % 8);
            let code = open(&changed).map(|_| ()).unwrap_err().code;
            assert_eq!(code, hub_contract::ErrorCode::BundleInvalid, "byte {place}");
            assert!(open(&file[..place]).is_err(), "{place} bytes");
        }
        assert!(open(&[file.as_slice(), b"x"].concat()).is_err(), "a byte too many");
    }

    #[test]
    fn the_header_is_canonical_json() {
        let file = sealed(&SigningKey::generate().unwrap());
        let text = String::from_utf8(file).unwrap();
        let line = text.lines().nth(5).unwrap();
        let sorted: Value = serde_json::from_str(line).unwrap();
        assert_eq!(line, sorted.to_string(), "members in alphabetical order and no space");
    }

    #[test]
    fn a_newer_format_asks_for_a_newer_version() {
        let file = String::from_utf8(sealed(&SigningKey::generate().unwrap())).unwrap();
        let newer = file.replace("\"format\":1", "\"format\":2");
        let hint = open(newer.as_bytes()).map(|_| ()).unwrap_err().detail.hint;
        assert_eq!(hint.as_deref(), Some("bundle_newer_format"));
    }
}
