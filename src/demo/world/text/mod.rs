//! How people write: frames with slots, dressed with openings, asides, slips and signs.

use super::dice::Dice;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The languages of the world.
pub const LANGUAGES: &[&str] = &["en", "es", "de", "tr", "ja", "id", "zh"];

const FILES: [(&str, &str); 7] = [
    ("en", include_str!("en.toml")),
    ("es", include_str!("es.toml")),
    ("de", include_str!("de.toml")),
    ("tr", include_str!("tr.toml")),
    ("ja", include_str!("ja.toml")),
    ("id", include_str!("id.toml")),
    ("zh", include_str!("zh.toml")),
];

type Frames = Vec<String>;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    chatter: Frames,
    slots: BTreeMap<String, Frames>,
    talk: BTreeMap<String, Frames>,
    event: BTreeMap<String, Frames>,
    more: More,
    fault: BTreeMap<String, Frames>,
    review: BTreeMap<String, Frames>,
    ordinary: BTreeMap<String, Frames>,
    dress: Dress,
}

/// Second sentences.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct More {
    glad: Frames,
    sad: Frames,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dress {
    join: String,
    openers: Frames,
    fillers: Frames,
    endings: Frames,
    glad: Frames,
    sad: Frames,
    tags: Frames,
}

/// What a post about a product is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Likes it.
    Praise,
    /// Does not.
    Gripe,
    /// Asks.
    Question,
    /// Would like to have it.
    Wish,
    /// Holds two against each other.
    Compare,
    /// Only mentions it.
    Plain,
    /// Talks about something the seller does not have.
    Other,
    /// Has just discovered it, like everybody.
    Buzz,
    /// Has met the fault.
    Crisis,
    /// Has seen the price.
    Bargain,
    /// Shares to win it.
    Giveaway,
    /// Is no person.
    Bot,
    /// Buys it as a present on a sales day.
    Present,
    /// Talks about the sales day.
    Rush,
    /// A good review.
    Content,
    /// A bad review.
    Cross,
}

impl Mood {
    /// Whether a second sentence fits.
    fn goes_on(self) -> bool {
        !matches!(
            self,
            Mood::Question | Mood::Wish | Mood::Compare | Mood::Other | Mood::Giveaway | Mood::Rush
        )
    }

    fn is_glad(self) -> bool {
        !matches!(self, Mood::Gripe | Mood::Crisis | Mood::Cross)
    }
}

/// What the slots of a product frame stand for.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// `{p}`: the product.
    pub p: String,
    /// `{p2}`: a second one of the seller.
    pub p2: String,
    /// `{q}`: another product.
    pub q: String,
    /// `{kind}`: what it is.
    pub kind: String,
    /// `{price}`
    pub price: String,
    /// `{fault}`
    pub fault: String,
    /// `{city}`
    pub city: String,
}

impl Names {
    fn get(&self, slot: &str) -> Option<&str> {
        match slot {
            "p" => Some(&self.p),
            "p2" => Some(&self.p2),
            "q" => Some(&self.q),
            "kind" => Some(&self.kind),
            "price" => Some(&self.price),
            "fault" => Some(&self.fault),
            "city" => Some(&self.city),
            _ => None,
        }
    }
}

/// The language of some people.
#[derive(Debug, Clone)]
pub struct Voice {
    language: &'static str,
    file: File,
}

/// All languages of the world.
#[derive(Debug, Clone)]
pub struct Voices(Vec<Voice>);

impl Voices {
    /// Read the language files the program carries.
    pub fn new() -> Result<Voices, toml::de::Error> {
        FILES
            .iter()
            .map(|(language, text)| {
                Ok(Voice {
                    language,
                    file: toml::from_str(text)?,
                })
            })
            .collect::<Result<_, _>>()
            .map(Voices)
    }

    /// The voice of a language.
    pub fn of(&self, language: &str) -> Option<&Voice> {
        self.0.iter().find(|voice| voice.language == language)
    }
}

impl Voice {
    /// The language.
    pub fn language(&self) -> &'static str {
        self.language
    }

    /// A post about nothing for sale.
    pub fn chatter(&self, names: &Names, dice: &mut Dice) -> String {
        let frame = dice.pick(&self.file.chatter).cloned().unwrap_or_default();
        let glad = dice.chance(0.6);
        self.dressed(&frame, names, glad, dice)
    }

    /// A product's name in its ordinary sense; `None` where the language has no such word.
    pub fn ordinary(&self, names: &Names, dice: &mut Dice) -> Option<String> {
        let words: Vec<&Frames> = self.file.ordinary.values().collect();
        let frame = dice
            .pick(&words)
            .copied()
            .and_then(|word| dice.pick(word))?
            .clone();
        Some(self.dressed(&frame, names, true, dice))
    }

    /// A post about a product.
    pub fn talk(&self, mood: Mood, names: &Names, dice: &mut Dice) -> String {
        let frame = dice.pick(self.frames(mood)).cloned().unwrap_or_default();
        match mood {
            Mood::Bot => self.filled(&frame, names, dice),
            _ if mood.goes_on() && dice.chance(0.55) => {
                let more = &self.file.more;
                let more = if mood.is_glad() {
                    &more.glad
                } else {
                    &more.sad
                };
                let second = dice.pick(more).map_or("", String::as_str);
                let mut parts = vec![frame];
                self.close(&mut parts);
                parts.push(second.to_owned());
                let frame = parts.join(&self.file.dress.join);
                self.dressed(&frame, names, mood.is_glad(), dice)
            }
            _ => self.dressed(&frame, names, mood.is_glad(), dice),
        }
    }

    /// A fault of a category, the one of the given number.
    pub fn fault(&self, category: &str, number: usize) -> String {
        let faults = self.file.fault.get(category).map_or(&[][..], Vec::as_slice);
        faults
            .get(number % faults.len().max(1))
            .cloned()
            .unwrap_or_default()
    }

    fn frames(&self, mood: Mood) -> &[String] {
        let (table, key) = match mood {
            Mood::Praise => (&self.file.talk, "praise"),
            Mood::Gripe => (&self.file.talk, "gripe"),
            Mood::Question => (&self.file.talk, "question"),
            Mood::Wish => (&self.file.talk, "wish"),
            Mood::Compare => (&self.file.talk, "compare"),
            Mood::Plain => (&self.file.talk, "plain"),
            Mood::Other => (&self.file.talk, "other"),
            Mood::Buzz => (&self.file.event, "buzz"),
            Mood::Crisis => (&self.file.event, "crisis"),
            Mood::Bargain => (&self.file.event, "bargain"),
            Mood::Giveaway => (&self.file.event, "giveaway"),
            Mood::Bot => (&self.file.event, "bot"),
            Mood::Present => (&self.file.event, "present"),
            Mood::Rush => (&self.file.event, "rush"),
            Mood::Content => (&self.file.review, "good"),
            Mood::Cross => (&self.file.review, "bad"),
        };
        table.get(key).map_or(&[], Vec::as_slice)
    }

    /// A frame with its slots filled.
    fn filled(&self, frame: &str, names: &Names, dice: &mut Dice) -> String {
        let mut text = String::with_capacity(frame.len() + 32);
        let mut rest = frame;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let Some((slot, tail)) = after.split_once('}') else {
                rest = after;
                break;
            };
            match names.get(slot) {
                Some(name) => text.push_str(name),
                None => {
                    let words = self.file.slots.get(slot).map_or(&[][..], Vec::as_slice);
                    text.push_str(dice.pick(words).map_or("", String::as_str));
                }
            }
            rest = tail;
        }
        text.push_str(rest);
        text
    }

    /// A filled frame as a person posts it.
    fn dressed(&self, frame: &str, names: &Names, glad: bool, dice: &mut Dice) -> String {
        let dress = &self.file.dress;
        let mut parts = Vec::new();
        let draw = |chance: f64, list: &Frames, dice: &mut Dice| {
            dice.chance(chance)
                .then(|| dice.pick(list).cloned())
                .flatten()
        };
        if let Some(opener) = draw(0.3, &dress.openers, dice) {
            parts.push(opener);
        }
        parts.push(slipped(
            &capital(self.filled(frame, names, dice)),
            self.is_spaced(),
            dice,
        ));
        if let Some(filler) = draw(0.32, &dress.fillers, dice) {
            self.close(&mut parts);
            parts.push(self.filled(&filler, names, dice));
        }
        if let Some(ending) = draw(0.14, &dress.endings, dice) {
            parts.push(ending);
        }
        let mut text = parts.join(&dress.join);
        if self.is_spaced() && dice.chance(0.2) {
            text = text.to_lowercase();
        }
        if dice.chance(0.3) {
            text.truncate(text.trim_end_matches(['.', '。']).len());
        }
        let sign = if glad { &dress.glad } else { &dress.sad };
        if let Some(sign) = draw(0.24, sign, dice) {
            text.push_str(&dress.join);
            text.push_str(&sign.repeat(1 + dice.below(3)));
        }
        if let Some(tag) = draw(0.09, &dress.tags, dice) {
            text.push(' ');
            text.push_str(&tag);
        }
        text
    }

    /// End the last sentence where no space would part it from the next one.
    fn close(&self, parts: &mut [String]) {
        if let Some(last) = parts.last_mut()
            && !self.is_spaced()
            && last.ends_with(|letter: char| letter.is_alphanumeric())
        {
            last.push('。');
        }
    }

    /// Whether words are separated by spaces.
    fn is_spaced(&self) -> bool {
        !self.file.dress.join.is_empty()
    }
}

/// The first letter as a capital: a slot may stand at the start of a sentence.
fn capital(text: String) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => text,
    }
}

/// Slips of the finger: a swapped pair, a lost letter, a long vowel.
fn slipped(text: &str, spaced: bool, dice: &mut Dice) -> String {
    if !spaced || !dice.chance(0.16) {
        return text.to_owned();
    }
    let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    let long: Vec<usize> = words
        .iter()
        .enumerate()
        .filter(|(_, word)| word.chars().filter(|c| c.is_alphabetic()).count() >= 5)
        .map(|(index, _)| index)
        .collect();
    let Some(word) = dice.pick(&long).and_then(|index| words.get_mut(*index)) else {
        return text.to_owned();
    };
    let mut letters: Vec<char> = word.chars().collect();
    let place = 1 + dice.below(letters.len() - 2);
    match dice.below(3) {
        0 => letters.swap(place, place + 1),
        1 => {
            letters.remove(place);
        }
        _ => {
            if let Some(vowel) = letters.iter().rposition(|c| "aeiouäöüAEIOU".contains(*c)) {
                let letter = letters[vowel];
                (0..1 + dice.below(4)).for_each(|_| letters.insert(vowel, letter));
            }
        }
    }
    *word = letters.into_iter().collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn voices() -> Voices {
        Voices::new().expect("language files")
    }

    fn all_frames(file: &File) -> Vec<&String> {
        let tables = [
            &file.talk,
            &file.event,
            &file.fault,
            &file.review,
            &file.ordinary,
        ];
        file.chatter
            .iter()
            .chain(file.dress.fillers.iter())
            .chain(file.more.glad.iter().chain(&file.more.sad))
            .chain(
                tables
                    .into_iter()
                    .flat_map(|table| table.values().flatten()),
            )
            .collect()
    }

    #[test]
    fn every_language_has_enough_to_say() {
        for language in LANGUAGES {
            let voices = voices();
            let file = &voices.of(language).expect("voice").file;
            assert!(file.chatter.len() >= 60, "{language} chatter");
            let talk: usize = file.talk.values().map(Vec::len).sum();
            assert!(talk >= 40, "{language} talk: {talk}");
            let chatter: BTreeSet<_> = file.chatter.iter().collect();
            assert_eq!(
                chatter.len(),
                file.chatter.len(),
                "{language} repeats itself"
            );
        }
    }

    #[test]
    fn every_slot_of_every_frame_has_words() {
        for voice in &voices().0 {
            for frame in all_frames(&voice.file) {
                for slot in frame.split('{').skip(1) {
                    let slot = slot.split('}').next().unwrap_or("");
                    let known = Names::default().get(slot).is_some()
                        || voice
                            .file
                            .slots
                            .get(slot)
                            .is_some_and(|words| !words.is_empty());
                    assert!(known, "{}: {{{slot}}} in {frame}", voice.language);
                }
            }
        }
    }

    #[test]
    fn every_mood_has_frames_in_every_language() {
        use Mood::*;
        for voice in &voices().0 {
            for mood in [
                Praise, Gripe, Question, Wish, Compare, Plain, Other, Buzz, Crisis, Bargain,
                Giveaway, Bot, Present, Rush, Content, Cross,
            ] {
                assert!(
                    !voice.frames(mood).is_empty(),
                    "{} {mood:?}",
                    voice.language
                );
            }
            for category in [
                "audio", "kitchen", "home", "beauty", "pet", "outdoor", "power", "wellness",
            ] {
                assert!(
                    !voice.fault(category, 1).is_empty(),
                    "{} {category}",
                    voice.language
                );
            }
        }
    }

    #[test]
    fn honest_chatter_is_seldom_repeated_word_for_word() {
        for voice in &voices().0 {
            let mut dice = Dice::new(11, voice.language);
            let posts: Vec<String> = (0..2_000)
                .map(|_| voice.chatter(&Names::default(), &mut dice))
                .collect();
            let distinct: BTreeSet<&String> = posts.iter().collect();
            let repeated = 1.0 - distinct.len() as f64 / posts.len() as f64;
            assert!(repeated < 0.25, "{}: {repeated:.2}", voice.language);
        }
    }
}
