//! Exhibits: strategies that look right and are not, kept to be studied.
//!
//! Each says what one would believe, and why it fails; `list` does not. To add one: its file, its
//! `mod` and `pub(super) use` here, and its row in `all`.

mod flag;
mod half_lock;
mod hyman;
mod lost_wakeup;
mod monitor_if;
mod no_signal;
mod own_lock;
mod peterson_unfenced;
mod turns;
mod two_locks;

pub(super) use flag::Flag;
pub(super) use half_lock::HalfLock;
pub(super) use hyman::Hyman;
pub(super) use lost_wakeup::LostWakeup;
pub(super) use monitor_if::MonitorIf;
pub(super) use no_signal::NoSignal;
pub(super) use own_lock::OwnLock;
pub(super) use peterson_unfenced::PetersonUnfenced;
pub(super) use turns::Turns;
pub(super) use two_locks::TwoLocks;
