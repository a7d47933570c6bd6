//! The other ways in which people spell a name.

use super::kana::{other_kana, romaji};
use super::script::Script;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Roman numerals from two on.
const ROMAN: [&str; 9] = ["ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"];

/// Other spellings of a model code: only the spaces in it change.
pub fn code_spellings(text: &str) -> Vec<String> {
    let letters = |text: &str| text.replace(' ', "");
    let mut out = spellings(text);
    out.retain(|other| letters(other) == letters(text));
    out
}

/// Other spellings of a folded name.
pub fn spellings(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    let mut out = Vec::new();
    let mut forms = vec![words.join(" ")];
    forms.extend(swap_numeral(&words));
    forms.extend(swap_han_numeral(text));
    forms.extend(other_kana(text));
    forms.extend(romaji(text));
    let plain: String = text
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .nfc()
        .collect();
    if plain != text && text.chars().any(|c| Script::of(c) == Some(Script::Latin)) {
        forms.push(plain);
    }
    for mark in ['\'', '’'] {
        if text.contains(mark) {
            forms.push(text.replace(mark, ""));
            forms.push(text.replace(mark, if mark == '\'' { "’" } else { "'" }));
        }
    }
    for form in &forms {
        let count = form.split(' ').count();
        if (2..=4).contains(&count) && form.chars().count() >= 6 {
            out.push(form.replace(' ', ""));
        }
        // `wh1000xm5` is also written `wh 1000xm5`: letters and digits part.
        if let Some(parted) = part_digits(form) {
            out.push(parted);
        }
    }
    let plurals: Vec<String> = forms
        .iter()
        .chain(&out)
        .filter_map(|form| plural(form))
        .collect();
    out.extend(forms);
    out.extend(plurals);
    out
}

/// `GlowBuds 2` → `Glow Buds 2`: capitals inside a word show where people put a space.
pub fn part_capitals(name: &str) -> Option<String> {
    let mut parted = String::with_capacity(name.len() + 4);
    let mut last = ' ';
    for c in name.chars() {
        if last.is_lowercase() && c.is_uppercase() {
            parted.push(' ');
        }
        parted.push(c);
        last = c;
    }
    (parted.len() > name.len()).then_some(parted)
}

/// `mark ii` ↔ `mark 2`, for the last word only.
fn swap_numeral(words: &[&str]) -> Option<String> {
    let (last, before) = words.split_last()?;
    if before.is_empty() {
        return None;
    }
    let other = match ROMAN.iter().position(|roman| roman == last) {
        Some(at) => (at + 2).to_string(),
        None => {
            let number: usize = last.parse().ok().filter(|n| (2..=10).contains(n))?;
            ROMAN[number - 2].to_owned()
        }
    };
    Some(format!("{} {other}", before.join(" ")))
}

/// `小鹿二代` ↔ `小鹿2代`: a numeral before what Chinese counts generations and numbers with.
fn swap_han_numeral(text: &str) -> Option<String> {
    const HAN: [char; 9] = ['一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let chars: Vec<char> = text.chars().collect();
    let at = chars.windows(2).position(|pair| {
        matches!(pair[1], '代' | '号' | '號' | '款' | '世')
            && (HAN.contains(&pair[0]) || ('1'..='9').contains(&pair[0]))
    })?;
    // `十二代` and `12代` are other numbers.
    let before = at.checked_sub(1).and_then(|at| chars.get(at));
    if before.is_some_and(|c| c.is_ascii_digit() || *c == '十' || HAN.contains(c)) {
        return None;
    }
    let other = match HAN.iter().position(|numeral| *numeral == chars[at]) {
        Some(place) => char::from_digit(place as u32 + 1, 10)?,
        None => HAN[chars[at].to_digit(10)? as usize - 1],
    };
    let swapped = chars.iter().enumerate();
    Some(
        swapped
            .map(|(place, c)| if place == at { other } else { *c })
            .collect(),
    )
}

/// `glowbuds2` → `glowbuds 2`: one place where letters turn into digits.
fn part_digits(text: &str) -> Option<String> {
    let turn = text
        .char_indices()
        .zip(text.chars().skip(1))
        .find(|((_, left), right)| left.is_ascii_alphabetic() && right.is_ascii_digit())
        .map(|((at, _), _)| at + 1)?;
    (turn >= 2).then(|| format!("{} {}", &text[..turn], &text[turn..]))
}

fn plural(text: &str) -> Option<String> {
    // A name with a comma is a whole listing title: nobody repeats it in the plural.
    if text.contains(',') {
        return None;
    }
    let last = text.rsplit(' ').next()?;
    let latin = last.len() >= 3 && last.chars().all(|c| c.is_ascii_lowercase());
    if !latin || last.ends_with(['s', 'x', 'z']) || ROMAN.contains(&last) {
        return None;
    }
    if text.ends_with("ch") || text.ends_with("sh") {
        return Some(format!("{text}es"));
    }
    match text.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => Some(format!("{stem}ies")),
        _ => Some(format!("{text}s")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_are_written_in_three_ways() {
        assert!(spellings("lumo mark iv").contains(&"lumo mark 4".to_owned()));
        assert!(spellings("小鹿二代").contains(&"小鹿2代".to_owned()));
        assert!(spellings("小鹿3号 夜灯").contains(&"小鹿三号 夜灯".to_owned()));
        assert_eq!(swap_han_numeral("小鹿十二代"), None);
    }

    #[test]
    fn kana_are_also_looked_for_in_latin_letters() {
        let spellings = spellings("ムーンランプ");
        assert!(
            spellings.contains(&"むーんらんぷ".to_owned()),
            "{spellings:?}"
        );
        assert!(spellings.contains(&"munranpu".to_owned()));
    }
}
