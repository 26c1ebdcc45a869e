//! Why a worker stops, and how it ended.

use std::io;
use std::process::ExitStatus;

use crate::machine::catch_misuse;

/// Why a real worker stops.
#[derive(Debug)]
pub(crate) enum Stop {
    /// It was asked to.
    Asked,
    /// The resource failed.
    Failed(io::Error),
}

/// How a worker ended.
#[derive(Debug)]
pub enum WorkerExit {
    /// It made all its updates.
    Finished,
    /// It was asked to stop.
    Stopped,
    /// The resource failed.
    Failed(io::Error),
    /// It is a process that did not end by itself.
    Died(ExitStatus),
    /// Its strategy panicked or took a wrong step: the rest of a sentence that begins with the
    /// worker.
    Panicked(String),
}

/// Runs the worker's loop, and tells how it ended.
pub(super) fn run_catching(run: &mut dyn FnMut() -> Result<(), Stop>) -> WorkerExit {
    match catch_misuse(run) {
        Ok(Ok(())) => WorkerExit::Finished,
        Ok(Err(Stop::Asked)) => WorkerExit::Stopped,
        Ok(Err(Stop::Failed(error))) => WorkerExit::Failed(error),
        Err(sentence) => WorkerExit::Panicked(sentence),
    }
}
