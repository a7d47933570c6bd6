//! `model eval` of what a writer wants and why something would be sent back.

use crate::record::Reason;
use crate::tag::Judgement;
use crate::tag::train::Row;
use crate::tag::train::score::Judged;

/// An answer of the head for intents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Question,
    Purchase,
    Complaint,
    Reason,
}

/// The label of a row where nothing holds.
const NONE: &str = "none";

impl Answer {
    /// The answer of a name.
    pub fn of(name: &str) -> Option<Answer> {
        match name {
            "question" => Some(Answer::Question),
            "purchase" => Some(Answer::Purchase),
            "complaint" => Some(Answer::Complaint),
            "reason" => Some(Answer::Reason),
            _ => None,
        }
    }

    /// What it expects of a row.
    pub fn labels(self) -> String {
        match self {
            Answer::Question => "question, against every other".to_owned(),
            Answer::Purchase => "purchase or purchase_intent, against every other".to_owned(),
            Answer::Complaint => "complaint, against every other".to_owned(),
            Answer::Reason => {
                let names: Vec<&str> = Reason::ALL.iter().map(|reason| reason.name()).collect();
                format!("{NONE}, {}; several with commas between", names.join(", "))
            }
        }
    }

    /// Judges a row and gives what comes of it to `out`, with the name of its group.
    pub fn judge(self, judgement: &Judgement, row: &Row, out: &mut dyn FnMut(String, Judged)) {
        let chances = judgement.chances;
        let (name, labels, chance): (_, &[&str], _) = match self {
            Answer::Question => ("question", &["question"], chances.question),
            Answer::Purchase => (
                "purchase",
                &["purchase", "purchase_intent"],
                chances.purchase,
            ),
            Answer::Complaint => ("complaint", &["complaint"], chances.complaint),
            Answer::Reason => return judge_reasons(judgement, row, out),
        };
        let label = |holds: bool| if holds { name } else { NONE }.to_owned();
        let judged = Judged {
            gold: label(labels.contains(&row.label.as_str())),
            said: label(chance >= 0.5),
            confidence: chance.max(1.0 - chance),
            abstain: false,
        };
        out(row.language.clone(), judged);
    }
}

/// Each reason by itself. One that is not named is less probable than even; how much less is not
/// known.
fn judge_reasons(judgement: &Judgement, row: &Row, out: &mut dyn FnMut(String, Judged)) {
    let gold: Vec<Reason> = row
        .label
        .split(',')
        .map(str::trim)
        .filter_map(Reason::of)
        .collect();
    if gold.is_empty() && row.label != NONE {
        return;
    }
    for reason in Reason::ALL {
        let guess = judgement
            .reasons
            .iter()
            .find(|guess| guess.reason == reason);
        let name = |holds: bool| if holds { reason.name() } else { NONE }.to_owned();
        let judged = Judged {
            gold: name(gold.contains(&reason)),
            said: name(guess.is_some()),
            confidence: guess.map_or(0.5, |guess| guess.probability),
            abstain: false,
        };
        out(format!("{} {}", row.language, reason.name()), judged);
    }
}
