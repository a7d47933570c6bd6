//! Series → alerts with their evidence. Pure: counts and states in, states and alerts out.
