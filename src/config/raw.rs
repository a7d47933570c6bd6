//! What groundswell.toml may say, key by key, before any of it is checked. The names of these
//! fields are the keys; a list of valid keys is never written a second time.

use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// A value and where it stands in the file; `None` when the file leaves it to the default.
pub(super) type Value<T> = Option<Spanned<T>>;

macro_rules! section {
    ($(#[$doc:meta])* $name:ident { $($(#[$how:meta])* $key:ident: $kind:ty),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Default, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub(super) struct $name { $($(#[$how])* pub(super) $key: $kind),+ }
    };
}

section! {
    /// The whole file.
    Raw {
        store: RawStore,
        crawl: RawCrawl,
        watch: Vec<RawWatch>,
        inbox: Vec<RawInbox>,
        push: RawPush,
        budget: Vec<RawBudget>,
        catalogue: RawFile,
        stock: RawFile,
        transformer: RawTransformer,
        trend: RawTrend,
        restock: RawRestock,
        report: RawReport,
        mail: RawMail,
        serve: RawServe,
        privacy: RawPrivacy,
    }
}

section! {
    /// `[store]`
    RawStore { engine: Value<String>, path: Value<String> }
}

section! {
    /// `[crawl]`
    RawCrawl {
        contact: Value<String>,
        sources: Value<String>,
        deadline_s: Value<i64>,
        timeout_s: Value<i64>,
        body_bytes_max: Value<i64>,
        redirects_max: Value<i64>,
        hosts_at_once_max: Value<i64>,
        retries_max: Value<i64>,
        host_pause_ms: Value<i64>,
        host_pause_ms_max: Value<i64>,
        parse_ms_max: Value<i64>,
        drift_days: Value<i64>,
        private_hosts: Value<Vec<String>>,
    }
}

section! {
    /// `[[watch]]`
    RawWatch {
        source: Value<String>,
        queries: Value<Vec<String>>,
        market: Value<String>,
        schedule: Value<String>,
        every_min: Value<String>,
        every_max: Value<String>,
        zone: Value<String>,
        params: Value<BTreeMap<String, String>>,
    }
}

section! {
    /// `[[budget]]`
    RawBudget {
        bucket: Value<String>,
        calls_per_day: Value<i64>,
        units_per_day: Value<i64>,
        money_per_day: Value<String>,
        money_per_month: Value<String>,
    }
}

section! {
    /// `[[inbox]]`
    RawInbox {
        source: Value<String>,
        #[serde(rename = "as")]
        shape: Value<String>,
        folder: Value<String>,
        kind: Value<String>,
        role: Value<String>,
        agents: Value<Vec<String>>,
        market: Value<String>,
        list: Value<String>,
        currency: Value<String>,
        class: Value<String>,
        zone: Value<String>,
        map: Value<BTreeMap<String, String>>,
    }
}

section! {
    /// `[push]`
    RawPush {
        address: Value<String>,
        token_env: Value<String>,
        token_file: Value<String>,
        body_bytes_max: Value<i64>,
        lines_max: Value<i64>,
    }
}

section! {
    /// `[catalogue]` and `[stock]`
    RawFile { path: Value<String> }
}

section! {
    /// `[transformer]`
    RawTransformer {
        sentiment: Value<String>,
        sentiment_for: Value<String>,
        sentiment_labels: Value<BTreeMap<String, String>>,
        sentiment_languages: Value<Vec<String>>,
        keyphrases: Value<String>,
        keyphrases_for: Value<String>,
        posts_per_minute_max: Value<i64>,
    }
}

section! {
    /// `[trend]`
    RawTrend {
        close_after_h: Value<i64>,
        false_alarms_per_1000: Value<f64>,
        authors_min: Value<i64>,
        quiet_days: Value<i64>,
        phrase_alerts_per_day: Value<i64>,
    }
}

section! {
    /// `[restock]`
    RawRestock {
        service_level: Value<f64>,
        cover_days: Value<i64>,
        velocity_days: Value<i64>,
        uplift_max: Value<f64>,
        ships_from: Value<String>,
        calendar: Value<String>,
        lead: RawLead,
    }
}

section! {
    /// `[restock.lead]`
    RawLead {
        production_days: Value<i64>,
        freight_days: Value<i64>,
        receiving_days: Value<i64>,
        spread_days: Value<i64>,
    }
}

section! {
    /// `[report]`
    RawReport {
        language: Value<String>,
        subscribers: Value<String>,
        days: Value<i64>,
        title: Value<String>,
        schedule: Value<String>,
        zone: Value<String>,
    }
}

section! {
    /// `[mail]`
    RawMail {
        host: Value<String>,
        port: Value<i64>,
        security: Value<String>,
        user: Value<String>,
        password_env: Value<String>,
        from: Value<String>,
    }
}

section! {
    /// `[serve]`
    RawServe { address: Value<String> }
}

section! {
    /// `[privacy]`
    RawPrivacy { keep_text_days: Value<i64> }
}
