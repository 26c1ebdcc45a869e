//! A process that is a worker: finds its job in the memory that it was given, and does it.

use std::borrow::Cow;
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::fd::AsFd;

use rustix::process::{Signal, getppid, set_parent_process_death_signal};
use serde::{Deserialize, Serialize};

use super::mapping::Mapping;
use super::panic::note_own_panics;
use super::post::{Post, Tools};
use super::{Job, Setup, processes};
use crate::machine::{Program, Rate, Shared};
use crate::strategy::{Face, find};

/// The first argument of a worker. It is looked for before the command line is read, so that no
/// help and no completion shows it.
pub(super) const WORKER: &str = "__worker";

/// A [`Job`], as text.
#[derive(Serialize, Deserialize)]
struct Errand<'a> {
    /// The process that started the worker.
    parent: u32,
    strategy: Cow<'a, str>,
    program: Cow<'a, Program>,
    rate: Rate,
    seed: u64,
    processors: usize,
    setup: Cow<'a, Setup>,
}

/// The text of a job.
///
/// # Errors
///
/// The name of a file in it is no text.
pub(super) fn write(job: &Job) -> io::Result<String> {
    let errand = Errand {
        parent: std::process::id(),
        strategy: job.strategy.about().name.into(),
        program: Cow::Borrowed(&job.program),
        rate: job.rate,
        seed: job.seed,
        processors: job.processors,
        setup: Cow::Borrowed(&job.setup),
    };
    Ok(serde_json::to_string(&errand)?)
}

/// The job of a text; none if nobody waits for it any more.
fn read(text: &str, table: &[&'static dyn Face]) -> io::Result<Option<Job>> {
    let errand: Errand<'_> = serde_json::from_str(text)?;
    // Whoever started this worker may have ended before it could ask not to outlive it.
    let parent = getppid().map(|parent| parent.as_raw_nonzero().get().unsigned_abs());
    if parent != Some(errand.parent) {
        return Ok(None);
    }
    let missing = || io::Error::other(format!("it has no strategy '{}'", errand.strategy));
    Ok(Some(Job {
        strategy: find(table, &errand.strategy).ok_or_else(missing)?,
        program: errand.program.into_owned(),
        rate: errand.rate,
        seed: errand.seed,
        processors: errand.processors,
        setup: errand.setup.into_owned(),
    }))
}

/// Does the work of a worker, if this process was started as one.
///
/// `argv` begins with the name of the program; `table` holds the strategies that jobs may name, in
/// this program and in the one that started it. To be called first thing in `main`.
///
/// # Errors
///
/// A sentence: it was started as a worker, but not by this program.
pub fn attend(
    mut argv: impl Iterator<Item = OsString>,
    table: &[&'static dyn Face],
) -> Option<Result<(), String>> {
    argv.nth(1).filter(|first| first == WORKER)?;
    let me = argv.next().and_then(|me| me.to_str()?.parse().ok());
    let worked = me.ok_or_else(|| io::Error::other("it was given no number")).and_then(|me| {
        // First thing: from now on it does not outlive the one who started it.
        set_parent_process_death_signal(Some(Signal::KILL))?;
        work(me, table)
    });
    Some(worked.map_err(|error| {
        format!("{WORKER} is what syncdemo starts by itself for --processes, and {error}")
    }))
}

fn work(me: usize, table: &[&'static dyn Face]) -> io::Result<()> {
    let file = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let text = Mapping::job(&file)?;
    let Some(job) = read(&text, table)? else { return Ok(()) };
    let mapping = Mapping::open(file, text.len(), processes::counts(&job))?;
    if me >= job.program.workers {
        return Err(io::Error::other("there is no worker of this number"));
    }
    // Who panics says so to the one who watches, in the memory that they share.
    note_own_panics();
    let post = Post {
        me,
        job: &job,
        shared: Shared {
            board: mapping.board(),
            slots: mapping.slots(),
            vars: mapping.vars(),
            victim: job.victim(),
            iters: job.program.iters,
            look_every: job.look_every(),
            publish_every: job.publish_every(),
        },
        counters: mapping.counters(),
        tools: Tools::Processes(mapping.mutexes(), mapping.semaphores()),
    };
    let end = job.strategy.work(&post);
    mapping.endings()[me].write(&end);
    Ok(())
}
