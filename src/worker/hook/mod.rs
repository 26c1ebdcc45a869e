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

/// The hooks that were asked for, for this worker.
pub(super) fn hooks<'a>(context: &WorkerContext<'a>) -> Vec<Box<dyn Hook + 'a>> {
    fn boxed<'a>(hook: Option<impl Hook + 'a>) -> Option<Box<dyn Hook + 'a>> {
        hook.map(|hook| Box::new(hook) as _)
    }
    let hooks = [
        boxed(schedule::InTurn::new(context)),
        boxed(Yielding::new(context)),
        boxed(kill::Kill::new(context)),
        boxed(work::Working::new(context)),
    ];
    hooks.into_iter().flatten().collect()
}
