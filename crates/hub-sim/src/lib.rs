//! Platform simulators for tests and the demo. Never part of a release binary.
//!
//! Two layers:
//! - [`ScriptedServer`] is an HTTP/1.1 server on a raw socket. What it answers is a [`Reply`]: any bytes in pieces of any
//!   size, with delays, gates held by the test, wrong framing, compression, closes and resets. It writes down every
//!   request and how every connection ended ([`Recorded`], [`Connection`]), so that a test can await "the server saw
//!   the socket close" instead of sleeping. [`Recorder`] only counts: it stands where a redirect must not lead.
//!   Around it stand what lies on the way to a real platform: TLS with certificates of a [`TestCa`] made at run time,
//!   HTTP/2 frame by frame ([`Http2Server`]), and proxies of every kind ([`ProxyServer`]).
//! - [`OpenAiSim`] is an OpenAI-family platform on top of it: it checks the key, lists models, refuses what the real
//!   platform refuses, and streams deterministic answers. See [`openai`].
//! - [`CozeSim`] is Coze with its state: workspaces, conversations, files, tokens. See [`coze`].
//! - [`AppBuilderSim`] is Qianfan AppBuilder with its apps, conversations and files. See [`appbuilder`].
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use hub_sim::{OpenAiOptions, OpenAiSim, Profile, Reply, Scenario, Script, ScriptedServer};
//!
//! // Bytes: a stream in pieces of one byte that is cut by a reset.
//! let script = Script::new().next(Reply::sse(["{\"id\":1}", "[DONE]"]).pieces_of(1).reset());
//! let server = ScriptedServer::start(script).await?;
//! let address = server.base_url();
//!
//! // A platform: its next answer is an error inside the stream.
//! let sim = OpenAiSim::start(OpenAiOptions::new(Profile::DeepSeek)).await?;
//! sim.next(Scenario::ErrorInStream);
//! # let _ = address;
//! # Ok(())
//! # }
//! ```
#![deny(missing_docs)]

pub mod appbuilder;
pub mod ark;
mod backlog;
pub mod bailian;
pub mod coze;
pub mod dify;
pub mod fastgpt;
mod gate;
mod http;
mod http2;
pub mod icons;
pub mod openai;
mod play;
mod proxy;
mod recorder;
mod reply;
mod script;
mod server;
pub mod studio53;
mod tls;
mod welcome;

pub use appbuilder::{AppBuilderOptions, AppBuilderPlatform, AppBuilderScenario, AppBuilderSim};
pub use coze::{CozeOptions, CozePlatform, CozeScenario, CozeSim};
pub use dify::{DifyOptions, DifyPlatform, DifySim};
pub use fastgpt::{FastGptOptions, FastGptPlatform, FastGptSim};
pub mod yuanqi;

pub use ark::{ArkOptions, ArkPlatform};
pub use bailian::{BailianOptions, BailianPlatform};
pub use gate::Gate;
pub use http::log::{Connection, ConnectionEnd, EndedBy, Log, Recorded, WaitTimeout};
pub use http2::{Http2Seen, Http2Server, Http2Step};
pub use openai::{
    ModelKind, OpenAiOptions, OpenAiPlatform, OpenAiSim, Profile, Quirks, ReasoningIn, Scenario, SimModel, TEST_KEY,
    UsageIn,
};
pub use play::Pace;
pub use proxy::{Proxied, ProxyKind, ProxyServer};
pub use recorder::Recorder;
pub use reply::{Action, Coding, Framing, Reply};
pub use script::{Responder, Router, Script};
pub use server::ScriptedServer;
pub use studio53::{Studio53Options, Studio53Platform, Studio53Sim};
pub use tls::{Identity, TestCa, Validity};
pub use welcome::Welcome;
pub use yuanqi::{YuanqiOptions, YuanqiPlatform};
