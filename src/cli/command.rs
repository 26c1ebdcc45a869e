//! The command line as clap knows it.

use clap::builder::PossibleValuesParser;
use clap::{Args, CommandFactory, Parser, Subcommand};

use super::names::StrategyParser;
use super::{Command, Run, help};
use crate::catalog::DynStrategy;

/// Shows what happens when threads or processes share something.
#[derive(Parser)]
#[command(
    name = "syncdemo",
    version,
    long_about = help::DESCRIPTION,
    propagate_version = true,
    override_usage = help::FORMS,
    disable_help_subcommand = true,
    disable_version_flag = true,
    max_term_width = 80
)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) run: Run,

    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

/// The command line as clap knows it, with the names of `table`.
pub(crate) fn command(table: &[&'static dyn DynStrategy]) -> clap::Command {
    let root = Cli::command();
    let commands: Vec<_> = root.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    let parser = StrategyParser::new(table, &commands);
    let complete = |command| complete(command, &parser, &commands);
    complete(root).mut_subcommands(|command| complete(command).display_name("syncdemo"))
}

pub(crate) fn is_command(name: &str) -> bool {
    Command::has_subcommand(name)
}

/// A race without the word `run`, and no other command.
pub(super) fn race(table: &[&'static dyn DynStrategy]) -> clap::Command {
    let race = clap::Command::new("syncdemo").version("").disable_version_flag(true);
    complete(Run::augment_args(race), &StrategyParser::new(table, &[]), &[])
}

/// What the table decides, and what holds for all options.
fn complete(command: clap::Command, parser: &StrategyParser, commands: &[String]) -> clap::Command {
    command.mut_args(|arg| match arg.get_id().as_str() {
        "strategies" | "named" => {
            arg.value_parser(parser.clone()).value_delimiter(',').hide_possible_values(true)
        }
        "command" => arg.value_parser(PossibleValuesParser::new(commands.to_vec())),
        // So that "--iters -5" is a wrong number, and no option -5.
        _ if arg.get_action().takes_values() => arg.allow_negative_numbers(true),
        _ => arg,
    })
}
