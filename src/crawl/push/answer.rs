//! What a sender is told.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// A line that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// Its number in the body, the first is 1.
    pub line: u64,
    /// The field that is wrong; `row` where it is the line as a whole.
    pub field: &'static str,
    /// What is wrong with it.
    pub why: String,
}

/// What a body came to.
#[derive(Debug, Default, Serialize)]
pub(super) struct Answer {
    /// Events taken.
    pub accepted: usize,
    /// Events that were here already, unchanged.
    pub known: usize,
    /// Lines of the seller's own people and programs: no demand, left out.
    pub agents: u64,
    /// Lines refused in all.
    pub refused_lines: u64,
    /// The first of them.
    pub refused: Vec<Refusal>,
}

impl Answer {
    /// The answer under a status.
    pub fn with(self, status: StatusCode) -> Response {
        (status, Json(self)).into_response()
    }
}

/// Why a body was not taken as a whole.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    detail: String,
    retry_after_s: Option<u32>,
}

impl Problem {
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Problem {
        Problem {
            status,
            detail: detail.into(),
            retry_after_s: None,
        }
    }

    /// Nothing was taken, and the same body may be sent again a little later.
    pub fn later(detail: impl Into<String>, seconds: u32) -> Problem {
        Problem {
            retry_after_s: Some(seconds),
            ..Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail)
        }
    }
}

impl IntoResponse for Problem {
    /// As RFC 9457 writes it (`application/problem+json`).
    fn into_response(self) -> Response {
        let body = serde_json::json!({
            "status": self.status.as_u16(),
            "title": self.status.canonical_reason().unwrap_or("Error"),
            "detail": self.detail,
        });
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        let mut response = (self.status, kind, body.to_string()).into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            let how = HeaderValue::from_static("Bearer realm=\"groundswell\"");
            headers.insert(header::WWW_AUTHENTICATE, how);
        }
        response
    }
}
