use super::page::Page;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, context};

const STYLE: &str = include_str!("template/style.css");

/// Why a report cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// A template that cannot be filled: our own mistake.
    #[error("the template `{name}` cannot be filled: {why}")]
    Template {
        /// The template.
        name: &'static str,
        /// What the template engine says.
        why: String,
    },
}

/// The report as one self-contained HTML page: no script, no outside file, nothing to fetch.
pub fn html(page: &Page) -> Result<String, RenderError> {
    render(
        "report.html",
        include_str!("template/report.html.j2"),
        page,
        AutoEscape::Html,
    )
}

/// The report as the HTML of a mail: tables, inline styles, no SVG, 600 pixels wide.
pub fn mail_html(page: &Page) -> Result<String, RenderError> {
    render(
        "mail.html",
        include_str!("template/mail.html.j2"),
        page,
        AutoEscape::Html,
    )
}

/// The report as plain text, with the same facts as the page.
pub fn text(page: &Page) -> Result<String, RenderError> {
    render(
        "report.txt",
        include_str!("template/report.txt.j2"),
        page,
        AutoEscape::None,
    )
}

fn render(
    name: &'static str,
    source: &'static str,
    page: &Page,
    escape: AutoEscape,
) -> Result<String, RenderError> {
    let cannot = |error: minijinja::Error| RenderError::Template {
        name,
        why: format!("{error:#}"),
    };
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(move |_| escape.clone());
    environment.add_template(name, source).map_err(cannot)?;
    let template = environment.get_template(name).map_err(cannot)?;
    template
        .render(context! {
            p => Value::from(Serde(page)),
            w => Value::from(Serde(&page.words)),
            style => STYLE,
        })
        .map_err(cannot)
}
