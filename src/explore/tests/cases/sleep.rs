//! Workers that sleep at a semaphore in the middle of an attempt.

use std::sync::atomic::Ordering::{Release, SeqCst};

use super::{agree, all, explored_finals, finals, mine, program, reference};
use crate::explore::Memory;
use crate::machine::{About, Lock, Machine, Needs, Program, Semaphore, Strategy, Var};

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
