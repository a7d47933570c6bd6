//! Cron expressions: every one that is accepted has a next run, later than now.
#![no_main]

use groundswell::crawl::schedule::Schedule;
use groundswell_fuzz::NOW;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(schedule) = Schedule::parse(text, "America/New_York") {
        let next = schedule.next_after(NOW).expect("a next run");
        assert!(next > NOW);
    }
});
