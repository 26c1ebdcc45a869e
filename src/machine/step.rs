//! Everything that one worker can do in one step, as a value.

use std::sync::atomic::Ordering;

use super::{Condition, Delta, Lock, Semaphore, Var};

/// One indivisible action of one worker. `V` is what the machine's resource holds.
///
/// [`Machine`](super::Machine) has a method for each, which says what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each is the method of `Machine` that has its name")]
pub enum Step<V> {
    Read,
    Write(V),
    Add(Delta),
    Replace {
        seen: V,
        new: V,
    },
    Load(Var, Ordering),
    Store(Var, u64, Ordering),
    Swap(Var, u64, Ordering),
    FetchAdd(Var, u64, Ordering),
    CompareExchange {
        var: Var,
        seen: u64,
        new: u64,
        order: Ordering,
    },
    Fence(Ordering),
    Acquire(Lock),
    TryAcquire(Lock),
    Release(Lock),
    Wait(Semaphore),
    TryWait(Semaphore),
    Signal(Semaphore),
    /// Gives the mutex back and falls asleep, in one step.
    Sleep(Condition, Lock),
    /// Once notified: takes the mutex again.
    Wake(Condition, Lock),
    NotifyOne(Condition),
    NotifyAll(Condition),
    /// Takes a free copy of the resource, or shares one that is taken if none is free. Claiming
    /// and giving back belong to the worker's loop, not to a strategy.
    Claim,
    /// Gives the copy back.
    GiveBack,
}

/// What a step answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer<V> {
    /// The step was taken.
    Done,
    /// `Read`: the value of the resource.
    Value(V),
    /// `Load`, `Swap`, `FetchAdd`, `CompareExchange`: what the variable held before.
    Word(u64),
    /// `Replace`: whether it wrote; `TryAcquire`, `TryWait`: whether it took what it tried.
    Flag(bool),
}

impl<V> Answer<V> {
    pub(crate) fn value(self) -> V {
        match self {
            Self::Value(value) => value,
            Self::Done | Self::Word(_) | Self::Flag(_) => panic!("a read answers with a value"),
        }
    }

    pub(crate) fn word(self) -> u64 {
        match self {
            Self::Word(word) => word,
            Self::Done | Self::Value(_) | Self::Flag(_) => panic!("a load answers with a word"),
        }
    }

    pub(crate) fn flag(self) -> bool {
        match self {
            Self::Flag(flag) => flag,
            Self::Done | Self::Value(_) | Self::Word(_) => panic!("a try answers yes or no"),
        }
    }
}

/// The parts of an update, to which each of its steps belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Section {
    /// What a strategy does before the critical section.
    Entry,
    /// Takes one of several copies of the resource.
    Claim,
    /// Read, compute, write.
    Critical,
    /// The whole update, of a strategy that makes it in one step and has no section.
    Whole,
    /// Gives the copy back.
    GiveBack,
    /// What a strategy does after the critical section.
    Exit,
}
