//! Host names into addresses.

use std::fmt::Debug;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;

/// The addresses of a host, on their way.
pub type Resolving = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Resolves host names in place of the system. Names that a proxy resolves are not asked for here.
pub trait Resolver: Debug + Send + Sync + 'static {
    /// The addresses of `host`, in the order in which they are tried.
    fn resolve(&self, host: &str) -> Resolving;
}
