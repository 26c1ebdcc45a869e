//! What the stepper says can still be reached, against the explorer and the reference.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use fastrand::Rng;

use super::random::Drawn;
use super::reference::{Limits, Reachable, Reference};
use super::{all, named, program};
use crate::catalog::table;
use crate::explore::{Bounds, Explorable, Memory, TracedProgram};
use crate::machine::{Program, Schedule};
use crate::stepper::{Goal, Stepper};

const LIMITS: Limits = Limits { states: 6_000, ways: 0 };

/// Builds a schedule, and looks at what can still be reached.
fn after(
    strategy: &dyn Explorable,
    program: &Program,
    memory: Memory,
    schedule: &Schedule,
    look: impl FnOnce(&mut Stepper<'_, '_>),
) {
    let mut traced = TracedProgram::new(strategy, program, memory).expect("it can be explored");
    let tracer = traced.start().expect("it has a start");
    let go_on = &mut |_| ControlFlow::Continue(());
    let mut stepper = Stepper::new(tracer, &Bounds::default(), go_on).expect("it can be explored");
    for turn in schedule.turns() {
        stepper.take(*turn).expect("the step can be taken");
    }
    look(&mut stepper);
}

/// Compares after schedules at random, if there are not too many states; then says whether there is
/// a livelock.
fn compare(
    strategy: &dyn Explorable,
    program: &Program,
    memory: Memory,
    rng: &mut Rng,
) -> Option<bool> {
    let reference = Reference::new(strategy, program, memory, LIMITS)?;
    if reference.is_full() {
        return None;
    }
    let schedules = [0, 3, 6, 10, 20].map(|most| reference.walk(rng, most).0);
    for schedule in &schedules {
        after(strategy, program, memory, schedule, |stepper| {
            let (future, expected) = (stepper.future(), reference.reachable(schedule));
            let Reachable { ends, both_inside, deadlock, fault } = expected;
            let what = format!("{} {memory:?} {program:?} after {schedule}", strategy.about().name);
            let values: BTreeSet<i64> = ends.iter().map(|(value, _)| *value).collect();
            assert_eq!(future.values, values, "{what}");
            assert_eq!(future.loses, ends.iter().any(|(_, kept)| !kept), "{what}");
            assert_eq!(future.keeps, ends.iter().any(|(_, kept)| *kept), "{what}");
            assert_eq!(future.both_inside, both_inside, "{what}");
            assert_eq!(future.deadlock, deadlock, "{what}");
            assert_eq!(future.fault, fault, "{what}");
            if schedule.turns().is_empty() {
                assert_eq!(future.livelock, reference.has_livelock(), "{what}");
            }
            for value in -4..=4 {
                let way = stepper.way(Goal::Value(value)).is_some();
                assert_eq!(way, values.contains(&value), "{value} of {what}");
            }
        });
    }
    Some(reference.has_livelock())
}

#[test]
fn what_can_be_reached_is_what_the_reference_reaches() {
    let mut rng = Rng::with_seed(10);
    let mut compared = 0;
    for strategy in table() {
        for memory in [Memory::Sc, Memory::Tso] {
            let found = compare(*strategy, &program(2, 1), memory, &mut rng);
            compared += usize::from(found.is_some());
        }
        let found = compare(*strategy, &program(2, 2), Memory::Sc, &mut rng);
        compared += usize::from(found.is_some());
    }
    assert!(compared >= 30, "{compared}: too few were compared");
}

#[test]
fn what_can_be_reached_under_random_strategies_is_what_the_reference_reaches() {
    let mut rng = Rng::with_seed(11);
    let (mut compared, mut livelocks) = (0, 0);
    for seed in 0..150 {
        let drawn = Drawn::new(seed);
        let Drawn { strategy, program, memory, .. } = &drawn;
        if TracedProgram::new(strategy, program, *memory).is_ok() {
            let livelock = compare(strategy, program, *memory, &mut rng);
            compared += usize::from(livelock.is_some());
            livelocks += usize::from(livelock == Some(true));
        }
    }
    assert!(compared >= 100 && livelocks >= 3, "{compared}, {livelocks}: too few were compared");
}

#[test]
fn the_interleavings_that_remain_are_counted() {
    let mut rng = Rng::with_seed(12);
    for name in ["none", "mutex", "two-locks", "no-signal", "atomic"] {
        let (strategy, program) = (named(name), program(2, 2));
        let reference =
            Reference::new(strategy, &program, Memory::Sc, LIMITS).expect("it is small");
        for most in [0, 1, 2, 5, 9] {
            let schedule = reference.walk(&mut rng, most).0;
            after(strategy, &program, Memory::Sc, &schedule, |stepper| {
                let paths = reference.paths(&schedule);
                assert_eq!(stepper.future().interleavings, Some(paths), "{name} after {schedule}");
            });
        }
    }
}

#[test]
fn at_the_start_it_says_what_the_explorer_says() {
    for strategy in table() {
        for memory in [Memory::Sc, Memory::Tso] {
            let (name, program) = (strategy.about().name, program(2, 1));
            let found = all(*strategy, &program, memory);
            after(*strategy, &program, memory, &Schedule::default(), |stepper| {
                let future = stepper.future();
                let values: BTreeSet<i64> = found.outcomes.iter().map(|end| end.value).collect();
                assert_eq!(future.values, values, "{name}");
                assert_eq!(future.interleavings, found.interleavings, "{name}");
                for outcome in &found.outcomes {
                    let least = stepper.least(Goal::Value(outcome.value)).map(|cost| cost.0);
                    assert_eq!(least, Some(outcome.min_preemptions), "{name} {}", outcome.value);
                }
                let least = stepper.least(Goal::Deadlock).map(|cost| cost.0);
                assert_eq!(least, found.deadlock.map(|end| end.min_preemptions), "{name}");
            });
        }
    }
}
