//! The entry point of a worker process: it finds its job in the memory that it was given.

use std::borrow::Cow;
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use rustix::process::{Signal, getppid, set_parent_process_death_signal};
use serde::{Deserialize, Serialize};

use super::crash::leave_it_to_the_supervisor;
use super::mapping::Mapping;
use super::resource::Log;
use super::{Find, Job, MOST_PROCESSES, RunConfig, WorkerContext, YieldRate};
use crate::machine::{PackedTally, Program, note_panics};

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
/// its supervisor, the process `parent`, has ended.
fn read(text: &str, parent: u32, find: Find<'_>) -> io::Result<Option<(Job, Vec<PathBuf>)>> {
    let message: JobMessage<'_> = serde_json::from_str(text)?;
    if parent != message.parent {
        return Ok(None);
    }
    if !is_possible(&message.config) {
        return Err(io::Error::other("no run can be as large"));
    }
    if !message.worker_paths.iter().all(|path| is_descriptor_of(parent, path)) {
        return Err(io::Error::other("it opens only what its supervisor has open"));
    }
    let missing = || io::Error::other(format!("it has no strategy '{}'", message.strategy));
    let strategy = find(&message.strategy).ok_or_else(missing)?;
    Ok(Some((Job::new(strategy, message.config.into_owned()), message.worker_paths)))
}

/// What is taken as a job can be laid out in memory.
#[cfg(fuzzing)]
pub(crate) fn fuzz_job(text: &str, find: Find<'_>) {
    if let Ok(Some((job, _))) = read(text, 7, find) {
        assert!(Mapping::create(text, &job).is_ok());
    }
}

/// Whether a plan can ask for this: the memory of a run is laid out by these numbers.
fn is_possible(config: &RunConfig) -> bool {
    let program = &config.program;
    let &Program { workers, iters, copies, .. } = program;
    (1..=MOST_PROCESSES).contains(&(workers as u64))
        && (1..=Program::MOST_COPIES).contains(&copies)
        && iters <= PackedTally::LIMIT
        && (!config.trace || program.planned().sum() <= Log::MOST)
        && config.yields != YieldRate::OneIn(0)
}

/// A name could be that of any file, and may be that of another by the time it is opened.
fn is_descriptor_of(process: u32, path: &Path) -> bool {
    let number = path.strip_prefix(format!("/proc/{process}/fd")).ok().and_then(Path::to_str);
    number.is_some_and(|number| number.parse::<u32>().is_ok())
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
    // The supervisor may have ended before this worker could ask not to outlive it.
    let parent = getppid().map_or(0, |parent| parent.as_raw_nonzero().get().unsigned_abs());
    let Some((job, worker_paths)) = read(&text, parent, find)? else { return Ok(()) };
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::catalog::table;
    use crate::machine::Guard;

    const GUARD: Guard = Guard::Update;
    const PROGRAM: Program =
        Program { workers: 2, iters: 3, guard: GUARD, count_up: false, permits: 1, copies: 1 };

    fn written(program: Program, yields: YieldRate, paths: &[String]) -> String {
        let config = RunConfig { yields, ..RunConfig::new(program) };
        let paths = paths.iter().map(PathBuf::from).collect();
        write(&Job::new(table()[0], config), paths).expect("it is text")
    }

    fn taken(text: &str, parent: u32) -> io::Result<Option<(Job, Vec<PathBuf>)>> {
        let work = |name: &str| Some(crate::catalog::find(table(), name)? as _);
        read(text, parent, &work)
    }

    #[test]
    fn a_worker_opens_only_what_its_own_parent_has_open() {
        let me = std::process::id();
        let fd = format!("/proc/{me}/fd/7");
        let paths = |path: &str| written(PROGRAM, YieldRate::Never, &[fd.clone(), path.into()]);
        assert!(taken(&paths(&fd), me).expect("it is ours").is_some());
        assert!(taken(&paths(&fd), me + 1).expect("it is another's").is_none());
        let others = ["/etc/passwd", "/proc/1/fd/7", "counter.txt", ""];
        let inside = ["", "/", "/..", "/7/../../cwd/x", "/self", "/-1"];
        let inside = inside.map(|rest| format!("/proc/{me}/fd{rest}"));
        for path in others.into_iter().chain(inside.iter().map(String::as_str)) {
            let error = taken(&paths(path), me).err().expect(path).to_string();
            assert!(error.contains("only what its supervisor has open"), "{path}: {error}");
        }
    }

    #[test]
    fn the_shared_file_may_have_any_name() {
        use std::os::unix::ffi::OsStringExt;
        let file = Some(OsString::from_vec(vec![0xff]).into());
        let config = RunConfig { file, ..RunConfig::new(PROGRAM) };
        assert!(write(&Job::new(table()[0], config), vec![]).is_ok(), "workers do not need it");
    }

    #[test]
    fn a_job_that_no_plan_can_ask_for_is_refused() {
        let me = std::process::id();
        for (workers, iters, copies, yields, trace) in [
            (0, 3, 1, YieldRate::Never, false),
            (usize::MAX / 2, 3, 1, YieldRate::Never, false),
            (2, u64::MAX, 1, YieldRate::Never, false),
            (2, Log::MOST, 1, YieldRate::Never, true),
            (2, 3, 0, YieldRate::Never, false),
            (2, 3, u64::MAX, YieldRate::Never, false),
            (2, 3, 1, YieldRate::OneIn(0), false),
        ] {
            let program = Program { workers, iters, copies, ..PROGRAM };
            // As text: to ask a strategy what it needs for so many could take all memory.
            let text = written(PROGRAM, YieldRate::Never, &[]);
            let mut message: JobMessage<'_> = serde_json::from_str(&text).expect("it is ours");
            let config = RunConfig { yields, trace, ..RunConfig::new(program.clone()) };
            message.config = Cow::Owned(config);
            let text = serde_json::to_string(&message).expect("it is text");
            assert!(taken(&text, me).is_err(), "{program:?}");
        }
    }

    proptest! {
        /// What is taken can be laid out in memory.
        #[test]
        fn any_text_is_a_job_or_refused(at in 0usize..600, with in "[-0-9a-z{}\\[\\]\":,/.]{0,12}") {
            let me = std::process::id();
            let text = written(PROGRAM, YieldRate::OneIn(2), &[format!("/proc/{me}/fd/7")]);
            let (front, rest) = text.split_at(at.min(text.len()));
            let kept = rest.get(with.len()..).unwrap_or_default();
            for text in [with.clone(), [front, &with, rest].concat(), [front, &with, kept].concat()] {
                if let Ok(Some((job, _))) = taken(&text, me) {
                    prop_assert!(Mapping::create(&text, &job).is_ok(), "{}", text);
                }
            }
        }
    }
}
