//! The methods that a strategy calls, one for each step.

use std::ops::Add;
use std::sync::atomic::Ordering;

use super::private::{Privates, attempt};
use super::{Answer, Condition, Delta, Lock, Private, Semaphore, Step, Var};

/// Takes steps for one worker.
///
/// A strategy only sees this trait. It cannot look into a [`Value`](Machine::Value): it can add a
/// [`Delta`] to one and give it back, so everything it does depends on differences only.
///
/// Every step returns `Err` when this worker is to take no further step for now; a strategy passes
/// that on with `?` and does nothing else about it.
pub trait Machine: Sized {
    /// Why a worker stops between two steps.
    type Stop;
    /// What the resource holds.
    type Value: Copy + Add<Delta, Output = Self::Value>;

    /// This worker, from 0.
    fn me(&self) -> usize;
    /// How many workers there are.
    fn workers(&self) -> usize;

    /// Reads the resource.
    fn read(&mut self) -> Result<Self::Value, Self::Stop>;
    /// Writes the resource.
    fn write(&mut self, value: Self::Value) -> Result<(), Self::Stop>;
    /// Reads, computes and writes the resource in one step.
    fn add(&mut self, delta: Delta) -> Result<(), Self::Stop>;
    /// Compare and swap: writes `new` if the resource still holds `seen`, and says whether it did.
    fn replace(&mut self, seen: Self::Value, new: Self::Value) -> Result<bool, Self::Stop>;

    /// Reads a variable of the strategy.
    fn load(&mut self, var: Var, order: Ordering) -> Result<u64, Self::Stop>;
    /// Writes a variable of the strategy.
    fn store(&mut self, var: Var, value: u64, order: Ordering) -> Result<(), Self::Stop>;
    /// Writes a variable of the strategy and returns what it held, in one step.
    fn swap(&mut self, var: Var, value: u64, order: Ordering) -> Result<u64, Self::Stop>;
    /// Adds to a variable of the strategy and returns what it held, in one step.
    fn fetch_add(&mut self, var: Var, value: u64, order: Ordering) -> Result<u64, Self::Stop>;
    /// Writes `new` into a variable of the strategy if it holds `seen`, and returns what it held, in
    /// one step: it has written if that is `seen`. Where it has not, its order is that of a load.
    fn compare_exchange(
        &mut self,
        var: Var,
        seen: u64,
        new: u64,
        order: Ordering,
    ) -> Result<u64, Self::Stop>;
    /// Orders this worker's accesses before it and after it, as
    /// [`std::sync::atomic::fence`] does.
    fn fence(&mut self, order: Ordering) -> Result<(), Self::Stop>;

    /// Takes a mutex, and sleeps while another worker holds it.
    fn acquire(&mut self, lock: Lock) -> Result<(), Self::Stop>;
    /// Takes a mutex unless a worker holds it, and says whether it did.
    fn try_acquire(&mut self, lock: Lock) -> Result<bool, Self::Stop>;
    /// Gives a mutex back.
    fn release(&mut self, lock: Lock) -> Result<(), Self::Stop>;
    /// Takes a permit, and sleeps while there is none.
    fn wait(&mut self, semaphore: Semaphore) -> Result<(), Self::Stop>;
    /// Takes a permit if there is one, and says whether it did.
    fn try_wait(&mut self, semaphore: Semaphore) -> Result<bool, Self::Stop>;
    /// Gives a permit back.
    fn signal(&mut self, semaphore: Semaphore) -> Result<(), Self::Stop>;

    /// The first half of [`wait_on`](Machine::wait_on).
    #[doc(hidden)]
    fn sleep(&mut self, condition: Condition, lock: Lock) -> Result<(), Self::Stop>;
    /// The second half of [`wait_on`](Machine::wait_on).
    #[doc(hidden)]
    fn wake(&mut self, condition: Condition, lock: Lock) -> Result<(), Self::Stop>;
    /// Wakes one of the workers that sleep on a condition variable, if there are any. It is not
    /// determined which one.
    fn notify_one(&mut self, condition: Condition) -> Result<(), Self::Stop>;
    /// Wakes all workers that sleep on a condition variable.
    fn notify_all(&mut self, condition: Condition) -> Result<(), Self::Stop>;

    /// Sleeps on a condition variable. This worker must hold `lock`, and all that sleep on the same
    /// condition variable use the same mutex.
    ///
    /// These are two steps. By the first, the worker gives the mutex back and falls asleep. When it
    /// has been notified, it takes the mutex again, among all others that want it (Mesa's
    /// semantics: Lampson and Redell, 1980): what it waits for may no longer be so. A notification
    /// is not kept for a worker that falls asleep later.
    ///
    /// On the model a worker wakes only if it was notified. A real condition variable may also wake
    /// a worker that was not; [`wait_while`](Machine::wait_while) is right with both.
    fn wait_on(&mut self, condition: Condition, lock: Lock) -> Result<(), Self::Stop> {
        self.sleep(condition, lock)?;
        self.wake(condition, lock)
    }

    /// Sleeps on a condition variable again and again, while `has_to_wait` answers true. `words` is
    /// what the textbook says here, after "wait until".
    fn wait_while(
        &mut self,
        condition: Condition,
        lock: Lock,
        words: &'static str,
        has_to_wait: impl Fn(&mut Self) -> Result<bool, Self::Stop>,
    ) -> Result<(), Self::Stop> {
        self.until(words, |m| {
            let waits = has_to_wait(m)?;
            if waits || m.shows_all() {
                m.wait_on(condition, lock)?;
            }
            Ok(!waits)
        })
    }

    /// A private variable of this worker, which [`Needs::private`](super::Needs::private) declares: 0
    /// when its entry section begins, and kept until its exit section ends. No other worker sees it,
    /// so this is no step.
    fn get(&self, private: Private) -> u64;
    /// Sets a private variable of this worker, as [`get`](Machine::get) reads it. Not within an attempt of [`until`](Machine::until):
    /// an attempt that fails leaves nothing behind.
    fn set(&mut self, private: Private, value: u64);

    /// Repeats `attempt` until it answers true. `words` is what the textbook says here, after
    /// "wait until".
    ///
    /// An attempt that answers false without taking a step waits for ever, since no step can change
    /// its answer: a race then ends by `--timeout`, and `explore` and `judge` show a deadlock.
    fn until(
        &mut self,
        words: &'static str,
        attempt: impl Fn(&mut Self) -> Result<bool, Self::Stop>,
    ) -> Result<(), Self::Stop>;

    /// Whether this machine only writes down steps: then it also goes where a worker alone never
    /// has to.
    #[doc(hidden)]
    fn shows_all(&self) -> bool {
        false
    }
}

/// A machine on which every step is taken by one function: all machines but the processor's, which
/// is typed throughout for speed.
#[doc(hidden)]
pub trait StepMachine: Sized {
    /// As [`Machine::Stop`].
    type Stop;
    /// As [`Machine::Value`].
    type Value: Copy + Add<Delta, Output = Self::Value>;

    /// As [`Machine::me`].
    fn me(&self) -> usize;
    /// As [`Machine::workers`].
    fn workers(&self) -> usize;
    /// The private variables of this worker.
    fn privates(&self) -> &Privates;
    /// As [`Machine::set`].
    fn set(&mut self, private: Private, value: u64) {
        self.privates().set(private, value);
    }
    /// Takes one step.
    fn take(&mut self, step: Step<Self::Value>) -> Result<Answer<Self::Value>, Self::Stop>;
    /// As [`Machine::until`].
    fn until(
        &mut self,
        words: &'static str,
        attempt: impl Fn(&mut Self) -> Result<bool, Self::Stop>,
    ) -> Result<(), Self::Stop>;
    /// As [`Machine::shows_all`].
    fn shows_all(&self) -> bool {
        false
    }
}

/// Methods that take a step: its arguments, its result, the step, and how the result is read from the
/// answer.
macro_rules! steps {
    ($($method:ident($($argument:ident: $of:ty),*) -> $result:ty: $step:expr, $read:expr;)*) => {$(
        fn $method(&mut self, $($argument: $of),*) -> Result<$result, M::Stop> {
            self.take($step).map($read)
        }
    )*};
}

impl<M: StepMachine> Machine for M {
    type Stop = M::Stop;
    type Value = M::Value;

    fn me(&self) -> usize {
        StepMachine::me(self)
    }
    fn workers(&self) -> usize {
        StepMachine::workers(self)
    }

    steps! {
        read() -> M::Value: Step::Read, Answer::value;
        write(value: M::Value) -> (): Step::Write(value), drop;
        add(delta: Delta) -> (): Step::Add(delta), drop;
        replace(seen: M::Value, new: M::Value) -> bool: Step::Replace { seen, new }, Answer::flag;
        load(var: Var, order: Ordering) -> u64: Step::Load(var, order), Answer::word;
        store(var: Var, value: u64, order: Ordering) -> (): Step::Store(var, value, order), drop;
        swap(var: Var, value: u64, order: Ordering) -> u64: Step::Swap(var, value, order), Answer::word;
        fetch_add(var: Var, value: u64, order: Ordering) -> u64:
            Step::FetchAdd(var, value, order), Answer::word;
        compare_exchange(var: Var, seen: u64, new: u64, order: Ordering) -> u64:
            Step::CompareExchange { var, seen, new, order }, Answer::word;
        fence(order: Ordering) -> (): Step::Fence(order), drop;
        acquire(lock: Lock) -> (): Step::Acquire(lock), drop;
        try_acquire(lock: Lock) -> bool: Step::TryAcquire(lock), Answer::flag;
        release(lock: Lock) -> (): Step::Release(lock), drop;
        wait(semaphore: Semaphore) -> (): Step::Wait(semaphore), drop;
        try_wait(semaphore: Semaphore) -> bool: Step::TryWait(semaphore), Answer::flag;
        signal(semaphore: Semaphore) -> (): Step::Signal(semaphore), drop;
        sleep(condition: Condition, lock: Lock) -> (): Step::Sleep(condition, lock), drop;
        wake(condition: Condition, lock: Lock) -> (): Step::Wake(condition, lock), drop;
        notify_one(condition: Condition) -> (): Step::NotifyOne(condition), drop;
        notify_all(condition: Condition) -> (): Step::NotifyAll(condition), drop;
    }

    fn get(&self, private: Private) -> u64 {
        self.privates().get(private)
    }
    fn set(&mut self, private: Private, value: u64) {
        StepMachine::set(self, private, value);
    }

    fn until(
        &mut self,
        words: &'static str,
        once: impl Fn(&mut Self) -> Result<bool, M::Stop>,
    ) -> Result<(), M::Stop> {
        StepMachine::until(self, words, |m| attempt(m, &once, M::privates))
    }

    fn shows_all(&self) -> bool {
        StepMachine::shows_all(self)
    }
}
