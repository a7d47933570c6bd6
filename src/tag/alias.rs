//! A SKU → the names people may write for it.

use super::background::Background;
use super::normalise::Normalised;
use super::script::Script;
use super::spelling::{code_spellings, part_capitals, spellings};
use crate::record::Sku;
use std::collections::HashSet;

/// Aliases of one SKU at most.
const ALIASES_MAX: usize = 96;
/// Words of an alias at most; longer names are never repeated word for word.
const WORDS_MAX: usize = 8;
/// A word this common (Zipf value, one in a few million) is a word before it is a name.
const COMMON_WORD: f32 = 2.8;
/// All words of a generated alias this common: it names a kind of thing, not this thing.
const COMMON_KIND: f32 = 3.3;

/// Where an alias comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The catalogue lists it.
    Given,
    /// The product name.
    Name,
    /// The product line.
    Line,
    /// A model code.
    Model,
    /// Name or alias without the brand.
    BrandDropped,
    /// Another spelling of one of those.
    Spelling,
}

impl Origin {
    /// The words shown to a user.
    pub fn words(self) -> &'static str {
        match self {
            Origin::Given => "listed in the catalogue",
            Origin::Name => "product name",
            Origin::Line => "product line",
            Origin::Model => "model code",
            Origin::BrandDropped => "name without the brand",
            Origin::Spelling => "other spelling",
        }
    }
}

/// Why a name alone proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ambiguity {
    /// It is the brand and no more.
    Brand,
    /// It has no letter.
    Number,
    /// All its words are common: a kind of thing.
    Kind,
    /// It is too short.
    Short,
    /// It is a common word.
    Word,
}

impl Ambiguity {
    /// The words shown to a user.
    pub fn words(self) -> &'static str {
        match self {
            Ambiguity::Brand => "only the brand",
            Ambiguity::Number => "only a number",
            Ambiguity::Kind => "names a kind of thing",
            Ambiguity::Short => "very short",
            Ambiguity::Word => "a common word",
        }
    }
}

/// A name of a SKU in the form that texts are matched in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// Normalised, separators folded to single spaces.
    pub text: String,
    /// Where it comes from.
    pub origin: Origin,
    /// Why it links only with support; `None`: it is sure by itself.
    pub ambiguity: Option<Ambiguity>,
}

/// Folds separators that people leave out or swap: hyphen, underscore, slash, line break. Each
/// is one byte before and after, so offsets hold.
pub fn fold_separators(text: &str) -> String {
    text.replace(['-', '_', '/', '\n'], " ")
}

/// The same for the bytes of a text.
pub fn fold_bytes(text: &mut [u8]) {
    for byte in text {
        if matches!(byte, b'-' | b'_' | b'/' | b'\n') {
            *byte = b' ';
        }
    }
}

/// Normalises a name the way texts are, with single spaces.
pub fn fold_name(name: &str) -> String {
    fold_separators(&Normalised::new(name).text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// The key of a model code: its letters and digits.
pub fn model_key(code: &str) -> String {
    fold_name(code)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// Whether a key looks like a model code: letters and digits, starting with a letter or at least
/// not looking like an amount with a unit (`20000mah`).
pub fn is_model_key(key: &str) -> bool {
    let digits = key.chars().any(|c| c.is_ascii_digit());
    let letters = key.chars().any(char::is_alphabetic);
    digits && letters && key.chars().count() >= 3
}

/// Every name under which a SKU is looked for, the most certain first.
pub fn expand(sku: &Sku, background: &Background) -> Vec<Alias> {
    let brand = sku.brand.as_deref().map(fold_name).unwrap_or_default();
    let mut bases: Vec<(String, Origin)> = Vec::new();
    for name in sku.aliases.values().flatten() {
        bases.push((fold_name(name), Origin::Given));
    }
    bases.push((fold_name(&sku.name), Origin::Name));
    bases.push((fold_name(head_of(&sku.name)), Origin::Name));
    if let Some(line) = &sku.line {
        bases.push((fold_name(line), Origin::Line));
        if !brand.is_empty() {
            bases.push((format!("{brand} {}", fold_name(line)), Origin::Line));
        }
    }
    for model in &sku.models {
        bases.push((fold_name(model), Origin::Model));
    }
    let inner_capitals: Vec<String> = sku
        .aliases
        .values()
        .flatten()
        .map(String::as_str)
        .chain([head_of(&sku.name)])
        .filter_map(part_capitals)
        .collect();
    for parted in inner_capitals {
        bases.push((fold_name(&parted), Origin::Spelling));
    }
    for at in 0..bases.len() {
        if let Some(rest) = without_brand(&bases[at].0, &brand) {
            bases.push((rest, Origin::BrandDropped));
        }
    }
    let mut out: Vec<Alias> = Vec::new();
    let mut seen: HashSet<String> = HashSet::new();
    for (text, origin) in &bases {
        push(
            &mut out,
            &mut seen,
            text.clone(),
            *origin,
            *origin,
            &brand,
            background,
        );
    }
    for (text, origin) in &bases {
        let from = out.len();
        let spellings = match origin {
            Origin::Model => code_spellings(text),
            _ => spellings(text),
        };
        for spelling in spellings {
            push(
                &mut out,
                &mut seen,
                spelling,
                Origin::Spelling,
                *origin,
                &brand,
                background,
            );
        }
        // `oranges` is as common a word as `orange`, though no list may hold it.
        if !text.contains(' ')
            && out
                .iter()
                .any(|alias| alias.text == *text && alias.ambiguity == Some(Ambiguity::Word))
        {
            let spelled = out.get_mut(from..).unwrap_or_default();
            for alias in spelled.iter_mut().filter(|alias| alias.ambiguity.is_none()) {
                alias.ambiguity = Some(Ambiguity::Word);
            }
        }
    }
    out
}

fn push(
    out: &mut Vec<Alias>,
    seen: &mut HashSet<String>,
    text: String,
    origin: Origin,
    root: Origin,
    brand: &str,
    background: &Background,
) {
    let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
    let fits = letters >= 2 && text.split(' ').count() <= WORDS_MAX && out.len() < ALIASES_MAX;
    if fits && seen.insert(text.clone()) {
        let ambiguity = ambiguity(&text, root, brand, background);
        out.push(Alias {
            text,
            origin,
            ambiguity,
        });
    }
}

/// The part of a listing title before its list of features.
fn head_of(name: &str) -> &str {
    let cut = [
        ",", "，", "(", "（", "|", "【", "[", ";", " - ", " – ", ": ",
    ]
    .iter()
    .filter_map(|mark| name.find(mark))
    .filter(|at| *at > 0)
    .min();
    cut.map_or(name, |at| &name[..at])
}

fn without_brand(text: &str, brand: &str) -> Option<String> {
    if brand.is_empty() {
        return None;
    }
    let unspaced = brand
        .chars()
        .any(|c| Script::of(c).is_some_and(Script::is_unspaced));
    let rest = text
        .strip_prefix(brand)
        .filter(|rest| unspaced || rest.starts_with(' '))
        .or_else(|| {
            text.strip_suffix(brand)
                .filter(|rest| unspaced || rest.ends_with(' '))
        })?
        .trim();
    (!rest.is_empty()).then(|| rest.to_owned())
}

/// Why a name alone proves nothing, if it does not.
fn ambiguity(text: &str, root: Origin, brand: &str, background: &Background) -> Option<Ambiguity> {
    if text == brand {
        return Some(Ambiguity::Brand);
    }
    if !text.chars().any(char::is_alphabetic) {
        return Some(Ambiguity::Number);
    }
    let words: Vec<&str> = text.split(' ').collect();
    if words.len() > 1 {
        let doubtful = matches!(root, Origin::BrandDropped | Origin::Line | Origin::Spelling);
        let common = |word: &&str| {
            background
                .anywhere(word)
                .is_some_and(|zipf| zipf >= COMMON_KIND)
                || word.chars().all(|c| c.is_ascii_digit())
        };
        return (doubtful && words.iter().all(common)).then_some(Ambiguity::Kind);
    }
    let count = text.chars().count();
    let has_digit = text.chars().any(|c| c.is_ascii_digit());
    let unspaced = text
        .chars()
        .any(|c| Script::of(c).is_some_and(Script::is_unspaced));
    let short_max = match (has_digit, unspaced) {
        (true, _) => 4,
        (false, true) => 2,
        (false, false) => 3,
    };
    if count <= short_max {
        return Some(Ambiguity::Short);
    }
    let is_word = !has_digit
        && background
            .anywhere(text)
            .is_some_and(|zipf| zipf >= COMMON_WORD);
    is_word.then_some(Ambiguity::Word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn background() -> Background {
        let words = ["portable", "blender", "switch", "moon", "lamp", "mini"];
        let list = words.map(|word| (word.to_owned(), 4.0)).to_vec();
        Background::pack(&[("en".into(), list)])
    }

    fn names(sku: &Sku) -> Vec<(String, bool)> {
        expand(sku, &background())
            .into_iter()
            .map(|alias| (alias.text, alias.ambiguity.is_some()))
            .collect()
    }

    fn has(names: &[(String, bool)], text: &str, ambiguous: bool) -> bool {
        names
            .iter()
            .any(|(name, mark)| name == text && *mark == ambiguous)
    }

    #[test]
    fn a_name_grows_into_the_ways_people_write_it() {
        let sku = Sku {
            sku: "A".into(),
            name: "Lumo Glow-Buds II (white, 2 pack)".into(),
            brand: Some("Lumo".into()),
            ..Sku::default()
        };
        let names = names(&sku);
        for text in [
            "lumo glow buds ii",
            "glow buds ii",
            "glow buds 2",
            "glowbuds2",
            "lumoglowbudsii",
        ] {
            assert!(has(&names, text, false), "{text}: {names:?}");
        }
    }

    #[test]
    fn a_kind_of_thing_and_a_common_word_need_support() {
        let sku = Sku {
            sku: "B".into(),
            name: "Zest Portable Blender".into(),
            brand: Some("Zest".into()),
            aliases: [(
                "*".to_owned(),
                vec!["Switch".to_owned(), "zest-cup".to_owned()],
            )]
            .into(),
            ..Sku::default()
        };
        let names = names(&sku);
        assert!(has(&names, "zest portable blender", false));
        assert!(has(&names, "portable blender", true));
        assert!(has(&names, "switch", true) && has(&names, "switches", true));
        assert!(has(&names, "zest cup", false) && has(&names, "zestcup", false));
        assert!(has(&names, "zest cups", false));
    }

    #[test]
    fn accents_apostrophes_and_full_width_letters_make_no_difference() {
        let sku = Sku {
            sku: "C".into(),
            name: "Ｃａｆé Léo's Mug".into(),
            ..Sku::default()
        };
        let names = names(&sku);
        assert!(has(&names, "cafe leo's mug", false), "{names:?}");
        assert!(has(&names, "café léos mug", false), "{names:?}");
    }

    #[test]
    fn model_keys_ignore_hyphens_and_case() {
        assert_eq!(model_key("WH-1000 XM5"), "wh1000xm5");
        assert!(is_model_key("wh1000xm5") && !is_model_key("2024") && !is_model_key("lamp"));
    }
}
