//! Real workers: how they start together, run, wait for one another, and end.
//!
//! A [`Job`] is one run of one strategy. The supervisor starts its [`Workers`], which are threads or
//! processes, watches them and collects what they did, a [`RawRun`]. Each worker gets a
//! [`WorkerContext`] and runs the worker's loop on the machine of the processor (`native`), with the
//! hooks that were asked for around its steps.
//!
//! To add a kind of worker: a variant of [`Kind`], its file beside `threads`, and what the compiler
//! then lists.

mod assembly;
#[cfg(linux)]
mod child;
mod clock;
mod config;
mod context;
mod control;
mod exit;
#[cfg(linux)]
mod exit_record;
mod gate;
mod hook;
mod inside;
mod interrupt;
mod job;
mod locks;
#[cfg(linux)]
mod mapping;
mod native;
#[cfg(not(linux))]
mod no_child;
mod no_progress;
#[cfg(linux)]
mod processes;
pub mod resource;
mod spin;
mod status;
mod stop;
mod supervisor;
mod text;
mod threads;
mod workers;

#[cfg(linux)]
pub use child::run_if_worker;
pub use config::{Kind, RunConfig, YieldRate};
pub use context::WorkerContext;
pub use exit::WorkerExit;
pub use gate::Gate;
pub use interrupt::Interrupt;
pub use job::{Find, Job, Work};
#[cfg(all(test, loom))]
pub(crate) use locks::CountingSemaphore;
#[cfg(not(linux))]
pub use no_child::run_if_worker;
pub use status::{Waiting, WaitingFor, WorkerStatus};
pub use stop::Stop;
pub use supervisor::{Death, RawRun, RunError, run_once};
pub use workers::{StartError, Workers};
