use std::fmt::Write as _;

/// Size of a line chart in its own units; the page scales it to the column.
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 190.0;
const LEFT: f64 = 38.0;
const RIGHT: f64 = 10.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 26.0;

/// A series with the band it was held against.
#[derive(Debug, Clone, PartialEq)]
pub struct LineChart<'a> {
    /// Values; `None` is a day on which nothing was read: the line breaks there.
    pub values: &'a [Option<u32>],
    /// What the baseline expects a day.
    pub expected: f64,
    /// Band around it.
    pub band: (f64, f64),
    /// Place of the day that was alerted.
    pub mark: Option<usize>,
    /// Word at the mark.
    pub mark_label: &'a str,
    /// Labels under the first and the last value.
    pub ends: (&'a str, &'a str),
    /// What it shows, for those who cannot see it.
    pub title: &'a str,
}

/// Text inside SVG.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(letter),
        }
    }
    out
}

/// The smallest of 1, 2, 2.5, 5 and 10 times a power of ten that is at least `value`.
fn ceiling(value: f64) -> f64 {
    if !value.is_finite() || value <= 4.0 {
        return 4.0;
    }
    let power = 10_f64.powf(value.log10().floor());
    [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|step| step * power)
        .find(|top| *top >= value)
        .unwrap_or(value)
}

impl LineChart<'_> {
    /// The chart as an SVG element. All text in it is escaped; colours come from the page's style
    /// sheet by class, so that it prints and darkens with the page.
    pub fn svg(&self) -> String {
        let highest = self.values.iter().flatten().copied().max().unwrap_or(0);
        let top = ceiling(f64::from(highest).max(self.band.1).min(1e10));
        let count = self.values.len().max(2) - 1;
        let x = |place: usize| LEFT + (WIDTH - LEFT - RIGHT) * place as f64 / count as f64;
        let y = |value: f64| {
            // Nothing but numbers is drawn.
            let number = if value.is_nan() { 0.0 } else { value };
            let inside = number.clamp(0.0, top);
            TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - inside / top)
        };
        let mut svg = String::with_capacity(4_096);
        let title = escape(self.title);
        // Writing to a String cannot fail.
        let _ = write!(
            svg,
            r#"<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}"><title>{title}</title>"#
        );
        for tick in [0.0, top / 2.0, top] {
            let (height, label) = (y(tick), tick);
            let _ = write!(
                svg,
                r#"<line class="grid" x1="{LEFT}" x2="{:.1}" y1="{height:.1}" y2="{height:.1}"/><text class="tick" x="{:.1}" y="{:.1}" text-anchor="end">{label}</text>"#,
                WIDTH - RIGHT,
                LEFT - 6.0,
                height + 4.0,
            );
        }
        let (low, high) = (y(self.band.0), y(self.band.1));
        let _ = write!(
            svg,
            r#"<rect class="band" x="{LEFT}" y="{high:.1}" width="{:.1}" height="{:.1}"/><line class="base" x1="{LEFT}" x2="{:.1}" y1="{base:.1}" y2="{base:.1}"/>"#,
            WIDTH - LEFT - RIGHT,
            (low - high).max(1.0),
            WIDTH - RIGHT,
            base = y(self.expected),
        );
        let _ = write!(svg, r#"<path class="line" d="{}"/>"#, self.path(x, y));
        if let Some(place) = self.mark.filter(|place| *place < self.values.len()) {
            let at = x(place);
            let anchor = if at > WIDTH - 90.0 { "end" } else { "middle" };
            let _ = write!(
                svg,
                r#"<line class="mark" x1="{at:.1}" x2="{at:.1}" y1="{TOP}" y2="{:.1}"/><text class="marked" x="{at:.1}" y="{:.1}" text-anchor="{anchor}">{}</text>"#,
                HEIGHT - BOTTOM,
                TOP - 5.0,
                escape(self.mark_label),
            );
            if let Some(value) = self.values.get(place).copied().flatten() {
                let _ = write!(
                    svg,
                    r#"<circle class="dot" cx="{at:.1}" cy="{:.1}" r="4"/>"#,
                    y(f64::from(value))
                );
            }
        }
        let under = HEIGHT - 8.0;
        let _ = write!(
            svg,
            r#"<text class="tick" x="{LEFT}" y="{under}">{}</text><text class="tick" x="{:.1}" y="{under}" text-anchor="end">{}</text></svg>"#,
            escape(self.ends.0),
            WIDTH - RIGHT,
            escape(self.ends.1),
        );
        svg
    }

    /// The line, broken where nothing was read; a lone day becomes a short stroke.
    fn path(&self, x: impl Fn(usize) -> f64, y: impl Fn(f64) -> f64) -> String {
        let mut path = String::new();
        let mut is_down = false;
        for (place, value) in self.values.iter().enumerate() {
            let Some(value) = value else {
                is_down = false;
                continue;
            };
            let (at, height) = (x(place), y(f64::from(*value)));
            let verb = if is_down { 'L' } else { 'M' };
            let _ = write!(path, "{verb}{at:.1} {height:.1}");
            if !is_down && self.values.get(place + 1).copied().flatten().is_none() {
                path.push_str("h1");
            }
            is_down = true;
        }
        path
    }
}

/// Horizontal bars: label, value and the value in words.
pub fn bars(rows: &[(String, f64, String)], title: &str) -> String {
    const ROW: f64 = 24.0;
    const LABELS: f64 = 190.0;
    const BARS: f64 = 330.0;
    let top = rows
        .iter()
        .map(|row| row.1)
        .fold(0.0_f64, f64::max)
        .max(1e-9);
    let height = ROW * rows.len() as f64 + 4.0;
    let title = escape(title);
    let mut svg = format!(
        r#"<svg class="chart bars" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{title}"><title>{title}</title>"#
    );
    for (place, (label, value, words)) in rows.iter().enumerate() {
        let y = ROW * place as f64 + 2.0;
        let width = BARS * (value / top).clamp(0.0, 1.0);
        let _ = write!(
            svg,
            r#"<text class="label" x="{:.1}" y="{base:.1}" text-anchor="end">{}</text><rect class="bar" x="{LABELS}" y="{:.1}" width="{width:.1}" height="{:.1}" rx="2"/><text class="tick" x="{:.1}" y="{base:.1}">{}</text>"#,
            LABELS - 8.0,
            escape(label),
            y + 3.0,
            ROW - 8.0,
            LABELS + width + 8.0,
            escape(words),
            base = y + 15.0,
        );
    }
    svg.push_str("</svg>");
    svg
}

/// How long stock lasts against how long new goods take: a bar with a stroke.
pub fn gauge(cover_days: f64, lead_days: f64, title: &str) -> String {
    let full = (lead_days * 2.0)
        .max(cover_days.min(lead_days * 3.0))
        .max(1.0);
    let width = (120.0 * cover_days / full).clamp(0.0, 120.0);
    let stroke = (120.0 * lead_days / full).clamp(0.0, 119.0);
    let class = if cover_days < lead_days {
        "short"
    } else {
        "long"
    };
    let title = escape(title);
    format!(
        r#"<svg class="gauge {class}" viewBox="0 0 120 14" role="img" aria-label="{title}"><title>{title}</title><rect class="rail" x="0" y="4" width="120" height="6" rx="3"/><rect class="fill" x="0" y="4" width="{width:.1}" height="6" rx="3"/><line class="need" x1="{stroke:.1}" x2="{stroke:.1}" y1="0" y2="14"/></svg>"#
    )
}

/// The series as a row of blocks, for plain text; `·` is a day on which nothing was read.
pub fn spark(values: &[Option<u32>]) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let top = values.iter().flatten().copied().max().unwrap_or(0).max(1);
    values
        .iter()
        .map(|value| match value {
            Some(value) => {
                let step = (u64::from(*value) * 7).div_ceil(u64::from(top)) as usize;
                BLOCKS.get(step).copied().unwrap_or('█')
            }
            None => '·',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_breaks_where_nothing_was_read_and_labels_are_escaped() {
        let values = [Some(2), Some(3), None, Some(9), None, Some(40)];
        let chart = LineChart {
            values: &values,
            expected: 3.0,
            band: (1.0, 6.0),
            mark: Some(5),
            mark_label: "<b>",
            ends: ("18 Nov", "23 Nov"),
            title: "a \"title\"",
        };
        insta::assert_snapshot!(chart.svg().replace("><", ">\n<"));
    }

    #[test]
    fn odd_input_draws_something_finite() {
        for values in [vec![], vec![None], vec![Some(u32::MAX)], vec![Some(0); 3]] {
            let chart = LineChart {
                values: &values,
                expected: f64::NAN,
                band: (f64::NEG_INFINITY, f64::INFINITY),
                mark: Some(99),
                mark_label: "",
                ends: ("", ""),
                title: "",
            };
            let svg = chart.svg();
            assert!(svg.ends_with("</svg>"), "{svg}");
        }
        assert!(gauge(0.0, 0.0, "").contains("width=\"0.0\""));
        assert!(bars(&[], "").ends_with("</svg>"));
    }

    #[test]
    fn blocks_follow_the_values() {
        assert_eq!(spark(&[Some(0), Some(1), None, Some(7)]), "▁▂·█");
        assert_eq!(spark(&[]), "");
    }

    #[test]
    fn axes_end_on_round_numbers() {
        for (value, top) in [
            (0.0, 4.0),
            (7.0, 10.0),
            (11.0, 20.0),
            (21.0, 25.0),
            (260.0, 500.0),
        ] {
            assert_eq!(ceiling(value), top);
        }
    }
}
