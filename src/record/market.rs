use serde::{Deserialize, Serialize};
use std::fmt;

/// Where demand is: a country (`us`), a language zone for the undecided (`lang:es`), or all
/// markets together (`*`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Market(String);

impl Market {
    /// A market from its code: two letters, `lang:` and a language, or `*`. Case is folded.
    pub fn parse(code: &str) -> Option<Market> {
        let code = code.trim().to_ascii_lowercase();
        let letters = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase());
        let known = match code.strip_prefix("lang:") {
            Some(language) => (2..=3).contains(&language.len()) && letters(language),
            None => code == "*" || (code.len() == 2 && letters(&code)),
        };
        known.then_some(Market(code))
    }

    /// A market from its English or Chinese name, or a common short form of it.
    pub fn named(name: &str) -> Option<Market> {
        let name = name.trim();
        let short = match name.to_ascii_uppercase().as_str() {
            "UK" | "ENGLAND" | "GREAT BRITAIN" => "gb",
            "USA" | "U.S." | "UNITED STATES OF AMERICA" => "us",
            "UAE" => "ae",
            "EIRE" | "REPUBLIC OF IRELAND" => "ie",
            "KOREA" | "REPUBLIC OF KOREA" => "kr",
            "TURKEY" => "tr",
            "TAIWAN" | "台湾" => "tw",
            "香港" => "hk",
            _ => "",
        };
        let found = |info: &&MarketInfo| {
            info.code == short || info.name.eq_ignore_ascii_case(name) || info.name_zh == name
        };
        MARKETS
            .iter()
            .find(found)
            .map(|info| Market(info.code.into()))
    }

    /// The zone of a language, for posts whose country nobody can tell.
    pub fn zone_of(language: &str) -> Market {
        let primary = language.split('-').next().unwrap_or("und");
        Market::parse(&format!("lang:{primary}")).unwrap_or_else(|| Market("lang:und".into()))
    }

    /// All markets together.
    pub fn all() -> Market {
        Market("*".into())
    }

    /// The code.
    pub fn code(&self) -> &str {
        &self.0
    }

    /// What is known of the country, if it is one of ours.
    pub fn info(&self) -> Option<&'static MarketInfo> {
        MARKETS.iter().find(|info| info.code == self.0)
    }
}

impl fmt::Display for Market {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Facts about a country that several stages need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarketInfo {
    /// ISO 3166-1 alpha-2, lower case.
    pub code: &'static str,
    /// English name.
    pub name: &'static str,
    /// Chinese name.
    pub name_zh: &'static str,
    /// IANA zone of its business hours.
    pub zone: &'static str,
    /// ISO 4217.
    pub currency: &'static str,
    /// Languages people post in, most common first, BCP-47.
    pub languages: &'static [&'static str],
}

macro_rules! markets {
    ($($code:literal $name:literal $zh:literal $zone:literal $currency:literal [$($language:literal)+])+) => {
        /// The markets that are known by name; any other two-letter code still works.
        pub const MARKETS: &[MarketInfo] = &[$(MarketInfo {
            code: $code, name: $name, name_zh: $zh, zone: $zone, currency: $currency,
            languages: &[$($language),+],
        }),+];
    };
}

markets! {
    "us" "United States" "美国" "America/New_York" "USD" ["en" "es"]
    "ca" "Canada" "加拿大" "America/Toronto" "CAD" ["en" "fr"]
    "mx" "Mexico" "墨西哥" "America/Mexico_City" "MXN" ["es"]
    "br" "Brazil" "巴西" "America/Sao_Paulo" "BRL" ["pt"]
    "cl" "Chile" "智利" "America/Santiago" "CLP" ["es"]
    "ar" "Argentina" "阿根廷" "America/Argentina/Buenos_Aires" "ARS" ["es"]
    "co" "Colombia" "哥伦比亚" "America/Bogota" "COP" ["es"]
    "pe" "Peru" "秘鲁" "America/Lima" "PEN" ["es"]
    "uy" "Uruguay" "乌拉圭" "America/Montevideo" "UYU" ["es"]
    "gb" "United Kingdom" "英国" "Europe/London" "GBP" ["en"]
    "ie" "Ireland" "爱尔兰" "Europe/Dublin" "EUR" ["en"]
    "de" "Germany" "德国" "Europe/Berlin" "EUR" ["de" "tr" "en"]
    "at" "Austria" "奥地利" "Europe/Vienna" "EUR" ["de"]
    "ch" "Switzerland" "瑞士" "Europe/Zurich" "CHF" ["de" "fr" "it"]
    "fr" "France" "法国" "Europe/Paris" "EUR" ["fr"]
    "es" "Spain" "西班牙" "Europe/Madrid" "EUR" ["es"]
    "it" "Italy" "意大利" "Europe/Rome" "EUR" ["it"]
    "pt" "Portugal" "葡萄牙" "Europe/Lisbon" "EUR" ["pt"]
    "nl" "Netherlands" "荷兰" "Europe/Amsterdam" "EUR" ["nl" "en"]
    "be" "Belgium" "比利时" "Europe/Brussels" "EUR" ["nl" "fr"]
    "pl" "Poland" "波兰" "Europe/Warsaw" "PLN" ["pl"]
    "cz" "Czechia" "捷克" "Europe/Prague" "CZK" ["cs"]
    "hu" "Hungary" "匈牙利" "Europe/Budapest" "HUF" ["hu"]
    "ro" "Romania" "罗马尼亚" "Europe/Bucharest" "RON" ["ro"]
    "gr" "Greece" "希腊" "Europe/Athens" "EUR" ["el"]
    "se" "Sweden" "瑞典" "Europe/Stockholm" "SEK" ["sv" "en"]
    "no" "Norway" "挪威" "Europe/Oslo" "NOK" ["nb" "en"]
    "dk" "Denmark" "丹麦" "Europe/Copenhagen" "DKK" ["da" "en"]
    "fi" "Finland" "芬兰" "Europe/Helsinki" "EUR" ["fi" "sv"]
    "tr" "Türkiye" "土耳其" "Europe/Istanbul" "TRY" ["tr"]
    "ru" "Russia" "俄罗斯" "Europe/Moscow" "RUB" ["ru"]
    "ae" "United Arab Emirates" "阿联酋" "Asia/Dubai" "AED" ["ar" "en"]
    "sa" "Saudi Arabia" "沙特阿拉伯" "Asia/Riyadh" "SAR" ["ar"]
    "il" "Israel" "以色列" "Asia/Jerusalem" "ILS" ["he" "en"]
    "eg" "Egypt" "埃及" "Africa/Cairo" "EGP" ["ar"]
    "za" "South Africa" "南非" "Africa/Johannesburg" "ZAR" ["en" "af"]
    "in" "India" "印度" "Asia/Kolkata" "INR" ["en" "hi"]
    "id" "Indonesia" "印度尼西亚" "Asia/Jakarta" "IDR" ["id" "en"]
    "my" "Malaysia" "马来西亚" "Asia/Kuala_Lumpur" "MYR" ["ms" "en" "zh"]
    "sg" "Singapore" "新加坡" "Asia/Singapore" "SGD" ["en" "zh" "ms"]
    "th" "Thailand" "泰国" "Asia/Bangkok" "THB" ["th"]
    "vn" "Vietnam" "越南" "Asia/Ho_Chi_Minh" "VND" ["vi"]
    "ph" "Philippines" "菲律宾" "Asia/Manila" "PHP" ["en" "tl"]
    "jp" "Japan" "日本" "Asia/Tokyo" "JPY" ["ja"]
    "kr" "South Korea" "韩国" "Asia/Seoul" "KRW" ["ko"]
    "tw" "Taiwan" "中国台湾" "Asia/Taipei" "TWD" ["zh"]
    "hk" "Hong Kong" "中国香港" "Asia/Hong_Kong" "HKD" ["zh" "en"]
    "cn" "China" "中国" "Asia/Shanghai" "CNY" ["zh"]
    "au" "Australia" "澳大利亚" "Australia/Sydney" "AUD" ["en"]
    "nz" "New Zealand" "新西兰" "Pacific/Auckland" "NZD" ["en"]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_folded_and_foreign_shapes_refused() {
        assert_eq!(
            Market::parse(" DE ").map(|m| m.to_string()),
            Some("de".into())
        );
        assert_eq!(
            Market::parse("lang:es").map(|m| m.to_string()),
            Some("lang:es".into())
        );
        for wrong in ["", "d", "deu", "d3", "lang:", "lang:español", "**"] {
            assert_eq!(Market::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Market::zone_of("hi-Latn").code(), "lang:hi");
    }

    #[test]
    fn every_zone_exists() {
        for info in MARKETS {
            assert!(jiff::tz::TimeZone::get(info.zone).is_ok(), "{}", info.zone);
        }
    }
}
