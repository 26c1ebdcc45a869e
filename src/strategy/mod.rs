//! The strategies: how an update is guarded, or is not. One file each, as the textbook prints it.

mod atomic;
mod bakery;
mod cas;
mod clh;
mod dekker;
mod exhibits;
mod filelock;
mod filter;
mod monitor;
mod mutex;
mod none;
mod peterson;
mod semaphore;
mod spinlock;
mod ticket;

pub use crate::machine::{About, Only, Promise, Strategy};

/// A row of a table of strategies.
pub(crate) trait OfStrategy {
    fn of<S: Strategy>(strategy: &'static S) -> Self;
}

/// All strategies of this crate, in the order of `list`.
pub(crate) fn all<T: OfStrategy>() -> Vec<T> {
    vec![
        T::of(&none::Unguarded),
        T::of(&mutex::Mutex),
        T::of(&semaphore::Semaphore),
        T::of(&monitor::Monitor),
        T::of(&spinlock::Spinlock),
        T::of(&ticket::Ticket),
        T::of(&clh::Clh),
        T::of(&dekker::Dekker),
        T::of(&peterson::Peterson),
        T::of(&bakery::Bakery),
        T::of(&filter::Filter),
        T::of(&atomic::Atomic),
        T::of(&cas::CompareAndSwap),
        T::of(&filelock::FileLock),
        T::of(&exhibits::flag::Flag),
        T::of(&exhibits::half_lock::HalfLock),
        T::of(&exhibits::hyman::Hyman),
        T::of(&exhibits::lost_wakeup::LostWakeup),
        T::of(&exhibits::monitor_if::MonitorIf),
        T::of(&exhibits::no_signal::NoSignal),
        T::of(&exhibits::own_lock::OwnLock),
        T::of(&exhibits::peterson_unfenced::PetersonUnfenced),
        T::of(&exhibits::turns::Turns),
        T::of(&exhibits::two_locks::TwoLocks),
    ]
}
