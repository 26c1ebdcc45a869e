//! The explorer against brute force, which knows no reduction at all.

use std::sync::atomic::Ordering::{Relaxed, SeqCst};

use proptest::prelude::*;
use proptest::strategy::Strategy as Draw;

use super::reference::Brute;
use super::{all, program};
use crate::catalog::{DynStrategy, table};
use crate::explore::Memory;
use crate::machine::Schedule;
use crate::machine::{About, Promise, Strategy};
use crate::machine::{Delta, Guard, Lock, Machine, Needs, Program, Semaphore, Var};

/// Holds the exploration of a program against every schedule of it, one by one; says how many
/// complete ones there are, or nothing if there are too many to look at.
fn check(face: &dyn DynStrategy, program: &Program, memory: Memory, vain: usize) -> Option<usize> {
    const MOST: usize = 6_000;
    let found = all(face, program, memory);
    // Where attempts leave traces there may be no end to the schedules.
    let total = found.interleavings.clone()?;
    if found.fault.is_some() {
        return None;
    }
    let brute = Brute::force(face, program, memory == Memory::Tso, vain, MOST)?;
    assert!(!brute.fault);
    let outcomes = brute.outcomes();
    let number = |n: &Option<num_bigint::BigUint>| n.clone().expect("there is no cycle");
    let explored: Vec<_> = found.outcomes.iter().map(|o| o.value).collect();
    assert_eq!(explored, outcomes.keys().copied().collect::<Vec<_>>(), "the final values");
    for outcome in &found.outcomes {
        let (all, lossless, preemptions, schedule) = &outcomes[&outcome.value];
        assert_eq!(number(&outcome.interleavings), (*all).into(), "of {}", outcome.value);
        assert_eq!(number(&outcome.lossless), (*lossless).into(), "lossless");
        assert_eq!(outcome.min_preemptions, *preemptions, "preemptions of {}", outcome.value);
        assert_eq!(outcome.schedule, *schedule, "witness of {}", outcome.value);
    }
    assert_eq!(total, brute.complete.len().into());
    assert_eq!(found.deadlocks, Some(brute.stuck.len().into()), "deadlocks: {:?}", brute.stuck);
    let cheapest =
        |(turns, preemptions): (&Vec<_>, &u32)| (*preemptions, turns.len(), turns.clone());
    let stuck = brute.stuck.iter().map(cheapest).min();
    let deadlock = found.deadlock.map(|deadlock| deadlock.schedule);
    assert_eq!(deadlock, stuck.map(|(.., turns)| turns.into_iter().collect::<Schedule>()));
    Some(brute.complete.len())
}

#[test]
fn every_strategy_of_the_table() {
    let small = [
        program(2, 1),
        program(2, 2),
        Program { guard: Guard::Loop, ..program(2, 2) },
        Program { count_up: true, permits: 2, ..program(2, 2) },
        program(3, 1),
        Program { copies: 2, permits: 2, ..program(2, 1) },
        Program { copies: 2, permits: 3, ..program(3, 1) },
        Program { copies: 2, guard: Guard::Loop, ..program(2, 2) },
    ];
    for face in table() {
        for program in &small {
            if face.about().only.is_some_and(|only| program.workers > only.workers) {
                continue;
            }
            for memory in [Memory::Sc, Memory::Tso] {
                // With and without failed attempts there are the same schedules.
                for vain in [0, 1] {
                    check(*face, program, memory, vain);
                }
            }
        }
    }
}

/// One step of a random strategy, or an attempt.
#[derive(Clone, Copy, Debug)]
enum Op {
    Load(usize),
    Store(usize, u64, bool),
    Swap(usize, u64),
    FetchAdd(usize),
    Acquire(usize),
    Release(usize),
    Wait,
    Signal,
    /// Until a variable holds this.
    Await(usize, u64),
    /// Until one variable held this, and another that.
    AwaitBoth(usize, u64, usize, u64),
    /// Until a variable held this and was exchanged.
    TestAndSet(usize),
    Read,
}

#[derive(Clone, Copy, Debug)]
enum Update {
    Plain,
    Atomic,
    Replace,
    ReplaceOnce,
    Between(Op),
    Twice,
}

/// A strategy that does this and that.
#[derive(Clone, Debug)]
struct Random {
    enter: Vec<Op>,
    update: Update,
    exit: Vec<Op>,
}

impl Op {
    fn run<M: Machine>(self, m: &mut M) -> Result<(), M::Stop> {
        match self {
            Self::Load(var) => m.load(Var(var), Relaxed).map(drop),
            Self::Store(var, value, true) => m.store(Var(var), value, SeqCst),
            Self::Store(var, value, false) => m.store(Var(var), value, Relaxed),
            Self::Swap(var, value) => m.swap(Var(var), value, Relaxed).map(drop),
            Self::FetchAdd(var) => m.fetch_add(Var(var), 1, Relaxed).map(drop),
            Self::Acquire(lock) => m.acquire(Lock(lock)),
            Self::Release(lock) => m.release(Lock(lock)),
            Self::Wait => m.wait(Semaphore(0)),
            Self::Signal => m.signal(Semaphore(0)),
            Self::Await(var, value) => {
                m.until("it is so", |m| Ok(m.load(Var(var), SeqCst)? == value))
            }
            Self::AwaitBoth(one, value, other, too) => m.until("both are so", |m| {
                Ok(m.load(Var(one), SeqCst)? == value && m.load(Var(other), SeqCst)? == too)
            }),
            Self::TestAndSet(var) => m.until("it is taken", |m| {
                Ok(m.load(Var(var), SeqCst)? == 0 && m.swap(Var(var), 1, SeqCst)? == 0)
            }),
            Self::Read => m.read().map(drop),
        }
    }
}

impl Strategy for Random {
    fn about(&self) -> About {
        About::new("random", Promise::MutualExclusion, "does this and that")
    }

    fn needs(&self, program: &Program) -> Needs {
        let vars = Needs::default().var("a", 0).var("b", 0);
        vars.lock("one").lock("other").semaphore("permits", program.permits)
    }

    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        self.enter.iter().try_for_each(|op| op.run(m))
    }

    fn update<M: Machine>(&self, m: &mut M, delta: Delta) -> Result<(), M::Stop> {
        match self.update {
            Update::Plain => {
                let seen = m.read()?;
                m.write(seen + delta)
            }
            Update::Atomic => m.add(delta),
            Update::Replace => m.until("nobody wrote", |m| {
                let seen = m.read()?;
                m.replace(seen, seen + delta)
            }),
            Update::ReplaceOnce => {
                let seen = m.read()?;
                if !m.replace(seen, seen + delta)? {
                    m.write(seen + delta)?;
                }
                Ok(())
            }
            Update::Between(op) => {
                let seen = m.read()?;
                op.run(m)?;
                m.write(seen + delta)
            }
            Update::Twice => {
                let seen = m.read()?;
                m.write(seen + delta)?;
                m.write(seen + delta + delta)
            }
        }
    }

    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        self.exit.iter().try_for_each(|op| op.run(m))
    }
}

fn op() -> impl Draw<Value = Op> {
    let (var, value, lock) = (0..2_usize, 0..2_u64, 0..2_usize);
    prop_oneof![
        var.clone().prop_map(Op::Load),
        (var.clone(), value.clone(), any::<bool>()).prop_map(|(v, x, s)| Op::Store(v, x, s)),
        (var.clone(), value.clone()).prop_map(|(v, x)| Op::Swap(v, x)),
        var.clone().prop_map(Op::FetchAdd),
        lock.clone().prop_map(Op::Acquire),
        lock.prop_map(Op::Release),
        Just(Op::Wait),
        Just(Op::Signal),
        (var.clone(), value.clone()).prop_map(|(v, x)| Op::Await(v, x)),
        (var.clone(), value.clone(), var.clone(), value)
            .prop_map(|(v, x, w, y)| Op::AwaitBoth(v, x, w, y)),
        var.prop_map(Op::TestAndSet),
        Just(Op::Read),
    ]
}

fn update() -> impl Draw<Value = Update> {
    prop_oneof![
        4 => Just(Update::Plain),
        1 => Just(Update::Atomic),
        1 => Just(Update::Replace),
        1 => Just(Update::ReplaceOnce),
        2 => op().prop_map(Update::Between),
        1 => Just(Update::Twice),
    ]
}

fn random() -> impl Draw<Value = Random> {
    let ops = || prop::collection::vec(op(), 0..3);
    (ops(), update(), ops()).prop_map(|(enter, update, exit)| Random { enter, update, exit })
}

/// The enter and exit of a mutex around the rest, so that not all is chaos.
fn guarded() -> impl Draw<Value = Random> {
    (random(), any::<bool>()).prop_map(|(mut random, guard)| {
        if guard {
            random.enter.insert(0, Op::Acquire(0));
            random.exit.push(Op::Release(0));
        }
        random
    })
}

fn small() -> impl Draw<Value = (Program, Memory)> {
    let shape = prop_oneof![3 => Just((2, 1)), 2 => Just((2, 2)), 1 => Just((3, 1))];
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    (shape, flags, 1..3_u64, prop_oneof![3 => Just(1), 1 => Just(2_u64)]).prop_map(
        |((workers, iters), (by_loop, count_up, tso), permits, copies)| {
            let guard = if by_loop { Guard::Loop } else { Guard::Update };
            let memory = if tso { Memory::Tso } else { Memory::Sc };
            (Program { guard, count_up, permits, copies, ..program(workers, iters) }, memory)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]
    #[test]
    fn random_programs_and_strategies(random in guarded(), (program, memory) in small(), vain in 0..2_usize) {
        check(&random, &program, memory, vain);
    }
}
