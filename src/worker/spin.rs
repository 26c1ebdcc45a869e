//! How a worker waits between two failed attempts, and publishes what it waits for.

use std::sync::atomic::Ordering::Relaxed;

use crossbeam_utils::Backoff;

use super::control::RunControl;
use super::{Stop, Waiting, WorkerStatus};

/// What a worker does between two failed attempts: it spins, then yields the processor, and after a
/// while publishes what it waits for.
pub(super) struct Spin<'a> {
    status: &'a WorkerStatus,
    control: &'a RunControl,
    backoff: Backoff,
    /// Whether the status says that this worker waits.
    told: bool,
}

impl<'a> Spin<'a> {
    /// Failed attempts after which a worker publishes what it waits for: far more than an ordinary
    /// wait takes, which should not pay for it.
    const TELL_AFTER: u32 = 64;

    pub(super) fn new(status: &'a WorkerStatus, control: &'a RunControl) -> Self {
        Self { status, control, backoff: Backoff::new(), told: false }
    }

    /// Waits a little, after `failed` attempts, with these mutexes `held`.
    // Not inline: the loop of a strategy that seldom fails keeps its registers.
    #[inline(never)]
    pub(super) fn wait(
        &mut self,
        words: &str,
        failed: u32,
        held: &dyn Fn() -> u64,
    ) -> Result<(), Stop> {
        if failed >= Self::TELL_AFTER && !self.told {
            self.tell(Waiting::Until(words), held());
        }
        if failed == 1 {
            self.backoff.reset();
        }
        self.backoff.snooze();
        if self.control.is_stopping() { Err(Stop::Asked) } else { Ok(()) }
    }

    /// Publishes what the worker waits for, with these mutexes `held`.
    #[cold]
    pub(super) fn tell(&mut self, waiting: Waiting<&str>, held: u64) {
        self.told = true;
        self.status.held.store(held, Relaxed);
        self.status.publish_wait(waiting);
    }

    /// The worker goes on.
    pub(super) fn end(&mut self) {
        if self.told {
            self.told = false;
            self.status.held.store(0, Relaxed);
            self.status.publish_wait(Waiting::Nothing);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Lock;

    #[test]
    fn a_worker_that_had_to_wait_for_a_lock_says_again_what_it_spins_for() {
        let (status, control) = (WorkerStatus::default(), RunControl::default());
        let mut spin = Spin::new(&status, &control);
        let mut said = |failed| {
            assert!(spin.wait("it is free", failed, &|| 0).is_ok());
            let said = status.waiting();
            // Within the next attempt it waits for a lock, and gets it.
            spin.tell(Waiting::Lock(Lock(0)), 0);
            spin.end();
            said
        };
        assert_eq!(said(Spin::TELL_AFTER - 1), Waiting::Nothing);
        for failed in [Spin::TELL_AFTER, Spin::TELL_AFTER + 1] {
            assert_eq!(said(failed), Waiting::Until("it is free".into()), "{failed}");
        }
    }
}
