//! What every request must pass before it reaches a view.

use super::problem::{PROBLEM_JSON, Problem};
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Longest address (path and query) that is read.
const ADDRESS_BYTES_MAX: usize = 4_096;

/// Refuse what is not a small GET or HEAD to this machine by one of its own names, and tell the
/// browser to keep the answer to itself.
///
/// The name matters because a hostile page can make its own host name resolve to 127.0.0.1 (DNS
/// rebinding); the browser would then let it read the answers. Such a request names that host.
pub async fn guard(request: Request, next: Next) -> Response {
    let mut response = match refusal(&request) {
        Some(problem) => problem.into_response(),
        None => explained(next.run(request).await),
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; \
             frame-ancestors 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let policy = header::HeaderName::from_static("cross-origin-resource-policy");
    headers.insert(policy, HeaderValue::from_static("same-origin"));
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        let allowed = HeaderValue::from_static("GET, HEAD");
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    response
}

/// An error of a layer below (too long, too slow, not to be parsed) in the form of all others.
fn explained(response: Response) -> Response {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_told = kind.is_some_and(|kind| kind == PROBLEM_JSON);
    if is_told || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let detail = match status {
        StatusCode::SERVICE_UNAVAILABLE => "this took too long and was given up; ask for less",
        StatusCode::PAYLOAD_TOO_LARGE => "the request carries a body; these pages take none",
        _ => "the request cannot be understood",
    };
    Problem::new(status, detail).into_response()
}

fn refusal(request: &Request) -> Option<Problem> {
    if !is_this_machine(
        request.uri(),
        request.headers().get_all(header::HOST).iter(),
    ) {
        return Some(Problem::new(
            StatusCode::MISDIRECTED_REQUEST,
            "these pages are for this machine only: open them as http://127.0.0.1 or \
             http://localhost with the port",
        ));
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        let detail = "these pages can only be read: use GET or HEAD";
        return Some(Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail));
    }
    let address = request
        .uri()
        .path_and_query()
        .map_or(0, |address| address.as_str().len());
    if address > ADDRESS_BYTES_MAX {
        let detail = format!("the address is longer than {ADDRESS_BYTES_MAX} bytes");
        return Some(Problem::new(StatusCode::URI_TOO_LONG, detail));
    }
    None
}

/// Whether a request names this machine: exactly one Host header, and the same in the address
/// where it is absolute.
fn is_this_machine<'a>(uri: &Uri, mut hosts: impl Iterator<Item = &'a HeaderValue>) -> bool {
    let Some(host) = hosts.next().and_then(|host| host.to_str().ok()) else {
        return false;
    };
    hosts.next().is_none() && is_own_name(host) && uri.host().is_none_or(is_own_name)
}

fn is_own_name(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    if name.eq_ignore_ascii_case("localhost") {
        return true;
    }
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<std::net::IpAddr>()
        .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_pass() {
        for own in [
            "localhost",
            "LOCALHOST:7878",
            "127.0.0.1",
            "127.0.0.1:1",
            "[::1]:7878",
            "[::1]",
        ] {
            assert!(is_own_name(own), "{own}");
        }
        for foreign in [
            "evil.example",
            "localhost.evil.example",
            "192.168.0.2:7878",
            "0.0.0.0",
            "",
            ":80",
            "127.0.0.1.nip.io",
        ] {
            assert!(!is_own_name(foreign), "{foreign}");
        }
    }

    #[test]
    fn a_second_host_or_none_is_refused() {
        let uri = Uri::from_static("/");
        let good = HeaderValue::from_static("localhost");
        let evil = HeaderValue::from_static("evil.example");
        assert!(is_this_machine(&uri, [&good].into_iter()));
        assert!(!is_this_machine(&uri, [&good, &evil].into_iter()));
        assert!(!is_this_machine(&uri, std::iter::empty()));
        let absolute = Uri::from_static("http://evil.example/");
        assert!(!is_this_machine(&absolute, [&good].into_iter()));
    }
}
