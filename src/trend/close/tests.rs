use super::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::time::Duration;

/// A Poisson number by inversion; the rates of these tests are small.
fn poisson(random: &mut ChaCha8Rng, rate: f64) -> u32 {
    let mut left = rate;
    let mut count = 0;
    // In parts, so that e^-rate does not underflow.
    while left > 0.0 {
        let part = left.min(20.0);
        left -= part;
        let limit = (-part).exp();
        let mut product: f64 = random.random();
        while product > limit {
            count += 1;
            product *= random.random::<f64>();
        }
    }
    count
}

/// A negative binomial number: a Poisson whose rate is itself gamma, here by the sum of
/// exponentials that the compound form allows: a Poisson number of logarithmic clusters.
fn clustered(random: &mut ChaCha8Rng, mean: f64, over: f64) -> u32 {
    if over <= 1.0 {
        return poisson(random, mean);
    }
    let q = (over - 1.0) / over;
    let clusters = poisson(random, mean * over.ln() / (over - 1.0));
    (0..clusters)
        .map(|_| {
            // Kemp's method for the logarithmic distribution.
            let u: f64 = random.random();
            let v: f64 = random.random();
            let t = 1.0 - (1.0 - q).powf(u);
            (1.0 + v.ln() / t.ln()).floor().min(1e6) as u32
        })
        .sum()
}

fn rules(false_alarms_per_1000: f64) -> Rules {
    Rules::of(&TrendConfig {
        close_after: Duration::from_secs(3_600),
        false_alarms_per_1000,
        authors_min: 3,
        quiet_days: 7,
        phrase_alerts_per_day: 5,
    })
}

/// Close a series day by day, as the projection does: silent days are not closed.
fn run(counts: &[u32], rules: &Rules, prior: &Prior, exposures: &[f64]) -> Vec<(usize, Verdict)> {
    let mut state: Option<SeriesState> = None;
    let mut days: Vec<DayCount> = Vec::new();
    let mut found = Vec::new();
    for (place, count) in counts.iter().enumerate() {
        if *count == 0 {
            continue;
        }
        let day = Day(place as i32);
        days.push(DayCount {
            day,
            count: *count,
            doubtful: 0,
        });
        let mut exposure = Exposure::usual();
        exposure.before = exposures
            .get(place.saturating_sub(40)..place)
            .unwrap_or(&[])
            .to_vec();
        let from = days
            .len()
            .saturating_sub(if state.is_some() { 7 } else { 28 });
        let mut closed = close(state.as_ref(), day, &days[from..], &exposure, rules, prior);
        if let Some(verdict) = closed.verdict.take() {
            alerted(&mut closed.state, day, &verdict);
            found.push((place, verdict));
        }
        state = Some(closed.state);
    }
    found
}

/// Alerts on a thousand days of quiet series, the first two months left out.
fn false_alarms(seed: u64, rate: f64, over: f64, promised: f64) -> f64 {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut rules = rules(promised);
    rules.quiet_days = 0;
    let (mut alerts, mut days) = (0, 0);
    for _ in 0..150 {
        let counts: Vec<u32> = (0..260)
            .map(|_| clustered(&mut random, rate, over))
            .collect();
        let found = run(&counts, &rules, &Prior::default(), &[]);
        alerts += found.iter().filter(|(day, _)| *day >= 60).count();
        days += 200;
    }
    1_000.0 * alerts as f64 / f64::from(days)
}

#[test]
fn a_quiet_series_fires_at_most_twice_as_often_as_promised_also_where_it_is_rare() {
    for rate in [0.02, 0.1, 0.3, 1.0, 3.0, 10.0, 60.0] {
        for over in [1.0, 1.5] {
            let found = false_alarms(11, rate, over, 1.0);
            assert!(
                found <= 2.0,
                "{found} per 1000 at {rate} a day, spread {over}"
            );
        }
    }
}

#[test]
fn a_looser_promise_is_used_and_not_left_lying() {
    for over in [1.5, 3.0] {
        let found = false_alarms(12, 5.0, over, 20.0);
        assert!(
            (4.0..40.0).contains(&found),
            "{found} per 1000, spread {over}"
        );
    }
}

#[test]
fn a_fivefold_rise_is_caught_within_two_days() {
    let mut random = ChaCha8Rng::seed_from_u64(13);
    for (rate, over, least) in [
        (3.0, 1.0, 0.9),
        (3.0, 1.5, 0.7),
        (10.0, 1.5, 0.97),
        (60.0, 3.0, 0.99),
    ] {
        let mut caught = 0;
        for _ in 0..200 {
            let mut counts: Vec<u32> = (0..110)
                .map(|_| clustered(&mut random, rate, over))
                .collect();
            for count in counts.iter_mut().skip(100) {
                *count = clustered(&mut random, rate * 5.0, over);
            }
            let found = run(&counts, &rules(1.0), &Prior::default(), &[]);
            caught += usize::from(found.iter().any(|(day, _)| (100..102).contains(day)));
        }
        let share = f64::from(caught as u32) / 200.0;
        assert!(share >= least, "{share} at {rate}, spread {over}");
    }
}

#[test]
fn an_alert_is_silent_below_the_count_it_names_and_says_what_it_computed() {
    let mut counts = [4, 6, 5, 3, 7, 5, 4, 5, 6, 4].repeat(8);
    counts.push(60);
    let found = run(&counts, &rules(1.0), &Prior::default(), &[]);
    let (day, verdict) = found.last().expect("an alert").clone();
    assert_eq!(day, 80);
    assert!(verdict.band.0 < 6.0 && verdict.band.1 < 20.0, "{verdict:?}");
    let score = tail::z_of_ln_p(tail::ln_mid_p(
        verdict.observed,
        verdict.expected,
        verdict.over,
    ));
    assert_eq!(score, verdict.score);
    // Give the day, or the days of its window, just enough and one too few.
    let spare = verdict.observed - verdict.silent_below;
    for (less, fires) in [(spare, true), (spare + 1, false)] {
        let score = tail::z_of_ln_p(tail::ln_mid_p(
            verdict.observed - less,
            verdict.expected,
            verdict.over,
        ));
        assert_eq!(score > verdict.threshold, fires);
    }
}

#[test]
fn after_an_alert_a_series_is_quiet_unless_it_doubles_again() {
    let alerts = |counts: &[u32]| -> Vec<usize> {
        run(counts, &rules(1.0), &Prior::default(), &[])
            .into_iter()
            .map(|(day, _)| day)
            .filter(|day| *day >= 30)
            .collect()
    };
    let mut counts = vec![5_u32; 60];
    counts.extend([40, 42, 45, 41, 44]);
    assert_eq!(alerts(&counts), [60]);
    counts.push(95);
    assert_eq!(alerts(&counts), [60, 65]);
}

#[test]
fn an_event_does_not_train_the_baseline_it_is_judged_by() {
    let mut counts = vec![10_u32; 80];
    counts.extend([200; 3]);
    let mut none = rules(1.0);
    none.quiet_days = 0;
    let found = run(&counts, &none, &Prior::default(), &[]);
    let (_, last) = found.last().expect("an alert");
    let daily = last.expected / f64::from(WINDOWS[last.window]);
    assert!(daily < 12.0, "{daily}");
}

#[test]
fn a_birth_waits_for_a_settled_market_and_for_enough_people() {
    let young = Prior {
        level: 0.35,
        ..Prior::default()
    };
    let birth = |counts: &[u32], settled: bool| {
        let days: Vec<DayCount> = counts
            .iter()
            .enumerate()
            .map(|(place, count)| DayCount {
                day: Day(place as i32),
                count: *count,
                doubtful: 0,
            })
            .collect();
        let mut exposure = Exposure::usual();
        exposure.since = settled.then_some(Day(-30));
        let day = days.last().expect("a day").day;
        close(None, day, &days, &exposure, &rules(1.0), &young).verdict
    };
    assert!(birth(&[2], true).is_none());
    assert!(birth(&[3], true).is_none());
    assert!(birth(&[25], false).is_none());
    let verdict = birth(&[25], true).expect("a birth");
    assert!(verdict.birth && verdict.score > verdict.threshold);
}

#[test]
fn copies_alone_are_a_doubtful_burst_and_a_steady_trickle_of_them_is_not() {
    let doubtful = |last: u32| {
        let days: Vec<DayCount> = (0..80)
            .map(|place| DayCount {
                day: Day(place),
                count: 4,
                doubtful: if place == 79 { last } else { 12 },
            })
            .collect();
        let mut state: Option<SeriesState> = None;
        let mut found = None;
        for end in 1..=days.len() {
            let week = &days[end.saturating_sub(7)..end];
            let day = Day(end as i32 - 1);
            let closed = close(
                state.as_ref(),
                day,
                week,
                &Exposure::usual(),
                &rules(1.0),
                &Prior::default(),
            );
            state = Some(closed.state);
            found = closed.verdict;
        }
        found
    };
    assert!(doubtful(12).is_none());
    let verdict = doubtful(200).expect("a burst");
    assert!(verdict.doubted && verdict.observed >= 204);
}

#[test]
fn a_day_is_closed_once() {
    let days = [DayCount {
        day: Day(5),
        count: 3,
        doubtful: 0,
    }];
    let once = close(
        None,
        Day(5),
        &days,
        &Exposure::usual(),
        &rules(1.0),
        &Prior::default(),
    );
    let again = close(
        Some(&once.state),
        Day(5),
        &days,
        &Exposure::usual(),
        &rules(1.0),
        &Prior::default(),
    );
    assert_eq!(again.state, once.state);
    assert!(again.verdict.is_none());
}
