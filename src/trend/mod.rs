//! Series → alerts with their evidence. Pure: counts and states in, states and alerts out.

pub mod baseline;
pub mod close;
pub mod cohort;
pub mod exposure;
pub mod tail;
