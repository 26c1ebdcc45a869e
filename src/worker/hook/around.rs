//! What a hook is: it is called around each step of a worker.

use crate::machine::{Answer, PackedTally};
use crate::worker::Stop;

/// One step of a real worker.
pub(in crate::worker) type Step = crate::machine::Step<PackedTally>;

/// Called around each step of one worker. An `Err` stops the worker there.
pub(in crate::worker) trait Hook {
    /// Before a step is taken.
    #[inline(always)]
    fn before(&mut self, _step: &Step) -> Result<(), Stop> {
        Ok(())
    }

    /// After a step has been taken.
    #[inline(always)]
    fn after(&mut self, _step: &Step, _answer: &Answer<PackedTally>) -> Result<(), Stop> {
        Ok(())
    }

    /// Between two updates, after `made` of them.
    #[inline(always)]
    fn between(&mut self, _made: u64) -> Result<(), Stop> {
        Ok(())
    }
}

/// No hook.
impl Hook for () {}

/// Several, in this order.
impl Hook for Vec<Box<dyn Hook + '_>> {
    fn before(&mut self, step: &Step) -> Result<(), Stop> {
        self.iter_mut().try_for_each(|hook| hook.before(step))
    }

    fn after(&mut self, step: &Step, answer: &Answer<PackedTally>) -> Result<(), Stop> {
        self.iter_mut().try_for_each(|hook| hook.after(step, answer))
    }

    fn between(&mut self, made: u64) -> Result<(), Stop> {
        self.iter_mut().try_for_each(|hook| hook.between(made))
    }
}
