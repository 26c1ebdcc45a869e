//! Real threads against the explorer: what they do by themselves is among what was explored, and
//! what was explored they do when told to.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{all, program};
use crate::catalog::{DynStrategy, table};
use crate::explore::{Exploration, Memory, trace};
use crate::machine::Schedule;
use crate::machine::{Guard, Program, Step};
use crate::worker::YieldRate;
use crate::worker::resource::FinalState;
use crate::worker::{Job, RunConfig, WorkerExit, Workers};

/// The final value of one run on threads.
pub(super) fn run(
    strategy: &'static dyn DynStrategy,
    program: &Program,
    schedule: Option<&Schedule>,
    seed: u64,
) -> i64 {
    let copies = finished(strategy, program, schedule, seed, false).copies;
    copies.iter().map(|copy| copy.value()).sum()
}

fn finished(
    strategy: &'static dyn DynStrategy,
    program: &Program,
    schedule: Option<&Schedule>,
    seed: u64,
    trace: bool,
) -> FinalState {
    let rate = if schedule.is_some() { YieldRate::Never } else { YieldRate::OneIn(2) };
    let schedule = schedule.cloned();
    let config =
        RunConfig { schedule, trace, yields: rate, seed, ..RunConfig::new(program.clone()) };
    let job = Job::new(strategy, config);
    let mut workers = Workers::start(job).expect("threads can be started");
    for _ in 0..program.workers {
        let exit = workers.next_exit(Duration::from_secs(60));
        assert!(matches!(exit, Some((_, WorkerExit::Finished))), "{exit:?}");
    }
    workers.final_state()
}

fn served(strategy: &dyn DynStrategy, program: &Program) -> bool {
    // The lock of a file guards files only.
    let serves = strategy.about().only.is_none_or(|only| program.workers <= only.workers);
    serves && !strategy.needs(program).on_file
}

fn values(found: &Exploration) -> BTreeSet<i64> {
    found.outcomes.iter().map(|outcome| outcome.value).collect()
}

#[test]
fn every_witness_of_every_strategy_can_be_replayed() {
    let small = [
        program(2, 1),
        program(2, 2),
        program(3, 1),
        Program { guard: Guard::Loop, ..program(2, 2) },
        Program { copies: 2, permits: 3, ..program(3, 1) },
        Program { count_up: true, permits: 2, ..program(2, 2) },
    ];
    for program in &small {
        for strategy in table().iter().filter(|strategy| served(**strategy, program)) {
            for outcome in all(*strategy, program, Memory::Sc).outcomes {
                let name = strategy.about().name;
                let traced = trace(*strategy, program, Memory::Sc, &outcome.schedule, false);
                let traced = traced.unwrap_or_else(|why| panic!("{name}: {why}"));
                assert_eq!(traced.value, outcome.value, "{name} {}", outcome.schedule);
                let value = run(*strategy, program, Some(&outcome.schedule), 0);
                assert_eq!(value, outcome.value, "{name} {}", outcome.schedule);
            }
        }
    }
}

/// Real threads write what the model writes, in its order, and the trace says so.
#[test]
fn the_trace_of_a_replayed_schedule_has_the_writes_of_the_model() {
    let small = [program(2, 2), program(3, 1), Program { count_up: true, ..program(2, 3) }];
    for program in &small {
        for strategy in table().iter().filter(|strategy| served(**strategy, program)) {
            for outcome in all(*strategy, program, Memory::Sc).outcomes {
                let schedule = &outcome.schedule;
                let modelled =
                    trace(*strategy, program, Memory::Sc, schedule, false).expect("followed");
                let writes = modelled.events.iter().filter(|event| match event.step {
                    Some(Step::Write(_) | Step::Add(_)) => true,
                    Some(Step::Replace { .. }) => event.answer == 1,
                    _ => false,
                });
                let expected: Vec<_> =
                    writes.map(|event| (event.turn.worker, event.counter)).collect();
                let found = finished(*strategy, program, Some(schedule), 0, true);
                let mut values = vec![0];
                let writes = found.writes.expect("it was traced").remove(0);
                for write in &writes {
                    values.push(values[write.seen as usize] + write.tally().value());
                }
                let workers = writes.iter().map(|write| write.worker as usize);
                let traced: Vec<_> = workers.zip(values[1..].iter().copied()).collect();
                assert_eq!(traced, expected, "{} {schedule}", strategy.about().name);
            }
        }
    }
}

#[test]
fn the_same_schedule_has_the_same_end_a_thousand_times() {
    let none = super::named("none");
    let schedule = "2 4x1 3x2".parse().expect("a schedule");
    for _ in 0..1000 {
        assert_eq!(run(none, &program(2, 2), Some(&schedule), 0), -2);
    }
}

#[test]
fn what_threads_do_by_themselves_was_explored() {
    for program in [program(2, 2), program(3, 1), Program { permits: 2, ..program(2, 2) }] {
        for strategy in table().iter().filter(|strategy| served(**strategy, &program)) {
            let found = all(*strategy, &program, Memory::Tso);
            if found.deadlock.is_some() {
                continue;
            }
            let explored = values(&found);
            for seed in 0..50 {
                let value = run(*strategy, &program, None, seed);
                assert!(explored.contains(&value), "{}: {value}", strategy.about().name);
            }
        }
    }
}
