//! What was asked, checked, before anything runs: how a value is written is the command line's to
//! say, what it means and whether it makes sense together with the others is said here.

mod setup;
mod small;

use std::num::NonZero;
use std::time::Duration;

use crate::cli::{Misuse, Options, Pace, likely};
use crate::explore::Memory;
use crate::machine::{Action, Guard, Line, Program, Rate};
use crate::resource::Tallies;
use crate::strategy::{Face, find};
use crate::worker::{Kind, Setup, panic_sentence};

use setup::{check_setup, setup};

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
    pub strategies: Vec<&'static dyn Face>,
    /// Whether none was named, which is the lecture.
    pub lecture: bool,
    /// What the workers are to do.
    pub program: Program,
    /// How often each strategy is run.
    pub runs: u64,
    /// How often workers yield, as typed.
    pub rate_asked: String,
    /// How often they do.
    pub rate: Rate,
    /// Fixes where they yield.
    pub seed: u64,
    /// How many processors this program may use.
    pub processors: usize,
    /// What the workers are, and what they share.
    pub setup: Setup,
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
        table: &[&'static dyn Face],
    ) -> Result<Self, Misuse> {
        let mut strategies = named(names, options, table)?;
        let lecture = strategies.is_empty();
        if lecture {
            strategies = LECTURE.iter().filter_map(|name| find(table, name)).collect();
        }
        let program = program(options)?;
        let setup = setup(options, &program)?;
        for strategy in &strategies {
            check_serves(*strategy, &program, setup.kind)?;
            check_setup(*strategy, &program, &setup)?;
            if let Some(schedule) = &setup.schedule {
                check_followed(*strategy, &program, Memory::Sc, schedule)?;
            }
        }
        if options.permits.is_some() {
            check_permits(&strategies, &program)?;
        }
        check_fits(&program)?;
        let pace = options.pace.unwrap_or_default();
        Ok(Self {
            strategies,
            lecture,
            runs: options.runs.unwrap_or(1),
            rate_asked: match pace {
                _ if setup.schedule.is_some() => "never".into(),
                Pace::Auto => "auto".into(),
                Pace::Fixed(rate) => rate.to_string(),
            },
            rate: match pace {
                _ if setup.schedule.is_some() => Rate::Never,
                Pace::Auto => auto_rate(&program),
                Pace::Fixed(rate) => rate,
            },
            seed: options.seed.unwrap_or_else(|| fastrand::u64(..)),
            processors: std::thread::available_parallelism().map_or(1, NonZero::get),
            expect: options.expect.unwrap_or_default(),
            timeout: options.timeout.unwrap_or(if setup.kill {
                PATIENCE_IF_KILLED
            } else {
                PATIENCE
            }),
            setup,
            program,
        })
    }
}

impl Plan {
    /// Whether workers yield under this strategy: they do so after a read, if it has any.
    #[must_use]
    pub fn yields(&self, strategy: &dyn Face) -> bool {
        let reads = |line: &Line| matches!(line, Line::Step { action: Action::Read, .. });
        let record = || strategy.record(&self.program).lines.iter().any(reads);
        // What cannot be recorded is taken for one that does.
        self.rate != Rate::Never && panic_sentence(record).unwrap_or(true)
    }

    /// Whether nothing is done to the workers, so that times say something.
    #[must_use]
    pub fn undisturbed(&self) -> bool {
        self.rate == Rate::Never && self.setup.schedule.is_none()
    }
}

/// What the workers are to do.
///
/// # Errors
///
/// A sentence, as above.
pub fn program(options: &Options) -> Result<Program, Misuse> {
    let workers = options.processes.or(options.threads).unwrap_or(2);
    let copies = options.copies.unwrap_or(1);
    Ok(Program {
        workers: usize::try_from(workers).map_err(|_| Misuse::new("too many threads"))?,
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
    table: &[&'static dyn Face],
) -> Result<Vec<&'static dyn Face>, Misuse> {
    let all = names.iter().chain(&options.named).flat_map(|names| names.split(','));
    all.map(str::trim).map(|name| find(table, name).ok_or_else(|| unknown(name, table))).collect()
}

fn unknown(name: &str, table: &[&'static dyn Face]) -> Misuse {
    if name.is_empty() {
        return Misuse::new(
            "a strategy's name is empty: name one, or leave it out. All: syncdemo list",
        );
    }
    if name == "help" {
        return Misuse::new("there is no strategy 'help'. For help: syncdemo --help");
    }
    let command = crate::cli::command(table);
    if command.get_subcommands().any(|command| command.get_name() == name) {
        let rest = if name == "list" || name == "man" { "" } else { " ..." };
        return Misuse::new(format!(
            "'{name}' is a command and comes first: syncdemo {name}{rest}"
        ));
    }
    let meant = match likely(name, table.iter().map(|face| face.about().name)) {
        Some(meant) => format!(" Did you mean '{meant}'?"),
        None => String::new(),
    };
    Misuse::new(format!("there is no strategy '{name}'.{meant} All: syncdemo list"))
}

/// Whether a strategy serves so many workers.
///
/// # Errors
///
/// A sentence that names another that does.
pub fn check_serves(strategy: &dyn Face, program: &Program, kind: Kind) -> Result<(), Misuse> {
    let about = strategy.about();
    match about.only {
        Some(only) if program.workers > only.workers => Err(Misuse::new(format!(
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
pub fn check_permits(strategies: &[&dyn Face], program: &Program) -> Result<(), Misuse> {
    if strategies.iter().any(|strategy| !strategy.needs(program).semaphores.is_empty()) {
        return Ok(());
    }
    let names: Vec<_> = strategies.iter().map(|strategy| strategy.about().name).collect();
    Err(Misuse::new(format!(
        "--permits has no meaning for {}, without a semaphore: leave it out, or add semaphore",
        names.join(", ")
    )))
}

fn check_fits(program: &Program) -> Result<(), Misuse> {
    let (increments, decrements) = program.planned();
    if increments.max(decrements) <= Tallies::LIMIT {
        return Ok(());
    }
    Err(Misuse::new(format!(
        "{} workers x {} iterations are more updates of one kind than the {} that can be counted: \
         use a smaller --iters",
        program.workers,
        program.iters,
        Tallies::LIMIT
    )))
}

/// What it takes for the race to show, measured: each worker yields about sixteen times or more in
/// a run, and after one read in 32 at the least. A crowd needs less, and pays more: while one
/// yields inside, all others get the processor in vain.
fn auto_rate(program: &Program) -> Rate {
    let often_enough = 32.max(program.workers as u64 / 2);
    let one_in = (program.iters / 16).clamp(1, often_enough);
    // A power of two reads better.
    Rate::OneIn(1 << one_in.ilog2())
}
