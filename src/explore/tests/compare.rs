//! Holds what the explorer says of a program against the reference.

use std::fmt::{Debug, Display};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use fastrand::Rng;
use num_bigint::BigUint;

use super::reference::{CheapestRaw, Count, End, Known, Limits, Reference, Situation};
use crate::explore::{
    Bounds, Explorable, Exploration, Livelock, Memory, Refusal, Trace, Why, explore, trace,
};
use crate::machine::{Program, Schedule, Turn};

/// What came of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Compared {
    /// One of both gave up: why.
    Skipped(&'static str),
    /// They say the same.
    Same(Extent),
    /// They do not: a line for each difference.
    Differs(Vec<String>),
}

/// How far both could be compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Extent {
    /// The interleavings were counted.
    pub(super) counted: bool,
    /// They were listed one by one.
    pub(super) listed: bool,
    /// How likely each end is was compared.
    pub(super) chances: bool,
    pub(super) deadlock: bool,
    pub(super) livelock: bool,
    pub(super) fault: bool,
    /// A store buffer was full.
    pub(super) full: bool,
}

/// Compares as far as `limits` allow.
pub(super) fn compare(
    strategy: &dyn Explorable,
    program: &Program,
    memory: Memory,
    limits: Limits,
) -> Compared {
    let Some(reference) = Reference::new(strategy, program, memory, limits) else {
        return Compared::Skipped("too many raw states");
    };
    // Never more states than the reference has met: the explorer reduces them.
    let bounds = Bounds { states: 10 * limits.states as u64, ..Bounds::default() };
    let go_on = &mut |_| ControlFlow::Continue(());
    let explored =
        catch_unwind(AssertUnwindSafe(|| explore(strategy, program, memory, bounds, go_on)));
    match explored {
        Err(_) => Compared::Differs(vec!["the explorer panics".into()]),
        Ok(Err(_)) => Compared::Skipped("refused by the explorer"),
        Ok(Ok(found)) => {
            let mut differences = Differences::default();
            let mut follow =
                |schedule: &Schedule| trace(strategy, program, memory, schedule, false);
            differences.of_traces(&found, &reference, &mut follow);
            against(&found, &reference, differences)
        }
    }
}

fn against(found: &Exploration, reference: &Reference, mut differences: Differences) -> Compared {
    differences.of_values(found, reference);
    differences.of_counts(found, reference);
    differences.of_endless(found, reference);
    differences.of_chances(found, reference);
    if !differences.0.is_empty() {
        return Compared::Differs(differences.0);
    }
    let known = |count: &Count| match count {
        Count::Known(known) => Some(known.listed),
        _ => None,
    };
    let (all, stuck) = (known(&reference.interleavings), known(&reference.deadlocks));
    Compared::Same(Extent {
        counted: all.is_some() && found.interleavings.is_some(),
        listed: all == Some(true) && stuck == Some(true) && found.interleavings.is_some(),
        chances: reference.chances.is_some() && found.outcomes.iter().all(|o| o.chance.is_some()),
        deadlock: found.deadlock.is_some(),
        livelock: found.livelock.is_some(),
        fault: found.fault.is_some(),
        full: reference.is_full(),
    })
}

#[derive(Default)]
struct Differences(Vec<String>);

impl Differences {
    fn note(&mut self, what: impl Display, explorer: impl Debug, reference: impl Debug) {
        let (explorer, reference) = (format!("{explorer:?}"), format!("{reference:?}"));
        if explorer != reference {
            self.0.push(format!("{what}: the explorer says {explorer}, the reference {reference}"));
        }
    }

    fn of_values(&mut self, found: &Exploration, reference: &Reference) {
        self.note("complete", found.complete, !reference.is_full());
        let values: Vec<_> = found.outcomes.iter().map(|outcome| outcome.value).collect();
        self.note("final values", values, reference.outcomes.keys().collect::<Vec<_>>());
        for outcome in &found.outcomes {
            let cheapest = cheapest(outcome.min_preemptions, &outcome.schedule);
            let expected = reference.outcomes.get(&outcome.value);
            let expected = expected.map(text);
            self.note(format!("way to {}", outcome.value), Some(cheapest), expected);
        }
        if let Some(peak) = found.peak_inside {
            self.note("peak", peak, reference.peak_inside);
        }
    }

    fn of_chances(&mut self, found: &Exploration, reference: &Reference) {
        if !found.complete {
            return;
        }
        let Some(expected) = &reference.chances else { return };
        let values = found.outcomes.iter().map(|o| (End::Value(o.value), o.chance.as_ref()));
        let deadlock = found.deadlock.iter().map(|found| (End::Deadlock, found.chance.as_ref()));
        let livelock = found.livelock.iter().map(|found| (End::Livelock, found.chance.as_ref()));
        let fault = found.fault.iter().map(|found| (End::Fault, found.chance.as_ref()));
        let ends: Vec<_> = values.chain(deadlock).chain(livelock).chain(fault).collect();
        for (end, chance) in &ends {
            let expected = expected.get(end).map_or("0/1".into(), ToString::to_string);
            if let Some(chance) = chance {
                self.note(format!("chance of {end:?}"), chance.to_string(), expected);
            }
        }
        let listed = |end: &End| ends.iter().any(|(of, _)| of == end);
        let missing: Vec<_> = expected.keys().filter(|end| !listed(end)).collect();
        self.note("ends without a chance", Vec::<&End>::new(), missing);
    }

    fn of_counts(&mut self, found: &Exploration, reference: &Reference) {
        self.count("interleavings", &found.interleavings, reference, |r| {
            (&r.interleavings, Known::all)
        });
        self.count("lossless", &found.lossless, reference, |r| (&r.interleavings, Known::lossless));
        self.count("deadlocks", &found.deadlocks, reference, |r| (&r.deadlocks, Known::all));
        for outcome in &found.outcomes {
            let value = outcome.value;
            let Count::Known(known) = &reference.interleavings else { continue };
            if let Some(number) = &outcome.interleavings {
                self.note(format!("interleavings to {value}"), number, known.of(value));
            }
            if let Some(number) = &outcome.lossless {
                self.note(format!("lossless to {value}"), number, known.lossless_of(value));
            }
        }
    }

    fn count(
        &mut self,
        what: &str,
        explorer: &Option<BigUint>,
        reference: &Reference,
        of: impl Fn(&Reference) -> (&Count, fn(&Known) -> BigUint),
    ) {
        match (explorer, of(reference)) {
            (Some(number), (Count::Known(known), sum)) => self.note(what, number, sum(known)),
            (Some(number), (Count::Infinite, _)) if what != "lossless" => {
                self.note(what, number, "infinitely many");
            }
            (None, (Count::Known(known), sum)) if !reference.has_cycles() => {
                self.note(what, "infinitely many", sum(known));
            }
            _ => {}
        }
    }

    fn of_endless(&mut self, found: &Exploration, reference: &Reference) {
        let deadlock = found.deadlock.as_ref();
        self.note(
            "deadlock",
            deadlock.map(|deadlock| cheapest(deadlock.min_preemptions, &deadlock.schedule)),
            reference.deadlock.as_ref().map(text),
        );
        self.note("livelock", found.livelock.is_some(), reference.has_livelock());
        let wrong = found.livelock.as_ref().filter(|livelock| {
            reference.has_livelock() && !reference.is_livelock(&livelock.schedule, &livelock.cycle)
        });
        if let Some(Livelock { schedule, cycle, .. }) = wrong {
            self.0.push(format!("livelock: after {schedule}, {cycle} cannot be repeated"));
        }
        let fault = found.fault.as_ref();
        self.note(
            "fault",
            fault.map(|fault| fault.schedule.to_string()),
            reference.fault.as_ref().map(|fault| fault.schedule.to_string()),
        );
        if let Some((fault, cheapest)) = fault.zip(reference.fault.as_ref()) {
            let worker = reference.fault_after(&cheapest.schedule).map(|(worker, _)| worker + 1);
            self.note("faulty worker", Some(fault.worker), worker);
        }
    }
}

/// Follows a schedule, as the explorer does it.
type Follow<'a> = &'a mut dyn FnMut(&Schedule) -> Result<Trace, Refusal>;

impl Differences {
    /// Every witness can be followed, and so can any raw schedule.
    fn of_traces(&mut self, found: &Exploration, reference: &Reference, follow: Follow<'_>) {
        for outcome in &found.outcomes {
            let traced = follow(&outcome.schedule).map_err(|refusal| refusal.why);
            let ends = traced.as_ref().map(|trace| (trace.value, preemptions(trace)));
            let expected = Ok::<_, &Why>((outcome.value, outcome.min_preemptions));
            self.note(format!("trace to {}", outcome.value), ends, expected);
        }
        if let Some(deadlock) = &found.deadlock {
            let traced = follow(&deadlock.schedule).map_err(|refusal| refusal.why);
            let ends = traced.as_ref().map(|trace| (!trace.waiting.is_empty(), preemptions(trace)));
            let expected = Ok::<_, &Why>((true, deadlock.min_preemptions));
            self.note("trace to a deadlock", ends, expected);
        }
        if let Some(livelock) = &found.livelock {
            let traced = follow(&livelock.rounds).map_err(|refusal| refusal.why);
            let repeats = traced.map(|trace| trace.round.and_then(|round| round.repeats));
            self.note("trace to a livelock", repeats, Ok::<_, Why>(Some(true)));
        }
        let mut rng = Rng::with_seed(0);
        for most in [3, 10, 30, 100] {
            let (schedule, expected) = reference.walk(&mut rng, most);
            let situation = match follow(&schedule) {
                Ok(Trace { value, fault: Some(_), .. }) => Situation::Fault(value),
                Ok(Trace { value, waiting, .. }) if waiting.is_empty() => Situation::Ended(value),
                Ok(Trace { value, .. }) => Situation::Deadlock(value),
                Err(refusal) if refusal.why == Why::TooShort => Situation::Open(refusal.could),
                Err(refusal) => {
                    self.0.push(format!("trace of {schedule}: refused, {:?}", refusal.why));
                    continue;
                }
            };
            self.note(format!("trace of {schedule}"), situation, expected);
            self.of_waiting(&schedule, reference, follow);
        }
    }

    /// A worker can be said to wait exactly where it has to.
    fn of_waiting(&mut self, schedule: &Schedule, reference: &Reference, follow: Follow<'_>) {
        let waiting = reference.waiting(schedule).into_iter().flatten().enumerate();
        for (worker, expected) in waiting {
            let turns = schedule.turns().iter().copied().chain([Turn::wait(worker)]);
            let schedule: Schedule = turns.collect();
            let waits = match follow(&schedule).map_err(|refusal| refusal.why) {
                Ok(_) | Err(Why::TooShort) => Some(true),
                Err(Why::NotWaiting | Why::Finished) => Some(false),
                Err(_) => None,
            };
            self.note(format!("trace of {schedule}"), waits, Some(expected));
        }
    }
}

fn preemptions(trace: &Trace) -> u32 {
    let preempted = trace.events.iter().filter(|event| event.preempted.is_some());
    preempted.count().try_into().expect("it is small")
}

fn cheapest(preemptions: u32, schedule: &Schedule) -> String {
    format!("{preemptions} preemptions by {schedule}")
}

fn text(of: &CheapestRaw) -> String {
    cheapest(of.preemptions, &of.schedule)
}
