//! The command line as clap knows it.

use clap::builder::PossibleValuesParser;
use clap::{CommandFactory, Parser};

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
