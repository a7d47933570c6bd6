//! trends + stock → what to order, by when, and whether the wave will still be there. Pure.

mod deadline;
mod history;
mod landing;
mod line;
mod mood;
mod order;
mod plan;
mod stock;
mod velocity;
mod wave;

pub use deadline::{Deadline, deadlines};
pub use history::StockHistory;
pub use landing::Way;
pub use line::{Advice, Delay, Fact, Landing, Line, Share, Value, Wave};
pub use mood::{Mood, Tally};
pub use order::{lead_sd, normal_quantile, rounded, safety_stock};
pub use plan::{Inputs, Item, plan};
pub use stock::{StockError, read_stock};
pub use velocity::{Sales, Velocity};
pub use wave::{LIVE_DAYS, PAST_MIN, Trace, Waves};
