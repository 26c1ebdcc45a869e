//! Reads the command line: a [`Command`], or a sentence about what is wrong.

use std::ffi::OsString;

use clap::FromArgMatches;

use super::command::{self, Cli, command};
use super::translate::translate;
use super::typed::Typed;
use super::{Command, Run, UsageError, called, env, help};
use crate::catalog::DynStrategy;

/// Reads the command line, with `argv[0]`, and fills in from the environment what was not typed.
/// The error is what makes no sense, or the help that was asked for.
pub(crate) fn parse(
    argv: &[OsString],
    table: &[&'static dyn DynStrategy],
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Command, UsageError> {
    match race(argv, table, env) {
        Some(race) => Ok(Command::Run(race)),
        None => parse_any(argv, table, env),
    }
}

/// A race without the word `run`, if that was typed and makes sense. Most are: to build the other
/// commands as well, which `parse_any` does, would take as long as a short race.
fn race(
    argv: &[OsString],
    table: &[&'static dyn DynStrategy],
    env: &dyn Fn(&str) -> Option<String>,
) -> Option<Run> {
    let command = command::race(table);
    // An option of another command is unknown here, which is an error below.
    let typed = Typed::new(argv, &command);
    typed.check(&command).ok()?;
    let set = env::defaults(&command, &typed, env).ok()?;
    let read = command.try_get_matches_from(typed.command_first(&set));
    Run::from_arg_matches_mut(&mut read.ok()?).ok()
}

/// Reads every command line.
fn parse_any(
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
        None => translate(&error, chosen, &set),
    })?;
    match cli.command {
        Some(Command::Help { command }) => {
            let words = [Some("syncdemo"), command.as_deref(), Some("--help")];
            let argv: Vec<_> = words.into_iter().flatten().map(OsString::from).collect();
            parse_any(&argv, table, env)
        }
        command => Ok(command.unwrap_or(Command::Run(cli.run))),
    }
}

/// The sentence about a command that does not come first.
fn misplaced(error: &clap::Error, typed: &Typed, root: &clap::Command) -> Option<String> {
    if error.kind() != clap::error::ErrorKind::InvalidSubcommand {
        return None;
    }
    let at = typed.words.iter().position(|word| root.find_subcommand(word).is_some())?;
    let name = &typed.words[at];
    let others: Vec<_> = [&typed.words[..at], &typed.words[at + 1..]].concat();
    let rest = match name.as_str() {
        "run" | "explore" | "judge" if !others.is_empty() => format!(" {}", others.join(" ")),
        "step" | "show" | "completions" => " ...".to_owned(),
        _ => String::new(),
    };
    Some(format!("'{name}' is a command and comes first: {} {name}{rest}", called()))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::table;

    #[test]
    fn a_race_without_a_mistake_is_read_without_the_other_commands() {
        let read_alone = |words: &str| {
            let argv: Vec<_> = words.split(' ').map(OsString::from).collect();
            race(&argv, table(), &|_| None).is_some()
        };
        for words in ["syncdemo", "syncdemo -q mutex --iters 5000", "syncdemo -s none -- cas"] {
            assert!(read_alone(words), "{words}");
        }
        for words in ["list", "--witness 1 explore", "mutx", "-qv mutex", "--help", "none run"] {
            assert!(!read_alone(&format!("syncdemo {words}")), "{words}");
        }
    }
}
