//! What was asked, checked before anything runs. The command line says how a value is written; the
//! plan says what it means, and whether the values make sense together.

mod asked;
mod check;
mod chosen;
mod selftest;
mod setup;
mod stepping;

use crate::catalog::{DynStrategy, find, table};
use crate::cli::{self, ProgramArgs, SearchArgs, UsageError, YieldSetting, called};
use crate::explore::{Bounds, Memory};
use crate::machine::{Guard, Program};
use crate::worker::{RunConfig, WorkerKind, memory_left};

use check::{
    check_copies, check_fits, check_needs, check_permits, check_section, check_serves, check_size,
};
use setup::{check_explorable, check_setup, config, kind, timeout};

pub(crate) use crate::cli::Expect;
pub(crate) use asked::{Aim, Asked, Explore, Judge, Method, Race, Task};
pub(crate) use chosen::{Chosen, Unfit};
#[cfg(test)]
pub(crate) use selftest::SCHEDULES;
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
    /// Of a selftest, in their order.
    pub checks: Vec<Check>,
}

/// One check of a selftest: commands, of which one has to come out as wanted.
#[derive(Clone)]
pub(crate) struct Check {
    /// The strategy.
    pub strategy: &'static str,
    /// What is wanted of it.
    pub aim: Aim,
    /// How it is checked.
    pub method: Method,
    /// The options of a race that counts only if the control with the same options was seen.
    pub setup: &'static str,
    /// Each as it can be typed, with its plan, tried in this order; or why none
    /// can be tried.
    pub tries: Result<Vec<(String, Plan)>, String>,
}

impl Plan {
    /// A race, from what was typed. The error of this and the next functions says what makes no sense,
    /// and the remedy.
    pub(crate) fn race(args: &cli::Run) -> Result<Self, UsageError> {
        let named = args.strategies.all();
        let config = config(args, program(&args.program))?;
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
            explore: beside(args, &config)?,
        };
        let asked = Asked { config, expect: args.race.expect, task: Task::Race(race) };
        Self::new(asked, or_lecture(named), args.program.permits.is_some())
    }

    /// An exploration, from what was typed.
    pub(crate) fn explore(args: &cli::Explore) -> Result<Self, UsageError> {
        let program = program(&args.program);
        check_size(&program, "explore")?;
        let config = RunConfig {
            kind: kind(&args.program),
            schedule: args.explore.schedule.clone(),
            ..RunConfig::new(program)
        };
        let explore = Explore {
            memory: args.search.memory,
            bounds: bounds(&args.search, args.explore.max_preemptions),
            witness: args.explore.witness,
            partial: args.explore.partial,
            page: args.report.writes("html"),
        };
        if explore.partial && config.schedule.is_none() {
            return Err(UsageError::new(
                "--partial has no meaning without a schedule: leave it out, or add --schedule",
            ));
        }
        let asked = Asked { config, expect: args.explore.expect, task: Task::Explore(explore) };
        Self::new(asked, or_lecture(args.strategies.all()), args.program.permits.is_some())
    }

    /// A judgement, from what was typed.
    pub(crate) fn judge(args: &cli::Judge) -> Result<Self, UsageError> {
        let program = Program {
            workers: args.judge.threads as usize,
            iters: 1,
            guard: Guard::Update,
            count_up: false,
            permits: args.judge.permits.unwrap_or(1),
            copies: 1,
        };
        let named = match args.strategies.all() {
            named if named.is_empty() => promising(program.workers),
            named => named,
        };
        let judge = Judge { memory: args.search.memory, bounds: bounds(&args.search, None) };
        let config = RunConfig::new(program);
        let asked = Asked { config, expect: Expect::Promise, task: Task::Judge(judge) };
        Self::new(asked, named, args.judge.permits.is_some())
    }

    fn new(
        asked: Asked,
        strategies: Vec<&'static dyn DynStrategy>,
        permits_typed: bool,
    ) -> Result<Self, UsageError> {
        let strategies = match chosen(&asked, &strategies, permits_typed) {
            Ok(strategies) => Ok(strategies),
            Err(Unfit::Strategy(sentence)) => Err(sentence),
            Err(Unfit::Usage(error)) => return Err(error),
        };
        Ok(Self { asked, strategies, checks: Vec::new() })
    }
}

/// Describes the strategies, and checks that each fits what was asked.
fn chosen(
    asked: &Asked,
    strategies: &[&'static dyn DynStrategy],
    permits_typed: bool,
) -> Result<Vec<Chosen>, Unfit> {
    let config = &asked.config;
    let mut all = described(strategies, &config.program, config.kind, permits_typed)?;
    for chosen in &mut all {
        match &asked.task {
            Task::Race(_) => check_setup(chosen, config)?,
            Task::Explore(_) => check_copies(chosen, &config.program)?,
            Task::Judge(_) => check_section(&chosen.about)?,
            Task::Selftest { .. } => {}
        }
        if let Some(schedule) = &config.schedule {
            check_size(&config.program, "--schedule")?;
            let part = matches!(&asked.task, Task::Explore(Explore { partial: true, .. }));
            chosen.follow(&config.program, asked.memory(), schedule, part)?;
        }
    }
    Ok(all)
}

/// Describes the strategies for a program.
fn described(
    strategies: &[&'static dyn DynStrategy],
    program: &Program,
    kind: WorkerKind,
    permits_typed: bool,
) -> Result<Vec<Chosen>, Unfit> {
    let mut all = Vec::new();
    for strategy in strategies {
        check_serves(&Chosen::about(*strategy)?, program, kind)?;
        let chosen = Chosen::new(*strategy, program)?;
        check_needs(&chosen)?;
        all.push(chosen);
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
        Err(UsageError::new(format!(
            "show needs a strategy, such as in: {} show mutex",
            called()
        )))?;
    }
    let program = program(&args.program);
    let permits_typed = args.program.permits.is_some();
    let chosen = described(&strategies, &program, kind(&args.program), permits_typed)?;
    Ok((program, chosen))
}

/// What the workers are to do.
fn program(args: &ProgramArgs) -> Program {
    Program {
        workers: args.processes.unwrap_or(args.threads) as usize,
        iters: args.iters,
        guard: args.guard,
        count_up: args.count_up,
        permits: args.permits.unwrap_or(args.copies),
        copies: args.copies,
    }
}

/// The exploration of what is raced, if it was asked for: within the bounds that `explore` has.
fn beside(args: &cli::Run, config: &RunConfig) -> Result<Option<Explore>, UsageError> {
    if !args.race.explore {
        return Ok(None);
    }
    check_explorable(config)?;
    let default = Bounds::default();
    let bounds = Bounds { memory: default.memory.min(memory_left() / 2), ..default };
    Ok(Some(Explore { memory: Memory::Sc, bounds, witness: None, partial: false, page: false }))
}

/// How far to search.
fn bounds(args: &SearchArgs, preemptions: Option<u32>) -> Bounds {
    // Half, since a list that grows is there twice for a moment.
    let memory = args.max_memory.min(memory_left() / 2);
    Bounds { states: args.max_states, memory, preemptions }
}

/// The strategies that promise mutual exclusion of so many workers.
fn promising(workers: usize) -> Vec<&'static dyn DynStrategy> {
    let promises = |strategy: &&&'static dyn DynStrategy| {
        let about = strategy.about();
        let serves = about.only.is_none_or(|only| workers <= only.workers);
        !about.exhibit && serves && about.promise.most_inside(1) == Some(1)
    };
    table().iter().filter(promises).copied().collect()
}

/// The strategies that were named, or those of the lecture.
fn or_lecture(named: Vec<&'static dyn DynStrategy>) -> Vec<&'static dyn DynStrategy> {
    match named.is_empty() {
        true => LECTURE.iter().filter_map(|name| find(table(), name)).collect(),
        false => named,
    }
}
