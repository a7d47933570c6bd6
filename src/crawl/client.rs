//! The one HTTP client. It makes one exchange, or opens one stream; redirects, retries and pace
//! are others' work.

use super::guard::{Guard, PrivateAddress, PublicOnly, Reach};
use super::site::host_of;
use super::{Error, PRODUCT, shown};
use crate::record::Clock;
use crate::source::{Answer, Request};
use std::error::Error as _;
use std::time::Duration;
use url::Url;

/// Limits of the client.
#[derive(Debug, Clone)]
pub struct ClientLimits {
    /// From connecting to the last byte.
    pub timeout: Duration,
    /// Bytes of a body, after decompression.
    pub body_bytes_max: u64,
}

/// What to do with a body that is too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Oversize {
    /// Give the answer up.
    Refuse,
    /// Keep the first so many bytes.
    CutAt(u64),
}

/// The body of an answer that was left open, because it is a stream.
pub(super) type Live = reqwest::Response;

/// The one HTTP client: rustls, gzip and brotli, an honest User-Agent, no cookies, no redirects
/// of its own, no private addresses. Proxies are taken from the standard variables
/// (`HTTPS_PROXY` and the like); behind one, the proxy resolves names.
#[derive(Debug, Clone)]
pub struct Client {
    asking: ByReach,
    listening: ByReach,
    guard: Guard,
    limits: ClientLimits,
    trusts_nobody: bool,
}

impl Client {
    /// A client that names `contact` (a mail address or page) in its User-Agent.
    pub fn new(contact: &str, guard: Guard, limits: ClientLimits) -> Result<Client, Error> {
        // Fails only when a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let proxies = proxy_hosts();
        let agent = user_agent(contact);
        let base = || {
            reqwest::Client::builder()
                .user_agent(agent.clone())
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .connect_timeout(limits.timeout)
                // Thousands of hosts are met once and not again for hours.
                .pool_max_idle_per_host(1)
                .pool_idle_timeout(Duration::from_secs(5))
        };
        let asking = || base().timeout(limits.timeout);
        // A stream has no end to wait for, a WebSocket exists in HTTP/1.1 only, and a compressed
        // stream is held back until a block is full.
        let listening = || base().http1_only().no_gzip().no_brotli();
        let mut trusts_nobody = false;
        let wrong = |error: reqwest::Error| Error::Client {
            why: root_cause(&error),
        };
        let asking = ByReach::new(asking, &proxies, &mut trusts_nobody).map_err(wrong)?;
        let listening = ByReach::new(listening, &proxies, &mut trusts_nobody).map_err(wrong)?;
        Ok(Client {
            asking,
            listening,
            guard: guard.with_proxies(proxies),
            limits,
            trusts_nobody,
        })
    }

    /// One request, one answer, whatever its status. Waits in real time only.
    pub(super) async fn exchange(
        &self,
        request: &Request,
        oversize: Oversize,
        clock: &dyn Clock,
    ) -> Result<Answer, Error> {
        let mut response = self.send(request, &self.asking).await?;
        let body = self.body(request, &mut response, oversize).await?;
        Ok(head(request, &response, body, clock))
    }

    /// Opens a stream: the head of the answer, and its body left open where it is a success.
    /// Waits for the head for as long as for a whole answer of another kind.
    pub(super) async fn open(
        &self,
        request: &Request,
        clock: &dyn Clock,
    ) -> Result<(Answer, Option<Live>), Error> {
        let opening = async {
            let mut response = self.send(request, &self.listening).await?;
            let status = response.status();
            if status.is_success() || status == reqwest::StatusCode::SWITCHING_PROTOCOLS {
                let head = head(request, &response, Vec::new(), clock);
                return Ok((head, Some(response)));
            }
            let body = self.body(request, &mut response, Oversize::Refuse).await?;
            Ok((head(request, &response, body, clock), None))
        };
        let in_time = tokio::time::timeout(self.limits.timeout, opening).await;
        in_time.unwrap_or_else(|_| {
            Err(Error::TimedOut {
                host: host_of(&request.url),
                limit: self.limits.timeout,
            })
        })
    }

    async fn send(&self, request: &Request, clients: &ByReach) -> Result<reqwest::Response, Error> {
        let client = clients.of(self.guard.check(&request.url)?);
        let method =
            reqwest::Method::from_bytes(request.method.as_bytes()).map_err(|_| Error::Ask {
                site: host_of(&request.url),
                why: format!("`{}` is not an HTTP method", request.method),
            })?;
        let mut building = client.request(method, request.url.clone());
        for (name, value) in &request.headers {
            building = building.header(name, value);
        }
        if let Some(body) = &request.body {
            building = building.body(body.clone());
        }
        let sent = building.send().await;
        sent.map_err(|error| self.explain(&request.url, &error))
    }

    async fn body(
        &self,
        request: &Request,
        response: &mut reqwest::Response,
        oversize: Oversize,
    ) -> Result<Vec<u8>, Error> {
        let limit = match oversize {
            Oversize::Refuse => self.limits.body_bytes_max,
            Oversize::CutAt(limit) => limit,
        };
        let room = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut body = Vec::new();
        // Chunks come decompressed, so a small file that unpacks to a huge one stops here too.
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|error| self.explain(&request.url, &error))?
        {
            let left = room - body.len();
            if chunk.len() <= left {
                body.extend_from_slice(&chunk);
                continue;
            }
            if oversize == Oversize::Refuse {
                return Err(Error::TooLarge {
                    url: shown(&request.url),
                    limit,
                });
            }
            body.extend_from_slice(chunk.get(..left).unwrap_or_default());
            break;
        }
        Ok(body)
    }

    fn explain(&self, url: &Url, error: &reqwest::Error) -> Error {
        let mut cause = error.source();
        while let Some(inner) = cause {
            if let Some(private) = inner.downcast_ref::<PrivateAddress>() {
                return Error::Address {
                    address: shown(url),
                    why: private.why.to_owned(),
                };
            }
            cause = inner.source();
        }
        let host = host_of(url);
        if error.is_timeout() {
            return Error::TimedOut {
                host,
                limit: self.limits.timeout,
            };
        }
        if error.is_builder() {
            return Error::Ask {
                site: host,
                why: root_cause(error),
            };
        }
        let mut why = root_cause(error);
        if self.trusts_nobody && url.scheme() == "https" {
            why.push_str("; hint: this machine has no root certificates, install ca-certificates");
        }
        Error::Network { host, why }
    }
}

/// A client for each [`Reach`].
#[derive(Debug, Clone)]
struct ByReach {
    public: reqwest::Client,
    allowed: reqwest::Client,
}

impl ByReach {
    /// Two clients of the same make. `trusts_nobody` is set on a machine without root
    /// certificates: plain http still works there, https says why not.
    fn new(
        make: impl Fn() -> reqwest::ClientBuilder,
        proxies: &[String],
        trusts_nobody: &mut bool,
    ) -> Result<ByReach, reqwest::Error> {
        let public = || make().dns_resolver(PublicOnly::new(proxies.to_vec()));
        let allowed = || make().no_proxy();
        if !*trusts_nobody && let Ok(public) = public().build() {
            let allowed = allowed().build()?;
            return Ok(ByReach { public, allowed });
        }
        *trusts_nobody = true;
        Ok(ByReach {
            public: public().tls_certs_only([]).build()?,
            allowed: allowed().tls_certs_only([]).build()?,
        })
    }

    fn of(&self, reach: Reach) -> &reqwest::Client {
        match reach {
            Reach::Public => &self.public,
            Reach::Allowed => &self.allowed,
        }
    }
}

fn head(
    request: &Request,
    response: &reqwest::Response,
    body: Vec<u8>,
    clock: &dyn Clock,
) -> Answer {
    let headers = response.headers().iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    });
    Answer {
        url: request.url.clone(),
        status: response.status().as_u16(),
        headers: headers.collect(),
        body,
        fetched_at: clock.now(),
    }
}

fn user_agent(contact: &str) -> String {
    let contact: String = contact
        .chars()
        .filter(|letter| letter.is_ascii_graphic())
        .collect();
    let version = env!("CARGO_PKG_VERSION");
    if contact.is_empty() {
        format!("{PRODUCT}/{version}")
    } else {
        format!("{PRODUCT}/{version} (+{contact})")
    }
}

/// The innermost cause, which is the one that says what happened.
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut last = error;
    while let Some(inner) = last.source() {
        last = inner;
    }
    last.to_string()
}

/// Hosts named by the standard proxy variables.
fn proxy_hosts() -> Vec<String> {
    ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"]
        .iter()
        .flat_map(|name| [(*name).to_owned(), name.to_ascii_lowercase()])
        .filter_map(|name| std::env::var(name).ok())
        .filter_map(|value| {
            let value = if value.contains("://") {
                value
            } else {
                format!("http://{value}")
            };
            Url::parse(&value).ok()?.host_str().map(str::to_owned)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_agent_names_the_program_and_a_contact() {
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(
            user_agent("ops@example.com\r\nX: 1"),
            format!("groundswell/{version} (+ops@example.comX:1)")
        );
        assert_eq!(user_agent(""), format!("groundswell/{version}"));
    }
}
