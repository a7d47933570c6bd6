//! A small simulated world behind real HTTP, its ground truth, and the score against it.

pub mod home;
pub mod score;
pub mod server;
pub mod site;
pub mod world;
