//! The options, in groups of those that belong together.
//!
//! To add an option: a field here. Help, completions, manual, and what the commands without it say
//! of it, follow by themselves.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::StringValueParser;
use clap::{ArgAction, Args, ColorChoice};

use super::help;
use super::value::{self, Expect, Format, YieldSetting, from_one, offer};
use crate::catalog::DynStrategy;
use crate::explore::Memory;
use crate::machine::{Guard, MOST_PERMITS, PackedTally, Program, Schedule};
use crate::stepper::{Goal, Script};
use crate::worker::resource;

/// The strategies, as words or by --strategy.
#[derive(Args, Clone)]
#[command(next_help_heading = None::<&str>)]
pub(crate) struct StrategyArgs {
    /// Strategies, such as none or mutex (all: syncdemo list)
    // The parser is put in its place by `command`, which knows the table.
    #[arg(value_name = "STRATEGY", value_parser = StringValueParser::new())]
    strategies: Vec<&'static dyn DynStrategy>,

    /// Same as naming the strategy; may be repeated
    #[arg(short = 's', long = "strategy", value_name = "NAME", hide_short_help = true)]
    #[arg(value_parser = StringValueParser::new())]
    named: Vec<&'static dyn DynStrategy>,
}

impl StrategyArgs {
    /// All of them: those given by an option come last.
    pub(crate) fn all(&self) -> Vec<&'static dyn DynStrategy> {
        self.strategies.iter().chain(&self.named).copied().collect()
    }
}

/// The workers, and what each of them does.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Program")]
pub(crate) struct ProgramArgs {
    /// Iterations of each worker's loop
    #[arg(short, long, value_name = "N", default_value = "5000")]
    #[arg(value_parser = from_one(PackedTally::LIMIT, "iterations", "5000 or 5k"))]
    pub iters: u64,

    /// Workers are N threads
    #[arg(short, long, value_name = "N", default_value = "2")]
    #[arg(value_parser = from_one(100_000, "threads", "2 or 8"))]
    pub threads: u64,

    /// Workers are N processes
    #[arg(short, long, value_name = "N", value_parser = value::processes)]
    pub processes: Option<u64>,

    /// Number of copies of the resource
    #[arg(long, value_name = "K", default_value = "1")]
    #[arg(value_parser = from_one(Program::MOST_COPIES, "copies", "1 or 3"))]
    pub copies: u64,

    /// Initial value of the semaphore [default: the number of copies]
    #[arg(long, value_name = "P", hide_short_help = true)]
    #[arg(value_parser = from_one(MOST_PERMITS, "permits", "1 or 3"))]
    pub permits: Option<u64>,

    /// What is guarded: each update, or the whole loop as in the lecture
    #[arg(long, value_name = "WHAT", default_value = "update", hide_short_help = true)]
    pub guard: Guard,

    /// Every worker increments; the value to reach is N x iters
    #[arg(long, hide_short_help = true)]
    pub count_up: bool,
}

/// How a race runs.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Race")]
pub(crate) struct RaceArgs {
    /// Repeat, and show how the final values spread
    // In the short help it stands right after the workers, as does the next one.
    #[arg(short, long, value_name = "N", default_value = "1")]
    #[arg(value_parser = from_one(1_000_000, "runs", "200 or 1k"))]
    #[arg(display_order = 3)]
    pub runs: u64,

    /// What is shared: variable, file, printer
    #[arg(long, value_name = "R", default_value = "variable", display_order = 3)]
    pub resource: resource::ResourceKind,

    /// With --resource file: keep the file, under this name (further copies: PATH.2 ...)
    #[arg(long, value_name = "PATH", hide_short_help = true)]
    pub file: Option<PathBuf>,

    /// Time that each update spends between its read and its write, such as 100us; a number without
    /// a unit is in nanoseconds
    #[arg(long, value_name = "D", value_parser = value::work, default_value = "0")]
    #[arg(hide_short_help = true)]
    pub work: Duration,

    /// Kill worker 2, a process, in the critical section: after its read, before its write
    #[arg(long, hide_short_help = true)]
    pub kill: bool,

    /// Show which write overwrote which updates; the run takes longer (at most 10 million updates of
    /// a variable, about 40 bytes each)
    #[arg(long, hide_short_help = true)]
    pub trace: bool,

    /// How often workers yield, so that the race shows: auto, never, or 1/N (each worker yields
    /// after about 1 step in N)
    #[arg(long = "yield", value_name = "RATE", value_parser = value::yield_setting)]
    #[arg(default_value = "auto", hide_short_help = true, add = offer(&["auto", "never", "1/32"]))]
    pub yield_setting: YieldSetting,

    /// Fix where workers yield (the scheduler of the system stays free) [default: random]
    #[arg(long, value_name = "S", value_parser = value::seed, hide_short_help = true)]
    pub seed: Option<u64>,

    /// Take the steps in exactly this order, as in "2 4x1 3x2"
    #[arg(long, value_name = "S", hide_short_help = true)]
    pub schedule: Option<Schedule>,

    /// Show beside each final value how likely it is in the model (small programs: --iters 3)
    #[arg(long, hide_short_help = true)]
    pub explore: bool,

    /// Exit status 0 only if: promise, reached (zero),
    /// missed (nonzero), lossless, loss
    #[arg(long, value_name = "E", default_value = "promise", help_heading = "Exit status")]
    pub expect: Expect,

    /// Give up when no worker has finished an update for this time, such as 2s or 500ms [default:
    /// 10s; 2s with --kill]
    #[arg(long, value_name = "D", value_parser = value::timeout, hide_short_help = true)]
    #[arg(help_heading = "Exit status")]
    pub timeout: Option<Duration>,
}

/// Which states are searched.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Search")]
pub(crate) struct SearchArgs {
    /// Memory model: sc, tso
    #[arg(long, value_name = "M", default_value = "sc")]
    pub memory: Memory,

    /// Stop after this number of states
    // Below 2^32, since a state is a number of so many bits.
    #[arg(long, value_name = "N", default_value = "1M")]
    #[arg(value_parser = from_one(1_000_000_000, "states", "500k or 2M"))]
    pub max_states: u64,

    /// Stop at this much memory, such as 500M or 2G
    #[arg(long, value_name = "SIZE", value_parser = value::size, default_value = "1G")]
    pub max_memory: u64,
}

/// The workers that are judged.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Program")]
pub(crate) struct JudgeArgs {
    /// Number of workers, from 2 to 4
    #[arg(short, long, value_name = "N", default_value = "2", value_parser = value::judged)]
    pub threads: u64,

    /// Initial value of the semaphore: this many workers may be inside [default: 1]
    #[arg(long, value_name = "P", hide_short_help = true)]
    #[arg(value_parser = from_one(MOST_PERMITS, "permits", "1 or 3"))]
    pub permits: Option<u64>,
}

/// How an exploration runs.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Exploration")]
pub(crate) struct ExploreArgs {
    /// Show how this final value comes about
    #[arg(long, value_name = "V", value_parser = value::witness)]
    pub witness: Option<i64>,

    /// Follow this one schedule, as in "2 4x1 3x2"
    #[arg(long, value_name = "S")]
    pub schedule: Option<Schedule>,

    /// The schedule may end before the workers have finished
    #[arg(long, hide_short_help = true)]
    pub partial: bool,

    /// Leave out schedules with more preemptions than N
    #[arg(long, value_name = "N", value_parser = value::preemptions)]
    pub max_preemptions: Option<u32>,

    /// Exit status 0 only if: promise, reached (zero),
    /// missed (nonzero), lossless, loss
    #[arg(long, value_name = "E", default_value = "promise", help_heading = "Exit status")]
    pub expect: Expect,
}

/// What the user wants to reach as the scheduler, and how.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Scheduler")]
pub(crate) struct StepArgs {
    /// What to reach: loss, value=V, both-inside,
    /// deadlock
    #[arg(long, value_name = "G", value_parser = Goal::from_str, default_value = "loss")]
    #[arg(add = offer(&["loss", "value=-2", "both-inside", "deadlock"]))]
    pub goal: Goal,

    /// Ask for each shared value before it is read or written
    #[arg(long)]
    pub quiz: bool,

    /// Take these keys, without a terminal: "1 2 4x1 u h"
    #[arg(long, value_name = "S", value_parser = Script::from_str)]
    pub script: Option<Script>,
}

/// How much is checked.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Selftest")]
pub(crate) struct SelftestArgs {
    /// Take minutes: more workers, updates and runs
    #[arg(long)]
    pub thorough: bool,
}

/// What is reported, where and how.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Report")]
pub(crate) struct ReportArgs {
    /// Format of what is printed: text, json, csv
    #[arg(long, value_name = "F", default_value = "text")]
    pub format: Format,

    /// Also write a .json, .csv, .html, .svg or .txt file
    #[arg(short, long, value_name = "FILE")]
    pub output: Vec<PathBuf>,

    /// Print the answer only, 60 columns wide (for a projector)
    #[arg(long, hide_short_help = true)]
    pub brief: bool,

    /// Print no report; use the exit status
    #[arg(short, long)]
    pub quiet: bool,

    #[command(flatten)]
    pub detail: DetailArgs,

    #[command(flatten)]
    pub common: CommonArgs,
}

impl ReportArgs {
    /// Whether a file with this ending is written.
    pub(crate) fn writes(&self, ending: &str) -> bool {
        let endings = self.output.iter().filter_map(|path| path.extension());
        endings.into_iter().any(|of| of.eq_ignore_ascii_case(ending))
    }
}

/// How much is printed.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Report")]
pub(crate) struct DetailArgs {
    /// Print more details
    #[arg(short, long)]
    pub verbose: bool,
}

/// The options of every command.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Report", after_long_help = help::COLOR_ONLY)]
pub(crate) struct CommonArgs {
    /// When to use colour
    #[arg(long, value_name = "WHEN", default_value = "auto", hide_short_help = true)]
    pub color: ColorChoice,

    /// Print the version
    #[arg(short = 'V', long, action = ArgAction::Version, hide_short_help = true)]
    version: Option<bool>,
}
