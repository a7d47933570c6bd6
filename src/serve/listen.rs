use super::api;
use super::views::Views;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Why pages cannot be offered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address is not one of this machine.
    #[error("`{address}` {why}")]
    Address {
        /// What was asked for.
        address: String,
        /// Why it is refused.
        why: String,
    },
    /// Another program listens there.
    #[error("port {} of this machine is in use by another program", address.port())]
    InUse {
        /// The address.
        address: SocketAddr,
    },
    /// The system refuses the address.
    #[error("cannot listen on `{address}`")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// Listening ended.
    #[error("stopped listening on `{address}`")]
    Broken {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
}

impl Error {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::InUse { address } => Some(format!(
                "perhaps `groundswell serve` runs already: look at http://{address}/. Else choose \
                 another port, such as `--address {}:{}`, or change `address` in [serve]",
                address.ip(),
                address.port().checked_add(1).unwrap_or(7_878)
            )),
            Error::Listen { source, address }
                if source.kind() == std::io::ErrorKind::PermissionDenied =>
            {
                Some(format!(
                    "ports below 1024 belong to the administrator: choose another one, such as \
                     `--address {}:7878`",
                    address.ip()
                ))
            }
            _ => None,
        }
    }
}

/// Take an address of this machine. Port 0 takes a free one.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, Error> {
    if !address.ip().is_loopback() {
        return Err(Error::Address {
            address: address.to_string(),
            why: "is not an address of this machine only; the pages have no password".into(),
        });
    }
    TcpListener::bind(address)
        .await
        .map_err(|source| match source.kind() {
            std::io::ErrorKind::AddrInUse => Error::InUse { address },
            _ => Error::Listen { address, source },
        })
}

/// Answer until `stop` is done; then take no new request and finish those under way.
pub async fn serve(
    listener: TcpListener,
    views: Arc<Views>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    let address = listener
        .local_addr()
        .unwrap_or_else(|_| ([127, 0, 0, 1], 0).into());
    axum::serve(listener, api::router(views))
        .with_graceful_shutdown(stop)
        .await
        .map_err(|source| Error::Broken { address, source })
}

/// Done when the user presses Ctrl-C or the system asks the program to end.
pub async fn asked_to_stop() {
    let interrupt = async {
        // Without a handler there is no signal to wait for; the system then ends the program.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
