//! What was asked, checked, before anything runs: how a value is written is the command line's to
//! say, what it means and whether it makes sense together with the others is said here.

mod asked;
mod check;
mod chosen;
mod setup;
mod stepping;

use crate::catalog::{DynStrategy, find, table};
use crate::cli::{self, ProgramArgs, UsageError, YieldSetting};
use crate::explore::Bounds;
use crate::machine::Program;
use crate::worker::{RunConfig, memory_left};

use check::{check_copies, check_fits, check_permits, check_serves, check_size};
use setup::{check_setup, config, kind, timeout};

pub(crate) use crate::cli::Expect;
pub(crate) use asked::{Asked, Explore, Race, Task};
pub(crate) use chosen::{Chosen, Unfit};
pub(crate) use stepping::Stepping;

/// The strategies of the lecture.
const LECTURE: [&str; 3] = ["none", "mutex", "semaphore"];

/// What is to be done, by which strategies.
#[derive(Clone)]
pub(crate) struct Plan {
    /// What was asked.
    pub asked: Asked,
    /// The strategies, in the order in which they were named; or why the code of one of them cannot
    /// be run.
    pub strategies: Result<Vec<Chosen>, String>,
}

impl Plan {
    /// A race, from what was typed. The error says what makes no sense, and the remedy.
    pub(crate) fn race(args: &cli::Run) -> Result<Self, UsageError> {
        let named = args.strategies.all();
        let config = config(args, program(&args.program)?)?;
        check_fits(&config.program)?;
        let race = Race {
            runs: args.race.runs,
            yields: match args.race.yield_setting {
                _ if config.schedule.is_some() => "never".into(),
                YieldSetting::Auto => "auto".into(),
                YieldSetting::Fixed(rate) => rate.to_string(),
            },
            timeout: timeout(args),
            lecture: named.is_empty(),
        };
        let asked = Asked { config, expect: args.race.expect, task: Task::Race(race) };
        Self::new(asked, named, args.program.permits.is_some())
    }

    /// An exploration, likewise.
    pub(crate) fn explore(args: &cli::Explore) -> Result<Self, UsageError> {
        let program = program(&args.program)?;
        check_size(&program, "explore")?;
        let config = RunConfig {
            kind: kind(&args.program),
            schedule: args.explore.schedule.clone(),
            ..RunConfig::new(program)
        };
        if args.explore.partial && config.schedule.is_none() {
            return Err(UsageError::new(
                "--partial is about a schedule that ends early: add --schedule '1 2'",
            ));
        }
        let explore = Explore {
            memory: args.explore.memory,
            bounds: Bounds {
                preemptions: args.explore.max_preemptions,
                ..bounds(args.explore.max_states, args.explore.max_memory)
            },
            witness: args.explore.witness,
            partial: args.explore.partial,
        };
        let asked = Asked { config, expect: args.explore.expect, task: Task::Explore(explore) };
        Self::new(asked, args.strategies.all(), args.program.permits.is_some())
    }

    fn new(
        asked: Asked,
        named: Vec<&'static dyn DynStrategy>,
        permits_typed: bool,
    ) -> Result<Self, UsageError> {
        let strategies = match chosen(&asked, &or_lecture(named), permits_typed) {
            Ok(strategies) => Ok(strategies),
            Err(Unfit::Strategy(sentence)) => Err(sentence),
            Err(Unfit::Usage(error)) => return Err(error),
        };
        Ok(Self { asked, strategies })
    }
}

/// Describes the strategies, and checks that each fits what was asked.
fn chosen(
    asked: &Asked,
    strategies: &[&'static dyn DynStrategy],
    permits_typed: bool,
) -> Result<Vec<Chosen>, Unfit> {
    let config = &asked.config;
    let mut all = described(strategies, config, permits_typed)?;
    for chosen in &mut all {
        match &asked.task {
            Task::Race(_) => check_setup(chosen, config)?,
            Task::Explore(_) => check_copies(chosen, &config.program)?,
        }
        if let Some(schedule) = &config.schedule {
            check_size(&config.program, "--schedule")?;
            chosen.follow(&config.program, asked.memory(), schedule, asked.partial())?;
        }
    }
    Ok(all)
}

/// Describes the strategies for a program.
fn described(
    strategies: &[&'static dyn DynStrategy],
    config: &RunConfig,
    permits_typed: bool,
) -> Result<Vec<Chosen>, Unfit> {
    let mut all = Vec::new();
    for strategy in strategies {
        check_serves(&Chosen::about(*strategy)?, &config.program, config.kind)?;
        all.push(Chosen::new(*strategy, &config.program)?);
    }
    if permits_typed {
        check_permits(&all)?;
    }
    Ok(all)
}

/// The strategies whose steps are to be shown, and for which program.
pub(crate) fn shown(args: &cli::Show) -> Result<(Program, Vec<Chosen>), Unfit> {
    let strategies = args.strategies.all();
    if strategies.is_empty() {
        Err(UsageError::new("show needs a strategy, such as in: syncdemo show mutex"))?;
    }
    let program = program(&args.program)?;
    let config = RunConfig { kind: kind(&args.program), ..RunConfig::new(program) };
    let chosen = described(&strategies, &config, args.program.permits.is_some())?;
    Ok((config.program, chosen))
}

/// How far to search.
fn bounds(states: u64, memory: u64) -> Bounds {
    // Half, since a list that grows is there twice for a moment.
    Bounds { states, memory: memory.min(memory_left() / 2), preemptions: None }
}

/// What the workers are to do.
fn program(args: &ProgramArgs) -> Result<Program, UsageError> {
    let workers = args.processes.unwrap_or(args.threads);
    Ok(Program {
        workers: usize::try_from(workers).map_err(|_| UsageError::new("too many threads"))?,
        iters: args.iters,
        guard: args.guard,
        count_up: args.count_up,
        permits: args.permits.unwrap_or(args.copies),
        copies: args.copies,
    })
}

/// The strategies that were named, or those of the lecture.
fn or_lecture(named: Vec<&'static dyn DynStrategy>) -> Vec<&'static dyn DynStrategy> {
    match named.is_empty() {
        true => LECTURE.iter().filter_map(|name| find(table(), name)).collect(),
        false => named,
    }
}
