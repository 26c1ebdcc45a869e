//! What the literature says of the strategies.

use std::ops::ControlFlow;

use super::{Judgement, StuckKind, judge};
use crate::catalog::{find, table};
use crate::explore::{Bounds, Memory};
use crate::machine::{Guard, Program};

fn judged(name: &str, workers: usize, permits: u64) -> Judgement {
    let strategy = find(table(), name).expect(name);
    let (iters, guard, count_up, copies) = (1, Guard::Update, false, 1);
    let program = Program { workers, iters, guard, count_up, permits, copies };
    judge(strategy, &program, Memory::Sc, Bounds::default(), &mut |_| ControlFlow::Continue(()))
        .expect("it can be judged")
}

#[test]
fn a_ticket_lock_lets_every_other_worker_pass_once() {
    for (workers, passed) in [(2, 1), (3, 2)] {
        let found = judged("ticket", workers, 1);
        assert!(found.updates.is_some(), "its numbers grow");
        assert_eq!(found.bounded_waiting.holds, Some(true), "{workers}");
        assert_eq!(found.bounded_waiting.passed, Some(passed));
    }
}

#[test]
fn petersons_algorithm_lets_the_other_pass_once() {
    let found = judged("peterson", 2, 1);
    assert_eq!((found.updates, found.bounded_waiting.passed), (None, Some(1)));
    assert_eq!(found.mutual_exclusion.holds, Some(true));
    assert_eq!(found.progress.holds, Some(true));
}

#[test]
fn locks_without_a_queue_bound_nothing() {
    for name in ["spinlock", "mutex", "semaphore"] {
        for workers in [2, 3] {
            let found = judged(name, workers, 1);
            assert_eq!(found.updates, None, "{name}: any number");
            assert_eq!(found.mutual_exclusion.holds, Some(true), "{name}");
            assert_eq!(found.progress.holds, Some(true), "{name}");
            assert_eq!(found.bounded_waiting.holds, Some(false), "{name}");
        }
    }
}

#[test]
fn as_many_are_inside_as_there_are_permits() {
    let found = judged("semaphore", 3, 2);
    assert_eq!(found.mutual_exclusion.most_inside, 2);
    assert_eq!(found.mutual_exclusion.holds, Some(true));
}

#[test]
fn hymans_algorithm_lets_both_in() {
    let found = judged("hyman", 2, 1);
    assert_eq!(found.mutual_exclusion.holds, Some(false));
    assert_eq!(found.mutual_exclusion.most_inside, 2);
}

#[test]
fn each_way_to_lose_progress_has_its_name() {
    let kind = |name| judged(name, 2, 1).progress.kind;
    assert_eq!(kind("two-locks"), Some(StuckKind::Deadlock));
    // It wakes the other when it leaves the next time.
    assert_eq!(kind("lost-wakeup"), Some(StuckKind::NeedsOther));
    assert_eq!(kind("mutex"), None);
}
