//! Endings by which a sentence asks, in languages that ask with its last word.

use std::sync::LazyLock;

/// Language and endings. Unlike the phrases, an ending may be the end of a longer word.
const ENDINGS: &[(&str, &str)] = &[
    (
        "ja",
        "ですか|ますか|ませんか|でしたか|ましたか|でしょうか|ましょうか|ですかね|ますかね|のか|のかな|かな|かしら|だろうか|だっけ|んか|すか",
    ),
    (
        "zh",
        "吗|嗎|么|麼|呢|没有|沒有|什么|什麼|多少|哪里|哪裡|怎么办|怎麼辦|几点|谁|怎样|怎么样|怎麼樣|如何",
    ),
    (
        "ko",
        "까|까요|나요|가요|인가|는가|은가|을까|냐|래요|던가요|죠",
    ),
    (
        "th",
        "ไหม|มั้ย|มัย|ไม๊|หรอ|เหรอ|หรือเปล่า|รึเปล่า|ป่าว|หรือยัง|รึยัง|ยังไง|อะไร|ที่ไหน|ไหน|เท่าไหร่|เท่าไร|กี่บาท|เมื่อไหร่|ใคร",
    ),
    (
        "tr",
        " mı| mi| mu| mü|acaba|nerede|nasıl|ne kadar|kaç|neden",
    ),
    (
        "vi",
        " không| chưa| hả| nhỉ| sao| đâu| gì| nào| ko| hông| bao nhiêu| thế nào",
    ),
    ("hi-Latn", " kya| kaise| kahan| kab| kyu| kyun"),
    ("id", "kah| berapa| gimana| sih"),
    ("ms", "kah| ke| berapa"),
    ("ar", " وين| ليش| كم| ايش| شو"),
];

/// Polite words behind an ending: `ไหมคะ`.
const POLITE: &[&str] = &[
    "ครับ",
    "คับ",
    "คะ",
    "ค่ะ",
    "ค่า",
    "จ้ะ",
    "จ๊ะ",
    "นะ",
    "อ่ะ",
    "อะ",
    "啊",
    "呀",
    "ね",
];

static SPLIT: LazyLock<Vec<(&str, Vec<&str>)>> = LazyLock::new(|| {
    let split =
        |(code, endings): &(&'static str, &'static str)| (*code, endings.split('|').collect());
    ENDINGS.iter().map(split).collect()
});

/// Whether a sentence ends as questions do in a language. `sentence`: normalised, without the
/// mark that ends it.
pub fn asks(sentence: &str, language: &str) -> bool {
    let Some((_, endings)) = SPLIT.iter().find(|(code, _)| *code == language) else {
        return false;
    };
    let mut rest = sentence.trim_end();
    for _ in 0..3 {
        if endings.iter().any(|ending| rest.ends_with(ending)) {
            return true;
        }
        let Some(shorter) = POLITE.iter().find_map(|polite| rest.strip_suffix(polite)) else {
            return false;
        };
        rest = shorter.trim_end();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_ask_in_their_language_also_before_polite_words() {
        assert!(asks("มีสีอื่นไหมคะ", "th"));
        assert!(asks("防水ですか", "ja"));
        assert!(asks("배송은 언제 되나요", "ko"));
        assert!(asks("kargo bedava mı", "tr"));
        assert!(!asks("kargo bedava", "tr"));
        assert!(!asks("防水ですか", "en"));
        assert!(!asks("", "th"));
    }
}
