//! Connections of senders: so many at once, and none that only holds its place.

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// Connections at once; further ones wait in the queue of the system.
const CONNECTIONS_MAX: usize = 256;
/// A sender that is silent for so long, or so slow with its headers, is let go.
const SILENCE_MAX: Duration = Duration::from_secs(60);
/// Bytes of a request that are held before somebody asks for them.
const BUFFER_BYTES: usize = 64 * 1_024;
/// How long requests under way may take when the program stops.
const GOODBYE_MAX: Duration = Duration::from_secs(10);
/// Pause when the system gives no connection (no file handles left).
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Answer until `stop` is done; then take nothing new and finish what is under way.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let goodbye = GracefulShutdown::new();
    let accept = async {
        loop {
            let Ok(place) = places.clone().acquire_owned().await else {
                return;
            };
            let Ok((stream, _)) = listener.accept().await else {
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            };
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(SILENCE_MAX)
                .max_buf_size(BUFFER_BYTES)
                .serve_connection(
                    TokioIo::new(stream),
                    TowerToHyperService::new(router.clone()),
                );
            let connection = goodbye.watch(connection);
            tokio::spawn(async move {
                // A sender that went away is nobody's failure.
                let _ = connection.await;
                drop(place);
            });
        }
    };
    tokio::select! {
        () = accept => {}
        () = stop => {}
    }
    drop(listener);
    let _ = tokio::time::timeout(GOODBYE_MAX, goodbye.shutdown()).await;
}
