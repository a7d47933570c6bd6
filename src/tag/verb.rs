//! Words that say what is done or how, not what it is done with. They part phrases, or begin them
//! as participles.
//!
//! English goes by a list of ours of verbs whose forms are hardly ever nouns (`explain`, not
//! `order`), other languages by how their words end or begin. What these rules do not know is
//! taken for a thing.

use super::background::hash_word;
use super::hash::WordHash;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What the form of a word tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A finite verb or an infinitive: `explains`.
    Verb,
    /// A participle or an adverb: `proposed`, `fully`.
    Participle,
    /// Anything else.
    Other,
}

const VERBS: &str = "accept accompany accomplish achieve acknowledge acquire adapt add address adopt \
adore affect agree aim allow analyse analyze announce annoy answer anticipate appear apply appreciate \
approve argue arise arrange arrive ask assess assign assist associate assume attach attempt attend \
attract avoid await base become begin behave believe belong blame blow boost borrow bother break bring \
broaden build calculate call cancel capture care carry catch cause characterise characterize cheat \
choose claim clarify collect combine commit communicate compare compete complain complete comply \
comprise compute concern conclude conduct confirm confuse connect consider consist constitute \
construct consume contain continue contribute convert convey convince cope correspond create cry deal \
decide declare decrease deem define deliver demonstrate denote deny depend derive describe deserve \
determine develop differ diminish disagree disappear disappoint discover discuss dislike distinguish \
divide drive earn eat eliminate emerge emphasise emphasize employ enable encounter encourage enhance \
enjoy enrich ensure enter establish evaluate evolve examine exceed exhibit exist expand expect \
experience explain exploit explore express extend extract facilitate fail fall feel fill find finish fit \
focus follow force forget form formulate fulfil gain gather generalise generalize generate give grab \
grow guarantee guess handle happen hate hear help hold hope identify ignore illustrate imagine \
implement imply improve include incorporate increase indicate induce infer inform insist inspire install \
integrate intend interact interpret introduce investigate invite involve join justify lack laugh lead \
learn leave lend lie listen live locate lose maintain manage match mean meet mention miss motivate move \
obey obtain occur offer omit operate oppose outperform overcome own participate pay perform permit \
persuade play please point possess postpone predict prefer prepare present prevent proceed produce \
promise promote propose protect prove provide publish pull push put raise reach react read realise \
realize receive recognise recognize recommend reduce refer reflect refuse regard reject relate rely \
remain remember remind remove rent repair repeat replace reply represent require resemble resolve \
respond reveal ride rise satisfy say seek seem select sell send separate serve show simplify sit solve \
speak specify spend stand stay strengthen struggle study submit succeed suffer suggest suit support \
suppose surround survive suspect swear talk teach tell tend think throw transform treat trust \
understand undergo undertake unify utilise utilize vary verify visit wake walk warn wear win wish wonder \
worry write yield";

/// Forms that the rules below do not make.
const IRREGULAR: &str = "arose ate became began begun blew bought broke broken brought built came \
caught chose chosen cried denied drove driven eaten fell fallen felt found forgot forgotten gave given \
grew grown heard held kept knew known laid lain led left lent lost meant met paid relied replied rode \
ridden risen rose said sat saw seen sent shown sold spent spoke spoken stood swore sworn taught \
thought threw thrown told took taken tried understood underwent went woke woken won wore worn wrote \
written";

/// Words in -ly that are things, and in -ed.
const THINGS: &str = "anomaly assembly belly butterfly family fly italy jelly july monopoly reply supply \
ally bully rally lily ply feed seed weed speed breed bed shed sled reed need med biomed";

/// Verbs that are as often things: only their participles say something.
const BOTH: &str = "add address aim answer attempt base blame blow boost break call care cause claim \
compute concern contact cry deal decrease drive experience experience exploit express extract fall feel \
fill find finish fit focus force form gain guess handle hate help hold hope increase invite join lack \
laugh lead lie live match mean meet miss move offer own pay play point present promise pull push raise \
reach read rent repair repeat reply ride rise separate show stand stay study suit support talk treat \
trust visit walk win wish wonder worry yield";

/// What is known of English words: forms of verbs, and things that look like such.
static ENGLISH: LazyLock<HashMap<u64, Form, WordHash>> = LazyLock::new(|| {
    let mut forms: HashMap<u64, Form, WordHash> = HashMap::default();
    let both: Vec<&str> = BOTH.split_whitespace().collect();
    for verb in VERBS.split_whitespace() {
        let consonant_y = verb
            .strip_suffix('y')
            .filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u']));
        let dropped = verb.strip_suffix('e').unwrap_or(verb);
        let hisses =
            verb.ends_with(['s', 'x', 'z']) || verb.ends_with("sh") || verb.ends_with("ch");
        let third = match consonant_y {
            Some(stem) => format!("{stem}ies"),
            None if hisses => format!("{verb}es"),
            None => format!("{verb}s"),
        };
        let past = match consonant_y {
            Some(stem) => format!("{stem}ied"),
            None => format!("{dropped}ed"),
        };
        if !both.contains(&verb) {
            forms.insert(hash_word(verb), Form::Verb);
            forms.insert(hash_word(&third), Form::Verb);
        }
        forms.insert(hash_word(&past), Form::Participle);
        forms.insert(hash_word(&format!("{dropped}ing")), Form::Participle);
    }
    for verb in IRREGULAR.split_whitespace() {
        forms.insert(hash_word(verb), Form::Verb);
    }
    for thing in THINGS.split_whitespace() {
        forms.insert(hash_word(thing), Form::Other);
    }
    forms
});

/// What the form of a normalised word, with its [`hash_word`], tells in a language.
pub fn form(word: &str, hash: u64, language: &str) -> Form {
    let verb = match language {
        "en" => return english(word, hash),
        "es" => ends_as_verb(word, &SPANISH),
        "pt" => ends_as_verb(word, &PORTUGUESE),
        "it" => ends_as_verb(word, &ITALIAN),
        "fr" => ends_as_verb(word, &FRENCH),
        "ru" => ends_as_verb(word, &RUSSIAN),
        "id" | "ms" => is_malay_verb(word),
        "ko" => is_korean_verb(word),
        _ => false,
    };
    if verb { Form::Verb } else { Form::Other }
}

fn english(word: &str, hash: u64) -> Form {
    if let Some(form) = ENGLISH.get(&hash) {
        *form
    } else if word.len() > 4 && (word.ends_with("ly") || word.ends_with("ed")) {
        Form::Participle
    } else {
        Form::Other
    }
}

/// How the verbs of a language end, and things that end alike.
struct Endings {
    verbs: &'static [&'static str],
    things: &'static [&'static str],
}

const SPANISH: Endings = Endings {
    verbs: &[
        "ando", "iendo", "yendo", "aron", "ieron", "aba", "aban", "amos", "emos", "imos", "aste",
        "iste", "aría", "ería", "iría", "aré", "eré", "iré", "ará", "erá", "irá", "arán", "erán",
        "irán", "arlo", "arla", "arme", "arse", "erlo", "erla", "erse", "irlo", "irse", "ar", "er",
        "ir",
    ],
    things: &[
        "hogar",
        "lugar",
        "mujer",
        "taller",
        "alquiler",
        "collar",
        "celular",
        "dólar",
        "azúcar",
        "placer",
        "poder",
        "alfiler",
        "militar",
        "familiar",
        "popular",
        "solar",
        "similar",
        "escolar",
        "nuclear",
        "ramos",
        "tramos",
        "contrabando",
        "mando",
        "comando",
        "bando",
        "star",
        "super",
        "láser",
        "máster",
        "tráiler",
        "póster",
        "líder",
        "cráter",
        "carácter",
        "elixir",
        "faquir",
    ],
};

const PORTUGUESE: Endings = Endings {
    verbs: &[
        "ando", "endo", "indo", "aram", "eram", "iram", "ava", "avam", "amos", "emos", "imos",
        "aria", "eria", "iria", "arão", "erão", "irão", "ará", "erá", "irá", "ou", "ar", "er",
        "ir",
    ],
    things: &[
        "celular",
        "lugar",
        "colher",
        "mulher",
        "açúcar",
        "familiar",
        "popular",
        "solar",
        "militar",
        "escolar",
        "nuclear",
        "dólar",
        "similar",
        "poder",
        "líder",
        "padaria",
        "livraria",
        "secretaria",
        "bateria",
        "galeria",
        "lotaria",
        "loteria",
        "ramos",
        "mundo",
        "segundo",
        "quando",
        "lindo",
        "dividendo",
        "fazenda",
        "comando",
        "bando",
        "super",
        "prazer",
        "caviar",
        "ultramar",
        "serão",
        "verão",
    ],
};

const ITALIAN: Endings = Endings {
    verbs: &[
        "ando", "endo", "arono", "irono", "avano", "evano", "ivano", "iamo", "erebbe", "erebbero",
        "arsi", "ersi", "irsi", "arlo", "arla", "erlo", "irlo", "are", "ire",
    ],
    things: &[
        "mare",
        "cellulare",
        "popolare",
        "familiare",
        "militare",
        "solare",
        "altare",
        "affare",
        "scolastare",
        "nucleare",
        "particolare",
        "gare",
        "dividendo",
        "stupendo",
        "comando",
    ],
};

const FRENCH: Endings = Endings {
    verbs: &[
        "aient", "erait", "irait", "eront", "iront", "èrent", "irent", "ait", "issent",
    ],
    things: &[
        "lait", "trait", "retrait", "extrait", "portrait", "souhait", "attrait", "fait", "parfait",
    ],
};

const RUSSIAN: Endings = Endings {
    verbs: &[
        "ться", "тся", "лся", "лась", "лось", "лись", "аешь", "ешь", "ишь", "ает", "яет", "ует",
        "ают", "яют", "уют", "еть", "ить", "ать", "ять", "уть", "ыть",
    ],
    things: &[
        "кровать",
        "печать",
        "память",
        "тетрадь",
        "сеть",
        "мать",
        "нить",
        "путь",
        "мышь",
        "чаять",
        "зять",
        "пять",
        "площадь",
        "нефть",
        "медведь",
        "рать",
        "букет",
        "паркет",
    ],
};

fn ends_as_verb(word: &str, endings: &Endings) -> bool {
    let stem = |ending: &&&str| {
        word.strip_suffix(**ending)
            .is_some_and(|stem| stem.len() >= 2)
    };
    // Words in -lar are mostly things and their shapes: `auricular`, `modular`.
    endings.verbs.iter().any(|ending| stem(&ending))
        && !endings.things.contains(&word)
        && !word.ends_with("lar")
}

/// Indonesian and Malay make verbs with a prefix, and passive ones with a suffix beside it.
fn is_malay_verb(word: &str) -> bool {
    const THINGS: [&str; 14] = [
        "mentega", "menteri", "member", "memori", "mental", "mentah", "mentimun", "menara",
        "merek", "merah", "menit", "mendung", "mentol", "mengenai",
    ];
    let active = ["meng", "meny", "mem", "men"]
        .iter()
        .any(|prefix| word.starts_with(prefix));
    let passive = word.starts_with("di") && (word.ends_with("kan") || word.ends_with('i'));
    word.len() > 5 && (active || passive && word.len() > 6) && !THINGS.contains(&word)
}

/// Whether a Korean word ends like a verb or an adjective.
fn is_korean_verb(word: &str) -> bool {
    const ALWAYS: [&str; 20] = [
        "다", "요", "니다", "는데", "지만", "려고", "네요", "어서", "아서", "으면", "했던", "하는",
        "한다", "없이", "없게", "없", "있", "수", "봤던", "면서",
    ];
    const LONG: [&str; 20] = [
        "고", "게", "던", "함", "임", "음", "네", "냐", "라", "지", "도", "는", "한", "며", "니",
        "까", "죠", "써", "해", "된",
    ];
    ALWAYS.iter().any(|ending| word.ends_with(ending))
        || word.chars().count() >= 3 && LONG.iter().any(|ending| word.ends_with(ending))
}

/// Whether a Chinese or Japanese word says how or what is done: it begins with a negation or a
/// degree, or ends in the syllables that Japanese bends its verbs with.
pub fn is_bent(word: &str, language: &str) -> bool {
    use super::script::Script;
    const THINGS: [&str; 6] = ["不锈钢", "不鏽鋼", "不粘锅", "太阳", "太阳镜", "太空"];
    match language {
        "zh" => {
            word.starts_with([
                '不', '没', '沒', '太', '很', '还', '還', '挺', '就', '都', '也',
            ]) && !THINGS.iter().any(|thing| word.starts_with(thing))
        }
        "ja" => {
            let is = |c: char, script: Script| Script::of(c) == Some(script);
            word.ends_with(|c| is(c, Script::Hiragana)) && word.contains(|c| is(c, Script::Han))
        }
        _ => false,
    }
}

/// Whether a word is drawn out or laughs: `soooo`, `jajaja`, `หือออ`.
pub fn is_outcry(word: &str) -> bool {
    let mut chars = word.chars();
    let (Some(first), Some(second)) = (chars.next(), chars.next()) else {
        return false;
    };
    // How long the last row of one letter is, and whether there were only the first two letters.
    let (mut run, mut last) = (if first == second { 2 } else { 1 }, second);
    let (mut letters, mut two) = (2, true);
    for c in chars {
        letters += 1;
        two &= c == first || c == second;
        run = if c == last { run + 1 } else { 1 };
        last = c;
        if run == 3 && !c.is_numeric() {
            return true;
        }
    }
    two && (letters >= 6 || letters == 4 && LAUGHS.contains(&word))
}

/// Laughs that are short.
const LAUGHS: [&str; 5] = ["haha", "jaja", "hihi", "hehe", "wkwk"];

#[cfg(test)]
mod tests {
    use super::*;

    fn form(word: &str, language: &str) -> Form {
        super::form(word, hash_word(word), language)
    }

    #[test]
    fn verbs_participles_and_things_are_told_apart() {
        for verb in [
            "explain", "explains", "arrives", "carries", "teaches", "bought", "broke",
        ] {
            assert_eq!(form(verb, "en"), Form::Verb, "{verb}");
        }
        for participle in [
            "proposed",
            "including",
            "fully",
            "carried",
            "showing",
            "folded",
        ] {
            assert_eq!(form(participle, "en"), Form::Participle, "{participle}");
        }
        for thing in [
            "order", "shows", "supply", "family", "seed", "lamp", "study", "speed",
        ] {
            assert_eq!(form(thing, "en"), Form::Other, "{thing}");
        }
    }

    #[test]
    fn bent_words_and_outcries_are_no_things() {
        assert!(is_bent("不下", "zh") && is_bent("壊れ", "ja") && is_bent("薄い", "ja"));
        assert!(!is_bent("不锈钢", "zh") && !is_bent("買い物", "ja") && !is_bent("カメラ", "ja"));
        for word in ["soooo", "jajajaja", "haha", "หือออ", "ohhh"] {
            assert!(is_outcry(word), "{word}");
        }
        for word in ["coffee", "banana", "coco", "2000", "10000", "ab", ""] {
            assert!(!is_outcry(word), "{word}");
        }
    }
}
