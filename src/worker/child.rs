//! The entry point of a worker process: it finds its job in the memory that it was given.

use std::borrow::Cow;
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::path::PathBuf;

use rustix::process::{Signal, getppid, set_parent_process_death_signal};
use serde::{Deserialize, Serialize};

use super::crash::leave_it_to_the_supervisor;
use super::mapping::Mapping;
use super::{Find, Job, RunConfig, WorkerContext};
use crate::machine::note_panics;

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

/// The text of a job. Fails where the name of a file is not UTF-8.
pub(super) fn write(job: &Job, worker_paths: Vec<PathBuf>) -> io::Result<String> {
    let message = JobMessage {
        parent: std::process::id(),
        strategy: job.strategy.about().name.into(),
        config: Cow::Borrowed(&job.config),
        worker_paths,
    };
    Ok(serde_json::to_string(&message)?)
}

/// Reads the job from its text, with the paths at which the worker opens the resource; `None` if
/// its supervisor has ended.
fn read(text: &str, find: Find<'_>) -> io::Result<Option<(Job, Vec<PathBuf>)>> {
    let message: JobMessage<'_> = serde_json::from_str(text)?;
    // The supervisor may have ended before this worker could ask not to outlive it.
    let parent = getppid().map(|parent| parent.as_raw_nonzero().get().unsigned_abs());
    if parent != Some(message.parent) {
        return Ok(None);
    }
    let missing = || io::Error::other(format!("it has no strategy '{}'", message.strategy));
    let strategy = find(&message.strategy).ok_or_else(missing)?;
    Ok(Some((Job::new(strategy, message.config.into_owned()), message.worker_paths)))
}

/// Does the work of a worker, if this process was started as one: to be called first thing in
/// `main`. `argv` begins with the name of the program. The error says in a sentence that it was
/// started as a worker, but not by this program.
pub(crate) fn run_if_worker(
    mut argv: impl Iterator<Item = OsString>,
    find: Find<'_>,
) -> Option<Result<(), String>> {
    argv.nth(1).filter(|first| first == WORKER)?;
    let me = argv.next().and_then(|me| me.to_str()?.parse().ok());
    let worked = me.ok_or_else(|| io::Error::other("no worker number was given")).and_then(|me| {
        // From now on the worker does not outlive its supervisor.
        set_parent_process_death_signal(Some(Signal::KILL))?;
        work(me, find)
    });
    Some(worked.map_err(|error| {
        format!("{WORKER} is internal to --processes: {error}. Use syncdemo --processes 2")
    }))
}

fn work(me: usize, find: Find<'_>) -> io::Result<()> {
    let file = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let text = Mapping::job(&file)?;
    let Some((job, worker_paths)) = read(&text, find)? else { return Ok(()) };
    let mapping = Mapping::open(file, text.len(), &job)?;
    if me >= job.config.program.workers {
        return Err(io::Error::other("the run has no worker of this number"));
    }
    // A panic is reported to the supervisor in the memory that they share.
    note_panics();
    leave_it_to_the_supervisor();
    let context = WorkerContext {
        me,
        config: &job.config,
        needs: &job.needs,
        worker_paths: &worker_paths,
        shared: mapping.shared(),
    };
    let exit = job.strategy.work(&context);
    mapping.exit_records()[me].write(&exit);
    Ok(())
}
