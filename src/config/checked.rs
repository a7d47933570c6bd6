//! Raw sections → [`Config`]. Every range and every list of allowed words stands here.

use super::raw::{
    Raw, RawBudget, RawCrawl, RawLead, RawMail, RawReport, RawRestock, RawTrend, RawWatch, Value,
};
use super::reader::Reader;
use super::{Budget, Config, Engine, Watch, When, inbox, transformer};
use crate::record::{Leg, Market, Money};
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;
use toml::Spanned;

/// The bounds of `every_min` and `every_max`.
const EVERY: RangeInclusive<Duration> =
    Duration::from_secs(60)..=Duration::from_secs(31 * 24 * 60 * 60);

/// Write what the file says over the defaults that `config` holds.
pub(super) fn check(raw: Raw, reader: &mut Reader<'_>, config: &mut Config) {
    let home = config.home.clone();
    let path = |value: &Value<String>, target: &mut PathBuf| {
        if let Some(value) = value {
            *target = home.join(value.get_ref());
        }
    };
    path(&raw.store.path, &mut config.store.path);
    path(&raw.crawl.sources, &mut config.crawl.sources);
    path(&raw.catalogue.path, &mut config.catalogue);
    path(&raw.stock.path, &mut config.stock);
    path(&raw.report.subscribers, &mut config.report.subscribers);
    if let Some(calendar) = filled(&raw.restock.calendar) {
        config.restock.calendar = Some(home.join(calendar.get_ref()));
    }
    if let Some(word) = reader.word("store", "engine", &raw.store.engine, &["sqlite", "sled"]) {
        config.store.engine = match word {
            "sled" => Engine::Sled,
            _ => Engine::Sqlite,
        };
    }
    crawl(&raw.crawl, reader, config);
    watches(raw.watch, reader, config);
    inbox::inboxes(raw.inbox, reader, config);
    inbox::push(&raw.push, reader, config);
    for (number, raw) in raw.budget.into_iter().enumerate() {
        if let Some(budget) = budget(raw, number + 1, reader, &config.crawl.budgets) {
            config.crawl.budgets.push(budget);
        }
    }
    transformer::check(&raw.transformer, &home, reader, &mut config.transformer);
    trend(&raw.trend, reader, config);
    restock(&raw.restock, reader, config);
    report(&raw.report, reader, config);
    mail(&raw.mail, reader, config);
    serve(&raw.serve.address, reader, config);
    let keep = &raw.privacy.keep_text_days;
    reader.whole(
        "privacy",
        "keep_text_days",
        keep,
        0..=36_500,
        &mut config.privacy.keep_text_days,
    );
}

fn crawl(raw: &RawCrawl, reader: &mut Reader<'_>, config: &mut Config) {
    let to = &mut config.crawl;
    if let Some(contact) = filled(&raw.contact) {
        let text = contact.get_ref().trim();
        let is_mail = text.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty() && host.contains('.') && !text.contains(char::is_whitespace)
        });
        let is_page = text.starts_with("https://") || text.starts_with("http://");
        if (is_mail || is_page) && text.bytes().all(|byte| (0x21..0x7f).contains(&byte)) {
            to.contact = text.to_owned();
        } else {
            reader.wrong(
                contact.span(),
                format!(
                    "`contact` in [crawl] must be a mail address or a page (https://...) that \
                     sites can reach you by, found `{text}`"
                ),
            );
        }
    }
    let at = "crawl";
    reader.seconds(
        at,
        "deadline_s",
        &raw.deadline_s,
        10..=86_400,
        &mut to.deadline,
    );
    reader.seconds(at, "timeout_s", &raw.timeout_s, 1..=300, &mut to.timeout);
    let bytes = 1_024..=268_435_456;
    reader.whole(
        at,
        "body_bytes_max",
        &raw.body_bytes_max,
        bytes,
        &mut to.body_bytes_max,
    );
    reader.whole(
        at,
        "redirects_max",
        &raw.redirects_max,
        0..=20,
        &mut to.redirects_max,
    );
    let hosts = &raw.hosts_at_once_max;
    reader.whole(
        at,
        "hosts_at_once_max",
        hosts,
        1..=64,
        &mut to.hosts_at_once_max,
    );
    reader.whole(
        at,
        "retries_max",
        &raw.retries_max,
        0..=10,
        &mut to.retries_max,
    );
    // A pause of zero is refused: no site has agreed to be read without one.
    reader.millis(
        at,
        "host_pause_ms",
        &raw.host_pause_ms,
        100..=600_000,
        &mut to.host_pause,
    );
    reader.millis(
        at,
        "host_pause_ms_max",
        &raw.host_pause_ms_max,
        100..=3_600_000,
        &mut to.host_pause_max,
    );
    to.host_pause_max = to.host_pause_max.max(to.host_pause);
    reader.millis(
        at,
        "parse_ms_max",
        &raw.parse_ms_max,
        10..=60_000,
        &mut to.parse_max,
    );
    reader.whole(
        at,
        "drift_days",
        &raw.drift_days,
        0..=365,
        &mut to.drift_days,
    );
    if let Some(hosts) = &raw.private_hosts {
        for host in hosts.get_ref() {
            if host.is_empty() || host.contains(['/', ' ', '@']) {
                reader.wrong(
                    hosts.span(),
                    format!(
                        "`private_hosts` in [crawl] lists host names or `host:port`, without \
                         http:// and without a path, found `{host}`"
                    ),
                );
            }
        }
        to.private_hosts = hosts
            .get_ref()
            .iter()
            .map(|host| host.to_lowercase())
            .collect();
    }
}

fn watches(raw: Vec<RawWatch>, reader: &mut Reader<'_>, config: &mut Config) {
    for (number, raw) in raw.into_iter().enumerate() {
        if let Some(watch) = watch(raw, number + 1, reader) {
            config.watches.push(watch);
        }
    }
}

fn watch(raw: RawWatch, number: usize, reader: &mut Reader<'_>) -> Option<Watch> {
    let market = reader.market("watch", &raw.market);
    let own_zone = raw
        .zone
        .as_ref()
        .and_then(|zone| reader.zone("watch", zone));
    let zone = own_zone.unwrap_or_else(|| {
        let info = market.as_ref().and_then(Market::info);
        info.map_or("UTC", |info| info.zone).to_owned()
    });
    let Some(source) = filled(&raw.source) else {
        reader.missing(format!(
            "[[watch]] number {number} has no `source`; `groundswell source list` shows the names"
        ));
        return None;
    };
    let when = when(&raw, source, reader)?;
    let mut queries = Vec::new();
    if let Some(list) = &raw.queries {
        for query in list.get_ref() {
            let query = query.trim();
            if query.is_empty() || query.chars().count() > 200 {
                reader.wrong(
                    list.span(),
                    "`queries` in [[watch]] holds a query that is empty or longer than 200 letters",
                );
            } else if queries.iter().any(|known| known == query) {
                let what = format!("`queries` in [[watch]] names `{query}` twice");
                reader.wrong(list.span(), what);
            } else {
                queries.push(query.to_owned());
            }
        }
    }
    if queries.is_empty() {
        queries.push(String::new());
    }
    Some(Watch {
        source: source.get_ref().trim().to_owned(),
        queries,
        market,
        when,
        zone,
        params: raw.params.map(Spanned::into_inner).unwrap_or_default(),
    })
}

/// When a watch is read: by a schedule, or as often as there is something new.
fn when(raw: &RawWatch, source: &Spanned<String>, reader: &mut Reader<'_>) -> Option<When> {
    let name = source.get_ref();
    match (&raw.every_min, &raw.every_max, filled(&raw.schedule)) {
        (None, None, Some(schedule)) => {
            reader.cron("watch", schedule);
            Some(When::Schedule(schedule.get_ref().trim().to_owned()))
        }
        (Some(least), Some(most), None) => {
            let least_s = reader.span("watch", "every_min", least, EVERY)?;
            let most_s = reader.span("watch", "every_max", most, EVERY)?;
            if least_s > most_s {
                let what = "`every_min` in [[watch]] is longer than `every_max`";
                reader.wrong(least.span(), what);
            }
            Some(When::Adaptive {
                least: least_s,
                most: most_s,
            })
        }
        (None, None, None) => {
            reader.wrong(
                source.span(),
                format!(
                    "[[watch]] of `{name}` has no `schedule`; for example \"15 * * * *\" is every \
                     hour at minute 15"
                ),
            );
            None
        }
        _ => {
            reader.wrong(
                source.span(),
                format!(
                    "[[watch]] of `{name}` needs either `schedule`, or both `every_min` and \
                     `every_max`"
                ),
            );
            None
        }
    }
}

fn budget(
    raw: RawBudget,
    number: usize,
    reader: &mut Reader<'_>,
    others: &[Budget],
) -> Option<Budget> {
    let Some(bucket) = filled(&raw.bucket) else {
        reader.missing(format!(
            "[[budget]] number {number} has no `bucket`; `groundswell crawl --dry-run` names them"
        ));
        return None;
    };
    let name = bucket.get_ref().trim().to_owned();
    if others.iter().any(|other| other.bucket == name) {
        let what = format!("[[budget]] of `{name}` stands here twice");
        reader.wrong(bucket.span(), what);
    }
    let mut count = |key: &str, value: &Value<i64>| {
        let mut number = 0_u64;
        reader.whole("budget", key, value, 0..=1_000_000_000, &mut number);
        value.is_some().then_some(number)
    };
    let calls_per_day = count("calls_per_day", &raw.calls_per_day);
    let units_per_day = count("units_per_day", &raw.units_per_day);
    let mut money = |key: &str, value: &Value<String>| {
        let value = value.as_ref()?;
        let found = Money::parse(value.get_ref());
        if found.is_none() {
            let what = format!(
                "`{key}` in [[budget]] must be an amount and a currency such as \"20 USD\", found \
                 `{}`",
                value.get_ref()
            );
            reader.wrong(value.span(), what);
        }
        found
    };
    Some(Budget {
        bucket: name,
        calls_per_day,
        units_per_day,
        money_per_day: money("money_per_day", &raw.money_per_day),
        money_per_month: money("money_per_month", &raw.money_per_month),
    })
}

fn trend(raw: &RawTrend, reader: &mut Reader<'_>, config: &mut Config) {
    let to = &mut config.trend;
    let at = "trend";
    let mut hours = to.close_after.as_secs() / 3_600;
    reader.whole(at, "close_after_h", &raw.close_after_h, 0..=168, &mut hours);
    to.close_after = Duration::from_secs(hours * 3_600);
    let alarms = &raw.false_alarms_per_1000;
    let target = &mut to.false_alarms_per_1000;
    reader.number(at, "false_alarms_per_1000", alarms, 0.01..=100.0, target);
    reader.whole(
        at,
        "authors_min",
        &raw.authors_min,
        1..=1_000,
        &mut to.authors_min,
    );
    reader.whole(
        at,
        "quiet_days",
        &raw.quiet_days,
        0..=365,
        &mut to.quiet_days,
    );
    let phrases = &raw.phrase_alerts_per_day;
    reader.whole(
        at,
        "phrase_alerts_per_day",
        phrases,
        0..=1_000,
        &mut to.phrase_alerts_per_day,
    );
}

fn restock(raw: &RawRestock, reader: &mut Reader<'_>, config: &mut Config) {
    let to = &mut config.restock;
    let at = "restock";
    reader.number(
        at,
        "service_level",
        &raw.service_level,
        0.5..=0.999,
        &mut to.service_level,
    );
    reader.whole(
        at,
        "cover_days",
        &raw.cover_days,
        1..=365,
        &mut to.cover_days,
    );
    reader.whole(
        at,
        "velocity_days",
        &raw.velocity_days,
        7..=365,
        &mut to.velocity_days,
    );
    reader.number(
        at,
        "uplift_max",
        &raw.uplift_max,
        1.0..=20.0,
        &mut to.uplift_max,
    );
    if let Some(country) = &raw.ships_from {
        let market = Market::parse(country.get_ref()).filter(|market| market.code().len() == 2);
        match market {
            Some(market) => to.ships_from = market,
            None => reader.wrong(
                country.span(),
                format!(
                    "`ships_from` in [restock] must be a country of two letters such as `cn`, \
                     found `{}`",
                    country.get_ref()
                ),
            ),
        }
    }
    to.lead = lead(&raw.lead, reader).or(to.lead);
}

/// A lead time needs its three legs; only its spread may be left out.
fn lead(raw: &RawLead, reader: &mut Reader<'_>) -> Option<Leg> {
    let legs = [
        ("production_days", &raw.production_days),
        ("freight_days", &raw.freight_days),
        ("receiving_days", &raw.receiving_days),
    ];
    let given: Vec<_> = legs
        .iter()
        .filter_map(|(_, value)| value.as_ref())
        .collect();
    let first = given.first().copied().or(raw.spread_days.as_ref())?;
    if given.len() < legs.len() {
        for (name, _) in legs.iter().filter(|(_, value)| value.is_none()) {
            let what =
                format!("`{name}` is missing in [restock.lead]; write 0 where there is none");
            reader.wrong(first.span(), what);
        }
        return None;
    }
    let mut days = |name, value: &Value<i64>| {
        let mut days = 0_u16;
        reader.whole("restock.lead", name, value, 0..=365, &mut days);
        days
    };
    Some(Leg {
        production_days: days("production_days", &raw.production_days),
        freight_days: days("freight_days", &raw.freight_days),
        receiving_days: days("receiving_days", &raw.receiving_days),
        spread_days: days("spread_days", &raw.spread_days),
    })
}

fn report(raw: &RawReport, reader: &mut Reader<'_>, config: &mut Config) {
    let to = &mut config.report;
    if let Some(word) = reader.word("report", "language", &raw.language, &["zh", "en"]) {
        to.language = word.to_owned();
    }
    reader.whole("report", "days", &raw.days, 1..=365, &mut to.days);
    if let Some(title) = filled(&raw.title) {
        to.title = title.get_ref().trim().to_owned();
    }
    if let Some(schedule) = filled(&raw.schedule) {
        reader.cron("report", schedule);
        to.schedule = Some(schedule.get_ref().trim().to_owned());
    }
    if let Some(zone) = raw
        .zone
        .as_ref()
        .and_then(|zone| reader.zone("report", zone))
    {
        to.zone = zone;
    }
}

fn mail(raw: &RawMail, reader: &mut Reader<'_>, config: &mut Config) {
    let to = &mut config.mail;
    if let Some(host) = filled(&raw.host) {
        to.host = host.get_ref().trim().to_owned();
    }
    reader.whole("mail", "port", &raw.port, 1..=65_535, &mut to.port);
    let allowed = ["tls", "starttls", "none"];
    if let Some(word) = reader.word("mail", "security", &raw.security, &allowed) {
        to.security = word.to_owned();
    }
    to.user = filled(&raw.user).map(|user| user.get_ref().trim().to_owned());
    to.password_env = filled(&raw.password_env).map(|name| name.get_ref().trim().to_owned());
    if let Some(from) = filled(&raw.from) {
        to.from = from.get_ref().trim().to_owned();
    }
    let Some(host) = filled(&raw.host) else {
        return;
    };
    if to.from.is_empty() {
        reader.wrong(
            host.span(),
            "`from` is missing in [mail]: the address mails are sent from",
        );
    }
    if to.user.is_some() && to.password_env.is_none() {
        reader.wrong(
            host.span(),
            "`password_env` is missing in [mail]: the name of the environment variable that holds \
             the password of `user`",
        );
    }
    let is_local = matches!(to.host.as_str(), "localhost" | "127.0.0.1" | "::1");
    if to.security == "none" && !is_local {
        reader.wrong(
            host.span(),
            "`security` in [mail] may be `none` only where `host` is this machine (127.0.0.1): \
             anything else would send the password readable for all",
        );
    }
}

fn serve(address: &Value<String>, reader: &mut Reader<'_>, config: &mut Config) {
    let Some(address) = address else { return };
    match loopback(address.get_ref()) {
        Ok(_) => config.serve.address = address.get_ref().trim().to_owned(),
        Err(why) => reader.wrong(address.span(), format!("`address` in [serve] {why}")),
    }
}

/// A value that is there and not blank.
pub(super) fn filled(value: &Value<String>) -> Option<&Spanned<String>> {
    value
        .as_ref()
        .filter(|value| !value.get_ref().trim().is_empty())
}

/// A socket address as people write it.
pub(super) fn socket(text: &str) -> Result<SocketAddr, String> {
    let text = text.trim();
    let numeric = match text.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None => text.to_owned(),
    };
    numeric.parse().map_err(|_| {
        format!("must be an address and a port such as `127.0.0.1:7878`, found `{text}`")
    })
}

/// The socket address behind `[serve] address`.
pub(super) fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address = socket(text)?;
    let text = text.trim();
    if !address.ip().is_loopback() {
        return Err(format!(
            "must be an address of this machine only, such as `127.0.0.1:{}`, found `{text}`: the \
             pages have no password, so they are never offered to a network. From another \
             computer use `ssh -L {}:127.0.0.1:{} THIS-MACHINE`",
            address.port(),
            address.port(),
            address.port()
        ));
    }
    Ok(address)
}
