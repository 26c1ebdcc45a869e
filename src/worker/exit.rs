//! How a worker ended.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitStatus;

use super::native::Stop;
use super::panic::panic_message;
use crate::machine::{Lifecycle, Program, Strategy, run_worker};

/// How a worker ended.
#[derive(Debug)]
pub enum WorkerExit {
    /// It made all its updates.
    Finished,
    /// It was asked to stop.
    Stopped,
    /// The resource failed.
    Failed(io::Error),
    /// It is a process, and this ended it before it had come to an end of its own.
    Died(ExitStatus),
    /// Its strategy panicked: where, what it said, and how the worker left the section, if it had
    /// entered.
    Panicked(String),
}

/// Runs the worker's loop, and tells how it ended.
pub(super) fn run_catching<S, M>(strategy: &S, machine: &mut M, program: &Program) -> WorkerExit
where
    S: Strategy + ?Sized,
    M: Lifecycle<Stop = Stop>,
{
    // A panic leaves nothing torn: the resource is a single word, and the machine is given up.
    let run = catch_unwind(AssertUnwindSafe(|| run_worker(strategy, machine, program)));
    match run {
        Ok(Ok(())) => WorkerExit::Finished,
        Ok(Err(Stop::Asked)) => WorkerExit::Stopped,
        Ok(Err(Stop::Failed(error))) => WorkerExit::Failed(error),
        Err(payload) => WorkerExit::Panicked(panic_message(&*payload)),
    }
}
