use super::html::{RenderError, mail_html, text};
use super::locale::Language;
use super::page::{Limits, Page};
use super::safe::shown_name;
use super::subscriber::Subscriber;
use super::view::View;
use crate::config::MailConfig;
use crate::record::AlertClass;
use crate::restock::Advice;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Message, SmtpTransport, Transport};
use std::net::IpAddr;
use std::time::{Duration, SystemTime};

/// A mail server that says nothing for so long is given up.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Why a mail cannot be made or sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MailError {
    /// No server is set.
    #[error(
        "no mail server is set\nhint: put `host`, `from` and the rest of [mail] into groundswell.toml"
    )]
    NoServer,
    /// The sender's address cannot be read.
    #[error("`from` in [mail] is not a mail address: `{from}`")]
    From {
        /// What stands there.
        from: String,
    },
    /// Plain text to another machine.
    #[error(
        "`security = \"none\"` in [mail] is only for this machine, not for `{host}`\nhint: use `tls` (port 465) or `starttls` (port 587)"
    )]
    Unsafe {
        /// The server.
        host: String,
    },
    /// A word that is none of ours.
    #[error("`security` in [mail] is `{word}`, not `tls`, `starttls` or `none`")]
    Security {
        /// What stands there.
        word: String,
    },
    /// A user without a password.
    #[error(
        "the environment variable `{variable}` with the mail password is not set\nhint: set it where groundswell runs; QQ and 163 mail want the authorisation code there, not the password of the account"
    )]
    Password {
        /// The variable.
        variable: String,
    },
    /// The text cannot be made.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// The mail cannot be put together.
    #[error("the mail cannot be put together")]
    Build(#[source] lettre::error::Error),
    /// The server cannot be used.
    #[error("the mail server `{host}:{port}` {what}: {why}")]
    Server {
        /// The server.
        host: String,
        /// Its port.
        port: u16,
        /// What it did.
        what: &'static str,
        /// Its own words.
        why: String,
    },
}

/// A mail that is ready to go.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Its subject.
    pub subject: String,
    /// Its Message-ID: a hash of reader and content. A mail that goes out twice, because the
    /// program died between sending and noting, carries the same one, so that mail readers and
    /// people can tell.
    pub id: String,
    /// The whole of it.
    pub message: Message,
}

/// Writes the mail of a view to a reader: multipart/alternative, text and HTML of the same facts,
/// both in UTF-8.
///
/// # Errors
/// [`MailError::From`] for a sender that is none; the rest would be our own mistakes.
pub fn letter(
    view: &View,
    reader: &Subscriber,
    language: Language,
    from: &str,
) -> Result<Letter, MailError> {
    let sender: Mailbox = from
        .parse()
        .map_err(|_| MailError::From { from: from.into() })?;
    let mut page = Page::new(view, language, Limits::MAIL);
    page.reader = Some(language.say("report.reader", &[&shown_name(&reader.name)]));
    let subject = subject(view, language);
    let id = format!(
        "<{}@{}>",
        fingerprint(view, reader, language),
        sender.email.domain()
    );
    let to = Mailbox::new(Some(shown_name(&reader.name)), reader.address.clone());
    let part = |kind: ContentType, body: String| SinglePart::builder().header(kind).body(body);
    // RFC 3834: no out-of-office reply is wanted.
    let automatic = HeaderValue::new(
        HeaderName::new_from_ascii_str("Auto-Submitted"),
        "auto-generated".to_owned(),
    );
    let message = Message::builder()
        .from(sender)
        .to(to)
        .subject(subject.clone())
        .date(SystemTime::try_from(view.made_at).unwrap_or(SystemTime::UNIX_EPOCH))
        .message_id(Some(id.clone()))
        .raw_header(automatic)
        .multipart(
            MultiPart::alternative()
                .singlepart(part(ContentType::TEXT_PLAIN, text(&page)?))
                .singlepart(part(ContentType::TEXT_HTML, mail_html(&page)?)),
        )
        .map_err(MailError::Build)?;
    Ok(Letter {
        subject,
        id,
        message,
    })
}

/// The subject: the seller's title, then what there is to do.
fn subject(view: &View, language: Language) -> String {
    let orders = view
        .lines
        .iter()
        .filter(|line| line.advice == Advice::OrderNow)
        .count();
    let hits = view.count(AlertClass::Hit) + view.count(AlertClass::Mixed) + view.rising.len();
    let parts: Vec<String> = [
        ("report.subject_crisis", view.count(AlertClass::Crisis)),
        ("report.subject_hits", hits),
        ("report.subject_orders", orders),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .map(|(key, count)| language.say(key, &[&count.to_string()]))
    .collect();
    let title = shown_name(&view.title);
    let news = match parts.is_empty() {
        true => language.words("report.subject_quiet").to_owned(),
        false => parts.join(language.words("report.separator")),
    };
    match language {
        Language::Chinese => format!("{title}：{news}"),
        Language::English => format!("{title}: {news}"),
    }
}

/// What makes two mails the same: reader, language, day and content, but not the moment at which
/// they were made.
fn fingerprint(view: &View, reader: &Subscriber, language: Language) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut part = |text: &str| {
        hasher.update(&(text.len() as u64).to_be_bytes());
        hasher.update(text.as_bytes());
    };
    part(reader.address.as_ref());
    part(language.code());
    part(&view.day.map(|day| day.to_string()).unwrap_or_default());
    for alert in view.alerts.iter().chain(&view.quiet).chain(&view.rising) {
        part(&alert.alert.id);
    }
    for line in &view.lines {
        part(&line.sku);
        part(line.market.code());
        part(line.advice.word());
        part(&format!("{:?}", line.quantity));
    }
    for source in &view.coverage.sources {
        if let Some(dark) = source.dark {
            part(&format!("{} {dark:?}", source.source));
        }
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

/// The way to the mail server.
pub struct Outbox {
    host: String,
    port: u16,
    transport: SmtpTransport,
}

impl Outbox {
    /// A way to the server of the settings. `password` is the value of the environment variable
    /// that [`MailConfig::password_env`] names. Nothing is connected yet.
    ///
    /// # Errors
    /// Settings that cannot be used, by name.
    pub fn new(config: &MailConfig, password: Option<String>) -> Result<Outbox, MailError> {
        let host = config.host.trim().to_owned();
        if host.is_empty() {
            return Err(MailError::NoServer);
        }
        let tls = || {
            TlsParameters::new(host.clone()).map_err(|error| MailError::Server {
                host: host.clone(),
                port: config.port,
                what: "cannot be reached safely",
                why: error.to_string(),
            })
        };
        let security = match config.security.as_str() {
            "tls" => Tls::Wrapper(tls()?),
            "starttls" => Tls::Required(tls()?),
            "none" if is_this_machine(&host) => Tls::None,
            "none" => return Err(MailError::Unsafe { host }),
            word => return Err(MailError::Security { word: word.into() }),
        };
        let mut builder = SmtpTransport::builder_dangerous(host.clone())
            .port(config.port)
            .timeout(Some(TIMEOUT))
            .tls(security);
        if let Some(user) = &config.user {
            let password = password.ok_or_else(|| MailError::Password {
                variable: config.password_env.clone().unwrap_or_default(),
            })?;
            builder = builder.credentials(Credentials::new(user.clone(), password));
        }
        Ok(Outbox {
            transport: builder.build(),
            port: config.port,
            host,
        })
    }

    /// Hands a mail to the server. When this returns `Ok`, the server has taken it.
    ///
    /// # Errors
    /// [`MailError::Server`] with the server's own words; they never hold the password.
    pub fn send(&self, letter: &Letter) -> Result<(), MailError> {
        self.transport
            .send(&letter.message)
            .map(drop)
            .map_err(|error| {
                let code = error.status().map(u16::from);
                let what = match code {
                    Some(530 | 534 | 535 | 538) => "did not accept user and password",
                    Some(550..=554) => "refused the mail",
                    _ if error.is_permanent() => "refused the mail",
                    _ if error.is_transient() => "cannot take the mail now",
                    _ if error.is_timeout() => "did not answer in time",
                    _ if error.is_tls() => "cannot be reached safely",
                    _ => "cannot be reached",
                };
                MailError::Server {
                    host: self.host.clone(),
                    port: self.port,
                    what,
                    why: words(&error),
                }
            })
    }
}

/// An error and what is behind it, in one line.
fn words(error: &lettre::transport::smtp::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    super::safe::shown(&text, 300)
}

fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host
            .trim_matches(['[', ']'])
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(host: &str, security: &str) -> MailConfig {
        MailConfig {
            host: host.into(),
            port: 25,
            security: security.into(),
            user: None,
            password_env: None,
            from: "trends@shop.example".into(),
        }
    }

    #[test]
    fn mail_in_the_clear_goes_to_this_machine_only() {
        for host in ["localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"] {
            assert!(Outbox::new(&config(host, "none"), None).is_ok(), "{host}");
        }
        for host in ["mail.example", "10.0.0.1", "localhost.example", "0.0.0.0"] {
            assert!(
                matches!(
                    Outbox::new(&config(host, "none"), None),
                    Err(MailError::Unsafe { .. })
                ),
                "{host}"
            );
            assert!(Outbox::new(&config(host, "tls"), None).is_ok(), "{host}");
        }
    }

    #[test]
    fn a_missing_server_or_password_is_named() {
        assert!(matches!(
            Outbox::new(&config("", "tls"), None),
            Err(MailError::NoServer)
        ));
        let mut with_user = config("mail.example", "starttls");
        with_user.user = Some("me".into());
        with_user.password_env = Some("SHOP_MAIL".into());
        let error = Outbox::new(&with_user, None).err().expect("no password");
        assert!(error.to_string().contains("`SHOP_MAIL`"));
        assert!(Outbox::new(&with_user, Some("secret".into())).is_ok());
    }
}
