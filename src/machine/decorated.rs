//! A machine around a machine: every step passes through one function, which may do something
//! before or after it.

use std::sync::atomic::Ordering;

use super::{Delta, Lock, Machine, Section, Semaphore, Stage, Var, spin_until};

/// What a step does, without its outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each is the method of `Machine` or `Stage` that has its name")]
pub enum Action {
    Read,
    Write,
    Add,
    Replace,
    Load(Var),
    Store(Var, u64),
    Swap(Var, u64),
    FetchAdd(Var, u64),
    Acquire(Lock),
    Release(Lock),
    Wait(Semaphore),
    Signal(Semaphore),
    Claim,
    GiveBack,
}

/// What a [`Decorated`] machine does around each step of the machine within.
pub trait Decorator<M: Machine> {
    /// Takes the step by calling `take`, exactly once.
    ///
    /// # Errors
    ///
    /// What `take` answers, or a reason of its own why the worker stops here.
    fn step<T>(
        &mut self,
        machine: &mut M,
        action: Action,
        take: impl FnOnce(&mut M) -> Result<T, M::Stop>,
    ) -> Result<T, M::Stop>;
}

/// The machine `inner`, each of whose steps `decorator` surrounds.
///
/// It is a type of its own since an implementation for all decorators would overlap with those of
/// the machines.
pub struct Decorated<M, D> {
    /// The machine that takes the steps.
    pub inner: M,
    /// What surrounds them.
    pub decorator: D,
}

/// Writes the methods of `Machine` that do nothing but pass their step through the decorator.
macro_rules! surround {
    ($($name:ident($($arg:ident: $kind:ty),*) -> $answer:ty, $action:expr;)*) => {
        $(fn $name(&mut self, $($arg: $kind),*) -> Result<$answer, M::Stop> {
            self.decorator.step(&mut self.inner, $action, |inner| inner.$name($($arg),*))
        })*
    };
}

impl<M: Stage, D: Decorator<M>> Machine for Decorated<M, D> {
    type Stop = M::Stop;
    type Value = M::Value;

    fn me(&self) -> usize {
        self.inner.me()
    }

    fn workers(&self) -> usize {
        self.inner.workers()
    }

    surround! {
        read() -> M::Value, Action::Read;
        write(value: M::Value) -> (), Action::Write;
        add(delta: Delta) -> (), Action::Add;
        replace(seen: M::Value, new: M::Value) -> bool, Action::Replace;
        load(var: Var, order: Ordering) -> u64, Action::Load(var);
        store(var: Var, value: u64, order: Ordering) -> (), Action::Store(var, value);
        swap(var: Var, value: u64, order: Ordering) -> u64, Action::Swap(var, value);
        fetch_add(var: Var, value: u64, order: Ordering) -> u64, Action::FetchAdd(var, value);
        acquire(lock: Lock) -> (), Action::Acquire(lock);
        release(lock: Lock) -> (), Action::Release(lock);
        wait(semaphore: Semaphore) -> (), Action::Wait(semaphore);
        signal(semaphore: Semaphore) -> (), Action::Signal(semaphore);
    }

    fn until(
        &mut self,
        words: &'static str,
        attempt: impl Fn(&mut Self) -> Result<bool, M::Stop>,
    ) -> Result<(), M::Stop> {
        spin_until(self, words, attempt)
    }
}

impl<M: Stage, D: Decorator<M>> Stage for Decorated<M, D> {
    fn pause(&mut self, made: u64) -> Result<(), M::Stop> {
        self.inner.pause(made)
    }

    fn begin(&mut self, section: Section) -> Result<bool, M::Stop> {
        self.inner.begin(section)
    }

    fn end(&mut self, section: Section) -> Result<(), M::Stop> {
        self.inner.end(section)
    }

    fn has_copies(&self) -> bool {
        self.inner.has_copies()
    }

    surround! {
        claim() -> (), Action::Claim;
        give_back() -> (), Action::GiveBack;
    }

    fn again(&mut self, words: &'static str, failed: u32) -> Result<(), M::Stop> {
        self.inner.again(words, failed)
    }

    fn resume(&mut self) {
        self.inner.resume();
    }

    fn depart(&mut self, made: u64, entered: bool) -> bool {
        self.inner.depart(made, entered)
    }
}
