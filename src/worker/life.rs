//! One worker's life: plain loops, the same text for every machine.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::machine::{Guard, Program, Section, Stage, Stop};
use crate::strategy::Strategy;

/// Makes all updates of this worker, guarded by `strategy`.
///
/// # Errors
///
/// The machine stopped the worker.
pub fn live<S: Strategy + ?Sized, M: Stage>(
    strategy: &S,
    machine: &mut M,
    program: &Program,
) -> Result<(), M::Stop> {
    let deltas = program.deltas(machine.me());
    match program.guard {
        Guard::Update => {
            for _ in 0..program.iters {
                for &delta in deltas {
                    machine.pause()?;
                    machine.section(Section::Entry, |m| strategy.enter(m))?;
                    machine.section(Section::Critical, |m| strategy.update(m, delta))?;
                    machine.section(Section::Exit, |m| strategy.exit(m))?;
                }
            }
        }
        Guard::Loop => {
            machine.section(Section::Entry, |m| strategy.enter(m))?;
            for _ in 0..program.iters {
                for &delta in deltas {
                    machine.pause()?;
                    machine.section(Section::Critical, |m| strategy.update(m, delta))?;
                }
            }
            machine.section(Section::Exit, |m| strategy.exit(m))?;
        }
    }
    Ok(())
}

/// How a worker ended.
#[derive(Debug)]
pub enum End {
    /// It made all its updates.
    Finished,
    /// It was asked to stop.
    Stopped,
    /// The resource failed.
    Failed(io::Error),
    /// Its strategy panicked.
    Panicked {
        /// What the panic said.
        message: String,
        /// Whether it had entered and not left; it then left by the exit section.
        inside: bool,
    },
}

/// Lives, and sees to it that the worker leaves by the exit section whatever happens inside, so
/// that the others are not locked out.
pub fn survive<S, M>(strategy: &S, machine: &mut M, program: &Program) -> End
where
    S: Strategy + ?Sized,
    M: Stage<Stop = Stop>,
{
    // A panic leaves nothing torn: the resource is a single word, and the machine is given up.
    let lived = catch_unwind(AssertUnwindSafe(|| live(strategy, machine, program)));
    let inside = machine.entered();
    if inside {
        // It may spin, be told to stop, or panic as well: there is nothing left to be done then.
        let leave = || machine.section(Section::Exit, |m| strategy.exit(m));
        let _ = catch_unwind(AssertUnwindSafe(leave));
    }
    match lived {
        Ok(Ok(())) => End::Finished,
        Ok(Err(Stop::Asked)) => End::Stopped,
        Ok(Err(Stop::Failed(error))) => End::Failed(error),
        Err(panic) => End::Panicked { message: message(&*panic), inside },
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message").to_owned()
}
