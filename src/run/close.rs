use super::project::{ProjectError, Projector};
use crate::record::{
    Alert, Cell, Coverage, Day, MarketState, Offset, SentimentShare, SeriesKey, SeriesState,
    SourceClass, Subject,
};
use crate::store::{CoverageHour, GenerationId, Step, Store};
use crate::trend::baseline::WINDOWS;
use crate::trend::close::{self, Closed, DayCount, Rules};
use crate::trend::cohort::{self, Prior};
use crate::trend::explain::{self, BEFORE_DAYS, EVIDENCE_MAX};
use crate::trend::exposure::{self, Exposure};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Series closed at a time.
const CHUNK: usize = 2_000;
/// The longest window, in days.
const WEEK: i32 = 7;
/// A phrase without a state that counted less than this in the week stays without one: its
/// cells are its memory.
const SMALL: u32 = 3;
/// A phrase whose records are to this share those of a stronger alert tells the same story.
const SAME_STORY: f64 = 0.5;
/// Candidates looked at for each alert that a cap allows.
const LOOKED_AT: usize = 10;

/// The close of one day for all series with a count on it.
pub struct DayClose<'a> {
    pub by: &'a Projector<'a>,
    pub generation: GenerationId,
    pub day: Day,
    /// Ingest time of the page that showed the day to be over.
    pub raised_at: Timestamp,
    /// Log entries read by then.
    pub offset: Offset,
}

type Place = (crate::record::Market, SourceClass);

/// A market and class on the day.
pub(super) struct Ground {
    total: SeriesKey,
    state: SeriesState,
    pub exposure: Exposure,
    /// The cohorts as they were before the day: what its series are judged by.
    skus: Prior,
    phrases: Prior,
    /// The cohorts with the day's series in them.
    next: MarketState,
    pub up: u32,
    pub tested: u32,
    pub mood: SentimentShare,
}

/// A series that stands out.
pub(super) struct Candidate {
    pub key: SeriesKey,
    pub closed: Closed,
}

impl DayClose<'_> {
    /// Close the day. `commit` writes a step and says whether it still could; the last step
    /// carries the states of the totals and everything that was decided across series, so that
    /// a close that was cut short begins again from the same ground.
    pub fn run(
        &mut self,
        commit: &mut dyn FnMut(Step, bool) -> Result<bool, ProjectError>,
    ) -> Result<bool, ProjectError> {
        let active = self.store().active(self.generation, self.day)?;
        if active.is_empty() {
            return commit(Step::default(), true);
        }
        let totals = active.partition_point(|key| key.subject == Subject::Total);
        let (totals, series) = active.split_at(totals);
        let hours = self
            .store()
            .coverage(self.day.plus(1 - WEEK).start(), self.day.plus(1).start())?;
        let mut grounds = self.grounds(totals, &hours)?;
        let rules = Rules::of(self.by.trend);
        let mut candidates = Vec::new();
        // The last chunk goes with the last step: most days are one step.
        let mut waiting = Vec::new();
        for chunk in series.chunks(CHUNK) {
            let step = Step {
                states: std::mem::take(&mut waiting),
                ..Step::default()
            };
            if !step.states.is_empty() && !commit(step, false)? {
                return Ok(false);
            }
            waiting = self.close_chunk(chunk, &rules, &mut grounds, &mut candidates)?;
        }
        let alerts = self.decide(&mut candidates, &grounds, &hours)?;
        let mut states = waiting;
        states.extend(grounds.into_values().map(|ground| {
            let mut state = ground.state;
            state.market = Some(Box::new(ground.next));
            (ground.total, state)
        }));
        states.extend(
            candidates
                .into_iter()
                .map(|candidate| (candidate.key, candidate.closed.state)),
        );
        let step = Step {
            states,
            alerts,
            ..Step::default()
        };
        commit(step, true)
    }

    pub(super) fn store(&self) -> &dyn Store {
        self.by.store
    }

    /// The totals of the day, closed, with what they say of their series.
    fn grounds(
        &self,
        totals: &[SeriesKey],
        hours: &[CoverageHour],
    ) -> Result<BTreeMap<Place, Ground>, ProjectError> {
        let days = self.day.plus(1 - WEEK - i32::from(BEFORE_DAYS))..=self.day;
        let cells = self.store().cells_of(self.generation, totals, days)?;
        let states = self.store().states(self.generation, totals)?;
        let mut grounds = BTreeMap::new();
        for ((total, cells), state) in totals.iter().zip(cells).zip(states) {
            let counts: Vec<(Day, u32)> = cells
                .iter()
                .map(|(day, cell)| (*day, cell.primary()))
                .collect();
            let in_window = |window: u16| {
                counts
                    .iter()
                    .filter(|(day, _)| *day > self.day.plus(-i32::from(window)))
                    .map(|(_, count)| *count)
                    .fold(0, u32::saturating_add)
            };
            let shares = (total.class == SourceClass::SocialSearch)
                .then(|| WINDOWS.map(|window| self.search_share(total, hours, window)));
            let exposure = Exposure::of(state.as_ref(), self.day, WINDOWS.map(in_window), shares);
            let today = in_window(1);
            let earlier: Vec<(Day, u32)> = counts
                .iter()
                .copied()
                .filter(|(day, _)| *day < self.day)
                .collect();
            let closed =
                exposure::close_total(state.as_ref(), self.day, &earlier, today, &exposure);
            let mut next = closed.market.as_deref().cloned().unwrap_or_default();
            let skus = cohort::prior(&next.skus, cohort::COVERED_SKUS);
            let phrases = cohort::prior(&next.phrases, cohort::COVERED_PHRASES);
            cohort::age(&mut next.skus);
            cohort::age(&mut next.phrases);
            let mood = explain::mood(
                cells
                    .iter()
                    .filter(|(day, _)| *day <= self.day.plus(-WEEK))
                    .map(|(_, cell)| cell),
            );
            grounds.insert(
                (total.market.clone(), total.class),
                Ground {
                    total: total.clone(),
                    state: closed,
                    exposure,
                    skus,
                    phrases,
                    next,
                    up: 0,
                    tested: 0,
                    mood,
                },
            );
        }
        Ok(grounds)
    }

    /// Share of the requests of keyword searches of a market that were answered in a window.
    fn search_share(&self, total: &SeriesKey, hours: &[CoverageHour], window: u16) -> Option<f64> {
        let from = self.day.plus(1 - i32::from(window)).start();
        let mut sum = Coverage::default();
        for hour in hours.iter().filter(|hour| hour.hour >= from) {
            let ours = self.by.sources.get(&hour.source).is_some_and(|facts| {
                facts.class == Some(total.class)
                    && facts
                        .market
                        .as_ref()
                        .is_none_or(|market| *market == total.market)
            });
            if ours {
                sum.add(&hour.coverage);
            }
        }
        sum.share()
    }

    /// Close some series. Those that stand out go to `candidates`, with their states; the states
    /// of the others come back.
    fn close_chunk(
        &self,
        keys: &[SeriesKey],
        rules: &Rules,
        grounds: &mut BTreeMap<Place, Ground>,
        candidates: &mut Vec<Candidate>,
    ) -> Result<Vec<(SeriesKey, SeriesState)>, ProjectError> {
        let states = self.store().states(self.generation, keys)?;
        let week = self.day.plus(1 - WEEK)..=self.day;
        let mut cells = self.store().cells_of(self.generation, keys, week)?;
        // A series that begins reads further back: history that came late is learned first.
        let begins: Vec<usize> = (0..keys.len())
            .filter(|place| states[*place].is_none() && !is_small(&keys[*place], &cells[*place]))
            .collect();
        let born: Vec<SeriesKey> = begins.iter().map(|place| keys[*place].clone()).collect();
        let back = self.day.plus(-cohort::YOUNG_DAYS)..=self.day;
        let further = self.store().cells_of(self.generation, &born, back)?;
        for (place, found) in begins.into_iter().zip(further) {
            cells[place] = found;
        }
        let mut kept = Vec::new();
        for ((key, cells), state) in keys.iter().zip(cells).zip(states) {
            let Some(ground) = grounds.get_mut(&(key.market.clone(), key.class)) else {
                continue;
            };
            let (prior, cohort) = match key.subject {
                Subject::Sku(_) => (ground.skus, &mut ground.next.skus),
                _ => (ground.phrases, &mut ground.next.phrases),
            };
            let settled = self.day.0 - ground.state.first_day.0 >= cohort::SETTLED_DAYS;
            let (before, after) = self.week(&cells);
            if state.is_none() && is_small(key, &cells) {
                if settled {
                    cohort::join_young(cohort, before, after);
                }
                continue;
            }
            let days: Vec<DayCount> = cells
                .iter()
                .map(|(day, cell)| DayCount {
                    day: *day,
                    count: cell.primary(),
                    doubtful: cell.doubtful,
                })
                .collect();
            let closed = close::close(
                state.as_ref(),
                self.day,
                &days,
                &ground.exposure,
                rules,
                &prior,
            );
            let age = self.day.0 - closed.state.first_day.0;
            // What was there when the market was first watched was not born then.
            let is_birth = age < WEEK
                && closed.state.first_day.0 - ground.state.first_day.0 >= cohort::SETTLED_DAYS;
            if is_birth {
                cohort::join_young(cohort, before, after);
            } else if age >= cohort::YOUNG_DAYS {
                cohort::join_grown(cohort, &closed.state);
            }
            ground.tested += u32::from(closed.tested);
            ground.up += u32::from(closed.up);
            if closed.verdict.is_some() {
                candidates.push(Candidate {
                    key: key.clone(),
                    closed,
                });
            } else {
                kept.push((key.clone(), closed.state));
            }
        }
        Ok(kept)
    }

    /// What a series counted in the week that ends today, without today and with it.
    fn week(&self, cells: &[(Day, Cell)]) -> (u32, u32) {
        let sum = |last: Day| {
            cells
                .iter()
                .filter(|(day, _)| *day > self.day.plus(-WEEK) && *day <= last)
                .map(|(_, cell)| cell.primary())
                .fold(0, u32::saturating_add)
        };
        (sum(self.day.plus(-1)), sum(self.day))
    }

    /// Turn candidates into alerts: SKUs first, then the strongest phrases that tell a story of
    /// their own, as many as the settings allow in each market and class.
    fn decide(
        &self,
        candidates: &mut [Candidate],
        grounds: &BTreeMap<Place, Ground>,
        hours: &[CoverageHour],
    ) -> Result<Vec<Alert>, ProjectError> {
        let mut order: Vec<usize> = (0..candidates.len()).collect();
        let ahead = |candidate: &Candidate| {
            let verdict = candidate.closed.verdict.as_ref();
            verdict.map_or(0.0, |verdict| verdict.score - verdict.threshold)
        };
        order.sort_by(|left, right| {
            let (left, right) = (&candidates[*left], &candidates[*right]);
            let phrase =
                |candidate: &Candidate| matches!(candidate.key.subject, Subject::Phrase(_));
            phrase(left)
                .cmp(&phrase(right))
                .then_with(|| ahead(right).total_cmp(&ahead(left)))
                .then_with(|| left.key.cmp(&right.key))
        });
        let rising: Vec<SeriesKey> = candidates
            .iter()
            .filter(|candidate| {
                let verdict = candidate.closed.verdict.as_ref();
                verdict.is_some_and(|verdict| !verdict.doubted)
            })
            .map(|candidate| candidate.key.clone())
            .collect();
        let mut alerts: Vec<Alert> = Vec::new();
        let mut told: BTreeMap<Place, Vec<BTreeSet<[u8; 16]>>> = BTreeMap::new();
        let mut used: BTreeMap<(Place, bool), (usize, usize)> = BTreeMap::new();
        let cap = self.by.trend.phrase_alerts_per_day;
        for place in order {
            let Some(candidate) = candidates.get_mut(place) else {
                continue;
            };
            let Some(verdict) = candidate.closed.verdict.clone() else {
                continue;
            };
            let ground_key = (candidate.key.market.clone(), candidate.key.class);
            let Some(ground) = grounds.get(&ground_key) else {
                continue;
            };
            let is_phrase = matches!(candidate.key.subject, Subject::Phrase(_));
            let count = used
                .entry((ground_key.clone(), verdict.doubted))
                .or_default();
            if is_phrase {
                if count.0 >= cap || count.1 >= cap.saturating_mul(LOOKED_AT) {
                    continue;
                }
                count.1 += 1;
            }
            let start = explain::window_start(self.day, verdict.window);
            let evidence = self.store().evidence(
                self.generation,
                &candidate.key,
                start..=self.day,
                EVIDENCE_MAX,
            )?;
            let records: BTreeSet<[u8; 16]> =
                evidence.iter().map(|evidence| evidence.record.0).collect();
            let stories = told.entry(ground_key).or_default();
            let same = |story: &BTreeSet<[u8; 16]>| {
                let shared = records.intersection(story).count();
                shared as f64 >= SAME_STORY * records.len().max(1) as f64
            };
            if is_phrase && stories.iter().any(same) {
                continue;
            }
            let dossier = self.dossier(candidate, &verdict, ground, evidence, &rising, hours)?;
            let alert = explain::explain(&dossier, self.by.calendar);
            let people = alert.authors.max(if alert.effective_authors.is_none() {
                alert.mentions
            } else {
                0
            });
            if verdict.birth && !verdict.doubted && people < self.by.trend.authors_min {
                continue;
            }
            if is_phrase {
                count.0 += 1;
            }
            stories.push(records);
            close::alerted(&mut candidate.closed.state, self.day, &verdict);
            alerts.push(alert);
        }
        Ok(alerts)
    }
}

/// A phrase too rare to be worth a state.
fn is_small(key: &SeriesKey, week: &[(Day, Cell)]) -> bool {
    let count: u32 = week
        .iter()
        .map(|(_, cell)| cell.primary().saturating_add(cell.doubtful))
        .fold(0, u32::saturating_add);
    matches!(key.subject, Subject::Phrase(_)) && count < SMALL
}
