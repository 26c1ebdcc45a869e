//! What may be typed, with no meaning given to it: that is the plan's.
//!
//! To add a command: a variant of [`Command`] with its group of options, and what the compiler then
//! lists.

mod args;
mod choice;
mod env;
mod error;
mod help;
mod manual;
mod names;
mod typed;
mod value;

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::catalog::DynStrategy;

pub use args::{
    CommonArgs, CompletionsArgs, DetailArgs, ExploreArgs, ListArgs, ProgramArgs, RaceArgs,
    ReportArgs, ShowArgs, StrategyArgs,
};
pub use choice::Expect;
pub use error::UsageError;
pub use manual::manual;
pub use value::{Format, YieldSetting};

use typed::Typed;

/// Shows what happens when threads or processes share something.
#[derive(Parser)]
#[command(
    name = "syncdemo",
    version,
    propagate_version = true,
    override_usage = help::FORMS,
    after_help = help::EXAMPLES,
    after_long_help = help::MORE,
    disable_help_subcommand = true,
    disable_version_flag = true,
    max_term_width = 80
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    race: RaceArgs,
}

/// The commands.
#[derive(Subcommand)]
#[allow(clippy::large_enum_variant, reason = "there is one of it")]
pub enum Command {
    /// Race one strategy, or compare several; the same without "run"
    Run(RaceArgs),
    /// Every interleaving of a small program
    Explore(ExploreArgs),
    /// Show the steps of a strategy, as the textbook prints them
    Show(ShowArgs),
    /// List the strategies, and what each promises
    List(ListArgs),
    /// Print the completions of a shell
    Completions(CompletionsArgs),
    /// Print the manual
    Man(CommonArgs),
    /// Print this help, or that of a command
    Help {
        /// The command
        #[arg(value_name = "COMMAND")]
        command: Option<String>,
    },
}

/// Reads the command line, with `argv[0]`, and fills in from the environment what was not typed.
/// The error is what makes no sense, or the help that was asked for.
pub fn parse(
    argv: &[OsString],
    table: &[&'static dyn DynStrategy],
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Command, UsageError> {
    let long = argv.iter().any(|arg| arg == "--help");
    let laid_out = |command| help::laid_out(command, long);
    let root = laid_out(command(table)).mut_subcommands(laid_out);
    let typed = Typed::new(argv, &root);
    let name = typed.command.as_deref();
    let chosen = name.and_then(|name| root.find_subcommand(name)).unwrap_or(&root);
    typed.check(chosen)?;
    let set = env::defaults(chosen, &typed, env)?;
    let program = argv.first().cloned().unwrap_or_default();
    let mut lifted = vec![program.clone()];
    lifted.extend(name.map(OsString::from));
    lifted.extend(set.iter().map(|(option, value)| format!("--{option}={value}").into()));
    lifted.extend(typed.rest.iter().cloned());
    let read = root.clone().try_get_matches_from(lifted);
    let read = read.and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = read.map_err(|error| match misplaced(&error, &typed, &root) {
        Some(sentence) => UsageError::new(sentence),
        None => UsageError::from_clap(&error, chosen, &set),
    })?;
    match cli.command {
        Some(Command::Help { command }) => {
            let asked = command.map(OsString::from);
            let argv: Vec<_> =
                [program].into_iter().chain(asked).chain(["--help".into()]).collect();
            parse(&argv, table, env)
        }
        command => Ok(command.unwrap_or(Command::Run(cli.race))),
    }
}

/// What is said of a command that does not come first.
fn misplaced(error: &clap::Error, typed: &Typed, root: &clap::Command) -> Option<String> {
    if error.kind() != clap::error::ErrorKind::InvalidSubcommand {
        return None;
    }
    let at = typed.words.iter().position(|word| root.find_subcommand(word).is_some())?;
    let name = &typed.words[at];
    let others: Vec<_> = [&typed.words[..at], &typed.words[at + 1..]].concat();
    let rest = match name.as_str() {
        "run" | "explore" => format!(" {}", others.join(" ")),
        "list" | "man" | "help" => String::new(),
        _ => " ...".to_owned(),
    };
    Some(format!("'{name}' is a command and comes first: syncdemo {name}{rest}"))
}

/// The command line as clap knows it, with the names of `table`.
pub fn command(table: &[&'static dyn DynStrategy]) -> clap::Command {
    let root = Cli::command();
    let commands: Vec<_> = root.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    let parser = names::StrategyParser::new(table, &commands);
    let complete = |command: clap::Command| {
        command.mut_args(|arg| match arg.get_id().as_str() {
            "strategies" | "named" => {
                arg.value_parser(parser.clone()).value_delimiter(',').hide_possible_values(true)
            }
            // So that "--iters -5" is a wrong number, and no option -5.
            _ if arg.get_action().takes_values() => arg.allow_negative_numbers(true),
            _ => arg,
        })
    };
    complete(root).mut_subcommands(complete)
}

/// A race as it would be typed, for tests.
#[cfg(test)]
pub(crate) fn race_args(words: &str, table: &[&'static dyn DynStrategy]) -> RaceArgs {
    let argv: Vec<_> = std::iter::once("syncdemo").chain(words.split(' ')).collect();
    let argv: Vec<_> = argv.iter().filter(|word| !word.is_empty()).map(OsString::from).collect();
    match parse(&argv, table, &|_| None) {
        Ok(Command::Run(args)) => args,
        Ok(_) => panic!("{words} is no race"),
        Err(error) => panic!("{words}: {error:?}"),
    }
}
