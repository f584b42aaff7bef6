//! Where a call may connect to. Most calls go to an address that a person chose. An address that a platform hands out is
//! data: it must not make this program knock at hosts of the network it stands in.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::address;

/// Where a call may connect to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Anywhere: a person chose the address.
    Anywhere,
    /// Public addresses only. What counts is the address that is connected to, not how it is written: names are filtered
    /// after they were resolved. A proxy resolves for itself and has rules of its own.
    Public,
}

/// Why a name that resolves was not connected to.
#[derive(Debug)]
pub(crate) struct NotPublic;

impl fmt::Display for NotPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name leads into a private network")
    }
}

impl std::error::Error for NotPublic {}

impl Reach {
    /// Whether an address may be connected to.
    pub(crate) fn holds(self, ip: IpAddr) -> bool {
        match self {
            Self::Anywhere => true,
            Self::Public => is_public(ip),
        }
    }

    /// False where the URL itself says that it may not be called, so that not even a proxy is asked for it.
    pub(crate) fn may_hold(self, url: &Url) -> bool {
        let literal = match url.host() {
            Some(Host::Ipv4(ip)) => IpAddr::V4(ip),
            Some(Host::Ipv6(ip)) => IpAddr::V6(ip),
            Some(Host::Domain(_)) => return self == Self::Anywhere || !address::is_local(url),
            None => return false,
        };
        self.holds(literal)
    }
}

fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => embedded(ip).map_or_else(|| is_public_v6(ip), is_public_v4),
    }
}

/// 198.18.0.0/15 counts as public: VPN clients that are wide-spread in China answer every name with an address of it.
fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [first, ..] = ip.octets();
    // "This network", multicast and what is reserved.
    let never_a_host = first == 0 || first >= 224;
    !never_a_host && !address::is_local_ip(IpAddr::V4(ip))
}

/// The one block of global addresses, without Teredo, which leads to whatever its server says.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [first, second, ..] = ip.segments();
    first & 0xe000 == 0x2000 && !(first == 0x2001 && second == 0)
}

/// The IPv4 address that an IPv6 address stands for: mapped, behind NAT64 (RFC 6052) or 6to4 (RFC 3056).
fn embedded(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let v4 = |high: u16, low: u16| Some(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)));
    match ip.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => v4(high, low),
        [0x2002, high, low, ..] => v4(high, low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v14_private_addresses_are_none_of_the_public_ones_in_every_spelling() {
        for private in [
            "127.0.0.1",
            "0.0.0.0",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "fe80::1",
            "fec0::1",
            "fc00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:a9fe:a9fe",
            "::ffff:10.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::a00:1",
            "2002:7f00:1::",
            "2002:a00:1::",
            "2001::1",
        ] {
            assert!(!Reach::Public.holds(private.parse().unwrap()), "{private}");
        }
        for public in ["203.0.113.7", "198.18.0.5", "2606:4700::1111", "::ffff:203.0.113.7", "64:ff9b::cb00:7107"] {
            assert!(Reach::Public.holds(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn v14_addresses_are_read_before_anybody_is_asked() {
        for private in [
            "http://2130706433/a.png",
            "http://0x7f.1/a.png",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://[::1]/",
            "http://[::ffff:169.254.169.254]/",
            "http://localhost./",
            "http://nas/a.png",
            "http://nas.local/a.png",
            "http://a.localhost/",
        ] {
            assert!(!Reach::Public.may_hold(&Url::parse(private).unwrap()), "{private}");
        }
        assert!(Reach::Public.may_hold(&Url::parse("https://icons.example/a.png").unwrap()), "it is resolved first");
        assert!(Reach::Anywhere.may_hold(&Url::parse("http://localhost/").unwrap()));
    }
}
