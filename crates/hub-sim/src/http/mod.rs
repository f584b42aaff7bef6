//! HTTP/1.1 on a raw socket: reading requests well, writing replies as badly as the script wants.

pub(crate) mod encode;
pub(crate) mod log;
pub(crate) mod read;
pub(crate) mod write;
