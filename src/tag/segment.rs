//! Cuts a run of an unspaced script into words: the most probable row of words by the word list
//! of the language (a unigram model, solved by dynamic programming).

use super::background::Words;
use super::script::{Script, is_mark};
use std::ops::Range;

/// Characters of a word at most; Thai words are longer.
const WORD_CHARS_MAX: usize = 6;
const THAI_CHARS_MAX: usize = 12;
/// Characters of a run that are cut in one piece; longer runs are cut block by block.
const RUN_CHARS_MAX: usize = 400;
/// Log10 probability of a character that begins no known word, and of each one after it in a row
/// of unknown characters: new names stay together instead of falling apart.
const UNKNOWN_FIRST: f32 = -8.5;
const UNKNOWN_NEXT: f32 = -3.5;

/// Words of a run, as byte ranges of the text. Without a word list the run is cut where its
/// script changes.
pub fn segment(text: &str, run: Range<usize>, words: Option<Words<'_>>) -> Vec<Range<usize>> {
    let Some(inside) = text.get(run.clone()) else {
        return Vec::new();
    };
    let mut starts: Vec<usize> = Vec::with_capacity(inside.len() / 3 + 1);
    let mut scripts: Vec<Option<Script>> = Vec::with_capacity(starts.capacity());
    for (at, c) in inside.char_indices() {
        // No cut falls before a vowel sign or a tone mark, nor inside a row of katakana, which is
        // one loan word or a name.
        let script = Script::of(c);
        let katakana = script == Some(Script::Katakana) && scripts.last() == Some(&script);
        if !(is_mark(c) || katakana) || starts.is_empty() {
            starts.push(run.start + at);
            scripts.push(script);
        }
    }
    starts.push(run.end);
    let mut out = Vec::new();
    let mut block = 0;
    let count = scripts.len();
    while block < count {
        let end = (block + RUN_CHARS_MAX).min(count);
        match words {
            Some(words) => best_row(text, &starts, &scripts, block..end, words, &mut out),
            None => by_script(&starts, &scripts, block..end, &mut out),
        }
        block = end;
    }
    out
}

fn by_script(
    starts: &[usize],
    scripts: &[Option<Script>],
    block: Range<usize>,
    out: &mut Vec<Range<usize>>,
) {
    let mut from = block.start;
    for at in block.start + 1..=block.end {
        if at == block.end || scripts[at] != scripts[from] {
            out.push(starts[from]..starts[at]);
            from = at;
        }
    }
}

fn best_row(
    text: &str,
    starts: &[usize],
    scripts: &[Option<Script>],
    block: Range<usize>,
    words: Words<'_>,
    out: &mut Vec<Range<usize>>,
) {
    let count = block.len();
    // Best score and last word's beginning, with an unknown or a known word at the end.
    let mut known = vec![(f32::NEG_INFINITY, 0_usize); count + 1];
    let mut unknown = vec![(f32::NEG_INFINITY, 0_usize); count + 1];
    known[0] = (0.0, 0);
    for at in 0..count {
        let best = known[at].0.max(unknown[at].0);
        let place = block.start + at;
        let thai = scripts[place] == Some(Script::Thai);
        let longest = if thai { THAI_CHARS_MAX } else { WORD_CHARS_MAX };
        for length in 1..=longest.min(count - at) {
            let word = text
                .get(starts[place]..starts[place + length])
                .unwrap_or("");
            if let Some(zipf) = words.zipf(word) {
                let score = best + zipf - 9.0;
                if score > known[at + length].0 {
                    known[at + length] = (score, at);
                }
            }
        }
        let fresh = known[at].0 + UNKNOWN_FIRST;
        let same = at > 0 && scripts[place] == scripts[place - 1];
        let longer = if same {
            unknown[at].0 + UNKNOWN_NEXT
        } else {
            unknown[at].0 + UNKNOWN_FIRST
        };
        unknown[at + 1] = if longer > fresh {
            (longer, if same { unknown[at].1 } else { at })
        } else {
            (fresh, at)
        };
    }
    let mut cuts = Vec::new();
    let mut end = count;
    while end > 0 {
        let from = if known[end].0 >= unknown[end].0 {
            known[end].1
        } else {
            unknown[end].1
        };
        cuts.push(starts[block.start + from]..starts[block.start + end]);
        end = from;
    }
    out.extend(cuts.into_iter().rev());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tag::background::Background;

    fn cut(text: &str, list: &[(&str, f32)]) -> Vec<String> {
        let list = list.iter().map(|(w, z)| ((*w).to_owned(), *z)).collect();
        let background = Background::pack(&[("zh".into(), list)]);
        segment(text, 0..text.len(), background.of("zh"))
            .into_iter()
            .map(|range| text[range].to_owned())
            .collect()
    }

    #[test]
    fn the_likeliest_row_of_words_wins() {
        let list = [
            ("我", 7.0),
            ("我们", 6.0),
            ("们", 3.0),
            ("喜欢", 5.5),
            ("喜", 4.0),
            ("欢", 3.5),
            ("灯", 4.5),
        ];
        assert_eq!(cut("我们喜欢灯", &list), ["我们", "喜欢", "灯"]);
    }

    #[test]
    fn an_unknown_name_stays_in_one_piece() {
        let list = [("我", 7.0), ("买", 5.5), ("了", 7.0)];
        assert_eq!(cut("我买了澄漪琅", &list), ["我", "买", "了", "澄漪琅"]);
    }

    #[test]
    fn without_a_list_scripts_part_and_long_runs_end() {
        let text = "カメラを買う";
        let parts: Vec<&str> = segment(text, 0..text.len(), None)
            .into_iter()
            .map(|range| &text[range])
            .collect();
        assert_eq!(parts, ["カメラ", "を", "買", "う"]);
        let long = "字".repeat(5_000);
        let total: usize = cut(&long, &[("字", 4.0)]).iter().map(String::len).sum();
        assert_eq!(total, long.len());
    }
}
