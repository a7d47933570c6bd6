//! Words of the overview page in its two languages. One line holds both, so none can be missing.

/// Language of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Chinese.
    Zh,
    /// English.
    En,
}

impl Language {
    /// The language of a code; `None` where it is none of ours.
    pub fn parse(code: &str) -> Option<Language> {
        match code {
            "zh" => Some(Language::Zh),
            "en" => Some(Language::En),
            _ => None,
        }
    }

    /// The code, as `<html lang>` and `?lang=` want it.
    pub fn code(self) -> &'static str {
        match self {
            Language::Zh => "zh",
            Language::En => "en",
        }
    }
}

/// Key, English, Chinese.
const WORDS: &[(&str, &str, &str)] = &[
    ("other", "中文", "English"),
    ("as_of", "As of", "截至"),
    ("judged_to", "days judged up to", "已判定至"),
    (
        "judged_none",
        "no day has been judged yet",
        "尚无已判定的日期",
    ),
    ("behind", "pages wait to be counted", "个页面等待统计"),
    ("trends", "Trends by market", "各市场趋势"),
    (
        "trends_none",
        "Nothing rose above its past in these days. Either it was quiet, or too little has been \
         read: see what was read below.",
        "这几天没有超出历史水平的上升。可能确实平静，也可能读取的数据太少，请看下方的数据覆盖。",
    ),
    ("more", "more", "更多"),
    ("subject", "What", "对象"),
    ("verdict", "Reading", "判断"),
    ("day", "Day", "日期"),
    ("people", "People", "人数"),
    ("usual", "usual", "平时"),
    ("lift", "Lift", "倍数"),
    ("evidence", "Kind of evidence", "证据类型"),
    ("proof", "posts behind it", "查看原文"),
    ("orders", "Order deadlines", "订货期限"),
    (
        "orders_none",
        "Nothing must be ordered soon, as far as stock and sales are known.",
        "就已知的库存和销量看，近期无须订货。",
    ),
    (
        "orders_failed",
        "The restock sheet could not be made; the program's log tells why.",
        "无法生成补货表，原因见程序日志。",
    ),
    ("product", "Product", "商品"),
    ("market", "Market", "市场"),
    ("order_by", "Order by", "最晚下单"),
    ("quantity", "Units", "数量"),
    ("cover", "Stock lasts", "库存可售"),
    ("days", "days", "天"),
    (
        "occasions",
        "Before holidays and sales days",
        "节日与大促前",
    ),
    ("occasion", "Occasion", "节日"),
    ("begins", "Begins", "开始"),
    ("closure", "plants close", "工厂停工"),
    ("demand", "people buy", "销售旺季"),
    ("coverage", "What was read", "数据覆盖"),
    (
        "coverage_none",
        "Nothing was asked in these days. `groundswell crawl` reads what is due.",
        "这几天没有读取任何来源。运行 groundswell crawl 即可读取。",
    ),
    ("source", "Source", "来源"),
    ("asked", "Asked", "请求"),
    ("answered", "Answered", "成功"),
    ("refused", "Refused", "被拒"),
    ("failed", "Failed", "失败"),
    ("last_answer", "Last answer", "最近成功"),
    ("never", "never", "从未"),
    ("unknown", "unknown", "未知"),
    ("verdict.hit", "hit", "爆款苗头"),
    ("verdict.mixed", "mixed", "评价分化"),
    ("verdict.crisis", "crisis", "口碑危机"),
    ("verdict.seasonal", "seasonal", "季节性"),
    ("verdict.price-war", "price war", "价格战"),
    ("verdict.suspicious-burst", "suspicious burst", "疑似刷量"),
    ("class.social", "posts", "社交帖子"),
    (
        "class.social-search",
        "posts found by search",
        "搜索到的帖子",
    ),
    ("class.review", "reviews", "评价"),
    ("class.ranking", "rankings", "榜单"),
    ("class.interest", "searches", "搜索热度"),
    ("class.voice", "your customers", "您的客户"),
    ("class.sales", "your orders", "您的订单"),
    ("advice.order-now", "order now", "立即下单"),
    ("advice.order-soon", "order soon", "尽快下单"),
    ("foot", "Data for programs", "程序接口"),
];

/// A word of the page. A key that is not there is shown as it is: a test makes sure that the
/// page asks for none.
pub fn word(language: Language, key: &str) -> &str {
    let found = WORDS.iter().find(|(known, _, _)| *known == key);
    match (found, language) {
        (Some((_, _, zh)), Language::Zh) => zh,
        (Some((_, en, _)), Language::En) => en,
        (None, _) => key,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{AlertClass, SourceClass};

    #[test]
    fn every_word_the_page_asks_for_is_there() {
        let page = include_str!("overview.html");
        let mut asked = 0;
        for part in page.split("t(\"").skip(1) {
            let key = part.split('"').next().expect("a key");
            // A key that is put together on the page ends in a point here.
            let is_there =
                |known: &str| known == key || key.ends_with('.') && known.starts_with(key);
            assert!(WORDS.iter().any(|(known, _, _)| is_there(known)), "{key}");
            asked += 1;
        }
        assert!(asked > 20, "the page asks for words");
    }

    #[test]
    fn every_verdict_and_class_has_its_word() {
        for class in SourceClass::ALL {
            let key = format!("class.{class}");
            assert_ne!(word(Language::Zh, &key), key);
        }
        for verdict in [
            AlertClass::Hit,
            AlertClass::Mixed,
            AlertClass::Crisis,
            AlertClass::Seasonal,
            AlertClass::PriceWar,
            AlertClass::SuspiciousBurst,
        ] {
            let key = format!("verdict.{}", verdict.word());
            assert_ne!(word(Language::En, &key), key);
        }
    }

    #[test]
    fn no_key_stands_twice() {
        let mut keys: Vec<_> = WORDS.iter().map(|(key, _, _)| key).collect();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), WORDS.len());
    }
}
