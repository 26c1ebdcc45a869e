//! What is done around the steps of a real worker, without taking them.
//!
//! To add one: its file, and its line in `hooks` below.

mod around;
mod kill;
mod schedule;
mod work;
mod yielding;

pub(super) use around::Hook;
pub(super) use yielding::Yielding;

use super::WorkerContext;
use super::spin::Spin;

/// The hooks that were asked for, for this worker.
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
