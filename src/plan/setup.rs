//! What the workers are and what they share, checked.

use std::num::NonZero;
use std::time::Duration;

use super::check::{check_copies, check_size};
use super::chosen::Chosen;
use crate::cli::{ProgramArgs, Run, UsageError, YieldSetting, called};
use crate::machine::{Program, Schedule};
use crate::worker::{RunConfig, WorkerKind, YieldRate, check_free, resource};

/// When to give up, unless said.
const TIMEOUT: Duration = Duration::from_secs(10);
/// With --kill, many strategies are expected to make no progress any more.
const TIMEOUT_IF_KILLED: Duration = Duration::from_secs(2);

/// What the workers are.
pub(super) fn kind(args: &ProgramArgs) -> WorkerKind {
    if args.processes.is_some() { WorkerKind::Processes } else { WorkerKind::Threads }
}

/// How the workers run, from what was typed.
pub(super) fn config(args: &Run, program: Program) -> Result<RunConfig, UsageError> {
    let yields = match args.race.yield_setting {
        _ if args.race.schedule.is_some() => YieldRate::Never,
        YieldSetting::Auto => auto_rate(&program),
        YieldSetting::Fixed(rate) => rate,
    };
    let config = RunConfig {
        kind: kind(&args.program),
        resource: args.race.resource,
        file: args.race.file.clone(),
        work: args.race.work,
        kill: args.race.kill,
        trace: args.race.trace,
        schedule: args.race.schedule.clone(),
        yields,
        seed: args.race.seed.unwrap_or_else(|| fastrand::u64(..)),
        processors: std::thread::available_parallelism().map_or(1, NonZero::get),
        program,
    };
    check_options(&config, args)?;
    check_trace(&config, args.race.runs)?;
    check_system(&config)?;
    check_files(&config)?;
    Ok(config)
}

/// Whether options make sense together.
fn check_options(config: &RunConfig, args: &Run) -> Result<(), UsageError> {
    let RunConfig { resource, schedule, work, .. } = config;
    let given_up = timeout(args);
    let wrong = if config.kill && config.kind == WorkerKind::Threads {
        "--kill needs processes, a thread cannot be killed without the others: add --processes 3"
            .to_owned()
    } else if given_up <= *work {
        format!(
            "--timeout {given_up:?} is over before an update is finished, which takes --work \
             {work:?}: use a larger --timeout"
        )
    } else if args.race.seed.is_some() && config.yields == YieldRate::Never && schedule.is_none() {
        "--seed has no meaning where no worker yields: leave it out, or use --yield auto".into()
    } else if config.file.is_some() && *resource != resource::ResourceKind::File {
        "--file names the file that is shared: add --resource file".into()
    } else if schedule.is_some() && *resource == resource::ResourceKind::Printer {
        "--schedule cannot be followed on a printer, whose paper no worker can read back: use \
         --resource variable or file"
            .into()
    } else if schedule.as_ref().is_some_and(Schedule::drains) {
        format!(
            "--schedule has steps of store buffers, and those of a processor drain by themselves: \
             {} explore --memory tso follows it",
            called()
        )
    } else if schedule.as_ref().is_some_and(|schedule| schedule.round().is_some()) {
        format!(
            "--schedule is to be repeated again and again, and real workers come to an end: {} \
             explore follows it",
            called()
        )
    } else {
        return Ok(());
    };
    Err(UsageError::new(wrong))
}

/// Whether an exploration has the same steps and the same ends.
pub(super) fn check_explorable(config: &RunConfig) -> Result<(), UsageError> {
    let (without, instead) = match config {
        _ if config.resource != resource::ResourceKind::Variable => {
            (format!("--resource {}", config.resource.name()), "use --resource variable")
        }
        _ if config.kill => ("--kill".into(), "leave one of them out"),
        _ if !config.work.is_zero() => ("--work".into(), "leave one of them out"),
        _ => return check_size(&config.program, "--explore"),
    };
    Err(UsageError::new(format!("--explore has no model of {without}: {instead}")))
}

/// Whether each write can be followed.
fn check_trace(config: &RunConfig, runs: u64) -> Result<(), UsageError> {
    let (program, most) = (&config.program, resource::Log::MOST);
    let all = program.planned().sum();
    let wrong = if !config.trace {
        return Ok(());
    } else if config.resource != resource::ResourceKind::Variable {
        "--trace follows a variable, in which each write says who made it: use --resource variable"
            .to_owned()
    } else if runs > 1 {
        "--trace follows one run of each strategy: leave out --runs".to_owned()
    } else if all > most {
        let fewer = most / (all / program.iters);
        format!("--trace follows at most {most} updates, not {all}: use --iters {fewer} or fewer")
    } else {
        return Ok(());
    };
    Err(UsageError::new(wrong))
}

/// When to give up.
pub(super) fn timeout(args: &Run) -> Duration {
    let default = if args.race.kill { TIMEOUT_IF_KILLED } else { TIMEOUT };
    args.race.timeout.unwrap_or(default)
}

fn check_system(config: &RunConfig) -> Result<(), UsageError> {
    let (option, instead) = match (config.kind, config.resource) {
        _ if cfg!(linux) => return Ok(()),
        (WorkerKind::Processes, _) => ("processes".to_owned(), "threads"),
        (WorkerKind::Threads, resource::ResourceKind::Variable) => return Ok(()),
        (WorkerKind::Threads, other) => (format!("resource {}", other.name()), "resource variable"),
    };
    Err(UsageError::new(format!("--{option} works on Linux only: use --{instead}")))
}

/// A file that is not ours is never overwritten.
fn check_files(config: &RunConfig) -> Result<(), UsageError> {
    config.files().try_for_each(|path| {
        check_free(&path).map_err(|error| {
            let path = path.display();
            UsageError::new(format!("--file {path} cannot be used, {error}: name another file"))
        })
    })
}

/// Whether a strategy can be raced on what is shared, and as it was asked.
pub(super) fn check_setup(chosen: &Chosen, config: &RunConfig) -> Result<(), UsageError> {
    let name = chosen.about.name;
    let wrong = if chosen.recording.needs.on_file && config.resource != resource::ResourceKind::File
    {
        format!("{name} locks the file that is shared: add --resource file")
    } else if config.resource != resource::ResourceKind::Variable && chosen.updates_in_one_step() {
        let shared = config.resource.name();
        let instead =
            if config.resource == resource::ResourceKind::File { "filelock" } else { "semaphore" };
        format!(
            "a {shared} cannot be read and written in one step, as {name} does: use mutex or \
             {instead}"
        )
    } else if config.kill && !chosen.reads() {
        format!(
            "{name} reads and writes in one step, with no moment between to be killed at: use \
             mutex"
        )
    } else if !config.work.is_zero() && !chosen.reads() {
        format!("{name} reads and writes in one step, with no time for --work between: use mutex")
    } else {
        return check_copies(chosen, &config.program);
    };
    Err(UsageError::new(wrong))
}

/// What it takes for the race to show, measured: each worker yields about sixteen times or more in
/// a run, and after one read in 32 at the least. Many workers need fewer yields, and each costs more:
/// while one worker yields inside, the others get the processor and can do nothing.
fn auto_rate(program: &Program) -> YieldRate {
    let often_enough = 32.max(program.workers as u64 / 2);
    let one_in = (program.iters / 16).clamp(1, often_enough);
    // A power of two reads better.
    YieldRate::OneIn(1 << one_in.ilog2())
}
