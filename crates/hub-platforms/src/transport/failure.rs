//! What went wrong on the way, out of the errors of the HTTP client.

use std::error::Error;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};

use hub_contract::{ErrorCode, HubError};

use crate::reach::NotPublic;

/// Nobody listens there (RFC 863); a way is looked up for some port.
const DISCARD_PORT: u16 = 9;

/// The error of a call that got no answer, and whether the server may have seen it.
pub(super) fn of(error: &reqwest::Error) -> (HubError, bool) {
    let found = Found::in_chain(error);
    let hub_error = found.error(error);
    // Before the connection stands no byte of the request is on its way.
    (hub_error, !error.is_connect() && !error.is_builder())
}

/// The error of an answer that broke off.
pub(super) fn of_body(error: &reqwest::Error) -> HubError {
    let found = Found::in_chain(error);
    match found.tls {
        true => found.error(error),
        false => told(ErrorCode::Connect, "The connection broke off.", found.words).hint("broke_off"),
    }
}

/// The error of a host name that has no address.
pub(super) fn unresolved(words: String) -> HubError {
    if has_network() {
        told(ErrorCode::Dns, "The host name could not be resolved.", words)
    } else {
        told(ErrorCode::Offline, "This computer has no network.", words)
    }
}

/// The error of a connection that was refused or found no way.
pub(super) fn not_connected(error: &io::Error) -> HubError {
    if is_no_way(error.kind()) { no_way(error.to_string()) } else { not_made(error.to_string()) }
}

/// The error of a connection that took too long.
pub(super) fn not_connected_in_time() -> HubError {
    told(ErrorCode::Connect, "The connection could not be made in time.", String::new())
}

pub(super) fn no_way(words: String) -> HubError {
    told(ErrorCode::Offline, "There is no way to the host.", words)
}

fn not_made(words: String) -> HubError {
    told(ErrorCode::Connect, "The connection could not be made.", words)
}

fn is_no_way(kind: io::ErrorKind) -> bool {
    use io::ErrorKind as Kind;
    matches!(kind, Kind::NetworkUnreachable | Kind::NetworkDown | Kind::HostUnreachable)
}

/// What the chain of causes tells.
#[derive(Default)]
struct Found {
    words: String,
    io: Option<io::ErrorKind>,
    tls: bool,
    tls_hint: Option<&'static str>,
    dns: bool,
    not_public: bool,
    proxy: bool,
    timed_out: bool,
    no_http: bool,
    large_head: bool,
}

impl Found {
    fn in_chain(error: &reqwest::Error) -> Self {
        let mut found = Self { timed_out: error.is_timeout(), ..Self::default() };
        let mut cause: Option<&(dyn Error + 'static)> = error.source();
        while let Some(error) = cause {
            found.look_at(error);
            cause = error.source();
        }
        found
    }

    fn look_at(&mut self, error: &(dyn Error + 'static)) {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            self.io = Some(error.kind());
            // An I/O error around another error names as its source what is behind that one.
            if let Some(inner) = error.get_ref() {
                self.look_at(inner);
                return;
            }
        }
        self.not_public |= error.is::<NotPublic>();
        if let Some(error) = error.downcast_ref::<rustls::Error>() {
            self.tls = true;
            self.tls_hint = tls_hint(error);
        }
        if let Some(error) = error.downcast_ref::<hyper::Error>() {
            self.no_http |= error.is_parse();
            // Only servers have a method to ask for this.
            self.large_head |= error.is_parse() && error.to_string().starts_with("message head is too large");
        }
        // These types are private to the client, only their words are to be had. The words of the innermost one are
        // the exact ones.
        let words = error.to_string();
        self.dns |= words.starts_with("dns error");
        self.proxy |= words.starts_with("tunnel error") || words.starts_with("SOCKS error");
        self.words = words;
    }

    fn error(&self, error: &reqwest::Error) -> HubError {
        if self.tls {
            let mut error = told(ErrorCode::Tls, "The certificate or the TLS handshake failed.", self.words.clone());
            error.detail.hint = self.tls_hint.map(str::to_owned);
            return error;
        }
        if self.proxy {
            return told(ErrorCode::Proxy, "The proxy refused or failed.", self.words.clone());
        }
        if self.not_public {
            return told(ErrorCode::InvalidRequest, "The name leads into a private network.", String::new())
                .hint("icon_address");
        }
        if self.dns {
            return unresolved(self.words.clone());
        }
        if self.io.is_some_and(is_no_way) {
            return no_way(self.words.clone());
        }
        if self.large_head {
            return told(ErrorCode::TooLarge, "The answer's head is larger than allowed.", self.words.clone())
                .hint("answer_size");
        }
        if self.no_http {
            return told(ErrorCode::BadAnswer, "The answer is no HTTP.", self.words.clone()).hint("not_http");
        }
        if self.timed_out && error.is_connect() {
            return not_connected_in_time();
        }
        if error.is_connect() {
            return not_made(self.words.clone());
        }
        if error.is_builder() {
            return told(ErrorCode::InvalidRequest, "The address cannot be called.", self.words.clone());
        }
        told(ErrorCode::Connect, "The connection broke before an answer came.", self.words.clone()).hint("broke_off")
    }
}

/// More exact words than "not trusted", where the reason is another one.
fn tls_hint(error: &rustls::Error) -> Option<&'static str> {
    use rustls::CertificateError as Wrong;
    match error {
        rustls::Error::InvalidMessage(_) => Some("not_https"),
        rustls::Error::InvalidCertificate(wrong) => match wrong {
            Wrong::Expired | Wrong::ExpiredContext { .. } | Wrong::NotValidYet | Wrong::NotValidYetContext { .. } => {
                Some("certificate_expired")
            }
            Wrong::NotValidForName | Wrong::NotValidForNameContext { .. } => Some("certificate_name"),
            _ => None,
        },
        _ => None,
    }
}

fn told(code: ErrorCode, message: &str, words: String) -> HubError {
    let mut error = HubError::new(code, message);
    error.detail.text = (!words.is_empty()).then_some(words);
    error
}

/// True when there is a way to anywhere. Connecting a datagram socket only asks the routing table; nothing is sent.
pub(super) fn has_network() -> bool {
    // Addresses that are reserved for documentation (RFC 5737, RFC 3849).
    [IpAddr::from([192, 0, 2, 1]), IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1])].into_iter().any(has_way_to)
}

/// True when there is a way to that address, asked in the same way.
pub(super) fn has_way_to(address: IpAddr) -> bool {
    let from: IpAddr = if address.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    UdpSocket::bind((from, 0)).is_ok_and(|socket| socket.connect((address, DISCARD_PORT)).is_ok())
}
