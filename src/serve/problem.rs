use crate::store;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// The content type of a [`Problem`].
pub const PROBLEM_JSON: &str = "application/problem+json";

/// What went wrong, as RFC 9457 writes it (`application/problem+json`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// The HTTP status.
    #[schema(example = 400)]
    pub status: u16,
    /// The status in words.
    #[schema(example = "Bad Request")]
    pub title: String,
    /// What was wrong with this request.
    #[schema(example = "`market` must be a code such as us, de or jp, found `germany`")]
    pub detail: String,
}

impl Problem {
    /// A problem with a status.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Problem {
        Problem {
            status: status.as_u16(),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            detail: detail.into(),
        }
    }

    /// The request cannot be understood.
    pub fn bad(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::BAD_REQUEST, detail)
    }

    /// There is no such thing.
    pub fn absent(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, detail)
    }

    /// Something of ours failed. The reader learns that, the log learns why: reasons may name
    /// folders of this machine.
    pub fn ours(doing: &str, why: &dyn std::fmt::Display) -> Problem {
        tracing::error!(doing, why = %why, "a view could not be read");
        let detail = format!("could not {doing}; the program's log tells why");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, detail)
    }
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Problem {
        Problem::ours("read the store", &error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_string(&self).unwrap_or_default();
        let kind = [(header::CONTENT_TYPE, PROBLEM_JSON)];
        (status, kind, body).into_response()
    }
}
