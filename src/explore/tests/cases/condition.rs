//! Workers that sleep on a condition variable.

use super::{all, mine, number, program, reference};
use crate::explore::{Memory, WaitsFor, trace};
use crate::machine::{About, Condition, Lock, Machine, Needs, Program, Schedule, Strategy};

const LOCK: Lock = Lock(0);
const CHANGED: Condition = Condition(0);

/// Worker 1 notifies once, or all; the others sleep.
struct Notify {
    all: bool,
}

impl Strategy for Notify {
    fn about(&self) -> About {
        mine("notify")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().lock("lock").condition("changed")
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        match (m.me(), self.all) {
            (0, false) => m.notify_one(CHANGED),
            (0, true) => m.notify_all(CHANGED),
            _ => {
                m.acquire(LOCK)?;
                m.wait_on(CHANGED, LOCK)?;
                m.release(LOCK)
            }
        }
    }
}

/// Each worker makes one update.
fn once(workers: usize) -> Program {
    Program { count_up: true, ..program(workers, 1) }
}

#[test]
fn a_notification_is_not_kept_for_a_worker_that_falls_asleep_later() {
    for (workers, all_of_them) in [(2, false), (2, true), (3, true)] {
        let strategy = Notify { all: all_of_them };
        let found = all(&strategy, &once(workers), Memory::Sc);
        assert_eq!(found.deadlock.as_ref().map(|deadlock| deadlock.min_preemptions), Some(0));
        let waiting = found.deadlock.expect("the notification may come first").waiting;
        let asleep = |worker| (worker, WaitsFor::Condition("changed".into()));
        let all: Vec<_> = waiting.into_iter().map(|held| (held.worker, held.waits_for)).collect();
        assert_eq!(all, (2..=workers).map(asleep).collect::<Vec<_>>());
        assert!(!found.outcomes.is_empty(), "it may as well come last");
    }
}

#[test]
fn one_notification_wakes_either_of_two_workers_and_not_both() {
    let (strategy, program) = (Notify { all: false }, once(3));
    assert!(all(&strategy, &program, Memory::Sc).outcomes.is_empty());
    for (first, second) in [(2, 3), (3, 2)] {
        let follow = |schedule: String| {
            let schedule: Schedule = schedule.parse().expect("it is one");
            trace(&strategy, &program, Memory::Sc, &schedule, false)
        };
        let all = format!("2x2 2x3 3x1 4x{first}");
        let trace = follow(all.clone()).expect("it is a deadlock");
        assert_eq!(trace.waiting[0].worker, second);
        let why = follow(format!("{all} 1x{second}")).expect_err("it sleeps").to_string();
        assert!(why.contains("which waits for a notification of changed"), "{why}");
    }
}

#[test]
fn interleavings_in_which_a_worker_is_woken_are_counted_as_by_hand() {
    let strategy = Notify { all: true };
    let found = all(&strategy, &once(2), Memory::Sc);
    let reference = reference(&strategy, &once(2), Memory::Sc);
    // Worker 2 takes two steps and sleeps; worker 1 notifies. Then 2 steps of worker 1 (read, write)
    // and 4 of worker 2 (wake, release, read, write) come in any order: 6 over 2.
    assert_eq!(number(&reference.interleavings), Some(15));
    assert_eq!(found.interleavings, Some(15_u32.into()));
}
