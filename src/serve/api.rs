//! Routes and their description, from one place: what is not described here is not served.

use super::coverage::{self, CoverageAnswer, CoverageQuery};
use super::explain::{self, AlertAnswer};
use super::guard::guard;
use super::overview;
use super::problem::Problem;
use super::sheet::{self, RestockAnswer, RestockQuery};
use super::sources::{self, HealthAnswer, SourcesAnswer};
use super::trends::{self, TrendsAnswer, TrendsQuery};
use super::views::Views;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use std::sync::Arc;
use std::time::Duration;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// A request that takes longer is given up.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

/// Nothing is sent to us; a small body is tolerated and not read.
const BODY_BYTES_MAX: usize = 1_024;

/// Where the description of the API is served.
const OPENAPI_PATH: &str = "/api/v1/openapi.json";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Groundswell",
        description = "What people ask for, market by market, and what to order. Read-only; \
                       answers only to this machine. Times are UTC, RFC 3339; days are UTC days. \
                       `null` means not known, never zero. Errors are application/problem+json \
                       (RFC 9457). A new field may be added at any time; a change that breaks a \
                       reader gets a new version in the path.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    servers((url = "/"))
)]
struct Description;

type Answer<T> = Result<Json<T>, Problem>;

/// Trends: what more people talk about than its past explains.
#[utoipa::path(
    get,
    path = "/api/v1/trends",
    operation_id = "trends",
    params(TrendsQuery),
    responses(
        (status = 200, description = "Trends, newest day first", body = TrendsAnswer),
        (status = 400, description = "A filter cannot be understood", body = Problem)
    )
)]
async fn get_trends(
    State(views): State<Arc<Views>>,
    query: Result<Query<TrendsQuery>, QueryRejection>,
) -> Answer<TrendsAnswer> {
    let query = asked(query)?;
    views
        .read(move |views| trends::trends(views, &query))
        .await
        .map(Json)
}

/// One alert with the posts and days behind it.
#[utoipa::path(
    get,
    path = "/api/v1/alerts/{id}",
    operation_id = "alert",
    params(("id" = String, Path, description = "Id of the alert, or its first four letters or more")),
    responses(
        (status = 200, description = "The alert", body = AlertAnswer),
        (status = 400, description = "Several alerts begin so", body = Problem),
        (status = 404, description = "There is none", body = Problem)
    )
)]
async fn get_alert(State(views): State<Arc<Views>>, Path(id): Path<String>) -> Answer<AlertAnswer> {
    views
        .read(move |views| explain::alert(views, &id))
        .await
        .map(Json)
}

/// The restock sheet: what to order, by when, and how much.
#[utoipa::path(
    get,
    path = "/api/v1/restock",
    operation_id = "restock",
    params(RestockQuery),
    responses(
        (status = 200, description = "The sheet, most urgent line first", body = RestockAnswer),
        (status = 400, description = "A filter cannot be understood", body = Problem)
    )
)]
async fn get_restock(
    State(views): State<Arc<Views>>,
    query: Result<Query<RestockQuery>, QueryRejection>,
) -> Answer<RestockAnswer> {
    let query = asked(query)?;
    views
        .read(move |views| sheet::restock(views, &query))
        .await
        .map(Json)
}

/// What was asked of each source, and what came back.
#[utoipa::path(
    get,
    path = "/api/v1/coverage",
    operation_id = "coverage",
    params(CoverageQuery),
    responses(
        (status = 200, description = "Coverage by source and query", body = CoverageAnswer),
        (status = 400, description = "A filter cannot be understood", body = Problem)
    )
)]
async fn get_coverage(
    State(views): State<Arc<Views>>,
    query: Result<Query<CoverageQuery>, QueryRejection>,
) -> Answer<CoverageAnswer> {
    let query = asked(query)?;
    views
        .read(move |views| coverage::coverage(views, &query))
        .await
        .map(Json)
}

/// What is watched, and how far each source has been read.
#[utoipa::path(
    get,
    path = "/api/v1/sources",
    operation_id = "sources",
    responses((status = 200, description = "What is watched", body = SourcesAnswer))
)]
async fn get_sources(State(views): State<Arc<Views>>) -> Answer<SourcesAnswer> {
    views.read(sources::sources).await.map(Json)
}

/// Whether the store can be read and the counts keep up with the log.
#[utoipa::path(
    get,
    path = "/api/v1/health",
    operation_id = "health",
    responses(
        (status = 200, description = "It can be read", body = HealthAnswer),
        (status = 500, description = "It cannot", body = Problem)
    )
)]
async fn get_health(State(views): State<Arc<Views>>) -> Answer<HealthAnswer> {
    views.read(sources::health).await.map(Json)
}

fn asked<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, Problem> {
    query
        .map(|Query(query)| query)
        .map_err(|rejection| Problem::bad(rejection.body_text()))
}

fn described() -> (Router<Arc<Views>>, utoipa::openapi::OpenApi) {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(get_trends))
        .routes(routes!(get_alert))
        .routes(routes!(get_restock))
        .routes(routes!(get_coverage))
        .routes(routes!(get_sources))
        .routes(routes!(get_health))
        .split_for_parts()
}

/// All that is served: the API, its description and the overview page.
pub fn router(views: Arc<Views>) -> Router {
    let (api, description) = described();
    api.route(OPENAPI_PATH, get(|| async move { Json(description) }))
        .route("/", get(overview::page))
        .route("/style.css", get(overview::style))
        .fallback(|| async { Problem::absent("there is no such page; the overview is at /") })
        .with_state(views)
        .layer(RequestBodyLimitLayer::new(BODY_BYTES_MAX))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            REQUEST_TIMEOUT,
        ))
        .layer(axum::middleware::from_fn(guard))
}
