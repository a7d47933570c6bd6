//! Which addresses may be connected to. Everything crawled is hostile: a source file, a link or
//! a redirect may point into the user's own network, and a name may resolve to it.

use super::{Error, shown};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// Ports below this belong to services of the system; of those only the web's own are asked.
const PORTS_FROM: u16 = 1024;
const WEB_PORTS: [u16; 4] = [80, 81, 443, 591];

/// Decides whether an address may be fetched. Names are decided when they are resolved (see
/// [`PublicOnly`]), on the very addresses that are then connected to; so a name that answers
/// differently the second time (DNS rebinding) gains nothing.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    allowed: Vec<String>,
    proxies: Vec<String>,
}

/// Whom a request may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Public addresses only.
    Public,
    /// The user allowed this host by name.
    Allowed,
}

impl Guard {
    /// A guard that lets `private_hosts` (`host` or `host:port`) through.
    pub fn new(private_hosts: &[String]) -> Guard {
        Guard {
            allowed: private_hosts.iter().map(|host| fold(host)).collect(),
            proxies: Vec::new(),
        }
    }

    /// Hosts of proxies, which may be private but must not be asked for themselves.
    pub(super) fn with_proxies(mut self, proxies: Vec<String>) -> Guard {
        self.proxies = proxies.iter().map(|host| fold(host)).collect();
        self
    }

    /// Whether `url` may be asked for at all, and whom it may reach.
    pub(super) fn check(&self, url: &Url) -> Result<Reach, Error> {
        let refuse = |why: &str| {
            Err(Error::Address {
                address: shown(url),
                why: why.to_owned(),
            })
        };
        if !matches!(url.scheme(), "http" | "https") {
            return refuse("only http and https are");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("it carries a user name");
        }
        let Some(host) = url.host() else {
            return refuse("it has no host");
        };
        let name = fold(&host.to_string());
        let with_port = format!("{name}:{}", url.port_or_known_default().unwrap_or(0));
        if self.allowed.contains(&name) || self.allowed.contains(&with_port) {
            return Ok(Reach::Allowed);
        }
        let why = match host {
            Host::Ipv4(address) => private(IpAddr::V4(address)),
            Host::Ipv6(address) => private(IpAddr::V6(address)),
            Host::Domain(_) => self.proxies.contains(&name).then_some("it is the proxy"),
        };
        if let Some(why) = why {
            return refuse(why);
        }
        // Mail, shells and the like listen there; a request for a page would be typed into them.
        if url
            .port()
            .is_some_and(|port| port < PORTS_FROM && !WEB_PORTS.contains(&port))
        {
            return refuse("no web server is meant to listen on that port");
        }
        Ok(Reach::Public)
    }
}

fn fold(host: &str) -> String {
    host.trim().trim_end_matches('.').to_ascii_lowercase()
}

/// Why an address is not on the public internet; `None` when it is. After the IANA registries of
/// special-purpose addresses (RFC 6890 and its updates).
pub(super) fn private(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => private_v4(address),
        IpAddr::V6(address) => private_v6(address),
    }
}

fn private_v4(address: Ipv4Addr) -> Option<&'static str> {
    let [a, b, c, _] = address.octets();
    match (a, b, c) {
        (0, ..) => Some("the address means this machine"),
        (127, ..) => Some("the address is this machine"),
        (10, ..) | (172, 16..=31, _) | (192, 168, _) => Some("the address is in a private network"),
        (100, 64..=127, _) => Some("the address is in a provider's inner network"),
        (169, 254, _) => Some("the address is link-local"),
        (198, 18..=19, _) => Some(
            "the address is reserved for tests (some VPN programs answer every name with such a one)",
        ),
        (192, 0, 0 | 2) | (192, 88, 99) | (198, 51, 100) | (203, 0, 113) => {
            Some("the address is reserved")
        }
        (224..=239, ..) => Some("the address is multicast"),
        (240..=255, ..) => Some("the address is reserved"),
        _ => None,
    }
}

fn private_v6(address: Ipv6Addr) -> Option<&'static str> {
    if address.is_loopback() {
        return Some("the address is this machine");
    }
    let segments = address.segments();
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        private_v4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        // IPv4-mapped, and the translation prefix of NAT64: the IPv4 address inside decides.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            embedded(high, low)
        }
        // 6to4 carries the IPv4 address of its router.
        [0x2002, high, low, ..] => embedded(high, low),
        [0xfc00..=0xfdff, ..] => Some("the address is in a private network"),
        [0xfe80..=0xfebf, ..] => Some("the address is link-local"),
        [0xff00..=0xffff, ..] => Some("the address is multicast"),
        // Documentation, Teredo, benchmarking, ORCHID and the rest of 2001::/23.
        [0x2001, 0x0db8, ..] | [0x2001, 0..=0x01ff, ..] | [0x3fff, 0..=0x0fff, ..] => {
            Some("the address is reserved")
        }
        [0x2000..=0x3fff, ..] => None,
        _ => Some("the address is reserved"),
    }
}

/// A resolver that gives only public addresses to the connector. A name that has none is
/// refused.
#[derive(Debug, Clone)]
pub(super) struct PublicOnly {
    proxies: Vec<String>,
}

impl PublicOnly {
    /// A resolver that gives every address of `proxies`, which are asked on behalf of others.
    pub(super) fn new(proxies: Vec<String>) -> PublicOnly {
        PublicOnly {
            proxies: proxies.iter().map(|host| fold(host)).collect(),
        }
    }
}

/// What the resolver says when every address of a name is private.
#[derive(Debug, thiserror::Error)]
#[error("{why}")]
pub(super) struct PrivateAddress {
    /// Why the address is refused.
    pub(super) why: &'static str,
}

impl reqwest::dns::Resolve for PublicOnly {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let is_proxy = self.proxies.contains(&fold(name.as_str()));
        Box::pin(async move {
            let found: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let refused = found.iter().find_map(|address| private(address.ip()));
            let public: Vec<_> = found
                .into_iter()
                .filter(|address| is_proxy || private(address.ip()).is_none())
                .collect();
            match refused {
                Some(why) if public.is_empty() => Err(PrivateAddress { why }.into()),
                _ => Ok(Box::new(public.into_iter()) as reqwest::dns::Addrs),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(guard: &Guard, url: &str) -> Result<Reach, Error> {
        guard.check(&url.parse().expect("url"))
    }

    #[test]
    fn addresses_of_this_machine_and_of_private_networks_are_refused() {
        let guard = Guard::default();
        for url in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0.0.0.0/",
            "http://10.1.2.3/",
            "http://172.31.255.255/",
            "http://192.168.0.1/",
            "http://100.64.0.1/",
            "http://169.254.169.254/latest/meta-data/",
            "http://198.18.0.7/",
            "http://[::1]/",
            "http://[::]/",
            "http://[::ffff:10.0.0.1]/",
            "http://[64:ff9b::7f00:1]/",
            "http://[2002:7f00:1::]/",
            "http://[fe80::1]/",
            "http://[fd12::1]/",
            "http://224.0.0.1/",
            "http://255.255.255.255/",
            "ftp://example.org/",
            "file:///etc/passwd",
            "http://user@example.org/",
            "http://:secret@example.org/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://0/",
            "http://[::127.0.0.1]/",
            "http://[::ffff:a9fe:a9fe]/",
            "http://[64:ff9b:1::a00:1]/",
            "http://192.0.0.192/",
            "http://example.org:25/",
            "https://example.org:22/",
            "gopher://example.org/",
            "data:text/html,x",
        ] {
            assert!(check(&guard, url).is_err(), "{url}");
        }
    }

    #[test]
    fn public_addresses_pass() {
        for url in [
            "https://example.org/",
            "http://8.8.8.8/",
            "http://172.32.0.1/",
            "http://[2606:4700::1111]/",
            "https://example.org:8443/",
        ] {
            assert_eq!(
                check(&Guard::default(), url).ok(),
                Some(Reach::Public),
                "{url}"
            );
        }
    }

    #[test]
    fn a_host_the_user_allowed_passes_and_only_on_its_port() {
        let guard = Guard::new(&["127.0.0.1:8080".into(), "NAS.local".into()]);
        assert_eq!(
            check(&guard, "http://127.0.0.1:8080/").ok(),
            Some(Reach::Allowed)
        );
        assert!(check(&guard, "http://127.0.0.1:8081/").is_err());
        assert_eq!(
            check(&guard, "http://nas.local:99/").ok(),
            Some(Reach::Allowed)
        );
        assert_eq!(
            check(&guard, "http://other.local/").ok(),
            Some(Reach::Public)
        );
    }

    #[test]
    fn a_proxy_is_used_but_never_asked() {
        let guard = Guard::default().with_proxies(vec!["localhost".into()]);
        assert!(check(&guard, "http://localhost/").is_err());
    }
}
