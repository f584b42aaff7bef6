//! Offline bundles (`.hubbundle`): a Hub's configuration on its way to the people who may use it.
//!
//! The rules are in docs/adr/0008-bundle.md. One module a question: what the file looks like (`envelope`), who signed it
//! (`signature`, `signer`, `fingerprint`), what locks it (`lock`), what it holds (`content`), what goes in (`export`), what
//! it changes (`diff`), whether it is accepted and put in place (`import`), and where newer ones come from (`follow`).

mod content;
mod diff;
mod envelope;
mod export;
mod fault;
mod fingerprint;
mod follow;
mod guesses;
mod import;
mod lock;
mod signature;
mod signer;

pub(crate) use follow::schedule;
pub(crate) use guesses::Guesses;
pub(crate) use signature::VerifyingKey;
