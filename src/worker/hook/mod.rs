//! What is done around the steps of a real worker, without taking them.
//!
//! To add one: its file, and its line in `hooks` below.

mod kill;
mod schedule;
mod work;
mod yielding;

pub(super) use yielding::Yielding;

use super::spin::Spin;
use super::{Stop, WorkerContext};
use crate::machine::{Answer, PackedTally};

/// One step of a real worker.
pub(super) type Step = crate::machine::Step<PackedTally>;

/// Called around each step of one worker. An `Err` stops the worker there.
pub(super) trait Hook {
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

/// All that was asked for around the steps of the worker of this context.
pub(super) fn hooks<'a>(context: &WorkerContext<'a>) -> Vec<Box<dyn Hook + 'a>> {
    let WorkerContext { me, config, shared, .. } = *context;
    let (control, status) = (shared.control, context.status());
    let mut hooks: Vec<Box<dyn Hook + 'a>> = Vec::new();
    if let Some(schedule) = &config.schedule {
        let spin = Spin::new(status, control);
        hooks.push(Box::new(schedule::InTurn::new(me, schedule, &control.steps, spin)));
    } else if let Some(yielding) = Yielding::new(context) {
        hooks.push(Box::new(yielding));
    }
    if let Some(kill) = kill::Kill::new(config, me, control, status) {
        hooks.push(Box::new(kill));
    }
    if !config.work.is_zero() {
        hooks.push(Box::new(work::Work(config.work)));
    }
    hooks
}
