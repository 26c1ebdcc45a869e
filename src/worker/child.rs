//! A process that is a worker: finds its job in the memory that it was given, and does it.

use std::borrow::Cow;
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::path::PathBuf;

use rustix::process::{Signal, getppid, set_parent_process_death_signal};
use serde::{Deserialize, Serialize};

use super::context::{LockSet, WorkerContext};
use super::mapping::Mapping;
use super::panic::note_own_panics;
use super::{Find, Job, RunConfig, processes};

/// The first argument of a worker. It is looked for before the command line is read, so that no
/// help and no completion shows it.
pub(super) const WORKER: &str = "__worker";

/// What a worker process is to do, as text.
#[derive(Serialize, Deserialize)]
struct JobMessage<'a> {
    /// The process that started the worker.
    parent: u32,
    strategy: Cow<'a, str>,
    config: Cow<'a, RunConfig>,
    worker_paths: Vec<PathBuf>,
}

/// The text of a job.
///
/// # Errors
///
/// The name of a file in it is no text.
pub(super) fn write(job: &Job, worker_paths: Vec<PathBuf>) -> io::Result<String> {
    let message = JobMessage {
        parent: std::process::id(),
        strategy: job.strategy.about().name.into(),
        config: Cow::Borrowed(&job.config),
        worker_paths,
    };
    Ok(serde_json::to_string(&message)?)
}

/// The job of a text, and where it opens the resource; none if nobody waits for it any more.
fn read(text: &str, find: Find<'_>) -> io::Result<Option<(Job, Vec<PathBuf>)>> {
    let message: JobMessage<'_> = serde_json::from_str(text)?;
    // Whoever started this worker may have ended before it could ask not to outlive it.
    let parent = getppid().map(|parent| parent.as_raw_nonzero().get().unsigned_abs());
    if parent != Some(message.parent) {
        return Ok(None);
    }
    let missing = || io::Error::other(format!("it has no strategy '{}'", message.strategy));
    let strategy = find(&message.strategy).ok_or_else(missing)?;
    Ok(Some((Job::new(strategy, message.config.into_owned()), message.worker_paths)))
}

/// Does the work of a worker, if this process was started as one.
///
/// `argv` begins with the name of the program; `table` holds the strategies that jobs may name, in
/// this program and in the one that started it. To be called first thing in `main`.
///
/// [`syncdemo::main`](crate::main) does so; only a program that starts a [`Workers`](super::Workers) of
/// processes by itself needs it:
///
/// ```
/// use syncdemo::strategy::table;
/// use syncdemo::worker::run_if_worker;
/// fn main() -> Result<(), String> {
///     if let Some(worked) = run_if_worker(std::env::args_os(), table()) {
///         return worked;
///     }
///     // Here a crew may be started.
///     Ok(())
/// }
/// ```
///
/// # Errors
///
/// A sentence: it was started as a worker, but not by this program.
pub fn run_if_worker(
    mut argv: impl Iterator<Item = OsString>,
    find: Find<'_>,
) -> Option<Result<(), String>> {
    argv.nth(1).filter(|first| first == WORKER)?;
    let me = argv.next().and_then(|me| me.to_str()?.parse().ok());
    let worked = me.ok_or_else(|| io::Error::other("it was given no number")).and_then(|me| {
        // First thing: from now on it does not outlive the one who started it.
        set_parent_process_death_signal(Some(Signal::KILL))?;
        work(me, find)
    });
    Some(worked.map_err(|error| {
        format!("{WORKER} is what syncdemo starts by itself for --processes, and {error}")
    }))
}

fn work(me: usize, find: Find<'_>) -> io::Result<()> {
    let file = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let text = Mapping::job(&file)?;
    let Some((job, worker_paths)) = read(&text, find)? else { return Ok(()) };
    let mapping = Mapping::open(file, text.len(), processes::counts(&job))?;
    if me >= job.config.program.workers {
        return Err(io::Error::other("there is no worker of this number"));
    }
    // A panic is reported to the supervisor in the memory that they share.
    note_own_panics();
    let context = WorkerContext {
        me,
        job: &job,
        worker_paths: &worker_paths,
        control: mapping.control(),
        statuses: mapping.statuses(),
        vars: mapping.vars(),
        counters: mapping.counters(),
        locks: LockSet::Processes(mapping.mutexes(), mapping.semaphores()),
    };
    let exit = job.strategy.work(&context);
    mapping.exit_records()[me].write(&exit);
    Ok(())
}
