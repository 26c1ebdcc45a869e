//! What was asked, checked, before anything runs: how a value is written is the command line's to
//! say, what it means and whether it makes sense together with the others is said here.

mod setup;
mod small;

use std::time::Duration;

use crate::catalog::{DynStrategy, find, table};
use crate::cli::{ProgramArgs, Run, UsageError, YieldSetting};
use crate::explore::{Line, Memory};
use crate::machine::{PackedTally, Program, Step, Tally, catch_misuse};
use crate::worker::{Kind, RunConfig, YieldRate};

use setup::{check_setup, config};

pub use crate::cli::Expect;
pub use setup::kind;
pub use small::{Small, check_followed};

/// When to give up, unless said.
const TIMEOUT: Duration = Duration::from_secs(10);
/// With --kill, many strategies are expected to make no progress any more.
const TIMEOUT_IF_KILLED: Duration = Duration::from_secs(2);

/// The strategies of the lecture.
const LECTURE: [&str; 3] = ["none", "mutex", "semaphore"];

/// A race that can be run.
#[derive(Clone)]
pub struct Plan {
    /// The strategies, in the order in which they were named.
    pub strategies: Vec<&'static dyn DynStrategy>,
    /// Whether none was named, which is the lecture.
    pub lecture: bool,
    /// How the workers run.
    pub config: RunConfig,
    /// How often each strategy is run.
    pub runs: u64,
    /// How often workers yield, as typed.
    pub rate_asked: String,
    /// What makes the exit status 0.
    pub expect: Expect,
    /// When to give up.
    pub timeout: Duration,
}

impl Plan {
    /// From what was typed. The error says what makes no sense, and the remedy.
    pub fn new(args: &Run) -> Result<Self, UsageError> {
        let named = args.strategies.all();
        let lecture = named.is_empty();
        let strategies = or_lecture(named);
        let config = config(args, program(&args.program)?)?;
        let program = &config.program;
        for strategy in &strategies {
            check_serves(*strategy, program, config.kind)?;
            check_setup(*strategy, &config)?;
            if let Some(schedule) = &config.schedule {
                check_followed(*strategy, program, Memory::Sc, schedule)?;
            }
        }
        if args.program.permits.is_some() {
            check_permits(&strategies, program)?;
        }
        check_fits(program)?;
        let timeout = if config.kill { TIMEOUT_IF_KILLED } else { TIMEOUT };
        Ok(Self {
            strategies,
            lecture,
            runs: args.race.runs,
            rate_asked: match args.race.yield_setting {
                _ if config.schedule.is_some() => "never".into(),
                YieldSetting::Auto => "auto".into(),
                YieldSetting::Fixed(rate) => rate.to_string(),
            },
            expect: args.race.expect,
            timeout: args.race.timeout.unwrap_or(timeout),
            config,
        })
    }
}

impl Plan {
    /// Whether workers yield under this strategy: they do so after a read, if it has any.
    pub fn yields(&self, strategy: &dyn DynStrategy) -> bool {
        let reads = |line: &Line| matches!(line, Line::Step { step: Step::Read, .. });
        let record = || strategy.record(&self.config.program).lines.iter().any(reads);
        // What cannot be recorded is taken for one that does.
        self.config.yields != YieldRate::Never && catch_misuse(record).unwrap_or(true)
    }

    /// Whether nothing is done to the workers, so that times say something.
    pub fn undisturbed(&self) -> bool {
        self.config.yields == YieldRate::Never && self.config.schedule.is_none()
    }
}

/// What the workers are to do.
pub fn program(args: &ProgramArgs) -> Result<Program, UsageError> {
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

/// Whether a strategy serves so many workers. If not, the sentence names another that does.
pub fn check_serves(
    strategy: &dyn DynStrategy,
    program: &Program,
    kind: Kind,
) -> Result<(), UsageError> {
    let about = strategy.about();
    match about.only {
        Some(only) if program.workers > only.workers => Err(UsageError::new(format!(
            "{} serves {} workers, not {}. Use --{} {}, or {}.",
            about.name,
            only.workers,
            program.workers,
            kind.name(),
            only.workers,
            only.instead
        ))),
        _ => Ok(()),
    }
}

/// An option that only some of the strategies can use is refused only when none of them can.
pub fn check_permits(strategies: &[&dyn DynStrategy], program: &Program) -> Result<(), UsageError> {
    if strategies.iter().any(|strategy| !strategy.needs(program).semaphores.is_empty()) {
        return Ok(());
    }
    let names: Vec<_> = strategies.iter().map(|strategy| strategy.about().name).collect();
    Err(UsageError::new(format!(
        "--permits has no meaning for {}, without a semaphore: leave it out, or add semaphore",
        names.join(", ")
    )))
}

fn check_fits(program: &Program) -> Result<(), UsageError> {
    let Tally { increments, decrements } = program.planned();
    if increments.max(decrements) <= PackedTally::LIMIT {
        return Ok(());
    }
    Err(UsageError::new(format!(
        "{} workers x {} iterations are more updates of one kind than the {} that can be counted: \
         use a smaller --iters",
        program.workers,
        program.iters,
        PackedTally::LIMIT
    )))
}
