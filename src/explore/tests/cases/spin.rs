//! Workers that make attempts which leave traces.

use std::sync::atomic::Ordering::{Release, SeqCst};

use super::{Count, agree, all, explored_finals, finals, mine, number, program, reference};
use crate::explore::Memory;
use crate::machine::{About, Machine, Needs, Program, Strategy, Var};

/// Knuth, 1966: the first to be fair for any number of workers.
struct Knuth;

const PASSIVE: u64 = 0;
const REQUESTING: u64 = 1;
const IN_CS: u64 = 2;
const K: Var = Var(0);

fn control(worker: usize) -> Var {
    Var(1 + worker)
}

impl Strategy for Knuth {
    fn about(&self) -> About {
        mine("knuth")
    }
    fn needs(&self, program: &Program) -> Needs {
        let first = Needs::default().var("k", 0);
        (0..program.workers).fold(first, |needs, me| needs.var(format!("control[{me}]"), PASSIVE))
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        let (me, workers) = (m.me(), m.workers());
        m.until("no other worker is in the section", |m| {
            m.store(control(me), REQUESTING, SeqCst)?;
            m.until("all from k down to this worker are passive", |m| {
                let mut j = m.load(K, SeqCst)? as usize;
                while j != me {
                    if m.load(control(j), SeqCst)? != PASSIVE {
                        return Ok(false);
                    }
                    j = (j + workers - 1) % workers;
                }
                Ok(true)
            })?;
            m.store(control(me), IN_CS, SeqCst)?;
            for other in (0..workers).filter(|&other| other != me) {
                if m.load(control(other), SeqCst)? == IN_CS {
                    return Ok(false);
                }
            }
            Ok(true)
        })?;
        m.store(K, me as u64, SeqCst)
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        let (me, workers) = (m.me(), m.workers());
        m.store(K, ((me + workers - 1) % workers) as u64, SeqCst)?;
        m.store(control(me), PASSIVE, SeqCst)
    }
}

#[test]
fn the_reference_finds_nothing_wrong_with_knuth() {
    for memory in [Memory::Sc, Memory::Tso] {
        let found = reference(&Knuth, &program(2, 1), memory);
        assert!(found.deadlock.is_none() && !found.has_livelock(), "{memory:?}");
        assert_eq!(found.outcomes.keys().collect::<Vec<_>>(), [&0]);
    }
}

#[test]
fn a_worker_in_an_attempt_that_is_bound_to_fail_does_not_rest_there() {
    for memory in [Memory::Sc, Memory::Tso] {
        let found = all(&Knuth, &program(2, 1), memory);
        assert!(!found.stuck() && found.lossless(), "{memory:?}: {:?}", found.livelock);
        assert!(!found.breaks_promise(&program(2, 1)));
        agree(&Knuth, &program(2, 1), memory);
    }
}

/// A spinlock that counts the workers that try.
struct CountingSpinlock;

const TAKEN: Var = Var(0);
const TRYING: Var = Var(1);

impl Strategy for CountingSpinlock {
    fn about(&self) -> About {
        mine("counting-spinlock")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("taken", 0).var("trying", 0)
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.until("the lock is taken", |m| {
            m.fetch_add(TRYING, 1, SeqCst)?;
            let got = m.swap(TAKEN, 1, SeqCst)? == 0;
            m.fetch_add(TRYING, u64::MAX, SeqCst)?;
            Ok(got)
        })
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.store(TAKEN, 0, Release)
    }
}

#[test]
fn the_reference_lets_every_store_leave_its_buffer() {
    for memory in [Memory::Sc, Memory::Tso] {
        let found = reference(&CountingSpinlock, &program(2, 1), memory);
        assert!(!found.has_livelock() && found.deadlock.is_none(), "{memory:?}");
        assert_eq!(found.interleavings, Count::Infinite);
        assert_eq!(found.outcomes.keys().collect::<Vec<_>>(), [&0]);
    }
}

#[test]
fn a_store_does_not_stay_in_a_buffer_for_ever() {
    for memory in [Memory::Sc, Memory::Tso] {
        let found = all(&CountingSpinlock, &program(2, 1), memory);
        assert!(found.livelock.is_none() && found.deadlock.is_none(), "{memory:?}");
        agree(&CountingSpinlock, &program(2, 1), memory);
        agree(&CountingSpinlock, &program(2, 2), memory);
    }
}

/// An attempt within an attempt leaves a trace.
struct NestedTrace;

const A: Var = Var(0);
const B: Var = Var(1);
const C: Var = Var(2);

impl Strategy for NestedTrace {
    fn about(&self) -> About {
        mine("nested-trace")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("a", 0).var("b", 0).var("c", 0)
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        if m.me() == 1 {
            m.until("a is 1", |m| Ok(m.load(A, SeqCst)? == 1))?;
            m.store(C, 1, SeqCst)?;
            return m.store(B, 1, SeqCst);
        }
        m.until("b is 1, and c was 1", |m| {
            let c0 = m.load(C, SeqCst)?;
            m.until("a is 1", |m| {
                if m.load(A, SeqCst)? == 1 {
                    return Ok(true);
                }
                m.store(A, 1, SeqCst)?;
                Ok(false)
            })?;
            Ok(m.load(B, SeqCst)? == 1 && c0 == 1)
        })
    }
}

#[test]
fn the_reference_knows_the_traces_of_nested_attempts() {
    let sc = reference(&NestedTrace, &program(2, 1), Memory::Sc);
    assert_eq!(finals(&sc), [(-1, 97), (0, 202), (1, 97)]);
    assert!(sc.deadlock.is_none() && !sc.has_livelock() && sc.peak_inside == 2);
    let tso = reference(&NestedTrace, &program(2, 1), Memory::Tso);
    assert_eq!(number(&tso.interleavings), Some(1575));
}

#[test]
fn traces_of_a_nested_attempt_are_traces_of_the_attempt_around_it() {
    let sc = all(&NestedTrace, &program(2, 1), Memory::Sc);
    assert_eq!(explored_finals(&sc), [(-1, 97), (0, 202), (1, 97)]);
    assert!(!sc.stuck() && sc.peak_inside == Some(2));
    let tso = all(&NestedTrace, &program(2, 1), Memory::Tso);
    assert_eq!(tso.interleavings, Some(1575_u32.into()));
    agree(&NestedTrace, &program(2, 1), Memory::Sc);
    agree(&NestedTrace, &program(2, 1), Memory::Tso);
}
