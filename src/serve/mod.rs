//! Read-only views over the store: JSON API and one overview page, on loopback.
