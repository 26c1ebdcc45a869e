//! What may be typed, with no meaning given to it: that is the plan's.

mod env;
mod error;
mod value;

use std::ffi::OsString;
use std::time::Duration;

use clap::builder::PossibleValue;
use clap::parser::ValueSource;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::catalog::DynStrategy;
use crate::explore::Memory;
use crate::machine::Guard;
use crate::machine::Schedule;
use crate::worker::resource;

pub use error::{UsageError, likely};
pub use value::{YieldSetting, count, duration, pace};

const FORMS: &str = "syncdemo [OPTIONS] [STRATEGY]...    race one strategy, or compare several
syncdemo show STRATEGY              its steps, as the textbook prints them
syncdemo explore [STRATEGY]...      every interleaving of a small program
syncdemo list                       the strategies, and what each promises
syncdemo completions SHELL | man";

const EXAMPLES: &str = "  syncdemo                          the lecture: none, mutex, semaphore
  syncdemo mutex --iters 5000       exit status 0 if nothing is lost";

const MORE: &str = "Examples:
  syncdemo                             the lecture: none, mutex, semaphore
  syncdemo none --iters 5000           one strategy: what was lost, exactly
  syncdemo none --runs 200             how the final values are spread
  syncdemo mutex cas --yield never     compare the time per update
  syncdemo mutex --iters 5000          in a script: exit status 0 if nothing was lost
  syncdemo none --expect loss -q       in a script: 0 if the race has shown
  syncdemo none --processes 2          processes instead of threads
  syncdemo none --resource printer -v  lines torn on a printer that all print on
  syncdemo semaphore --copies 3 -t 8   three copies, and a permit for each
  syncdemo mutex --processes 3 --kill  one dies inside: what becomes of the others
  syncdemo explore none                every interleaving, and how the worst comes about
  syncdemo explore peterson-unfenced --memory tso
  syncdemo none -i 2 --schedule '2 4x1 3x2'   these steps, in this order, each time

Exit status:
  0    it ran, and what was expected (--expect) held
  1    it ran, and what was expected did not hold
  2    the command line makes no sense; nothing was run
  3    it could not be carried out: no progress within --timeout, a worker
       could not be started, failed or died unasked, or the resource failed
  4    explore: stopped by --max-states or --max-preemptions before an answer
       was certain
  130  interrupted (143 by TERM): partial results are printed, and marked

Environment:
  SYNCDEMO_ITERS, SYNCDEMO_THREADS, SYNCDEMO_PROCESSES, SYNCDEMO_TIMEOUT,
  SYNCDEMO_YIELD, SYNCDEMO_FORMAT and SYNCDEMO_COLOR set defaults; what is typed wins.
  NO_COLOR, CLICOLOR_FORCE and TERM=dumb are honoured.";

/// Shows what happens when workers share something without agreeing on who goes first.
#[derive(Parser, Debug)]
#[command(
    name = "syncdemo",
    version,
    override_usage = FORMS,
    after_help = EXAMPLES,
    after_long_help = MORE,
    disable_help_subcommand = true,
    disable_version_flag = true,
    max_term_width = 80
)]
pub struct Cli {
    /// What to do; nothing stands for `run`.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// The strategies to race; none stands for none, mutex and semaphore
    #[arg(value_name = "STRATEGY", hide_possible_values = true)]
    pub strategies: Vec<String>,

    /// The options, which may stand on either side of a command.
    #[command(flatten)]
    pub options: Options,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Race one strategy, or compare several
    Run {
        /// The strategies to race
        #[arg(value_name = "STRATEGY", hide_possible_values = true)]
        strategies: Vec<String>,
    },
    /// Every interleaving of a small program
    Explore {
        /// The strategies to explore
        #[arg(value_name = "STRATEGY", hide_possible_values = true)]
        strategies: Vec<String>,
    },
    /// Show its steps, as the textbook prints them
    Show {
        /// The strategy to show
        #[arg(value_name = "STRATEGY", hide_possible_values = true)]
        strategies: Vec<String>,
    },
    /// List the strategies, and what each promises
    List,
    /// Print the completions of a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual
    Man,
}

/// The options, as typed. What is not typed is `None`, or empty.
#[derive(Args, Clone, Debug, Default)]
#[allow(missing_docs, reason = "the comments are the help of the options")]
#[allow(rustdoc::broken_intra_doc_links, reason = "in help, brackets hold the default")]
pub struct Options {
    /// Iterations of each worker's loop                  [5000]
    #[arg(short, long, global = true, value_name = "N", value_parser = value::iters)]
    #[arg(allow_negative_numbers = true, help_heading = "What is run")]
    pub iters: Option<u64>,

    /// N threads ...                                        [2]
    #[arg(short, long, global = true, value_name = "N", value_parser = value::threads)]
    #[arg(allow_negative_numbers = true, help_heading = "What is run")]
    pub threads: Option<u64>,

    /// ... or N processes
    #[arg(short, long, global = true, value_name = "N", value_parser = value::processes)]
    #[arg(allow_negative_numbers = true, help_heading = "What is run")]
    pub processes: Option<u64>,

    /// Repeat, and show how the final values spread         [1]
    #[arg(short, long, global = true, value_name = "N", value_parser = value::runs)]
    #[arg(allow_negative_numbers = true, help_heading = "What is run")]
    pub runs: Option<u64>,

    /// The same as naming it; may be repeated
    #[arg(short = 's', long = "strategy", global = true, value_name = "NAME")]
    #[arg(hide_short_help = true, hide_possible_values = true, help_heading = "What is run")]
    pub named: Vec<String>,

    /// What is shared: variable, file, printer       [variable]
    #[arg(long, global = true, value_name = "R", hide_possible_values = true)]
    #[arg(help_heading = "What is run")]
    pub resource: Option<resource::Kind>,

    /// Keep the file of --resource file under this name (copies: PATH.2 ...)
    #[arg(long, global = true, value_name = "PATH", hide_short_help = true)]
    #[arg(help_heading = "What is run")]
    pub file: Option<std::path::PathBuf>,

    /// K identical ones of it                               [1]
    #[arg(long, global = true, value_name = "K", value_parser = value::copies)]
    #[arg(allow_negative_numbers = true, help_heading = "What is run")]
    pub copies: Option<u64>,

    /// Initial value of the semaphore [as many as copies]
    #[arg(long, global = true, value_name = "P", value_parser = value::permits)]
    #[arg(allow_negative_numbers = true, hide_short_help = true, help_heading = "What is run")]
    pub permits: Option<u64>,

    /// Guard each update, or the whole loop as the lecture does
    #[arg(long, global = true, value_name = "WHAT", hide_short_help = true)]
    #[arg(help_heading = "What is run")]
    pub guard: Option<Guard>,

    /// Each update works so many nanoseconds between its read and its write [0]
    #[arg(long, global = true, value_name = "NS", value_parser = value::work)]
    #[arg(allow_negative_numbers = true, hide_short_help = true, help_heading = "What is run")]
    pub work: Option<u64>,

    /// Kill one process inside, after its read and before its write
    #[arg(long, global = true, hide_short_help = true, help_heading = "What is run")]
    pub kill: bool,

    /// Every worker increments; the value to reach is N x iters
    #[arg(long, global = true, hide_short_help = true, help_heading = "What is run")]
    pub count_up: bool,

    /// Provoke the race: auto, never, or 1/N to yield the processor after about one read in N [auto]
    #[arg(long = "yield", global = true, value_name = "RATE", value_parser = pace)]
    #[arg(hide_short_help = true, help_heading = "What is run")]
    pub pace: Option<YieldSetting>,

    /// Fixes where workers yield, not what the scheduler does
    #[arg(long, global = true, value_name = "S", value_parser = value::seed)]
    #[arg(allow_negative_numbers = true, hide_short_help = true, help_heading = "What is run")]
    pub seed: Option<u64>,

    /// Take the steps in exactly this order, as in "2 4x1 3x2"
    #[arg(long, global = true, value_name = "S", value_parser = value::schedule)]
    #[arg(hide_short_help = true, help_heading = "What is run")]
    pub schedule: Option<Schedule>,

    /// What workers agree on about memory: sc, tso         [sc]
    #[arg(long, global = true, value_name = "M", hide_short_help = true)]
    #[arg(hide_possible_values = true, help_heading = "What is explored")]
    pub memory: Option<Memory>,

    /// Show how this final value comes about
    #[arg(long, global = true, value_name = "V", value_parser = value::witness)]
    #[arg(allow_negative_numbers = true, hide_short_help = true)]
    #[arg(help_heading = "What is explored")]
    pub witness: Option<i64>,

    /// Stop after so many states                           [1M]
    #[arg(long, global = true, value_name = "N", value_parser = value::states)]
    #[arg(allow_negative_numbers = true, hide_short_help = true)]
    #[arg(help_heading = "What is explored")]
    pub max_states: Option<u64>,

    /// Leave out schedules with more preemptions
    #[arg(long, global = true, value_name = "N", value_parser = value::preemptions)]
    #[arg(allow_negative_numbers = true, hide_short_help = true)]
    #[arg(help_heading = "What is explored")]
    pub max_preemptions: Option<u32>,

    /// 0 if: promise, zero, nonzero, lossless, loss   [promise]
    #[arg(long, global = true, value_name = "E", hide_possible_values = true)]
    #[arg(help_heading = "Exit status")]
    pub expect: Option<Expect>,

    /// Give up when no worker has finished an update for so long: 2s, 500ms [10s; 2s with --kill]
    #[arg(long, global = true, value_name = "D", value_parser = duration)]
    #[arg(allow_negative_numbers = true, hide_short_help = true, help_heading = "Exit status")]
    pub timeout: Option<Duration>,

    /// What goes to stdout: text, json, csv              [text]
    #[arg(long, global = true, value_name = "F", hide_possible_values = true)]
    #[arg(help_heading = "Report")]
    pub format: Option<Format>,

    /// Also write the report to a .json, .csv or .txt file
    #[arg(short, long, global = true, value_name = "FILE", help_heading = "Report")]
    pub output: Vec<std::path::PathBuf>,

    /// No report on stdout: the exit status says it all
    #[arg(short, long, global = true, hide_short_help = true, help_heading = "Report")]
    pub quiet: bool,

    /// Say more
    #[arg(short, long, global = true, help_heading = "Report")]
    pub verbose: bool,

    /// Print the version
    #[arg(short = 'V', long, action = clap::ArgAction::Version, hide_short_help = true)]
    #[arg(help_heading = "Report")]
    pub version: Option<bool>,

    /// Colour: auto, always, never
    #[arg(long, global = true, value_name = "WHEN", hide_short_help = true)]
    #[arg(help_heading = "Report")]
    pub color: Option<clap::ColorChoice>,
}

/// What makes the exit status 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Expect {
    /// No run lost an update, or had more workers inside, than its strategy's promise rules out
    #[default]
    Promise,
    /// Every run ended at the value to reach
    #[value(alias = "zero")]
    Reached,
    /// Of each strategy, at least one run did not end at the value to reach
    #[value(alias = "nonzero")]
    Missed,
    /// No run lost anything
    Lossless,
    /// Of each strategy, at least one run lost something
    Loss,
}

/// What a report is written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Format {
    #[default]
    Text,
    Json,
    Csv,
}

impl Format {
    /// As it is typed.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Csv => "csv",
        }
    }
}

impl Cli {
    /// Reads the command line, with `argv[0]`, and fills in from the environment what was not
    /// typed.
    ///
    /// # Errors
    ///
    /// What makes no sense, or the help that was asked for.
    pub fn parse(
        argv: &[OsString],
        table: &[&'static dyn DynStrategy],
        env: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, UsageError> {
        // The long help has headings, which clap gives together with the lists of commands and
        // arguments only; the short one is to fit on a screen.
        let long = argv.iter().any(|arg| arg == "--help");
        let parts = if long { "{all-args}\n" } else { "{options}" };
        let command = command(table).help_template(format!("{{usage}}\n\n{parts}{{after-help}}"));
        let matches = command.clone().try_get_matches_from(argv);
        let matches = matches.map_err(|error| UsageError::from_clap(&error))?;
        let read = Self::from_arg_matches(&matches);
        let mut cli = read.map_err(|error| UsageError::from_clap(&error))?;
        cli.check(&command, &matches)?;
        let useful = match &cli.command {
            // Its programs are small: what is meant for a race would be far too large.
            Some(Command::Explore { .. }) => Some(&["format", "color"][..]),
            command => command.as_ref().and_then(Command::options),
        };
        cli.options.fill_in(useful, env)?;
        Ok(cli)
    }
}

impl Cli {
    /// What clap lets pass, since the options stand on either side of a command.
    fn check(&self, command: &clap::Command, matches: &clap::ArgMatches) -> Result<(), UsageError> {
        if self.options.quiet && self.options.verbose {
            return Err(UsageError::new(
                "--quiet and --verbose contradict each other: leave one out",
            ));
        }
        if self.options.threads.and(self.options.processes).is_some() {
            return Err(UsageError::new(
                "--threads and --processes exclude each other: leave one out",
            ));
        }
        let useful = self.command.as_ref().and_then(Command::options);
        let name = match matches.subcommand() {
            Some((name, _)) if useful.is_some() => name,
            _ => "a race",
        };
        let useless = |long: &&str| match useful {
            Some(useful) => !useful.contains(long),
            None => EXPLORED_ONLY.contains(long),
        };
        let typed = |arg: &&clap::Arg| {
            matches.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine)
        };
        let typed = command.get_arguments().filter(|arg| arg.is_global_set()).filter(typed);
        match typed.filter_map(clap::Arg::get_long).find(useless) {
            Some(long) => {
                Err(UsageError::new(format!("--{long} has no meaning for {name}: leave it out")))
            }
            None => Ok(()),
        }
    }
}

/// The options that have a meaning only where everything that can happen is looked at.
const EXPLORED_ONLY: [&str; 4] = ["memory", "witness", "max-states", "max-preemptions"];

impl Command {
    /// The options that have a meaning for it, if not all have.
    fn options(&self) -> Option<&'static [&'static str]> {
        match self {
            Self::Run { .. } => None,
            Self::Explore { .. } => Some(&[
                "strategy",
                "iters",
                "threads",
                "processes",
                "copies",
                "permits",
                "guard",
                "count-up",
                "schedule",
                "memory",
                "witness",
                "max-states",
                "max-preemptions",
                "expect",
                "format",
                "output",
                "quiet",
                "verbose",
                "color",
            ]),
            Self::Show { .. } => Some(&[
                "strategy",
                "iters",
                "threads",
                "processes",
                "copies",
                "permits",
                "guard",
                "count-up",
                "verbose",
                "color",
            ]),
            Self::List => Some(&["verbose", "color"]),
            Self::Completions { .. } | Self::Man => Some(&["color"]),
        }
    }
}

/// The command line as clap knows it, with the names of `table`.
#[must_use]
pub fn command(table: &[&'static dyn DynStrategy]) -> clap::Command {
    // The names serve help and completions; whether a name is one is the plan's to say.
    let names: Vec<_> = table
        .iter()
        .map(|face| face.about())
        .map(|about| PossibleValue::new(about.name).help(about.how))
        .collect();
    let named = |arg: clap::Arg| arg.value_parser(value::Names(names.clone()));
    let of_command = |command: clap::Command| command.mut_arg("strategies", named);
    Cli::command()
        .mut_arg("strategies", named)
        .mut_arg("named", named)
        .mut_subcommand("run", of_command)
        .mut_subcommand("explore", of_command)
        .mut_subcommand("show", of_command)
}
