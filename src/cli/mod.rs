//! What may be typed, with no meaning given to it: that is the plan's.
//!
//! To add a command: a variant of [`Command`] with its groups of options, and what the compiler then
//! lists.

mod args;
mod choice;
mod commands;
mod env;
mod error;
mod help;
mod manual;
mod names;
mod typed;
mod value;

use std::ffi::OsString;

use clap::builder::PossibleValuesParser;
use clap::{CommandFactory, FromArgMatches, Parser};

use crate::catalog::DynStrategy;

pub use args::{
    CommonArgs, DetailArgs, ExploreArgs, ProgramArgs, RaceArgs, ReportArgs, StrategyArgs,
};
pub use choice::Expect;
pub use commands::{Command, Completions, Explore, List, Run, Show};
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
    disable_help_subcommand = true,
    disable_version_flag = true,
    max_term_width = 80
)]
struct Cli {
    #[command(flatten)]
    run: Run,

    #[command(subcommand)]
    command: Option<Command>,
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
    let read = root.clone().try_get_matches_from(typed.command_first(&set));
    let read = read.and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = read.map_err(|error| match misplaced(&error, &typed, &root) {
        Some(sentence) => UsageError::new(sentence),
        None => UsageError::from_clap(&error, chosen, &set),
    })?;
    match cli.command {
        Some(Command::Help { command }) => {
            let words = [Some("syncdemo"), command.as_deref(), Some("--help")];
            let argv: Vec<_> = words.into_iter().flatten().map(OsString::from).collect();
            parse(&argv, table, env)
        }
        command => Ok(command.unwrap_or(Command::Run(cli.run))),
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
        "run" | "explore" if !others.is_empty() => format!(" {}", others.join(" ")),
        "show" | "completions" => " ...".to_owned(),
        _ => String::new(),
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
            "command" => arg.value_parser(PossibleValuesParser::new(commands.clone())),
            // So that "--iters -5" is a wrong number, and no option -5.
            _ if arg.get_action().takes_values() => arg.allow_negative_numbers(true),
            _ => arg,
        })
    };
    complete(root).mut_subcommands(|command| complete(command).display_name("syncdemo"))
}

/// A race as it would be typed, for tests.
#[cfg(test)]
pub(crate) fn race_args(words: &str, table: &[&'static dyn DynStrategy]) -> Run {
    let argv: Vec<_> = std::iter::once("syncdemo").chain(words.split(' ')).collect();
    let argv: Vec<_> = argv.iter().filter(|word| !word.is_empty()).map(OsString::from).collect();
    match parse(&argv, table, &|_| None) {
        Ok(Command::Run(args)) => args,
        Ok(_) => panic!("{words} is no race"),
        Err(error) => panic!("{words}: {error:?}"),
    }
}
