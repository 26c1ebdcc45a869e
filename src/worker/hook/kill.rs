//! `--kill`: one worker stops inside, where the supervisor kills it.

use std::thread;
use std::time::Duration;

use super::around::{Hook, Step};
use crate::machine::Guard;
use crate::worker::control::RunControl;
use crate::worker::{Stop, Waiting, WorkerContext, WorkerStatus};

/// Stops the victim for ever, after half of its updates, between a read and the write. The other
/// workers wait for that outside, after half of theirs: otherwise they might all finish first.
pub(in crate::worker) struct Kill<'a> {
    control: &'a RunControl,
    status: &'a WorkerStatus,
    is_victim: bool,
    /// How many updates this worker makes before it stops, or waits.
    halfway: u64,
    /// Wait before the first step: with the whole loop guarded, a worker that waited halfway would
    /// hold the lock.
    wait_at_start: bool,
}

impl<'a> Kill<'a> {
    /// `None` if no worker is to be killed.
    pub(in crate::worker) fn new(context: &WorkerContext<'a>) -> Option<Self> {
        let WorkerContext { me, config, shared, .. } = *context;
        let (control, status) = (shared.control, context.status());
        let is_victim = config.victim()? == me;
        let halfway = if is_victim { config.program.updates(me) } else { config.program.iters } / 2;
        let wait_at_start = !is_victim && config.program.guard == Guard::Loop;
        Some(Self { control, status, is_victim, halfway, wait_at_start })
    }

    fn wait_for_the_victim(&self) {
        while self.control.is_holding() {
            thread::sleep(Duration::from_micros(50));
        }
    }
}

impl Hook for Kill<'_> {
    fn before(&mut self, step: &Step) -> Result<(), Stop> {
        if std::mem::take(&mut self.wait_at_start) {
            self.wait_for_the_victim();
        }
        let writes = matches!(step, Step::Write(_) | Step::Replace { .. });
        if self.is_victim
            && writes
            && self.status.made() == self.halfway
            && self.control.is_holding()
        {
            self.status.publish_wait(Waiting::Halted);
            self.control.end_hold();
            loop {
                thread::park();
            }
        }
        Ok(())
    }

    fn between(&mut self, made: u64) -> Result<(), Stop> {
        if !self.is_victim && made >= self.halfway {
            self.wait_for_the_victim();
        }
        Ok(())
    }
}
