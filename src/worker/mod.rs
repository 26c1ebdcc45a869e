//! Real workers: how they start together, run, wait for one another, and end.
//!
//! A [`Job`] is one run of one strategy. The supervisor starts its [`Workers`], which are threads
//! or processes, watches them and collects what they did, a [`RawRun`]. Each worker gets a
//! [`WorkerContext`] and runs the worker's loop on the machine of the processor (`native`), with
//! the hooks that were asked for around its steps.
//!
//! To add a kind of worker: a variant of [`WorkerKind`], its file beside `threads`, and what the compiler
//! then lists.

mod assembly;
#[cfg(linux)]
mod child;
mod clock;
mod config;
mod context;
mod control;
#[cfg(linux)]
mod crash;
mod exit;
#[cfg(linux)]
mod exit_record;
mod gate;
mod hook;
mod interrupt;
#[cfg(linux)]
mod limit;
mod locks;
#[cfg(linux)]
mod mapping;
mod native;
mod no_progress;
#[cfg(not(linux))]
mod portable;
#[cfg(linux)]
mod processes;
pub(crate) mod resource;
mod running;
mod spin;
mod status;
mod supervisor;
mod text;
mod threads;
mod workers;

pub(crate) use config::{MOST_PROCESSES, RunConfig, WorkerKind, YieldRate};
pub(crate) use context::{Find, Job, Work, WorkerContext};
pub(crate) use exit::{Stop, WorkerExit};
pub(crate) use gate::Gate;
pub(crate) use interrupt::Interrupt;
#[cfg(all(test, loom))]
pub(crate) use locks::{ConditionVariable, CondvarParker, CountingSemaphore};
#[cfg(not(linux))]
pub(crate) use portable::{
    FileClaim, check_free, explain_crashes, memory_left, run_if_worker, stack, time_is_up,
};
pub(crate) use running::{now_running, running};
pub(crate) use status::{Waiting, WorkerStatus};
pub(crate) use supervisor::{Death, RawRun, RunError, interrupted, run_once};
pub(crate) use workers::Workers;
#[cfg(all(fuzzing, linux))]
pub(crate) use {child::fuzz_job, resource::fuzz_counter};
#[cfg(linux)]
pub(crate) use {
    child::run_if_worker,
    crash::explain_crashes,
    limit::{memory_left, stack, time_is_up},
    resource::{FileClaim, check_free},
};
