//! Fences, steps that try, and private variables.

use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};

use super::{agree, all, explored_finals, mine, program};
use crate::explore::Memory;
use crate::explore::tests::{named, real_threads};
use crate::machine::{
    About, Delta, Guard, Lock, Machine, Needs, Private, Program, Semaphore, Strategy, Var,
};

/// Peterson's algorithm with relaxed accesses, and a fence between the stores and the loads.
struct Fenced(Ordering);

impl Strategy for Fenced {
    fn about(&self) -> About {
        mine("fenced")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("flag[1]", 0).var("flag[2]", 0).var("turn", 0)
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        let (me, other) = (m.me(), 1 - m.me());
        m.store(Var(me), 1, Relaxed)?;
        m.store(Var(2), other as u64, Relaxed)?;
        m.fence(self.0)?;
        m.until("it may enter", |m| {
            Ok(m.load(Var(other), Relaxed)? == 0 || m.load(Var(2), Relaxed)? == me as u64)
        })
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.store(Var(m.me()), 0, Release)
    }
}

#[test]
fn a_load_overtakes_a_store_across_every_fence_but_a_sequentially_consistent_one() {
    for (order, memory, peak) in [
        (SeqCst, Memory::Sc, 1),
        (SeqCst, Memory::Tso, 1),
        (AcqRel, Memory::Sc, 1),
        (AcqRel, Memory::Tso, 2),
    ] {
        let found = all(&Fenced(order), &program(2, 1), memory);
        assert_eq!((found.peak_inside, found.lossless()), (Some(peak), peak == 1), "{order:?}");
        agree(&Fenced(order), &program(2, 1), memory);
    }
}

/// A lock that is tried again and again.
enum Tries {
    Variable,
    Lock,
    Semaphore,
}

impl Strategy for Tries {
    fn about(&self) -> About {
        mine("tries")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("taken", 0).lock("lock").semaphore("permits", 1)
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        m.until("it has taken the lock", |m| match self {
            Self::Variable => Ok(m.compare_exchange(Var(0), 0, 1, Acquire)? == 0),
            Self::Lock => m.try_acquire(Lock(0)),
            Self::Semaphore => m.try_wait(Semaphore(0)),
        })
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        match self {
            Self::Variable => m.store(Var(0), 0, Release),
            Self::Lock => m.release(Lock(0)),
            Self::Semaphore => m.signal(Semaphore(0)),
        }
    }
}

#[test]
fn a_lock_that_is_tried_until_it_is_taken_has_the_interleavings_of_one_that_is_waited_for() {
    for program in [program(2, 2), program(3, 1)] {
        for memory in [Memory::Sc, Memory::Tso] {
            let finals = |name| explored_finals(&all(named(name), &program, memory));
            let tried = [
                (Tries::Variable, "mutex"),
                (Tries::Lock, "mutex"),
                (Tries::Semaphore, "semaphore"),
            ];
            for (tries, name) in tried {
                let found = all(&tries, &program, memory);
                // The store that frees the variable may wait in a buffer.
                if memory == Memory::Sc || !matches!(tries, Tries::Variable) {
                    assert_eq!(explored_finals(&found), finals(name), "{name} {memory:?}");
                }
                assert!(found.lossless() && found.peak_inside == Some(1), "{name}");
                agree(&tries, &program, memory);
            }
        }
    }
}

/// Keeps what it finds out in the entry section until the exit section.
struct Remembers;

impl Strategy for Remembers {
    fn about(&self) -> About {
        mine("remembers")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("next", 0).var("serving", 0).private("number").private("updates")
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        assert_eq!((m.get(Private(0)), m.get(Private(1))), (0, 0), "of an earlier update");
        let number = m.fetch_add(Var(0), 1, Relaxed)?;
        m.set(Private(0), number);
        m.until("its number is served", |m| Ok(m.load(Var(1), Acquire)? == m.get(Private(0))))
    }
    fn update<M: Machine>(&self, m: &mut M, delta: Delta) -> Result<(), M::Stop> {
        m.set(Private(1), m.get(Private(1)) + 1);
        let seen = m.read()?;
        m.write(seen + delta)
    }
    fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        assert!(m.get(Private(1)) > 0, "an update was made");
        m.store(Var(1), m.get(Private(0)) + 1, Release)
    }
}

#[test]
fn a_private_variable_lasts_from_the_entry_section_to_the_exit_section_and_no_longer() {
    let two = program(2, 2);
    for program in [program(3, 1), Program { guard: Guard::Loop, ..two.clone() }, two] {
        for memory in [Memory::Sc, Memory::Tso] {
            let found = all(&Remembers, &program, memory);
            assert!(found.lossless() && found.peak_inside == Some(1) && !found.stuck());
            agree(&Remembers, &program, memory);
        }
    }
}

#[test]
fn private_variables_do_so_on_real_threads() {
    for guard in [Guard::Update, Guard::Loop] {
        let program = Program { guard, ..program(3, 50) };
        assert_eq!(real_threads::run(&Remembers, &program, None, 1), 0);
    }
}
