//! Exhibits: strategies that look right and are not, kept to be studied.
//!
//! Each says what one would believe, and why it fails; `list` does not. To add one: its file, its
//! `mod` here, and its row in `all`.

pub(super) mod flag;
pub(super) mod half_lock;
pub(super) mod hyman;
pub(super) mod lost_wakeup;
pub(super) mod monitor_if;
pub(super) mod no_signal;
pub(super) mod own_lock;
pub(super) mod peterson_unfenced;
pub(super) mod turns;
pub(super) mod two_locks;
