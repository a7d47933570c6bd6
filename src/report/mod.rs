//! Alerts and restock lines → words, tables and pictures, in Chinese and English.
//!
//! One [`View`] holds all that a report says. A [`Page`] puts it into the words of a language, and
//! page, text and mail are filled from the same [`Page`], so that they cannot say different things.
//! Everything that comes from outside goes through [`shown`] on its way into a page.

mod card;
mod chart;
mod coverage;
mod html;
mod locale;
mod mail;
mod mailed;
mod page;
mod row;
mod safe;
mod sheet;
mod subscriber;
mod view;

pub use card::{Card, QuoteWords};
pub use chart::{LineChart, bars, gauge, spark};
pub use coverage::coverage;
pub use html::{RenderError, html, mail_html, text};
pub use locale::Language;
pub use mail::{Letter, MailError, Outbox, letter};
pub use mailed::{Mailed, select};
pub use page::{DeadlineRow, Limits, Notice, Page, Pair, Tile};
pub use row::Row;
pub use safe::{NAME_LETTERS_MAX, QUOTE_LETTERS_MAX, shown, shown_link, shown_name};
pub use sheet::{csv, table};
pub use subscriber::{Subscriber, SubscriberError, read_subscribers};
pub use view::{AlertView, CoverageView, Dark, QuoteView, Scorecard, SourceCoverage, View};
