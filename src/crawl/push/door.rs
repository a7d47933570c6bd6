//! One address for each inbox: who may send, how much, and what is answered.

use super::answer::{Answer, Problem};
use super::body::{self, Limits, Reading};
use super::{Kept, Pushed};
use crate::config::Plan;
use crate::record::{AuthorKey, Clock, Coverage, Page};
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::timeout;

/// Bodies that are read at the same time: with the largest body allowed, the memory used.
const BODIES_AT_ONCE: usize = 16;
/// How long a sender is kept waiting for its turn before it is told to come again.
const TURN_MAX: Duration = Duration::from_secs(5);
/// How long a body may take to arrive.
const ARRIVAL_MAX: Duration = Duration::from_secs(30);
/// When to come again.
const RETRY_S: u32 = 2;

/// What the door is made of.
pub struct Parts {
    /// How the events of each inbox are read.
    pub inboxes: Vec<Plan>,
    /// The key of pseudonyms.
    pub authors: AuthorKey,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// What a sender must show.
    pub token: String,
    /// Largest body, after unpacking.
    pub body_bytes_max: usize,
    /// Most lines of a body.
    pub lines_max: usize,
    /// Where pages go; it holds only so many.
    pub keeper: mpsc::Sender<Pushed>,
}

struct Door {
    inboxes: BTreeMap<String, Arc<Plan>>,
    authors: AuthorKey,
    clock: Arc<dyn Clock>,
    /// Hash of the token: hashes are compared in constant time, whatever the lengths.
    token: blake3::Hash,
    limits: Limits,
    keeper: mpsc::Sender<Pushed>,
    turns: Semaphore,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wish {
    strict: Option<String>,
}

/// Everything that is answered: `POST /inbox/NAME`.
pub fn router(parts: Parts) -> Router {
    let plans = parts.inboxes.into_iter();
    let door = Door {
        inboxes: plans
            .map(|plan| (plan.source.clone(), Arc::new(plan)))
            .collect(),
        authors: parts.authors,
        clock: parts.clock,
        token: blake3::hash(parts.token.as_bytes()),
        limits: Limits {
            bytes: parts.body_bytes_max,
            lines: parts.lines_max,
        },
        keeper: parts.keeper,
        turns: Semaphore::new(BODIES_AT_ONCE),
    };
    Router::new()
        .route("/inbox/{name}", post(take))
        .method_not_allowed_fallback(|| async {
            let detail = "events are sent with POST";
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail)
        })
        .fallback(|| async {
            let detail =
                "events are sent to /inbox/NAME, where NAME is the `source` of an [[inbox]]";
            Problem::new(StatusCode::NOT_FOUND, detail)
        })
        .with_state(Arc::new(door))
}

async fn take(
    State(door): State<Arc<Door>>,
    Path(name): Path<String>,
    wish: Query<Wish>,
    request: Request,
) -> Response {
    let strict = !matches!(wish.strict.as_deref(), None | Some("0" | "false"));
    match door.take(&name, strict, request).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

impl Door {
    async fn take(&self, name: &str, strict: bool, request: Request) -> Result<Response, Problem> {
        // Who is asking comes before anything else: a stranger learns nothing.
        if !self.is_known(request.headers()) {
            let detail = "send the token of [push] as `Authorization: Bearer TOKEN`";
            return Err(Problem::new(StatusCode::UNAUTHORIZED, detail));
        }
        let Some(plan) = self.inboxes.get(name).cloned() else {
            let known: Vec<&str> = self.inboxes.keys().map(String::as_str).collect();
            let detail = format!(
                "no [[inbox]] is called `{name}`; there are {}",
                known.join(", ")
            );
            return Err(Problem::new(StatusCode::NOT_FOUND, detail));
        };
        body::check(request.headers(), self.limits)?;
        // Only who has a turn may fill memory.
        let Ok(Ok(_turn)) = timeout(TURN_MAX, self.turns.acquire()).await else {
            return Err(Problem::later("too many are sending at once", RETRY_S));
        };
        let bytes = self.arrived(request.into_body()).await?;
        let reading = self.read(bytes, plan.clone()).await?;
        let mut answer = Answer {
            agents: reading.tally.agents,
            refused_lines: reading.tally.refused,
            refused: reading.refused,
            ..Answer::default()
        };
        let nothing_good = reading.records.is_empty() && reading.tally.agents == 0;
        if reading.tally.refused > 0 && (strict || nothing_good) {
            return Ok(answer.with(StatusCode::UNPROCESSABLE_ENTITY));
        }
        if !reading.records.is_empty() {
            let kept = self
                .keep(page(&plan, self.clock.now(), reading.records))
                .await?;
            (answer.accepted, answer.known) = (kept.accepted, kept.known);
        }
        Ok(answer.with(StatusCode::OK))
    }

    fn is_known(&self, headers: &HeaderMap) -> bool {
        let mut values = headers.get_all(header::AUTHORIZATION).iter();
        let shown = values.next().and_then(|value| value.to_str().ok());
        let Some((scheme, token)) = shown.and_then(|text| text.split_once(' ')) else {
            return false;
        };
        values.next().is_none()
            && scheme.eq_ignore_ascii_case("bearer")
            && blake3::hash(token.trim().as_bytes()) == self.token
    }

    /// The bytes of a body, as sent.
    async fn arrived(&self, body: Body) -> Result<Vec<u8>, Problem> {
        match timeout(ARRIVAL_MAX, axum::body::to_bytes(body, self.limits.bytes)).await {
            Ok(Ok(bytes)) => Ok(bytes.into()),
            Ok(Err(error)) if is_limit(&error) => Err(body::too_large(self.limits)),
            Ok(Err(_)) => {
                let detail = "the body broke off, and nothing of it was taken";
                Err(Problem::new(StatusCode::BAD_REQUEST, detail))
            }
            Err(_) => {
                let detail = "the body took too long to arrive, and nothing of it was taken";
                Err(Problem::new(StatusCode::REQUEST_TIMEOUT, detail))
            }
        }
    }

    /// Unpacking and reading take time: they are done away from the threads that listen.
    async fn read(&self, bytes: Vec<u8>, plan: Arc<Plan>) -> Result<Reading, Problem> {
        let (limits, authors) = (self.limits, self.authors.clone());
        let reading = move || body::open(bytes, limits, &plan, &authors);
        match tokio::task::spawn_blocking(reading).await {
            Ok(reading) => reading,
            Err(broken) => {
                tracing::error!(why = %broken, "a pushed body could not be read");
                let detail = "the body could not be read; the program's log tells why";
                Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, detail))
            }
        }
    }

    /// Hand a page over and wait until it is durable.
    async fn keep(&self, page: Page) -> Result<Kept, Problem> {
        let (done, kept) = oneshot::channel();
        let pushed = Pushed { page, done };
        if self.keeper.send_timeout(pushed, TURN_MAX).await.is_err() {
            return Err(Problem::later("the store does not keep up", RETRY_S));
        }
        match kept.await {
            Ok(Ok(kept)) => Ok(kept),
            Ok(Err(why)) => {
                tracing::error!(why, "pushed events could not be kept");
                let detail = "the store could not keep the events; the program's log tells why";
                Err(Problem::later(detail, RETRY_S))
            }
            Err(_) => Err(Problem::later("the program is stopping", RETRY_S)),
        }
    }
}

/// A body as a page: seen now, whatever the times of its events. History goes in as a file, which
/// has the days it belongs to judged anew.
fn page(plan: &Plan, now: jiff::Timestamp, records: Vec<crate::record::Record>) -> Page {
    let seen = records.len() as u64;
    Page {
        source: plan.source.clone(),
        query: String::new(),
        instance: None,
        class: plan.class(),
        fetched_at: now,
        imported_at: None,
        reading: None,
        records,
        deleted: Vec::new(),
        position: None,
        coverage: Coverage {
            asked: 1,
            answered: 1,
            seen: Some(seen),
            ..Coverage::default()
        },
    }
}

/// Whether reading ended because the body is too long.
fn is_limit(error: &axum::Error) -> bool {
    let cause = std::error::Error::source(error);
    cause.is_some_and(|cause| cause.is::<http_body_util::LengthLimitError>())
}
