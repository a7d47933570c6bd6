//! What a text shows of its writer's intent, as a few features beside its words: phrases of the
//! lexicon, question marks, how sentences begin and end, how the text feels.
//!
//! Phrases and marks mean the same in every language, so what is learned about them where there
//! are labelled texts holds where there are none.

use super::hash::{combine, fold, hash_text};
use super::lexicon::{Sense, asks};
use super::marks::Mark;
use super::token::{Sort, Token};
use crate::record::{Polarity, Reason, Sentiment};

/// Sentences whose edges are read.
const SENTENCES_MAX: usize = 8;
/// Bytes between a matter and the unkind word that makes it a reason.
const NEAR: usize = 26;
/// From this probability on a feeling is strong.
const STRONG: f32 = 0.8;
/// What turns an unkind word round when it stands right before it.
const NEGATIONS: &[&str] = &[
    "no ", "not ", "without ", "any ", "kein ", "keine ", "sin ", "sans ", "sem ", "senza ",
    "без ", "tanpa ", "不", "没", "没有",
];

/// How a reason shows in a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shown {
    /// Phrases that say it outright.
    pub strong: u8,
    /// Phrases that name its matter with an unkind word near.
    pub blamed: u8,
    /// Phrases that only name its matter.
    pub named: u8,
}

impl Shown {
    /// Whether anything of it shows.
    pub fn any(self) -> bool {
        self != Shown::default()
    }
}

/// The cues of a text. Its memory serves for text after text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cues {
    /// What means the same in all languages.
    pub senses: Vec<u32>,
    /// First and last words of sentences.
    pub edges: Vec<u32>,
    /// The reasons, in the order of [`Reason::ALL`].
    pub shown: [Shown; Reason::ALL.len()],
    /// A phrase says that its writer wants to buy.
    pub wishes: bool,
    /// How the text feels, as a number below 8.
    feeling: u64,
}

/// Numbers of the senses; new ones go to the end, because models know them by these.
mod id {
    pub const READ: u64 = 1;
    pub const ASKS_AT_END: u64 = 2;
    pub const ASKS_NEAR_END: u64 = 3;
    pub const ASKS_BEFORE: u64 = 4;
    pub const ASKS_TWICE: u64 = 5;
    pub const ENDING: u64 = 6;
    pub const LINK: u64 = 7;
    pub const REASON: u64 = 8;
    pub const BLAMED: u64 = 9;
    pub const NAMED: u64 = 10;
    pub const BAD: u64 = 11;
    pub const FEELING: u64 = 16;
    /// And so many for each sense: weak, once, more often.
    pub const SENSE: u64 = 32;
    pub const WARNED_WISH: u64 = 64;
    pub const SOLD_WISH: u64 = 65;
    pub const ASKED_WISH: u64 = 66;
    /// Of a reason.
    pub const SHOWN: u64 = 128;
}

/// The feature of a cue.
fn cue(number: u64) -> u32 {
    fold(combine(0xc0e5, number))
}

/// Says that the words of a text are read as well, which leaves less to the cues.
pub fn words_are_read() -> u32 {
    cue(id::READ)
}

impl Cues {
    /// Reads the cues of another text in the same memory.
    pub fn read(
        &mut self,
        text: &str,
        tokens: &[Token],
        marks: &[Mark],
        language: Option<&str>,
        sentiment: &Sentiment,
    ) {
        self.senses.clear();
        self.edges.clear();
        self.shown = Default::default();
        self.feeling = feeling(sentiment);
        self.read_marks(text, marks);
        self.read_questions(text, tokens);
        self.read_sentences(text, tokens, language);
        self.senses.push(cue(id::FEELING + self.feeling));
        if tokens.iter().any(|token| token.sort == Sort::Link) {
            self.senses.push(cue(id::LINK));
        }
    }

    fn read_marks(&mut self, text: &str, marks: &[Mark]) {
        let mut counts = [[0_u8; 2]; 6];
        let mut bad = false;
        for mark in marks {
            let place = match mark.sense {
                Sense::Question => 0,
                Sense::Purchase => 1,
                Sense::Warning => 2,
                Sense::Complaint => 3,
                Sense::Giveaway => 4,
                Sense::Advert => 5,
                Sense::Bad => {
                    bad = true;
                    continue;
                }
                Sense::Reason(reason) => {
                    let shown = &mut self.shown[reason as usize];
                    let count = if !mark.weak {
                        &mut shown.strong
                    } else if is_blamed(text, mark, marks) {
                        &mut shown.blamed
                    } else {
                        &mut shown.named
                    };
                    *count = count.saturating_add(1);
                    continue;
                }
                Sense::Currency(_) | Sense::Place(_) | Sense::Local(_) => continue,
            };
            let count = &mut counts[place][usize::from(!mark.weak)];
            *count = count.saturating_add(1);
        }
        for (place, [weak, strong]) in (0..).zip(counts) {
            let base = id::SENSE + 4 * place;
            if weak > 0 {
                self.senses.push(cue(base));
            }
            if strong > 0 {
                self.senses.push(cue(base + u64::from(strong.min(2))));
            }
        }
        let [question, purchase, warning, _, giveaway, advert] = counts.map(|c| c[1] > 0);
        self.wishes = purchase;
        for (holds, number) in [
            (bad, id::BAD),
            (purchase && warning, id::WARNED_WISH),
            (purchase && (giveaway || advert), id::SOLD_WISH),
            (purchase && question, id::ASKED_WISH),
            (self.shown.iter().any(|s| s.strong > 0), id::REASON),
            (self.shown.iter().any(|s| s.blamed > 0), id::BLAMED),
            (self.shown.iter().any(|s| s.named > 0), id::NAMED),
        ] {
            if holds {
                self.senses.push(cue(number));
            }
        }
    }

    /// Question marks, and how much stands behind the last one.
    fn read_questions(&mut self, text: &str, tokens: &[Token]) {
        let is_asking = |token: &&Token| {
            token.sort == Sort::Mark && token.of(text).starts_with(['?', '؟', '？'])
        };
        let mut asking = tokens
            .iter()
            .enumerate()
            .filter(|(_, token)| is_asking(token));
        let Some((last, _)) = asking.next_back() else {
            return;
        };
        let words = tokens[last..]
            .iter()
            .filter(|token| matches!(token.sort, Sort::Word | Sort::Run | Sort::Number))
            .take(5)
            .count();
        self.senses.push(cue(match words {
            0 => id::ASKS_AT_END,
            1..=4 => id::ASKS_NEAR_END,
            _ => id::ASKS_BEFORE,
        }));
        if asking.next().is_some() {
            self.senses.push(cue(id::ASKS_TWICE));
        }
    }

    fn read_sentences(&mut self, text: &str, tokens: &[Token], language: Option<&str>) {
        let ends = |token: &Token| match token.sort {
            Sort::Break | Sort::Emoji => true,
            Sort::Mark => token.of(text).starts_with(super::marks::ends_sentence),
            _ => false,
        };
        let mut asks_so = false;
        let sentences = tokens.split(ends).filter(|sentence| {
            let word = |token: &Token| matches!(token.sort, Sort::Word | Sort::Run);
            sentence.iter().any(word)
        });
        for sentence in sentences.take(SENTENCES_MAX) {
            self.read_edges(text, sentence);
            if let (Some(language), Some(last)) = (language, sentence.last()) {
                let start = sentence[0].start as usize;
                let whole = text.get(start..last.end as usize).unwrap_or("");
                asks_so |= asks(whole, language);
            }
        }
        if asks_so {
            self.senses.push(cue(id::ENDING));
        }
    }

    fn read_edges(&mut self, text: &str, sentence: &[Token]) {
        let words = || {
            sentence
                .iter()
                .filter(|t| matches!(t.sort, Sort::Word | Sort::Run))
        };
        let mut previous = 0;
        for (at, token) in words().take(2).enumerate() {
            let word = token.of(text);
            if token.sort == Sort::Run {
                let ends = word.char_indices().map(|(at, _)| at).skip(2).take(2);
                for end in ends {
                    self.edges.push(edge(1, hash_text(b'w', &word[..end])));
                }
                break;
            }
            let hash = hash_text(b'w', word);
            self.edges.push(edge(1, combine(previous, hash)));
            if at == 0 {
                previous = hash;
            }
        }
        if let Some(token) = words().next_back() {
            let word = token.of(text);
            if token.sort == Sort::Run {
                for (start, _) in word.char_indices().rev().skip(1).take(3) {
                    self.edges.push(edge(2, hash_text(b'w', &word[start..])));
                }
            } else {
                self.edges.push(edge(2, hash_text(b'w', word)));
                // Languages that ask with the end of a verb.
                if let Some((start, _)) = word.char_indices().rev().nth(1) {
                    self.edges.push(edge(3, hash_text(b'w', &word[start..])));
                }
            }
        }
    }

    /// The cues for one reason. They are the same for all reasons, which are learned as one.
    pub fn of_reason(&self, reason: Reason) -> [u32; 6] {
        let shown = self.shown[reason as usize];
        let others = || {
            let others = Reason::ALL.iter().filter(|other| **other != reason);
            others.map(|other| self.shown[*other as usize])
        };
        let shape = u64::from(shown.strong.min(2))
            + 3 * u64::from(shown.blamed.min(2))
            + 9 * u64::from(shown.named.min(1));
        [
            u64::from(shown.strong.min(2)),
            8 + u64::from(shown.blamed.min(2)),
            16 + u64::from(shown.named.min(1)),
            24 + self.feeling,
            32 + u64::from(others().any(|other| other.strong > 0)),
            40 + 8 * shape + self.feeling,
        ]
        .map(|number| cue(id::SHOWN + number))
    }
}

fn edge(which: u64, hash: u64) -> u32 {
    fold(combine(0xed6e + which, hash))
}

/// How a text feels, in six steps; 0 where nobody knows.
fn feeling(sentiment: &Sentiment) -> u64 {
    match sentiment.counted() {
        None => 0,
        Some(Polarity::Negative) if sentiment.negative >= STRONG => 1,
        Some(Polarity::Negative) => 2,
        Some(Polarity::Neutral) => 3,
        Some(Polarity::Positive) if sentiment.positive < STRONG => 4,
        Some(Polarity::Positive) => 5,
    }
}

/// Whether an unkind word stands near a matter.
fn is_blamed(text: &str, matter: &Mark, marks: &[Mark]) -> bool {
    let near = |mark: &&Mark| {
        mark.sense == Sense::Bad
            && mark.range != matter.range
            && mark.range.start <= matter.range.end + NEAR
            && matter.range.start <= mark.range.end + NEAR
    };
    marks.iter().filter(near).any(|mark| {
        let before = text.get(..mark.range.start).unwrap_or("");
        !NEGATIONS.iter().any(|negation| before.ends_with(negation))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tag::marks::found;
    use crate::tag::normalise::Normalised;
    use crate::tag::token::tokens;
    use proptest::prelude::*;

    fn cues(raw: &str, language: &str) -> Cues {
        let normalised = Normalised::new(raw);
        let marks = found(&normalised.text, Some(language));
        let mut out = Cues::default();
        let tokens = tokens(&normalised.text);
        let feeling = Sentiment::default();
        out.read(&normalised.text, &tokens, &marks, Some(language), &feeling);
        out
    }

    fn shown(raw: &str, language: &str, reason: Reason) -> (u8, u8, u8) {
        let Shown {
            strong,
            blamed,
            named,
        } = cues(raw, language).shown[reason as usize];
        (strong, blamed, named)
    }

    #[test]
    fn a_matter_is_a_reason_beside_an_unkind_word_only() {
        let price = |raw| shown(raw, "de", Reason::Price);
        assert_eq!(price("das Geld nicht wert"), (1, 0, 0));
        assert_eq!(price("der Preis ist leider schlecht"), (0, 1, 0));
        assert_eq!(price("der Preis ist gut"), (0, 0, 1));
        assert_eq!(price("die Lampe ist schlecht"), (0, 0, 0));
        let service = |raw| shown(raw, "en", Reason::Service);
        assert_eq!(service("no problem, staff came at once").1, 0);
        let far = format!("staff {} bad", "and so on ".repeat(10));
        assert_eq!(service(&far), (0, 0, 1));
    }

    #[test]
    fn a_question_mark_counts_by_what_stands_behind_it() {
        let has = |raw: &str, number| cues(raw, "en").senses.contains(&cue(number));
        assert!(has("is it loud?", id::ASKS_AT_END));
        assert!(has("is it loud?? @user http://a.b", id::ASKS_AT_END));
        assert!(has("is it loud? thanks", id::ASKS_NEAR_END));
        assert!(has(
            "loud? no, not at all, it is as quiet as can be",
            id::ASKS_BEFORE
        ));
        assert!(has("loud? heavy? no", id::ASKS_TWICE));
        assert!(!has("is it loud", id::ASKS_AT_END));
    }

    #[test]
    fn the_first_and_last_words_of_sentences_are_edges() {
        let one = cues("does it fit. no idea", "en").edges;
        let other = cues("no idea. does it fit", "en").edges;
        assert_eq!(one.len(), other.len());
        assert!(one.iter().all(|edge| other.contains(edge)));
        assert_ne!(
            cues("does it fit", "en").edges,
            cues("it does fit", "en").edges
        );
    }

    proptest! {
        #[test]
        fn cues_of_any_text_are_few(raw in any::<String>(), code in "en|ja|th|zh|ko") {
            let cues = cues(&raw, &code);
            prop_assert!(cues.senses.len() <= 40);
            prop_assert!(cues.edges.len() <= 7 * SENTENCES_MAX);
        }
    }
}
