//! Japanese syllables: hiragana ↔ katakana, and both → Latin letters.

/// Latin letters of a name from which on it is telling: shorter ones are also words elsewhere.
const LETTERS_MIN: usize = 5;

/// Katakana and their Hepburn spelling, separated by spaces; syllables of two letters come first.
const ROMAJI: &str = "\
    キャ kya キュ kyu キョ kyo シャ sha シュ shu ショ sho シェ she チャ cha チュ chu チョ cho チェ che \
    ニャ nya ニュ nyu ニョ nyo ヒャ hya ヒュ hyu ヒョ hyo ミャ mya ミュ myu ミョ myo リャ rya リュ ryu リョ ryo \
    ギャ gya ギュ gyu ギョ gyo ジャ ja ジュ ju ジョ jo ジェ je ビャ bya ビュ byu ビョ byo ピャ pya ピュ pyu ピョ pyo \
    ファ fa フィ fi フェ fe フォ fo ティ ti ディ di トゥ tu ドゥ du ウィ wi ウェ we ウォ wo ヴァ va ヴィ vi ヴェ ve ヴォ vo \
    ア a イ i ウ u エ e オ o カ ka キ ki ク ku ケ ke コ ko サ sa シ shi ス su セ se ソ so \
    タ ta チ chi ツ tsu テ te ト to ナ na ニ ni ヌ nu ネ ne ノ no ハ ha ヒ hi フ fu ヘ he ホ ho \
    マ ma ミ mi ム mu メ me モ mo ヤ ya ユ yu ヨ yo ラ ra リ ri ル ru レ re ロ ro ワ wa ヲ o ン n ヴ vu \
    ガ ga ギ gi グ gu ゲ ge ゴ go ザ za ジ ji ズ zu ゼ ze ゾ zo ダ da ヂ ji ヅ zu デ de ド do \
    バ ba ビ bi ブ bu ベ be ボ bo パ pa ピ pi プ pu ペ pe ポ po";

/// Katakana written for hiragana and the other way round; `None` where the name has neither or
/// both.
pub fn other_kana(name: &str) -> Option<String> {
    let is_hiragana = |c: char| ('ぁ'..='ゖ').contains(&c);
    let is_katakana = |c: char| ('ァ'..='ヶ').contains(&c);
    let step = match (name.chars().any(is_hiragana), name.chars().any(is_katakana)) {
        (true, false) => 0x60,
        (false, true) => -0x60,
        _ => return None,
    };
    let swapped = |c: char| {
        let kana = is_hiragana(c) || is_katakana(c);
        let other = (c as i32)
            .checked_add(step)
            .and_then(|c| u32::try_from(c).ok());
        kana.then(|| other.and_then(char::from_u32))
            .flatten()
            .unwrap_or(c)
    };
    Some(name.chars().map(swapped).collect())
}

/// A name of kana alone in Latin letters, long vowels unmarked as people type them; `None` for
/// any other name and for short ones.
pub fn romaji(name: &str) -> Option<String> {
    let katakana: String = match other_kana(name) {
        Some(swapped) if name.chars().any(|c| ('ぁ'..='ゖ').contains(&c)) => swapped,
        _ => name.to_owned(),
    };
    let mut out = String::new();
    let mut rest = katakana.as_str();
    let mut doubled = false;
    while let Some(first) = rest.chars().next() {
        match first {
            'ッ' => doubled = true,
            'ー' => {}
            ' ' | '・' => out.push(' '),
            _ => {
                let (kana, latin) = syllable(rest)?;
                if doubled && let Some(consonant) = latin.chars().next() {
                    out.push(consonant);
                }
                doubled = false;
                out.push_str(latin);
                rest = &rest[kana.len()..];
                continue;
            }
        }
        rest = &rest[first.len_utf8()..];
    }
    (out.len() >= LETTERS_MIN).then_some(out)
}

fn syllable(text: &str) -> Option<(&'static str, &'static str)> {
    let mut words = ROMAJI.split_ascii_whitespace();
    std::iter::from_fn(|| Some((words.next()?, words.next()?)))
        .find(|(kana, _)| text.starts_with(kana))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kana_become_each_other_and_latin_letters() {
        assert_eq!(other_kana("すいっち").as_deref(), Some("スイッチ"));
        assert_eq!(other_kana("スイッチ 2").as_deref(), Some("すいっち 2"));
        assert_eq!(other_kana("月球灯"), None);
        assert_eq!(romaji("ほっとカップ"), None, "mixed names are left alone");
        assert_eq!(romaji("ムーンランプ").as_deref(), Some("munranpu"));
        assert_eq!(romaji("キャッチャー").as_deref(), Some("kyaccha"));
        assert_eq!(romaji("ランプ").as_deref(), Some("ranpu"));
        assert_eq!(romaji("ネコ"), None);
        assert_eq!(romaji("lamp"), None);
    }
}
