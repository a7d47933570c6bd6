//! Series → alerts with their evidence. Pure: counts and states in, states and alerts out.

pub mod baseline;
pub mod classify;
pub mod close;
pub mod cohort;
pub mod explain;
pub mod exposure;
pub mod tail;
pub mod variant;

/// Version of the rules of judging; a change of them makes a new generation.
pub const RULES: &str = "trend-1";
