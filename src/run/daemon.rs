//! The daemon's day: sleep until something is due, do it, sleep again.

use crate::crawl::Stop;
use crate::crawl::schedule::Schedule;
use crate::record::Clock;
use jiff::{SignedDuration, Timestamp};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// The clock is looked at again after so long at most: a machine that was suspended, a clock
/// that was set, a crawl that cron did meanwhile are then noticed.
const SLEEP_MAX: Duration = Duration::from_secs(60);

/// Pause after a chore that failed, or that left something due; doubled each time up to the
/// second.
const PAUSE_MIN: SignedDuration = SignedDuration::from_secs(60);
const PAUSE_MAX: SignedDuration = SignedDuration::from_secs(3_600);

/// Why a chore was not done. The daemon tells it, and tries again later.
pub type ChoreError = Box<dyn std::error::Error + Send + Sync>;

/// A chore under way.
pub type Chore<'a, T> = Pin<Box<dyn Future<Output = Result<T, ChoreError>> + Send + 'a>>;

/// What a daemon does when its time has come.
pub trait Chores: Send + Sync {
    /// When the next question of a watch is due; `None` when nothing is watched.
    fn next_crawl(&self) -> Chore<'_, Option<Timestamp>>;
    /// Read what is due and bring the counts up to date. Ends in good order when `stop` is
    /// thrown.
    fn crawl<'a>(&'a self, stop: &'a Stop) -> Chore<'a, ()>;
    /// When reports were last sent, by this daemon or one before it.
    fn reported(&self) -> Chore<'_, Option<Timestamp>>;
    /// Send reports, and remember that they were sent for `now`.
    fn report(&self, now: Timestamp) -> Chore<'_, ()>;
    /// Tell the user why something was not done, and when it is tried again.
    fn failed(&self, chore: &'static str, why: &ChoreError, again: Timestamp);
}

/// Does chores when they are due, until it is stopped.
pub struct Daemon {
    chores: Arc<dyn Chores>,
    clock: Arc<dyn Clock>,
    report: Option<Schedule>,
}

/// When a chore may be tried again.
#[derive(Debug, Default)]
struct Patience {
    not_before: Option<Timestamp>,
    pause: Option<SignedDuration>,
}

impl Patience {
    /// Nothing is wrong any more.
    fn restore(&mut self) {
        *self = Patience::default();
    }

    /// Wait longer than the last time; returns until when.
    fn lose(&mut self, now: Timestamp) -> Timestamp {
        let pause = match self.pause {
            None => PAUSE_MIN,
            Some(pause) => pause.saturating_mul(2).min(PAUSE_MAX),
        };
        let again = now.checked_add(pause).unwrap_or(Timestamp::MAX);
        self.pause = Some(pause);
        self.not_before = Some(again);
        again
    }

    /// A due time, put off as long as patience lasts.
    fn hold(&self, due: Timestamp) -> Timestamp {
        self.not_before.map_or(due, |time| due.max(time))
    }
}

impl Daemon {
    /// A daemon that sends reports on `report`; `None` never.
    pub fn new(chores: Arc<dyn Chores>, clock: Arc<dyn Clock>, report: Option<Schedule>) -> Daemon {
        Daemon {
            chores,
            clock,
            report,
        }
    }

    /// Work until `stop` is thrown. A chore that fails is told and tried again, at growing
    /// distance; it never ends the daemon.
    pub async fn work(&self, stop: &Stop) {
        let began = self.clock.now();
        let mut crawling = Patience::default();
        let mut reporting = Patience::default();
        while stop.get().is_none() {
            let crawl_at = self.crawl_at(&mut crawling).await;
            let report_at = self.report_at(began, &mut reporting).await;
            let now = self.clock.now();
            if crawl_at.is_some_and(|due| due <= now) {
                self.crawl(stop, &mut crawling).await;
                continue;
            }
            // Reports come after the crawl of the same minute, so that they tell of it.
            if report_at.is_some_and(|due| due <= now) {
                match self.chores.report(now).await {
                    Ok(()) => reporting.restore(),
                    Err(why) => self.tell("the report was not sent", &why, &mut reporting),
                }
                continue;
            }
            let next = [crawl_at, report_at].into_iter().flatten().min();
            let span = next.and_then(|next| Duration::try_from(next.duration_since(now)).ok());
            let span = span.unwrap_or(SLEEP_MAX).min(SLEEP_MAX);
            tokio::select! {
                () = self.clock.sleep(span) => {}
                _ = stop.thrown() => {}
            }
        }
    }

    async fn crawl(&self, stop: &Stop, patience: &mut Patience) {
        if let Err(why) = self.chores.crawl(stop).await {
            self.tell("the crawl did not run", &why, patience);
            return;
        }
        // What was refused or failed may be due still; asking again at once would be rude.
        match self.chores.next_crawl().await {
            Ok(Some(due)) if due <= self.clock.now() => {
                patience.lose(self.clock.now());
            }
            Ok(_) => patience.restore(),
            Err(why) => self.tell("the next crawl is not known", &why, patience),
        }
    }

    async fn crawl_at(&self, patience: &mut Patience) -> Option<Timestamp> {
        match self.chores.next_crawl().await {
            Ok(due) => due.map(|due| patience.hold(due)),
            Err(why) => {
                let now = self.clock.now();
                // Told once for each pause, not at every look.
                if patience.not_before.is_none_or(|time| time <= now) {
                    self.tell("the next crawl is not known", &why, patience);
                }
                None
            }
        }
    }

    /// The first report after the last one; one that was missed while nothing ran is sent late,
    /// once.
    async fn report_at(&self, began: Timestamp, patience: &mut Patience) -> Option<Timestamp> {
        let schedule = self.report.as_ref()?;
        match self.chores.reported().await {
            Ok(last) => {
                let due = schedule.next_after(last.unwrap_or(began))?;
                Some(patience.hold(due))
            }
            Err(why) => {
                let now = self.clock.now();
                if patience.not_before.is_none_or(|time| time <= now) {
                    self.tell("the last report is not known", &why, patience);
                }
                None
            }
        }
    }

    fn tell(&self, chore: &'static str, why: &ChoreError, patience: &mut Patience) {
        let again = patience.lose(self.clock.now());
        self.chores.failed(chore, why, again);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crawl::Stopped;
    use crate::record::SimClock;
    use std::sync::Mutex;

    /// Chores that write down when they are done, on a watch that is due at every full hour.
    struct Diary {
        clock: SimClock,
        stop: Stop,
        until: Timestamp,
        lines: Mutex<Vec<String>>,
        crawled: Mutex<Option<Timestamp>>,
        reported: Mutex<Option<Timestamp>>,
        fails: Box<dyn Fn(Timestamp) -> bool + Send + Sync>,
        sticks: bool,
    }

    fn at(text: &str) -> Timestamp {
        format!("2026-11-23T{text}Z").parse().expect("timestamp")
    }

    impl Diary {
        fn open(clock: &SimClock, stop: &Stop, until: &str) -> Diary {
            Diary {
                clock: clock.clone(),
                stop: stop.clone(),
                until: at(until),
                lines: Mutex::default(),
                crawled: Mutex::default(),
                reported: Mutex::default(),
                fails: Box::new(|_| false),
                sticks: false,
            }
        }

        fn write(&self, what: &str) {
            let time = self.clock.now().strftime("%H:%M:%S");
            self.lines
                .lock()
                .expect("diary")
                .push(format!("{time} {what}"));
        }
    }

    impl Chores for Diary {
        fn next_crawl(&self) -> Chore<'_, Option<Timestamp>> {
            if self.clock.now() >= self.until {
                self.stop.set(Stopped::ByHand);
            }
            let hourly = Schedule::parse("0 * * * *", "UTC").expect("schedule");
            let last = *self.crawled.lock().expect("diary");
            let due = last.map_or(Some(at("00:00:00")), |last| hourly.next_after(last));
            Box::pin(async move { Ok(due) })
        }

        fn crawl<'a>(&'a self, _stop: &'a Stop) -> Chore<'a, ()> {
            Box::pin(async {
                let now = self.clock.now();
                if (self.fails)(now) {
                    self.write("crawl failed");
                    return Err("no network".into());
                }
                self.write("crawl");
                if !self.sticks {
                    *self.crawled.lock().expect("diary") = Some(now);
                }
                Ok(())
            })
        }

        fn reported(&self) -> Chore<'_, Option<Timestamp>> {
            let last = *self.reported.lock().expect("diary");
            Box::pin(async move { Ok(last) })
        }

        fn report(&self, now: Timestamp) -> Chore<'_, ()> {
            Box::pin(async move {
                self.write("report");
                *self.reported.lock().expect("diary") = Some(now);
                Ok(())
            })
        }

        fn failed(&self, _chore: &'static str, _why: &ChoreError, _again: Timestamp) {}
    }

    fn day(
        start: &str,
        report: Option<&str>,
        change: impl FnOnce(&mut Diary),
        until: &str,
    ) -> Vec<String> {
        let clock = SimClock::new(at(start));
        let stop = Stop::default();
        let mut diary = Diary::open(&clock, &stop, until);
        change(&mut diary);
        let diary = Arc::new(diary);
        let report = report.map(|text| Schedule::parse(text, "UTC").expect("schedule"));
        let daemon = Daemon::new(diary.clone(), Arc::new(clock), report);
        let runtime = tokio::runtime::Runtime::new().expect("runtime");
        runtime.block_on(daemon.work(&stop));
        let lines = diary.lines.lock().expect("diary");
        lines.clone()
    }

    #[test]
    fn it_crawls_when_due_and_reports_after_the_crawl_of_the_same_minute() {
        let lines = day("07:40:00", Some("0 9 * * *"), |_| {}, "10:30:00");
        assert_eq!(
            lines,
            [
                "07:40:00 crawl",
                "08:00:00 crawl",
                "09:00:00 crawl",
                "09:00:00 report",
                "10:00:00 crawl"
            ]
        );
    }

    #[test]
    fn a_crawl_that_fails_is_tried_again_at_growing_distance() {
        let fails = |diary: &mut Diary| diary.fails = Box::new(|now| now < at("07:05:00"));
        let lines = day("07:00:00", None, fails, "08:30:00");
        assert_eq!(
            lines,
            [
                "07:00:00 crawl failed",
                "07:01:00 crawl failed",
                "07:03:00 crawl failed",
                "07:07:00 crawl",
                "08:00:00 crawl",
            ]
        );
    }

    #[test]
    fn what_stays_due_is_not_asked_again_at_once() {
        let lines = day("07:00:00", None, |diary| diary.sticks = true, "07:30:00");
        assert_eq!(
            lines,
            [
                "07:00:00 crawl",
                "07:01:00 crawl",
                "07:03:00 crawl",
                "07:07:00 crawl",
                "07:15:00 crawl"
            ]
        );
    }

    #[test]
    fn a_report_missed_while_nothing_ran_is_sent_once_and_late() {
        let missed =
            |diary: &mut Diary| *diary.reported.get_mut().expect("diary") = Some(at("00:00:00"));
        let lines = day("12:10:00", Some("0 9 * * *"), missed, "12:30:00");
        assert_eq!(lines, ["12:10:00 crawl", "12:10:00 report"]);
    }

    #[test]
    fn it_ends_at_once_when_stopped_while_asleep() {
        let stop = Stop::default();
        let clock = SimClock::new(at("07:00:00"));
        let mut diary = Diary::open(&clock, &stop, "23:00:00");
        // Far beyond the end of every schedule: nothing is due, ever.
        diary.crawled = Mutex::new(Some("2999-01-01T00:00:00Z".parse().expect("timestamp")));
        // This clock sleeps for real, a minute at a time: only the stop can end it sooner.
        let daemon = Daemon::new(Arc::new(diary), Arc::new(crate::record::SystemClock), None);
        let runtime = tokio::runtime::Runtime::new().expect("runtime");
        runtime.block_on(async {
            let ended = async {
                tokio::join!(daemon.work(&stop), async {
                    tokio::task::yield_now().await;
                    stop.set(Stopped::ByHand);
                })
            };
            let in_time = tokio::time::timeout(SLEEP_MAX / 2, ended).await;
            assert!(in_time.is_ok(), "it slept on");
        });
    }
}
