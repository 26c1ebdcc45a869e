//! What was asked, checked, before anything runs: how a value is written is the command line's to
//! say, what it means and whether it makes sense together with the others is said here.

mod setup;
mod small;

use std::time::Duration;

use crate::catalog::{DynStrategy, find};
use crate::cli::{Options, UsageError, YieldSetting, likely};
use crate::explore::Line;
use crate::explore::Memory;
use crate::machine::PackedTally;
use crate::machine::catch_misuse;
use crate::machine::{Guard, Program, Step, Tally};
use crate::worker::YieldRate;
use crate::worker::{Kind, RunConfig};

use setup::{check_setup, config};

pub use crate::cli::Expect;
pub use setup::kind;

/// When to give up, unless said.
const PATIENCE: Duration = Duration::from_secs(10);
/// Where one is killed, the others are expected to wait for it in vain.
const PATIENCE_IF_KILLED: Duration = Duration::from_secs(2);
pub use small::{Small, check_followed};

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
    /// From what was typed.
    ///
    /// # Errors
    ///
    /// A sentence that says what makes no sense, and the remedy.
    pub fn new(
        names: &[String],
        options: &Options,
        table: &[&'static dyn DynStrategy],
    ) -> Result<Self, UsageError> {
        let mut strategies = named(names, options, table)?;
        let lecture = strategies.is_empty();
        if lecture {
            strategies = LECTURE.iter().filter_map(|name| find(table, name)).collect();
        }
        let config = config(options, program(options)?)?;
        let program = &config.program;
        for strategy in &strategies {
            check_serves(*strategy, program, config.kind)?;
            check_setup(*strategy, &config)?;
            if let Some(schedule) = &config.schedule {
                check_followed(*strategy, program, Memory::Sc, schedule)?;
            }
        }
        if options.permits.is_some() {
            check_permits(&strategies, program)?;
        }
        check_fits(program)?;
        let timeout = if config.kill { PATIENCE_IF_KILLED } else { PATIENCE };
        Ok(Self {
            strategies,
            lecture,
            runs: options.runs.unwrap_or(1),
            rate_asked: match options.pace.unwrap_or_default() {
                _ if config.schedule.is_some() => "never".into(),
                YieldSetting::Auto => "auto".into(),
                YieldSetting::Fixed(rate) => rate.to_string(),
            },
            expect: options.expect.unwrap_or_default(),
            timeout: options.timeout.unwrap_or(timeout),
            config,
        })
    }
}

impl Plan {
    /// Whether workers yield under this strategy: they do so after a read, if it has any.
    #[must_use]
    pub fn yields(&self, strategy: &dyn DynStrategy) -> bool {
        let reads = |line: &Line| matches!(line, Line::Step { step: Step::Read, .. });
        let record = || strategy.record(&self.config.program).lines.iter().any(reads);
        // What cannot be recorded is taken for one that does.
        self.config.yields != YieldRate::Never && catch_misuse(record).unwrap_or(true)
    }

    /// Whether nothing is done to the workers, so that times say something.
    #[must_use]
    pub fn undisturbed(&self) -> bool {
        self.config.yields == YieldRate::Never && self.config.schedule.is_none()
    }
}

/// What the workers are to do.
///
/// # Errors
///
/// A sentence, as above.
pub fn program(options: &Options) -> Result<Program, UsageError> {
    let workers = options.processes.or(options.threads).unwrap_or(2);
    let copies = options.copies.unwrap_or(1);
    Ok(Program {
        workers: usize::try_from(workers).map_err(|_| UsageError::new("too many threads"))?,
        iters: options.iters.unwrap_or(5000),
        guard: options.guard.unwrap_or(Guard::Update),
        count_up: options.count_up,
        permits: options.permits.unwrap_or(copies),
        copies,
    })
}

/// The strategies named in either way; `a,b` names two.
///
/// # Errors
///
/// A sentence about the first name that is none.
pub fn named(
    names: &[String],
    options: &Options,
    table: &[&'static dyn DynStrategy],
) -> Result<Vec<&'static dyn DynStrategy>, UsageError> {
    let all = names.iter().chain(&options.named).flat_map(|names| names.split(','));
    all.map(str::trim).map(|name| find(table, name).ok_or_else(|| unknown(name, table))).collect()
}

fn unknown(name: &str, table: &[&'static dyn DynStrategy]) -> UsageError {
    if name.is_empty() {
        return UsageError::new(
            "a strategy's name is empty: name one, or leave it out. All: syncdemo list",
        );
    }
    if name == "help" {
        return UsageError::new("there is no strategy 'help'. For help: syncdemo --help");
    }
    let command = crate::cli::command(table);
    if command.get_subcommands().any(|command| command.get_name() == name) {
        let rest = if name == "list" || name == "man" { "" } else { " ..." };
        return UsageError::new(format!(
            "'{name}' is a command and comes first: syncdemo {name}{rest}"
        ));
    }
    let meant = match likely(name, table.iter().map(|face| face.about().name)) {
        Some(meant) => format!(" Did you mean '{meant}'?"),
        None => String::new(),
    };
    UsageError::new(format!("there is no strategy '{name}'.{meant} All: syncdemo list"))
}

/// Whether a strategy serves so many workers.
///
/// # Errors
///
/// A sentence that names another that does.
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
///
/// # Errors
///
/// A sentence, as above.
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
