//! `--work`: every update works for some time between its read and its write.

use std::hint;
use std::thread;
use std::time::{Duration, Instant};

use super::around::{Hook, Step};
use crate::worker::{Stop, WorkerContext};

/// From here on a worker sleeps for most of its work, as if it waited for a device: then several
/// can work at the same time even on few processors.
const SLEEP_FROM: Duration = Duration::from_micros(200);
/// How much longer a sleep may last than it should.
const LATE: Duration = Duration::from_micros(100);

/// Works for so long before each write.
pub(in crate::worker) struct Working(Duration);

impl Working {
    /// `None` if updates take no time.
    pub(in crate::worker) fn new(context: &WorkerContext<'_>) -> Option<Self> {
        Some(context.config.work).filter(|work| !work.is_zero()).map(Self)
    }
}

impl Hook for Working {
    fn before(&mut self, step: &Step) -> Result<(), Stop> {
        if let Step::Write(_) | Step::Replace { .. } = step {
            let begin = Instant::now();
            if self.0 >= SLEEP_FROM {
                thread::sleep(self.0 - LATE);
            }
            while begin.elapsed() < self.0 {
                hint::spin_loop();
            }
        }
        Ok(())
    }
}
