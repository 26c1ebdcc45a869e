//! Bounds, interruption, endless schedules, faults: what is said where not all was seen.

use std::ops::ControlFlow;
use std::sync::atomic::Ordering::SeqCst;

use super::{all, named, program};
use crate::explore::{Bounds, Exploration, Limit, Memory, Refused, explore};
use crate::machine::{About, Delta, Promise, Strategy};
use crate::machine::{Lock, Machine, Needs, Program, Var};

fn bounded(bounds: Bounds, program: &Program) -> Exploration {
    let go_on = &mut |_| ControlFlow::Continue(());
    explore(named("none"), program, Memory::Sc, bounds, go_on).expect("it can be explored")
}

#[test]
fn a_search_that_is_stopped_says_so_and_has_something_to_tell() {
    let found = bounded(Bounds { states: 200, ..Bounds::default() }, &program(2, 20));
    assert!(!found.complete && found.limits.states == Some(200));
    assert!(found.states <= 210);
    assert!(!found.outcomes.is_empty(), "it goes deep first");

    let mut told = 0;
    let stop = &mut |states| {
        told = states;
        ControlFlow::Break(())
    };
    let bounds = Bounds::default();
    let found = explore(named("none"), &program(2, 40), Memory::Sc, bounds, stop);
    let found = found.expect("it can be explored");
    assert!(told > 0 && found.limits.interrupted && !found.complete);
}

#[test]
fn a_bound_on_preemptions_finds_exactly_what_needs_no_more() {
    let every = bounded(Bounds::default(), &program(2, 3));
    for most in 0..5 {
        let bounds = Bounds { preemptions: Some(most), ..Bounds::default() };
        let found = bounded(bounds, &program(2, 3));
        let cheap = every.outcomes.iter().filter(|outcome| outcome.min_preemptions <= most);
        let same =
            |o: &crate::explore::FinalValue| (o.value, o.min_preemptions, o.schedule.clone());
        let cheap: Vec<_> = cheap.map(same).collect();
        assert_eq!(found.outcomes.iter().map(same).collect::<Vec<_>>(), cheap);
        assert_eq!(found.limits.preemptions, Some(most));
        assert!(!found.complete && found.interleavings < every.interleavings);
        assert!(found.outcomes.iter().all(|outcome| outcome.chance.is_none()));
    }
    let bounds = Bounds { preemptions: Some(100), ..Bounds::default() };
    let found = bounded(bounds, &program(2, 3));
    assert!(found.complete, "nothing was left out");
    assert_eq!(found.interleavings, every.interleavings);
    assert_eq!(found.lossless, every.lossless);
}

#[test]
fn what_is_too_large_is_refused() {
    let explore = |program: &Program| {
        let go_on = &mut |_| ControlFlow::Continue(());
        explore(named("none"), program, Memory::Sc, Bounds::default(), go_on).map(drop)
    };
    assert_eq!(explore(&program(9, 1)), Err(Refused::Workers));
    assert_eq!(explore(&Program { copies: 9, ..program(2, 1) }), Err(Refused::Copies));
}

#[test]
fn eight_workers_are_explored() {
    let found = all(named("none"), &program(8, 1), Memory::Sc);
    let steps: num_bigint::BigUint = (1..=16_u32).map(num_bigint::BigUint::from).product();
    assert_eq!(found.interleavings, Some(steps / 256_u32));
    assert_eq!(found.peak_inside, Some(8));
}

/// Two flags: each worker clears its own flag while the other one is set.
struct BothYield;

impl Strategy for BothYield {
    fn about(&self) -> About {
        About::new("both-yield", Promise::MutualExclusion, "each clears its flag for the other")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("flag[1]", 0).var("flag[2]", 0)
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        let me = m.me();
        m.until("the other does not want to enter", |m| {
            m.store(Var(me), 1, SeqCst)?;
            if m.load(Var(1 - me), SeqCst)? == 0 {
                return Ok(true);
            }
            m.store(Var(me), 0, SeqCst)?;
            Ok(false)
        })
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.store(Var(m.me()), 0, SeqCst)
    }
}

#[test]
fn workers_that_yield_to_each_other_for_ever_are_a_livelock() {
    let found = all(&BothYield, &program(2, 1), Memory::Sc);
    assert!(found.lossless() && found.peak_inside == Some(1), "mutual exclusion holds");
    assert_eq!(found.outcomes.iter().map(|o| o.value).collect::<Vec<_>>(), [0]);
    assert!(found.interleavings.is_none(), "some schedules have no end");
    let livelock = found.livelock.clone().expect("there is one");
    // To stay in it for ever, workers would have to keep to this order.
    assert_eq!(livelock.chance.as_ref().map(ToString::to_string), Some("0/1".into()));
    assert_eq!(found.outcomes[0].chance.as_ref().map(ToString::to_string), Some("1/1".into()));
    let workers = livelock.cycle.turns().iter().map(|turn| turn.worker);
    assert_eq!(workers.collect::<std::collections::BTreeSet<_>>().len(), 2);
    assert!(found.breaks_promise(&program(2, 1)));
}

/// Releases a lock that it never acquired.
struct ReleasesOnly;

impl Strategy for ReleasesOnly {
    fn about(&self) -> About {
        About::new("releases-only", Promise::MutualExclusion, "releases only")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().lock("lock")
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.release(Lock(0))
    }
}

#[test]
fn a_release_of_what_is_not_held_is_found() {
    let found = all(&ReleasesOnly, &program(2, 1), Memory::Sc);
    let fault = found.fault.expect("there is one");
    assert_eq!((fault.schedule.to_string().as_str(), fault.worker), ("2x1", 1));
    assert_eq!(fault.lock, "lock");
}

/// It waits in a loop of its own.
struct OwnLoop;

impl Strategy for OwnLoop {
    fn about(&self) -> About {
        About::new("own-loop", Promise::MutualExclusion, "waits in a loop of its own")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("taken", 0)
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        while m.swap(Var(0), 1, SeqCst)? == 1 {}
        Ok(())
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.store(Var(0), 0, SeqCst)
    }
}

#[test]
fn a_worker_that_waits_in_a_loop_of_its_own_is_refused_and_does_not_fill_the_memory() {
    let go_on = &mut |_| ControlFlow::Continue(());
    let found = explore(&OwnLoop, &program(2, 1), Memory::Sc, Bounds::default(), go_on);
    assert_eq!(found.map(drop), Err(Refused::Limit(Limit::Steps)));
}

/// It replaces a value that nobody has written, and then makes its update in one step.
struct ReplacesAnother;

impl Strategy for ReplacesAnother {
    fn about(&self) -> About {
        About::new("replaces-another", Promise::NoLostUpdate, "its replace never succeeds")
    }
    fn update<M: Machine>(&self, m: &mut M, delta: Delta) -> Result<(), M::Stop> {
        let read = m.read()?;
        let more = |value, delta| (0..128).fold(value, |value, _| value + delta);
        let other = more(more(read, Delta::Increment), Delta::Decrement);
        if m.replace(other, read + delta)? { Ok(()) } else { m.add(delta) }
    }
}

#[test]
fn a_value_that_nobody_has_written_is_never_replaced() {
    let found = all(&ReplacesAnother, &program(2, 1), Memory::Sc);
    assert_eq!(found.interleavings, Some(20_u32.into()));
    assert!(found.lossless() && found.outcomes.len() == 1);
}

/// Each attempt is inside of the next one.
struct Nested(u32);

fn nested<M: Machine>(m: &mut M, depth: u32) -> Result<bool, M::Stop> {
    if depth == 0 {
        return Ok(m.swap(Var(0), 1, SeqCst)? == 0);
    }
    m.until("it is free", |m| nested(m, depth - 1))?;
    Ok(true)
}

impl Strategy for Nested {
    fn about(&self) -> About {
        About::new("nested", Promise::MutualExclusion, "attempts in attempts")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("taken", 0)
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        nested(m, self.0).map(drop)
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.store(Var(0), 0, SeqCst)
    }
}

#[test]
fn too_many_attempts_inside_of_each_other_are_refused() {
    for (depth, expected) in [(30, Ok(())), (31, Err(Refused::Limit(Limit::Attempts)))] {
        let go_on = &mut |_| ControlFlow::Continue(());
        let nested = Nested(depth);
        let found = explore(&nested, &program(2, 1), Memory::Sc, Bounds::default(), go_on);
        assert_eq!(found.map(drop), expected, "{depth}");
    }
}
