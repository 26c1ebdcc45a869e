//! What the literature says of the strategies.

use std::ops::ControlFlow;
use std::sync::atomic::Ordering::SeqCst;

use super::{Judgement, StuckKind, judge};
use crate::catalog::{find, table};
use crate::explore::{Bounds, Explorable, Memory, explore};
use crate::machine::{
    About, Delta, Guard, Lock, Machine, Needs, Private, Program, Promise, Strategy, Var,
};

fn judged(name: &str, workers: usize, permits: u64) -> Judgement {
    judged_within(find(table(), name).expect(name), workers, permits, Bounds::default())
}

fn judged_within(
    strategy: &dyn Explorable,
    workers: usize,
    permits: u64,
    bounds: Bounds,
) -> Judgement {
    let (iters, guard, count_up, copies) = (1, Guard::Update, false, 1);
    let program = Program { workers, iters, guard, count_up, permits, copies };
    judge(strategy, &program, Memory::Sc, bounds, &mut |_| ControlFlow::Continue(()))
        .expect("it can be judged")
}

#[test]
fn nothing_is_proved_where_a_bound_was_met() {
    let holds = |found: &Judgement| {
        [found.mutual_exclusion.holds, found.progress.holds, found.bounded_waiting.holds]
    };
    let mut limited = 0;
    for strategy in table().iter().filter(|strategy| strategy.about().promise.has_section()) {
        let whole = judged_within(*strategy, 2, 1, Bounds::default());
        for states in (10..=200).step_by(10) {
            let found = judged_within(*strategy, 2, 1, Bounds { states, ..Bounds::default() });
            if found.limits.states.is_none() {
                continue;
            }
            limited += 1;
            // All states of so few updates were seen.
            if found.complete {
                assert!(found.updates.is_some_and(|updates| updates < 6), "{found:?}");
                continue;
            }
            for (part, whole) in holds(&found).into_iter().zip(holds(&whole)) {
                assert_ne!(part, Some(true), "{found:?}");
                assert!(part.is_none() || part == whole, "{found:?}");
            }
        }
    }
    assert!(limited > 50, "{limited}");
}

/// Each says that it wants to enter, and takes that back where the other wants to as well.
struct Polite;

impl Strategy for Polite {
    fn about(&self) -> About {
        About::new("polite", Promise::MutualExclusion, "after you")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("wants[1]", 0).var("wants[2]", 0)
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.until("the other does not want to enter", |m| {
            m.store(Var(m.me()), 1, SeqCst)?;
            let alone = m.load(Var(1 - m.me()), SeqCst)? == 0;
            if !alone {
                m.store(Var(m.me()), 0, SeqCst)?;
            }
            Ok(alone)
        })
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.store(Var(m.me()), 0, SeqCst)
    }
}

/// Releases what it has not acquired.
struct ReleasesOnly;

impl Strategy for ReleasesOnly {
    fn about(&self) -> About {
        About::new("releases-only", Promise::MutualExclusion, "no acquire")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().lock("key")
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.release(Lock(0))
    }
}

/// A mutex, and a number that takes `values` values in turn, one for each entry. Who comes when it is
/// `wrong` enters without the mutex.
struct Counted {
    values: u64,
    wrong: u64,
}

impl Strategy for Counted {
    fn about(&self) -> About {
        About::new("counted", Promise::MutualExclusion, "a mutex that counts entries")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("entries", 0).lock("number").lock("key").private("holds")
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.acquire(Lock(0))?;
        let entries = m.load(Var(0), SeqCst)?;
        m.store(Var(0), (entries + 1) % self.values, SeqCst)?;
        m.release(Lock(0))?;
        m.set(Private(0), u64::from(entries != self.wrong));
        if entries == self.wrong { Ok(()) } else { m.acquire(Lock(1)) }
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        if m.get(Private(0)) == 1 { m.release(Lock(1)) } else { Ok(()) }
    }
}

#[test]
fn a_number_that_takes_many_values_hides_no_fault() {
    let never = u64::MAX;
    for (values, wrong, updates, holds) in [
        (150, never, None, true),
        (150, 40, None, false),
        (never, never, Some(6), true),
        (never, 40, Some(6), false),
    ] {
        let found = judged_within(&Counted { values, wrong }, 2, 1, Bounds::default());
        assert_eq!(found.mutual_exclusion.holds, Some(holds), "{values} {wrong}: {found:?}");
        assert_eq!(found.mutual_exclusion.witness.is_some(), !holds);
        assert_eq!(found.updates, updates, "{values} {wrong}");
        assert_eq!(found.grows.as_deref(), updates.map(|_| "entries"));
    }
}

#[test]
fn a_ticket_lock_lets_every_other_worker_pass_once() {
    for (workers, passed) in [(2, 1), (3, 2)] {
        let found = judged("ticket", workers, 1);
        assert!(found.updates.is_some());
        assert_eq!(found.grows.as_deref(), Some("next"));
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

/// Takes the mutex in its update, and has no entry section.
struct InUpdate;

impl Strategy for InUpdate {
    fn about(&self) -> About {
        About::new("in-update", Promise::MutualExclusion, "a mutex in the update")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().lock("key")
    }
    fn update<M: Machine>(&self, m: &mut M, delta: Delta) -> Result<(), M::Stop> {
        m.acquire(Lock(0))?;
        let read = m.read()?;
        m.write(read + delta)?;
        m.release(Lock(0))
    }
}

#[test]
fn a_worker_that_waits_in_its_critical_section_is_inside_for_the_judge_and_the_explorer() {
    let found = judged_within(&InUpdate, 2, 1, Bounds::default());
    assert_eq!(
        (found.mutual_exclusion.holds, found.mutual_exclusion.most_inside),
        (Some(false), 2)
    );
    let (iters, guard, count_up) = (1, Guard::Update, false);
    let program = Program { workers: 2, iters, guard, count_up, permits: 1, copies: 1 };
    let go_on = &mut |_| ControlFlow::Continue(());
    let explored = explore(&InUpdate, &program, Memory::Sc, Bounds::default(), go_on);
    assert_eq!(explored.expect("it can be explored").peak_inside, Some(2));
}

/// Peterson's algorithm after an attempt, or a mutex, that lets everybody in.
struct Gated {
    attempt: bool,
}

impl Strategy for Gated {
    fn about(&self) -> About {
        About::new("gated", Promise::MutualExclusion, "an open gate, and Peterson")
            .at_most(2, "ticket")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("flag[1]", 0).var("flag[2]", 0).var("turn", 0).var("gate", 0).lock("m")
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        let (me, other) = (m.me(), 1 - m.me());
        if self.attempt {
            m.until("the gate is open", |m| Ok(m.load(Var(3), SeqCst)? == 0))?;
        } else {
            m.acquire(Lock(0))?;
            m.release(Lock(0))?;
        }
        m.store(Var(me), 1, SeqCst)?;
        m.store(Var(2), other as u64, SeqCst)?;
        m.until("the other does not want to, or it is this worker's turn", |m| {
            Ok(m.load(Var(other), SeqCst)? == 0 || m.load(Var(2), SeqCst)? == me as u64)
        })
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.store(Var(m.me()), 0, SeqCst)
    }
}

#[test]
fn a_worker_that_has_passed_an_open_gate_has_made_its_request() {
    for attempt in [true, false] {
        let found = judged_within(&Gated { attempt }, 2, 1, Bounds::default());
        assert_eq!(found.mutual_exclusion.holds, Some(true));
        assert_eq!(found.progress.holds, Some(true));
        assert_eq!(
            (found.bounded_waiting.holds, found.bounded_waiting.passed),
            (Some(false), None)
        );
    }
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
    assert_eq!(kind("turns"), Some(StuckKind::NeedsOther));
    assert_eq!(kind("mutex"), None);
    let own = |strategy| judged_within(strategy, 2, 1, Bounds::default()).progress.kind;
    assert_eq!(own(&Polite), Some(StuckKind::Livelock));
    assert_eq!(own(&ReleasesOnly), Some(StuckKind::Fault));
}
