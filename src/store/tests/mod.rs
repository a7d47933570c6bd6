//! The laws of [`Store`](super::Store). Every engine passes every one.

mod any;
mod crawler;
mod log;
mod projection;
mod swap;
mod trace;
mod upkeep;

use super::{Step, Store};
use crate::config::{Engine, StoreConfig};
use crate::record::{
    AuthorHash, Coverage, Kind, Market, Page, Record, SeriesKey, SourceClass, Subject,
};
use jiff::Timestamp;
use std::sync::Arc;

/// A data folder of one test.
pub(super) struct Home {
    folder: tempfile::TempDir,
    engine: Engine,
}

impl Home {
    fn new(engine: Engine) -> Home {
        Home {
            folder: tempfile::tempdir().expect("temporary folder"),
            engine,
        }
    }

    fn config(&self) -> StoreConfig {
        StoreConfig {
            engine: self.engine,
            path: self.folder.path().join("data"),
        }
    }

    fn open(&self) -> Arc<dyn Store> {
        super::open(&self.config()).expect("store opens")
    }
}

macro_rules! laws {
    ($($room:ident: $($law:ident)+;)+) => {
        mod sqlite {
            $($(#[test] fn $law() {
                super::$room::$law(&super::Home::new(crate::config::Engine::Sqlite));
            })+)+
        }
        mod sled {
            $($(#[test] fn $law() {
                super::$room::$law(&super::Home::new(crate::config::Engine::Sled));
            })+)+
        }
    };
}

laws! {
    log:
        pages_come_back_exactly_as_they_went_in
        records_held_already_are_not_stored_again
        an_edit_is_a_newer_version_and_the_log_keeps_both
        a_request_that_failed_is_an_entry_too
        positions_and_coverage_commit_with_their_page
        a_new_generation_reads_in_ingest_order
        a_reader_never_sees_half_an_append
        threads_that_append_at_once_lose_nothing
        a_buried_record_leaves_its_residue_everywhere
        old_texts_and_authors_are_found_to_be_buried
        everything_is_there_after_opening_again;
    any:
        any_record_survives_the_log
        any_crowd_and_any_state_survive_a_commit;
    crawler:
        a_host_is_updated_by_one_thread_at_a_time
        an_account_is_updated_by_one_thread_at_a_time
        a_lease_has_one_holder_until_it_ends
        notes_are_remembered
        visits_tell_how_each_question_was_read
        catalogue_and_stock_are_replaced_whole;
    projection:
        a_step_from_the_wrong_offset_changes_nothing
        a_step_that_fails_changes_nothing
        a_closed_day_is_never_opened_again
        counts_come_back_by_day_and_in_key_order
        top_sums_the_primary_count
        states_alerts_and_tags_come_back_equal;
    swap:
        two_generations_never_mix
        a_reader_ends_on_the_generation_it_began_on
        a_discarded_generation_leaves_nothing;
    trace:
        evidence_comes_by_time_and_leads_back_to_its_series
        fingerprints_name_their_earliest_holder
        ranks_are_found_by_item_and_by_sku
        alerts_are_filtered_and_ordered;
    upkeep:
        figures_agree_with_what_was_put_in
        a_backup_is_a_store_of_its_own
        a_sound_store_has_no_problems;
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("timestamp")
}

fn market(code: &str) -> Market {
    Market::parse(code).expect("market")
}

fn post(id: &str, text: &str) -> Record {
    Record {
        text: Some(text.into()),
        author: Some(AuthorHash(id.len() as u64)),
        time: Some(at("2026-03-01T08:00:00Z")),
        ..Record::new(Kind::Post, id)
    }
}

fn page(source: &str, fetched_at: &str, records: Vec<Record>) -> Page {
    Page {
        source: source.into(),
        query: String::new(),
        instance: None,
        class: SourceClass::Social,
        fetched_at: at(fetched_at),
        imported_at: None,
        reading: None,
        coverage: Coverage {
            asked: 1,
            answered: 1,
            seen: Some(records.len() as u64),
            ..Coverage::default()
        },
        records,
        deleted: Vec::new(),
        position: None,
    }
}

fn sku(name: &str, code: &str) -> SeriesKey {
    SeriesKey {
        subject: Subject::Sku(name.into()),
        market: market(code),
        class: SourceClass::Social,
    }
}

fn phrase(name: &str, code: &str) -> SeriesKey {
    SeriesKey {
        subject: Subject::Phrase(name.into()),
        ..sku("", code)
    }
}

fn step(from: u64, to: u64) -> Step {
    Step {
        from,
        to,
        ..Step::default()
    }
}

/// A log of so many entries, so that generations have something to have read.
fn with_entries(store: &Arc<dyn Store>, count: usize) {
    let pages: Vec<Page> = (0..count)
        .map(|number| {
            page(
                "filler",
                "2026-03-01T00:00:00Z",
                vec![post(&number.to_string(), "x")],
            )
        })
        .collect();
    store.append(&pages).expect("append");
}
