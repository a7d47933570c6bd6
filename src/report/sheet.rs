use super::locale::Language;
use super::row::Row;
use super::safe::shown;
use crate::restock::Line;
use unicode_width::UnicodeWidthStr;

/// Letters of the reason in a table cell; the whole of it is in the other formats.
const WHY_LETTERS_MAX: usize = 90;

/// The restock sheet as a table for the terminal: SKU, market, advice, order, by when, why.
/// Columns are as wide as their text is on a screen, where a Chinese letter takes two places.
pub fn table(lines: &[Line], language: Language) -> String {
    let titles = [
        "sku", "name", "market", "advice", "order", "order_by", "cover", "why",
    ]
    .map(|key| language.words(&format!("line.{key}")).to_owned());
    let mut rows = vec![titles];
    for line in lines {
        let row = Row::new(line, language);
        let order = match row.range.is_empty() {
            true => row.order,
            false => format!("{} ({})", row.order, row.range),
        };
        rows.push([
            row.sku,
            shown(&row.name, 28),
            row.market,
            row.advice,
            order,
            row.order_by,
            row.cover,
            shown(&row.because, WHY_LETTERS_MAX),
        ]);
    }
    let mut widths = [0; 8];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.width().max(*width);
        }
    }
    let mut out = String::new();
    for row in &rows {
        let mut text = String::new();
        for (width, cell) in widths.iter().zip(row) {
            text.push_str(cell);
            text.push_str(&" ".repeat(width - cell.width() + 2));
        }
        out.push_str(text.trim_end());
        out.push('\n');
    }
    out
}

/// The restock sheet as CSV that Excel opens as it is: UTF-8 with mark, one row a line, all
/// reasons in the last column. Numbers are plain, days are `2026-11-23`.
///
/// # Errors
/// Only what the CSV writer itself reports.
pub fn csv(lines: &[Line], language: Language) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(b"\xef\xbb\xbf".to_vec());
    writer.write_record(COLUMNS)?;
    for line in lines {
        let number = |value: Option<f64>| value.map(|v| format!("{v:.2}")).unwrap_or_default();
        let units = |value: Option<u32>| value.map(|v| v.to_string()).unwrap_or_default();
        let day = |day: Option<crate::record::Day>| day.map(|d| d.to_string()).unwrap_or_default();
        let (low, base, high) = match line.quantity {
            Some((low, base, high)) => (Some(low), Some(base), Some(high)),
            None => (None, None, None),
        };
        let why: Vec<String> = line.why.iter().map(|fact| language.fact(fact)).collect();
        let landing = line.landing.as_ref();
        writer.write_record([
            cell(&line.sku),
            cell(line.name.as_deref().unwrap_or("")),
            line.market.to_string(),
            line.advice.word().to_owned(),
            language.advice(line.advice).to_owned(),
            units(base),
            units(low),
            units(high),
            day(line.order_by),
            day(landing.map(|landing| landing.earliest)),
            day(landing.map(|landing| landing.latest)),
            number(line.days_of_cover),
            units(line.on_hand),
            units(line.inbound),
            number(line.velocity),
            number(line.velocity_sd),
            number(Some(line.uplift)),
            units(line.lead_days),
            units(line.safety_stock),
            units(line.reorder_point),
            number(line.cost),
            cell(&why.join(" ")),
        ])?;
    }
    writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))
}

const COLUMNS: [&str; 22] = [
    "sku",
    "name",
    "market",
    "advice",
    "advice_words",
    "order",
    "order_low",
    "order_high",
    "order_by",
    "lands_earliest",
    "lands_latest",
    "days_of_cover",
    "on_hand",
    "inbound",
    "velocity_per_day",
    "velocity_sd",
    "uplift",
    "lead_days",
    "safety_stock",
    "reorder_point",
    "cost",
    "why",
];

/// Text for a cell. A text that a spreadsheet would take for a formula is made a text by an
/// apostrophe: names come from files that others may have written.
fn cell(text: &str) -> String {
    let text = shown(text, 2_000);
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text,
    }
}
