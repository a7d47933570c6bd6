//! What is compared of a listing: hashed words and letter runs, model codes, amounts, colours.

use super::fields::Fields;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Words of one listing at most; the rest of a longer one is not compared.
const WORDS_MAX: usize = 400;
/// Letters of a model code at least, hyphens and spaces left out.
const CODE_CHARS_MIN: usize = 4;
/// Letters of a model code at most.
const CODE_CHARS_MAX: usize = 24;

/// Units in which amounts are written, by what they measure. Only amounts in one unit compare.
const UNITS: [(&str, u8); 44] = [
    ("mm", 1),
    ("cm", 2),
    ("m", 3),
    ("in", 4),
    ("inch", 4),
    ("inches", 4),
    ("ft", 5),
    ("kb", 6),
    ("mb", 7),
    ("gb", 8),
    ("g", 9),
    ("tb", 10),
    ("mhz", 11),
    ("ghz", 12),
    ("hz", 13),
    ("w", 14),
    ("watt", 14),
    ("watts", 14),
    ("v", 15),
    ("volt", 15),
    ("mah", 16),
    ("ah", 17),
    ("ml", 18),
    ("l", 19),
    ("oz", 20),
    ("lb", 21),
    ("lbs", 21),
    ("kg", 22),
    ("mp", 23),
    ("megapixel", 23),
    ("megapixels", 23),
    ("x", 24),
    ("pk", 25),
    ("pack", 25),
    ("pcs", 25),
    ("p", 26),
    ("k", 27),
    ("rpm", 28),
    ("btu", 29),
    ("cu", 30),
    ("cubic", 30),
    ("user", 31),
    ("users", 31),
    ("pc", 25),
];

/// Colours by name, in the languages of the larger shops; one number, one colour.
const COLOURS: [(&str, u8); 62] = [
    ("black", 1),
    ("schwarz", 1),
    ("noir", 1),
    ("nero", 1),
    ("negro", 1),
    ("preto", 1),
    ("黑色", 1),
    ("white", 2),
    ("weiß", 2),
    ("weiss", 2),
    ("blanc", 2),
    ("bianco", 2),
    ("blanco", 2),
    ("branco", 2),
    ("白色", 2),
    ("red", 3),
    ("rot", 3),
    ("rouge", 3),
    ("rosso", 3),
    ("rojo", 3),
    ("vermelho", 3),
    ("红色", 3),
    ("blue", 4),
    ("blau", 4),
    ("bleu", 4),
    ("blu", 4),
    ("azul", 4),
    ("蓝色", 4),
    ("green", 5),
    ("grün", 5),
    ("vert", 5),
    ("verde", 5),
    ("绿色", 5),
    ("silver", 6),
    ("silber", 6),
    ("argent", 6),
    ("argento", 6),
    ("plata", 6),
    ("银色", 6),
    ("grey", 7),
    ("gray", 7),
    ("grau", 7),
    ("gris", 7),
    ("grigio", 7),
    ("灰色", 7),
    ("pink", 8),
    ("rosa", 8),
    ("粉色", 8),
    ("yellow", 9),
    ("gelb", 9),
    ("jaune", 9),
    ("giallo", 9),
    ("amarillo", 9),
    ("orange", 10),
    ("purple", 11),
    ("lila", 11),
    ("violet", 11),
    ("gold", 12),
    ("brown", 13),
    ("braun", 13),
    ("titanium", 14),
    ("beige", 15),
];

/// A listing, ready to be compared. Lists are sorted; no word stands in one twice.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sketch {
    /// Words of title, brand and model.
    pub words: Vec<u32>,
    /// Words of everything.
    pub all: Vec<u32>,
    /// Runs of three and four letters of title, brand and model.
    pub grams: Vec<u32>,
    /// Model codes of the title: letters and digits only.
    pub codes: Vec<String>,
    /// Model codes of everything else.
    pub other_codes: Vec<String>,
    /// Amounts: unit, and thousandths.
    pub amounts: Vec<(u8, u64)>,
    /// Bare numbers of the title, in thousandths.
    pub numbers: Vec<u64>,
    /// Words of the brand, where one is stated.
    pub brand: Vec<u32>,
    /// First word of the title.
    pub first: Option<u32>,
    /// Colours named in the title, one bit each.
    pub colours: u32,
    /// Price, in whatever currency.
    pub price: Option<f64>,
}

impl Sketch {
    /// The sketch of a listing as it is written.
    pub fn of(text: &str) -> Sketch {
        Sketch::of_fields(&Fields::parse(text))
    }

    /// The sketch of a listing's fields.
    pub fn of_fields(fields: &Fields) -> Sketch {
        let title = fold(&fields.title);
        let brand = fold(&fields.brand);
        let model = fold(&fields.model);
        let rest = fold(&fields.rest);
        let title_words = words(&title);
        let brand_words = words(&brand);
        let mut named = title_words.clone();
        named.extend(brand_words.iter().cloned());
        named.extend(words(&model));
        let mut all: Vec<u32> = named.iter().map(|word| hash(word)).collect();
        all.extend(words(&rest).iter().map(|word| hash(word)));
        let mut sketch = Sketch {
            words: sorted(named.iter().map(|word| hash(word)).collect()),
            all: sorted(all),
            grams: sorted(named.iter().flat_map(|word| grams(word)).collect()),
            codes: codes(&format!("{title} {model}")),
            other_codes: codes(&rest),
            amounts: Vec::new(),
            numbers: Vec::new(),
            brand: sorted(brand_words.iter().map(|word| hash(word)).collect()),
            first: title_words.first().map(|word| hash(word)),
            colours: colours(&title_words),
            price: fields.price,
        };
        sketch.read_numbers(&title);
        sketch
    }

    /// Numbers with a unit, behind it or apart by a space, and numbers alone.
    fn read_numbers(&mut self, title: &str) {
        let mut rest = title;
        while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
            let is_own = !rest[..at].ends_with(|c: char| c.is_alphanumeric());
            let tail = &rest[at..];
            let end = tail
                .find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ','))
                .unwrap_or(tail.len());
            let number = tail[..end].trim_end_matches(['.', ',']).replace(',', "");
            rest = &tail[end..];
            let Some(value) = number.parse::<f64>().ok().filter(|value| *value < 1e12) else {
                continue;
            };
            let value = (value * 1000.0) as u64;
            let after = rest.trim_start_matches([' ', '-']);
            let unit_end = after
                .find(|c: char| !c.is_alphabetic())
                .unwrap_or(after.len());
            let unit = match after.chars().next() {
                Some('"' | '\'' | '”') => Some(4),
                _ => UNITS
                    .iter()
                    .find(|(name, _)| *name == &after[..unit_end])
                    .map(|(_, unit)| *unit),
            };
            let is_word_end = after[unit_end..]
                .chars()
                .next()
                .is_none_or(|c| !c.is_ascii_digit());
            match unit {
                Some(unit) if is_own && is_word_end => self.amounts.push((unit, value)),
                _ if is_own && !rest.starts_with(char::is_alphabetic) => self.numbers.push(value),
                _ => {}
            }
        }
        self.amounts.sort_unstable();
        self.amounts.dedup();
        self.numbers.sort_unstable();
        self.numbers.dedup();
    }
}

/// Compatibility forms made one, lower case, Latin without accents, language tags of exported
/// literals (`"…"@en-US`) dropped.
fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split("\"@");
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let tag = part
            .find(|c: char| !(c.is_ascii_alphabetic() || c == '-'))
            .unwrap_or(part.len());
        out.push_str("\" ");
        out.push_str(&part[tag.min(6)..]);
    }
    out.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .nfc()
        .flat_map(char::to_lowercase)
        .collect()
}

/// Whether words of the script are written without spaces.
fn is_unspaced(c: char) -> bool {
    matches!(c as u32, 0x0e00..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x3040..=0x30ff | 0x3400..=0x9fff)
}

/// Runs of letters and digits; a point between digits belongs to them. Runs of a script without
/// spaces are cut into pairs of characters.
fn words(folded: &str) -> Vec<String> {
    let chars: Vec<char> = folded.chars().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at < chars.len() && out.len() < WORDS_MAX {
        let from = at;
        let unspaced = is_unspaced(chars[at]);
        let belongs = |at: usize| {
            let c = chars[at];
            let point = c == '.'
                && at > from
                && chars[at - 1].is_ascii_digit()
                && chars.get(at + 1).is_some_and(char::is_ascii_digit);
            (c.is_alphanumeric() && is_unspaced(c) == unspaced) || point
        };
        while at < chars.len() && belongs(at) {
            at += 1;
        }
        if at == from {
            at += 1;
        } else if unspaced && at - from > 2 {
            out.extend(chars[from..at].windows(2).map(|pair| pair.iter().collect()));
        } else {
            out.push(chars[from..at].iter().collect());
        }
    }
    out
}

fn grams(word: &str) -> Vec<u32> {
    let chars: Vec<char> = format!(" {word} ").chars().collect();
    [3, 4]
        .into_iter()
        .flat_map(|size| chars.windows(size))
        .map(|run| hash(&run.iter().collect::<String>()))
        .collect()
}

/// Words with a digit that are no amount: `kx-tg1032s` → `kxtg1032s`, `010-10823-03` →
/// `0101082303`.
fn codes(folded: &str) -> Vec<String> {
    let mut out: Vec<String> = folded
        .split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '.' | '_')))
        .flat_map(|chunk| {
            // `458418-b21/x` may be two codes; both readings are kept.
            let parts = chunk.contains('/').then(|| chunk.split('/'));
            std::iter::once(chunk).chain(parts.into_iter().flatten())
        })
        .filter(|chunk| !is_amount(chunk))
        .map(|chunk| {
            let plain = chunk.chars().filter(char::is_ascii_alphanumeric);
            plain.collect::<String>()
        })
        .filter(|code| {
            let digits = code.bytes().filter(u8::is_ascii_digit).count();
            let letters = code.len() - digits;
            (CODE_CHARS_MIN..=CODE_CHARS_MAX).contains(&code.len())
                && digits > 0
                && (letters > 0 || digits >= 5)
        })
        .collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// `1080p`, `2.4ghz`, `18-250mm`: digits and then a unit.
fn is_amount(chunk: &str) -> bool {
    let letters = chunk.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-'));
    letters.len() < chunk.len() && UNITS.iter().any(|(unit, _)| *unit == letters)
}

fn colours(words: &[String]) -> u32 {
    COLOURS
        .iter()
        .filter(|(name, _)| words.iter().any(|word| word == name))
        .fold(0, |bits, (_, colour)| bits | 1 << colour)
}

/// FNV-1a, folded to 32 bits.
pub fn hash(text: &str) -> u32 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash ^ (hash >> 32)) as u32
}

fn sorted(mut list: Vec<u32>) -> Vec<u32> {
    list.sort_unstable();
    list.dedup();
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_lose_their_hyphens_and_amounts_are_none() {
        let sketch = Sketch::of("Panasonic KX-TG1032S, 1.9GHz, 2.7\" display, black, 3 pack");
        assert_eq!(sketch.codes, ["kxtg1032s"]);
        assert_eq!(sketch.amounts, [(4, 2700), (12, 1900), (25, 3000)]);
        assert_eq!(sketch.colours, 1 << 1);
        assert_eq!(codes("010-10823-03 18-250mm 1080p"), ["0101082303"]);
    }

    #[test]
    fn language_tags_of_exports_are_no_words() {
        let plain = Sketch::of("Tissot Couturier");
        assert_eq!(Sketch::of("\"Tissot Couturier\"@en-US").words, plain.words);
    }

    #[test]
    fn scripts_without_spaces_are_cut_into_pairs() {
        assert_eq!(words("月球灯 usb"), ["月球", "球灯", "usb"]);
        assert_eq!(words("2.4ghz v1."), ["2.4ghz", "v1"]);
    }
}
