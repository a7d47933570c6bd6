//! A small simulated world behind real HTTP, its ground truth, and the score against it.
//!
//! [`world`] knows everything: who writes and buys what, when, and why. [`server`] shows of it
//! what six sites would show at a moment. [`tour()`] is an ordinary user: it has a [`home`] folder,
//! crawls the sites through the same crawler, tagger, store and detector as everybody, and never
//! looks at the truth. Only [`score`] holds the one against the other, at the end.

pub mod home;
pub mod score;
pub mod server;
pub mod site;
pub mod summary;
pub mod tour;
pub mod world;

pub use tour::{Error, Options, Outcome, Progress, tour};
