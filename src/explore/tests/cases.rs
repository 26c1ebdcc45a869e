//! Strategies that the explorer once got wrong, with the right answers. Each is checked twice: what
//! the reference says, and what the explorer says.

use std::ops::{ControlFlow, Range};
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Release, SeqCst};

use super::compare::{Compared, compare};
use super::reference::{Count, Limits, Reference};
use super::{all, program};
use crate::explore::{Bounds, Explorable, Exploration, Memory, explore};
use crate::machine::{About, Lock, Machine, Needs, Program, Promise, Semaphore, Strategy, Var};

const LIMITS: Limits = Limits { states: 60_000, ways: 20_000 };

fn reference(strategy: &dyn Explorable, program: &Program, memory: Memory) -> Reference {
    Reference::new(strategy, program, memory, LIMITS).expect("it is small")
}

/// The number of interleavings, if it is known.
fn number(count: &Count) -> Option<u64> {
    match count {
        Count::Known(known) => known.all().try_into().ok(),
        Count::Infinite => None,
    }
}

/// Each final value and its interleavings.
fn finals(reference: &Reference) -> Vec<(i64, u64)> {
    let Count::Known(known) = &reference.interleavings else { return Vec::new() };
    let number = |value: i64| known.of(value).try_into().expect("it is small");
    reference.outcomes.keys().map(|&value| (value, number(value))).collect()
}

/// The same, as the explorer has it.
fn explored_finals(found: &Exploration) -> Vec<(i64, u64)> {
    let number = |of: &crate::explore::Outcome| {
        of.interleavings.clone().expect("there are finitely many").try_into().expect("it is small")
    };
    found.outcomes.iter().map(|outcome| (outcome.value, number(outcome))).collect()
}

/// The explorer and the reference say the same of a strategy.
fn agree(strategy: &dyn Explorable, program: &Program, memory: Memory) {
    match compare(strategy, program, memory, LIMITS) {
        Compared::Same(_) => {}
        other => panic!("{memory:?} {program:?}: {other:#?}"),
    }
}

fn mine(name: &'static str) -> About {
    About::new(name, Promise::MutualExclusion, "a case")
}

/// A worker may go to sleep after the one that was to wake it has looked.
struct LostWakeup;

const TAKEN: Var = Var(0);
const SLEEPERS: Var = Var(1);
const WAKE: Semaphore = Semaphore(0);

impl Strategy for LostWakeup {
    fn about(&self) -> About {
        mine("lost-wakeup")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("taken", 0).var("sleepers", 0).semaphore("wake", 0)
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.until("the lock is taken", |m| {
            if m.swap(TAKEN, 1, SeqCst)? == 0 {
                return Ok(true);
            }
            m.fetch_add(SLEEPERS, 1, SeqCst)?;
            m.wait(WAKE)?;
            Ok(false)
        })
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.store(TAKEN, 0, SeqCst)?;
        for _ in 0..m.swap(SLEEPERS, 0, SeqCst)? {
            m.signal(WAKE)?;
        }
        Ok(())
    }
}

#[test]
fn the_reference_finds_a_lost_wakeup() {
    let sc = reference(&LostWakeup, &program(2, 1), Memory::Sc);
    assert_eq!(finals(&sc), [(0, 30)]);
    assert!(sc.deadlock.is_some() && !sc.has_livelock());
    let tso = reference(&LostWakeup, &program(2, 1), Memory::Tso);
    assert_eq!(finals(&tso), [(0, 42)]);
    assert!(tso.deadlock.is_some() && !tso.has_livelock());
}

#[test]
fn a_worker_that_is_blocked_in_the_middle_of_an_attempt_is_in_a_deadlock() {
    let sc = all(&LostWakeup, &program(2, 1), Memory::Sc);
    assert_eq!(explored_finals(&sc), [(0, 30)]);
    assert!(sc.deadlock.is_some() && sc.livelock.is_none());
    assert!(sc.breaks_promise(&program(2, 1)));
    let tso = all(&LostWakeup, &program(2, 1), Memory::Tso);
    assert_eq!(explored_finals(&tso), [(0, 42)]);
    for memory in [Memory::Sc, Memory::Tso] {
        agree(&LostWakeup, &program(2, 1), memory);
        agree(&LostWakeup, &program(2, 2), memory);
    }
}

/// A monitor: one lock, and a semaphore to sleep at.
struct MonitorSignal {
    /// Whether the sleepers are counted by one step, or by a load and a store.
    one_step: bool,
}

const MONITOR: Lock = Lock(0);
const WAITING: Var = Var(1);

impl Strategy for MonitorSignal {
    fn about(&self) -> About {
        mine("monitor-signal")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("taken", 0).var("nwait", 0).lock("m").semaphore("sleep", 0)
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.acquire(MONITOR)?;
        m.until("it is not taken", |m| {
            if m.load(TAKEN, SeqCst)? == 0 {
                return Ok(true);
            }
            if self.one_step {
                m.fetch_add(WAITING, 1, SeqCst)?;
            } else {
                let waiting = m.load(WAITING, SeqCst)?;
                m.store(WAITING, waiting + 1, Release)?;
            }
            m.release(MONITOR)?;
            m.wait(WAKE)?;
            m.acquire(MONITOR)?;
            Ok(false)
        })?;
        m.store(TAKEN, 1, Release)?;
        m.release(MONITOR)
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.acquire(MONITOR)?;
        m.store(TAKEN, 0, Release)?;
        let waiting = m.load(WAITING, SeqCst)?;
        if waiting > 0 {
            m.store(WAITING, waiting - 1, Release)?;
            m.signal(WAKE)?;
        }
        m.release(MONITOR)
    }
}

/// With how many interleavings.
const MONITORS: [(MonitorSignal, Memory, u64); 4] = [
    (MonitorSignal { one_step: true }, Memory::Sc, 62),
    (MonitorSignal { one_step: true }, Memory::Tso, 848),
    (MonitorSignal { one_step: false }, Memory::Sc, 86),
    (MonitorSignal { one_step: false }, Memory::Tso, 2024),
];

#[test]
fn the_reference_finds_no_deadlock_in_a_monitor() {
    for (monitor, memory, interleavings) in MONITORS {
        let found = reference(&monitor, &program(2, 1), memory);
        assert_eq!(finals(&found), [(0, interleavings)], "{memory:?}");
        assert!(found.deadlock.is_none() && !found.has_livelock() && found.peak_inside == 1);
    }
}

#[test]
fn an_attempt_that_blocks_after_some_steps_has_steps_to_take() {
    for (monitor, memory, interleavings) in MONITORS {
        let found = all(&monitor, &program(2, 1), memory);
        assert_eq!(explored_finals(&found), [(0, interleavings)], "{memory:?}");
        assert!(!found.stuck() && found.lossless() && found.peak_inside == Some(1));
        agree(&monitor, &program(2, 1), memory);
    }
}

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

/// A spinlock that counts who tries.
struct CountingSpinlock;

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

/// A ticket lock that keeps a worker's number outside of the machine.
struct HiddenTicket;

static MINE: [AtomicU64; 2] = [AtomicU64::new(0), AtomicU64::new(0)];
const NEXT: Var = Var(0);
const SERVING: Var = Var(1);

impl Strategy for HiddenTicket {
    fn about(&self) -> About {
        mine("hidden-ticket")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("next", 0).var("serving", 0)
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        let mine = &MINE[m.me()];
        mine.store(m.fetch_add(NEXT, 1, SeqCst)?, SeqCst);
        m.until("it is served", |m| Ok(m.load(SERVING, SeqCst)? == mine.load(SeqCst)))
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        let mine = MINE[m.me()].load(SeqCst);
        m.store(SERVING, mine + 1, SeqCst)
    }
}

#[test]
fn a_strategy_that_keeps_state_outside_of_the_machine_is_refused() {
    for iters in [1, 2] {
        let go_on = &mut |_| ControlFlow::Continue(());
        let bounds = Bounds::default();
        let found = explore(&HiddenTicket, &program(2, iters), Memory::Sc, bounds, go_on);
        assert!(found.is_err(), "{:?}", found.map(|found| (found.deadlocks, found.outcomes)));
    }
}

/// Peterson with release stores only, and more stores than a buffer holds.
struct Padded;

impl Strategy for Padded {
    fn about(&self) -> About {
        mine("padded").at_most(2, "ticket")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("flag[1]", 0).var("flag[2]", 0).var("turn", 0).var("padding", 0)
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        let (me, other) = (m.me(), 1 - m.me());
        m.store(Var(me), 1, Release)?;
        m.store(Var(2), other as u64, Release)?;
        for padding in 0..8 {
            m.store(Var(3), padding, Release)?;
        }
        m.until("the other's flag is down, or it is this worker's turn", |m| {
            Ok(m.load(Var(other), SeqCst)? == 0 || m.load(Var(2), SeqCst)? == me as u64)
        })
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.store(Var(m.me()), 0, Release)
    }
}

#[test]
fn nothing_is_proved_where_a_store_buffer_was_full() {
    let found = all(&Padded, &program(2, 1), Memory::Tso);
    assert!(!found.complete || !found.lossless());
}

/// Szymanski, 1988.
struct Szymanski;

impl Strategy for Szymanski {
    fn about(&self) -> About {
        mine("szymanski")
    }
    fn needs(&self, program: &Program) -> Needs {
        let name = |worker| format!("flag[{worker}]");
        (1..=program.workers).fold(Needs::default(), |needs, worker| needs.var(name(worker), 0))
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        let (me, workers) = (m.me(), m.workers());
        m.store(Var(me), 1, SeqCst)?;
        m.until("the way in is open", |m| all_flags(m, 0..workers, |flag| flag <= 2))?;
        m.store(Var(me), 3, SeqCst)?;
        let mut others = false;
        for other in 0..workers {
            if m.load(Var(other), SeqCst)? == 1 {
                others = true;
                break;
            }
        }
        if others {
            m.store(Var(me), 2, SeqCst)?;
            m.until("some worker has closed the way in", |m| {
                Ok(!all_flags(m, 0..workers, |flag| flag != 4)?)
            })?;
        }
        m.store(Var(me), 4, SeqCst)?;
        m.until("all with lower numbers have left", |m| all_flags(m, 0..me, |flag| flag <= 1))
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        let (me, workers) = (m.me(), m.workers());
        m.until("all with higher numbers are behind the way in", |m| {
            all_flags(m, me + 1..workers, |flag| flag <= 1 || flag == 4)
        })?;
        m.store(Var(me), 0, SeqCst)
    }
}

/// Whether all of these flags are so; looks at no more than it needs to.
fn all_flags<M: Machine>(
    m: &mut M,
    workers: Range<usize>,
    so: impl Fn(u64) -> bool,
) -> Result<bool, M::Stop> {
    for worker in workers {
        if !so(m.load(Var(worker), SeqCst)?) {
            return Ok(false);
        }
    }
    Ok(true)
}

#[test]
fn answers_that_no_later_step_depends_on_are_forgotten() {
    agree(&Szymanski, &program(2, 2), Memory::Sc);
    let go_on = &mut |_| ControlFlow::Continue(());
    // As many as there are with a program counter in place of answers, for this text.
    let bounds = Bounds { states: 50_200, ..Bounds::default() };
    let found = explore(&Szymanski, &program(3, 2), Memory::Sc, bounds, go_on);
    let found = found.expect("it can be explored");
    assert!(found.complete, "{:?}", found.limits);
    assert!(found.lossless() && !found.stuck() && found.peak_inside == Some(1));
}
