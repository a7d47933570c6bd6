//! When a record that is seen again is news, and what stays of one that must go.

use super::codec;
use crate::record::{Record, Residue};

/// What a record is to the versions the store holds of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// Held already: nothing to store.
    Known,
    /// Changed since: its newer version is stored.
    Edited,
}

/// Judges a record that is seen again, against the versions held (newest first).
///
/// - A record whose text is gone stays gone: reading the page again must not bring it back.
/// - An event (post, review, order line ...) is edited when its title, text, price, rating,
///   quantity or SKU differ from the newest version. Likes, views and the like only grow; they
///   change nothing here, or every visit would write every post again.
/// - An observation (rank, product, count) *is* its numbers, so any of them may differ; it is
///   known when it equals any version, because one list can show an item twice (a paid place
///   and an earned one) and reading that list again is no news.
/// - What the page does not show this time (`None`) was not edited away.
/// - Address, author, times, language and market never make an edit: they depend on how the
///   source was asked, or on the key of pseudonyms.
pub(super) fn judge(record: &Record, versions: &[Record]) -> Seen {
    let Some(newest) = versions.first() else {
        return Seen::Edited;
    };
    if newest.residue.is_some() {
        return Seen::Known;
    }
    let known = if record.kind.is_observation() {
        versions.iter().any(|held| same_numbers(record, held))
    } else {
        same_words(record, newest)
    };
    if known { Seen::Known } else { Seen::Edited }
}

fn kept<T: PartialEq>(now: &Option<T>, held: &Option<T>) -> bool {
    now.is_none() || now == held
}

fn same_words(now: &Record, held: &Record) -> bool {
    kept(&now.title, &held.title)
        && kept(&now.text, &held.text)
        && kept(&now.price, &held.price)
        && kept(&codec::finite(now.rating), &held.rating)
        && kept(&codec::finite(now.rating_scale), &held.rating_scale)
        && kept(&now.quantity, &held.quantity)
        && kept(&now.sku, &held.sku)
}

fn same_numbers(now: &Record, held: &Record) -> bool {
    let (new, old) = (&now.counts, &held.counts);
    same_words(now, held)
        && kept(&now.rank, &held.rank)
        && now.paid == held.paid
        && kept(&new.reviews, &old.reviews)
        && kept(&new.likes, &old.likes)
        && kept(&new.comments, &old.comments)
        && kept(&new.shares, &old.shares)
        && kept(&new.views, &old.views)
        && kept(&new.sold, &old.sold)
}

/// The record as the store keeps it: instants to the microsecond, no numbers that are not
/// finite.
pub(super) fn kept_form(record: &Record) -> Record {
    let mut kept = record.clone();
    kept.time = kept.time.map(codec::whole_micros);
    kept.rating = codec::finite(kept.rating);
    kept.rating_scale = codec::finite(kept.rating_scale);
    match kept.residue.take() {
        Some(residue) => tombstone(kept, &residue),
        None => kept,
    }
}

/// What stays of a record: no title, no text, no address. Ids, times, pseudonym and numbers
/// stay, so that its key can still be recognised and counts agree.
pub(super) fn tombstone(mut record: Record, residue: &Residue) -> Record {
    record.title = None;
    record.text = None;
    record.url = None;
    record.residue = Some(Box::new(residue.clone()));
    record
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Counts, Kind};

    fn post(text: &str) -> Record {
        Record {
            text: Some(text.into()),
            ..Record::new(Kind::Post, "1")
        }
    }

    #[test]
    fn more_likes_on_a_post_are_no_edit_and_new_words_are() {
        let held = post("so good");
        let mut now = post("so good");
        now.counts.likes = Some(900);
        now.url = Some("https://a.example/1?visit=2".into());
        assert_eq!(judge(&now, std::slice::from_ref(&held)), Seen::Known);
        now.text = Some("so good. Edit: broke after a day".into());
        assert_eq!(judge(&now, &[held]), Seen::Edited);
    }

    #[test]
    fn what_a_page_leaves_out_was_not_edited_away() {
        let held = post("full text");
        let bare = Record::new(Kind::Post, "1");
        assert_eq!(judge(&bare, &[held]), Seen::Known);
    }

    #[test]
    fn an_item_listed_twice_is_known_in_both_places() {
        let place = |rank, paid| Record {
            rank: Some(rank),
            paid,
            list: Some("best".into()),
            ..Record::new(Kind::Rank, "B0")
        };
        let held = [place(7, false), place(1, true)];
        assert_eq!(judge(&place(1, true), &held), Seen::Known);
        assert_eq!(judge(&place(7, false), &held), Seen::Known);
        assert_eq!(judge(&place(2, false), &held), Seen::Edited);
    }

    #[test]
    fn a_count_that_was_corrected_is_an_edit() {
        let count = |views| Record {
            counts: Counts {
                views: Some(views),
                ..Counts::default()
            },
            ..Record::new(Kind::Count, "desk lamp")
        };
        assert_eq!(judge(&count(5), &[count(5)]), Seen::Known);
        assert_eq!(judge(&count(6), &[count(5)]), Seen::Edited);
    }
}
