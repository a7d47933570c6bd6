//! trends + stock → what to order, by when, and whether the wave will still be there. Pure.

mod line;

pub use line::{Advice, Landing, Line, Wave};
