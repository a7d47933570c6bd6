//! One budget per host, shared by every task and process and kept across runs.
//!
//! Two keepers of the same rule. [`HostMemory`] is the truth: a slot is reserved by moving
//! `next_request` in one transaction, so two processes can never take the same one, a restart
//! forgets nothing, and Crawl-delay, Retry-After and the circuit have one place. The limiter of
//! the `governor` crate stands before it in this process: tasks of one host wait there, without
//! a transaction each, and a fault of the memory cannot make this process faster than
//! `crawl.host_pause_ms`.
//!
//! A host that is slow or in trouble is asked less often, for everybody, until it is well again.

use super::{Error, Memory, memory, retry};
use crate::record::{Clock, HostMemory};
use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Failures in a row that open the circuit.
const FAILURES_MAX: u32 = 5;
/// How long the circuit stays open the first time: after failures, and after a block.
const OPEN_AFTER_FAILURES: Duration = Duration::from_secs(5 * 60);
const OPEN_AFTER_BLOCK: Duration = Duration::from_secs(60 * 60);
/// It never stays open longer without another try.
const OPEN_MAX: Duration = Duration::from_secs(24 * 60 * 60);
/// A 429 that does not say how long to wait.
const WAIT_AFTER_429: Duration = Duration::from_secs(60);
/// A request this late after its turn moves the next turn.
const LATE_MIN: SignedDuration = SignedDuration::from_millis(10);
/// An answer that takes longer comes from a host that has enough to do.
const SLOW: Duration = Duration::from_secs(5);
/// A host in trouble gets so many times the pause; one that is well again gets this share of the
/// usual pause back with each answer.
const SLOWED_TIMES: u64 = 2;
const RECOVERED_SHARE: u64 = 4;
/// Turns between two cleanings of what is kept for hosts that are idle.
const TURNS_BETWEEN_CLEANINGS: u32 = 1_000;

/// What an exchange said about its host.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Said {
    /// It works.
    Fine,
    /// Ask less often.
    TooMany,
    /// It does not work now.
    Failed(String),
    /// It does not want us.
    Blocked(String),
}

/// A turn at a host: while it is held, nobody in this process asks the same host.
pub(super) struct Turn {
    _line: tokio::sync::OwnedMutexGuard<()>,
    /// When it came.
    at: Timestamp,
}

/// The clock of the crawl, as governor wants it.
#[derive(Clone)]
struct PaceClock(Arc<dyn Clock>);

impl GovernorClock for PaceClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        let span = self.0.now().duration_since(Timestamp::UNIX_EPOCH);
        Duration::try_from(span).unwrap_or_default()
    }
}

type Limiter = RateLimiter<String, DashMapStateStore<String>, PaceClock, NoOpMiddleware<Duration>>;

/// Gives turns at hosts.
pub(super) struct Pace {
    memory: Arc<dyn Memory>,
    clock: Arc<dyn Clock>,
    limiter: Option<Limiter>,
    lines: Mutex<Lines>,
    least: Duration,
    most: Duration,
    seed: u64,
}

#[derive(Default)]
struct Lines {
    by_host: HashMap<String, Arc<tokio::sync::Mutex<()>>>,
    turns: u32,
}

/// What became of the wish for a slot.
enum Slot {
    At(Timestamp),
    NotBefore(Timestamp),
    Closed(Timestamp, String),
}

impl Pace {
    /// Turns at least the first of `pauses` apart at each host, and up to the second at one that
    /// was slowed down. `seed` feeds the jitter.
    pub(super) fn new(
        memory: Arc<dyn Memory>,
        clock: Arc<dyn Clock>,
        (least, most): (Duration, Duration),
        seed: u64,
    ) -> Pace {
        let limiter = Quota::with_period(least)
            .map(|quota| RateLimiter::dashmap_with_clock(quota, PaceClock(clock.clone())));
        Pace {
            memory,
            clock,
            limiter,
            lines: Mutex::default(),
            least,
            most: most.max(least),
            seed,
        }
    }

    /// The pause that is kept at every host.
    pub(super) fn least(&self) -> Duration {
        self.least
    }

    /// Waits for a turn at `host` and reserves the time until the next one, `pause` later.
    /// Refused at once when the circuit is open, or when the turn would come after `ends`.
    pub(super) async fn turn(
        &self,
        host: &str,
        pause: Duration,
        ends: Timestamp,
    ) -> Result<Turn, Error> {
        let line = self.line(host).lock_owned().await;
        if let Some(limiter) = &self.limiter {
            let key = host.to_owned();
            while let Err(early) = limiter.check_key(&key) {
                self.clock
                    .sleep(early.wait_time_from(limiter.clock().now()))
                    .await;
            }
        }
        let now = self.clock.now();
        let pause = SignedDuration::try_from(pause.max(self.least)).unwrap_or(SignedDuration::MAX);
        let (name, mut slot) = (host.to_owned(), Slot::At(now));
        let slot = memory::ask(&self.memory, move |memory| {
            memory.update_host(&name, &mut |host| slot = reserve(host, now, pause, ends))?;
            Ok(slot)
        })
        .await?;
        match slot {
            Slot::At(at) => {
                if let Ok(wait) = Duration::try_from(at.duration_since(now))
                    && !wait.is_zero()
                {
                    self.clock.sleep(wait).await;
                }
                Ok(Turn { _line: line, at })
            }
            Slot::NotBefore(until) => Err(Error::NotBefore {
                host: host.to_owned(),
                until: whole_second(until),
            }),
            Slot::Closed(until, why) => Err(Error::Closed {
                host: host.to_owned(),
                until: whole_second(until),
                why,
            }),
        }
    }

    /// Waits until `host` may be asked again, as far as is known now, without taking a turn.
    pub(super) async fn rest(&self, host: &str, ends: Timestamp) -> Result<(), Error> {
        let name = host.to_owned();
        let next = memory::ask(&self.memory, move |memory| {
            Ok(memory.host(&name)?.next_request)
        })
        .await?;
        let wait = next.filter(|next| *next <= ends).and_then(|next| {
            let wait = next.duration_since(self.clock.now());
            Duration::try_from(wait).ok()
        });
        if let Some(wait) = wait.filter(|wait| !wait.is_zero()) {
            self.clock.sleep(wait).await;
        }
        Ok(())
    }

    /// The request of a turn set out at `sent_at`. Where it had waited since its turn came, for a
    /// place among the hosts asked at once, the pause until the next one counts from then.
    pub(super) async fn set_out(
        &self,
        host: &str,
        turn: &Turn,
        sent_at: Timestamp,
        pause: Duration,
    ) -> Result<(), Error> {
        if sent_at.duration_since(turn.at) < LATE_MIN {
            return Ok(());
        }
        let pause = SignedDuration::try_from(pause.max(self.least)).unwrap_or(SignedDuration::MAX);
        let next = sent_at.checked_add(pause).unwrap_or(Timestamp::MAX);
        let name = host.to_owned();
        memory::ask(&self.memory, move |memory| {
            memory.update_host(&name, &mut |host| {
                let next = next.max(sent_at.checked_add(slowed(host)).unwrap_or(next));
                host.next_request = host.next_request.max(Some(next));
            })?;
            Ok(())
        })
        .await
    }

    /// Remembers what a host said after so long, for everybody. Returns until when it is left alone, if its
    /// circuit opened now.
    pub(super) async fn note(
        &self,
        host: &str,
        said: Said,
        not_before: Option<Timestamp>,
        took: Duration,
    ) -> Result<Option<Timestamp>, Error> {
        let (now, seed) = (self.clock.now(), self.seed);
        let bounds = (millis(self.least), millis(self.most));
        let name = host.to_owned();
        memory::ask(&self.memory, move |memory| {
            let mut opened = None;
            memory.update_host(&name, &mut |host| {
                let chance = retry::chance(seed, &name, u64::from(host.failures));
                opened = apply(host, &said, not_before, now, chance);
                adapt(host, &said, took, bounds);
            })?;
            Ok(opened)
        })
        .await
    }

    /// Forgets what is kept in this process for hosts that are idle.
    pub(super) fn clean(&self) {
        if let Some(limiter) = &self.limiter {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.by_host.retain(|_, line| Arc::strong_count(line) > 1);
        lines.by_host.shrink_to_fit();
        lines.turns = 0;
    }

    fn line(&self, host: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.turns += 1;
        let is_time = lines.turns > TURNS_BETWEEN_CLEANINGS;
        let line = lines.by_host.entry(host.to_owned()).or_default().clone();
        drop(lines);
        if is_time {
            self.clean();
        }
        line
    }
}

fn reserve(host: &mut HostMemory, now: Timestamp, pause: SignedDuration, ends: Timestamp) -> Slot {
    if let Some(until) = host.closed_until.filter(|until| *until > now) {
        let why = host.closed_why.clone().unwrap_or_default();
        return Slot::Closed(until, why);
    }
    let at = host.next_request.map_or(now, |next| next.max(now));
    if at > ends {
        return Slot::NotBefore(at);
    }
    let pause = pause.max(slowed(host));
    host.next_request = Some(at.checked_add(pause).unwrap_or(Timestamp::MAX));
    Slot::At(at)
}

fn apply(
    host: &mut HostMemory,
    said: &Said,
    not_before: Option<Timestamp>,
    now: Timestamp,
    chance: f64,
) -> Option<Timestamp> {
    let later = |span: Duration| {
        let span = SignedDuration::try_from(span).unwrap_or(SignedDuration::MAX);
        now.checked_add(span).unwrap_or(Timestamp::MAX)
    };
    let mut wait_until = not_before;
    let (first, why) = match said {
        Said::Fine => {
            if host.closed_until.is_none_or(|until| until <= now) {
                host.failures = 0;
                host.closed_until = None;
                host.closed_why = None;
            }
            host.next_request = host.next_request.max(wait_until);
            return None;
        }
        Said::TooMany => {
            host.failures = host.failures.saturating_add(1);
            wait_until = wait_until.or_else(|| Some(later(WAIT_AFTER_429)));
            (
                OPEN_AFTER_FAILURES,
                "it keeps answering 429 (too many requests)",
            )
        }
        Said::Failed(why) => {
            host.failures = host.failures.saturating_add(1);
            (OPEN_AFTER_FAILURES, why.as_str())
        }
        Said::Blocked(why) => {
            host.failures = host.failures.saturating_add(1).max(FAILURES_MAX);
            (OPEN_AFTER_BLOCK, why.as_str())
        }
    };
    host.next_request = host.next_request.max(wait_until);
    if host.failures < FAILURES_MAX {
        return None;
    }
    let times = 1_u32 << (host.failures - FAILURES_MAX).min(10);
    // A tenth either way, so that hosts closed together do not open together.
    let open = first
        .saturating_mul(times)
        .min(OPEN_MAX)
        .mul_f64(0.9 + 0.2 * chance);
    let until = whole_second(later(open).max(wait_until.unwrap_or(now)));
    host.closed_until = Some(until);
    host.closed_why = Some(why.to_owned());
    Some(until)
}

/// Slows down for a host that is slow, busy or failing, and lets one that is well recover bit by
/// bit: additive increase of the rate, multiplicative decrease, as in TCP.
fn adapt(host: &mut HostMemory, said: &Said, took: Duration, (least, most): (u64, u64)) {
    let held = host.slowed_ms.unwrap_or(least).clamp(least, most);
    let is_well = *said == Said::Fine && took < SLOW;
    let next = if is_well {
        held.saturating_sub(least.div_ceil(RECOVERED_SHARE))
            .max(least)
    } else {
        held.saturating_mul(SLOWED_TIMES).min(most)
    };
    host.slowed_ms = (next > least).then_some(next);
}

/// The pause a host was slowed down to.
fn slowed(host: &HostMemory) -> SignedDuration {
    let millis = host.slowed_ms.unwrap_or(0);
    SignedDuration::from_millis(i64::try_from(millis).unwrap_or(i64::MAX))
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

/// Instants are shown to people in whole seconds.
fn whole_second(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("timestamp")
    }

    #[test]
    fn a_host_in_trouble_is_asked_less_often_and_recovers_within_bounds() {
        let (quick, long) = (Duration::from_millis(200), Duration::from_secs(6));
        let bounds = (2_000, 60_000);
        let mut host = HostMemory::default();
        adapt(&mut host, &Said::Fine, quick, bounds);
        assert_eq!(host.slowed_ms, None);
        adapt(&mut host, &Said::Fine, long, bounds);
        assert_eq!(host.slowed_ms, Some(4_000), "slow");
        adapt(&mut host, &Said::TooMany, quick, bounds);
        assert_eq!(host.slowed_ms, Some(8_000));
        let now = at("2026-11-23T10:00:00Z");
        let pause = SignedDuration::from_secs(2);
        assert!(matches!(reserve(&mut host, now, pause, now), Slot::At(_)));
        assert_eq!(host.next_request, Some(at("2026-11-23T10:00:08Z")));
        for _ in 0..9 {
            adapt(&mut host, &Said::Failed("down".into()), quick, bounds);
        }
        assert_eq!(host.slowed_ms, Some(60_000), "never more than the most");
        adapt(&mut host, &Said::Fine, quick, bounds);
        assert_eq!(host.slowed_ms, Some(59_500), "half a second an answer");
        for _ in 0..115 {
            adapt(&mut host, &Said::Fine, quick, bounds);
        }
        assert_eq!(host.slowed_ms, None, "well again");
    }

    #[test]
    fn slots_are_a_pause_apart_and_none_is_given_after_the_end() {
        let mut host = HostMemory::default();
        let (now, ends) = (at("2026-11-23T10:00:00Z"), at("2026-11-23T10:00:03Z"));
        let mut given = Vec::new();
        while let Slot::At(slot) = reserve(&mut host, now, SignedDuration::from_secs(2), ends) {
            given.push(slot);
        }
        assert_eq!(given, [now, at("2026-11-23T10:00:02Z")]);
        assert_eq!(host.next_request, Some(at("2026-11-23T10:00:04Z")));
    }

    #[test]
    fn the_circuit_opens_after_five_failures_longer_each_time_and_success_closes_it() {
        let mut host = HostMemory::default();
        let now = at("2026-11-23T10:00:00Z");
        let fail =
            |host: &mut HostMemory| apply(host, &Said::Failed("down".into()), None, now, 0.5);
        for _ in 0..4 {
            assert_eq!(fail(&mut host), None);
        }
        assert_eq!(fail(&mut host), Some(at("2026-11-23T10:05:00Z")));
        assert_eq!(fail(&mut host), Some(at("2026-11-23T10:10:00Z")));
        assert_eq!(host.closed_why.as_deref(), Some("down"));
        // A success that was under way while the circuit opened does not close it.
        apply(&mut host, &Said::Fine, None, now, 0.5);
        assert!(host.closed_until.is_some());
        apply(
            &mut host,
            &Said::Fine,
            None,
            at("2026-11-23T10:11:00Z"),
            0.5,
        );
        assert_eq!((host.failures, host.closed_until), (0, None));
    }

    #[test]
    fn a_block_opens_the_circuit_at_once() {
        let mut host = HostMemory::default();
        let now = at("2026-11-23T10:00:00Z");
        let until = apply(&mut host, &Said::Blocked("captcha".into()), None, now, 0.5);
        assert_eq!(until, Some(at("2026-11-23T11:00:00Z")));
    }

    #[test]
    fn a_wait_the_site_asks_for_moves_the_next_slot_and_never_back() {
        let mut host = HostMemory::default();
        let now = at("2026-11-23T10:00:00Z");
        apply(
            &mut host,
            &Said::TooMany,
            Some(at("2026-11-23T10:20:00Z")),
            now,
            0.5,
        );
        apply(&mut host, &Said::TooMany, None, now, 0.5);
        assert_eq!(host.next_request, Some(at("2026-11-23T10:20:00Z")));
    }
}
