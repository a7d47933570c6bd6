//! A small simulated world behind real HTTP, its ground truth, and the score against it.
