//! Bundles that no Hub would make. Written from the description of the format (docs/adr/0008-bundle.md) with minisign and
//! age themselves, so that it also proves that description.

use std::io::{Cursor, Write};

use minisign::KeyPair;
use secrecy::SecretString;
use serde_json::{Value, json};

use hub_tests_core::team::NOW;

/// Somebody with a key of his own.
pub(crate) struct Forger {
    pair: KeyPair,
    /// The header of the next bundle.
    pub(crate) header: Value,
}

impl Forger {
    pub(crate) fn new() -> Self {
        let pair = KeyPair::generate_unencrypted_keypair().unwrap();
        let header = json!({
            "audience": { "groups": [], "member": "m", "plans": [] },
            "content": "plain",
            "created_at": NOW,
            "format": 1,
            "issuer": { "id": "forger", "key": pair.pk.to_base64(), "name": "HQ", "succeeds": null },
            "not_after": null,
            "serial": 7,
        });
        Self { pair, header }
    }

    /// Writes the header of a bundle that a Hub made, with this key in it.
    pub(crate) fn in_the_name_of(file: &[u8]) -> Self {
        let mut forger = Self::new();
        let mut header = header_of(file);
        header["issuer"]["key"] = forger.header["issuer"]["key"].clone();
        forger.header = header;
        forger
    }

    /// Signs a content.
    pub(crate) fn sign(&self, content: &[u8]) -> Vec<u8> {
        self.sign_under(&self.header, content)
    }

    pub(crate) fn sign_under(&self, header: &Value, content: &[u8]) -> Vec<u8> {
        let signed = [header.to_string().as_bytes(), b"\n", content].concat();
        let comment = format!("hub-desktop bundle {}", header["serial"]);
        let signature = minisign::sign(
            None,
            &self.pair.sk,
            Cursor::new(&signed),
            Some(&comment),
            Some("signature of a Hub Desktop bundle"),
        );
        [b"HUBBUNDLE\n", signature.unwrap().to_string().as_bytes(), &signed].concat()
    }
}

/// A content with one plan, one connection, one agent and the member `m`.
pub(crate) fn content() -> Value {
    json!({
        "agents": [{
            "app": { "opening": "", "suggestions": [], "inputs": [], "mode": null },
            "created_at": 1, "description": "", "group": null, "groups": [], "icon": null, "id": "a",
            "name": "Parts", "plans": ["p"], "platform": "openai", "position": 0,
            "source": { "type": "prompt", "connection": "c", "model": "gpt", "prompt": "x", "parameters": {} },
        }],
        "connections": [{
            "base_url": "https://host.example/v1", "fields": {}, "id": "c", "name": "Work",
            "plain_http_allowed": false, "platform": "openai",
        }],
        "credentials": [],
        "groups": [],
        "member": { "groups": [], "id": "m", "name": "Li", "plan": "p", "until": null },
        "models": [{ "connection": "c", "id": "gpt" }],
        "plans": [{ "id": "p", "name": "Pro" }],
    })
}

/// The content with something else at that place.
pub(crate) fn with(path: &str, value: Value) -> Value {
    let mut changed = content();
    *changed.pointer_mut(path).unwrap() = value;
    changed
}

/// The header that anybody may read.
pub(crate) fn header_of(file: &[u8]) -> Value {
    let line = file.split(|byte| *byte == b'\n').nth(5).unwrap();
    serde_json::from_slice(line).unwrap()
}

/// What stands below the header.
pub(crate) fn content_of(file: &[u8]) -> &[u8] {
    let ends = file.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(place, _)| place + 1);
    &file[ends.clone().nth(5).unwrap()..]
}

/// An age file for a passphrase with this work, as a power of two.
pub(crate) fn locked(content: &[u8], passphrase: &str, work: u8) -> Vec<u8> {
    let mut recipient = age::scrypt::Recipient::new(SecretString::from(passphrase));
    recipient.set_work_factor(work);
    let encryptor = age::Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient)).unwrap();
    let mut file = Vec::new();
    let mut out = encryptor.wrap_output(&mut file).unwrap();
    out.write_all(content).unwrap();
    out.finish().unwrap();
    file
}
