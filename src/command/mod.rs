//! The command line from beginning to end: parse, plan, carry out, report, exit status.

mod console;
mod explore;
mod judge;
mod library;
mod own;
mod pipeline;
mod race;
mod refusal;
mod search;
mod selftest;
mod step;
#[cfg(test)]
mod tests;
mod watchdog;
mod witness;

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;

use clap::ColorChoice;

use crate::catalog::{DynStrategy, find, table};
use crate::cli::{
    Command, ReportArgs, Show, UsageError, complete, manual, note_called, parse, script,
};
use crate::machine::note_panics;
use crate::plan::{Plan, Stepping, Unfit, shown};
use crate::report::{list, page, show, to_stdout};
use crate::worker::{Interrupt, Work, explain_crashes, run_if_worker};
pub use library::{Printed, run};
use pipeline::carry_out;
use refusal::refuse;
use watchdog::{Watchdog, or_left_behind};

/// The whole program, with `own` strategies beside those that it comes with. Every
/// [`Strategy`](crate::strategy::Strategy) is a `DynStrategy`.
///
/// ```no_run
/// fn main() -> std::process::ExitCode {
///     syncdemo::main(&[])
/// }
/// ```
pub fn main(own: &[&'static dyn DynStrategy]) -> ExitCode {
    explain_crashes();
    let table = with(own);
    let work = |name: &str| find(&table, name).map(|strategy| strategy as &'static dyn Work);
    let argv: Vec<OsString> = std::env::args_os().collect();
    note_called(&argv);
    let done = match run_if_worker(argv.iter().cloned(), &work) {
        Some(worked) => worked.map(|()| 0).map_err(|sentence| UsageError::new(sentence).into()),
        None => from_the_shell(own, &argv, &table),
    };
    let status = done.unwrap_or_else(|error| refuse(error, &argv));
    ExitCode::from(u8::try_from(status).unwrap_or(3))
}

/// All strategies that can be named.
fn with(own: &[&'static dyn DynStrategy]) -> Vec<&'static dyn DynStrategy> {
    table().iter().chain(own).copied().collect()
}

fn from_the_shell(
    own: &[&'static dyn DynStrategy],
    argv: &[OsString],
    table: &[&'static dyn DynStrategy],
) -> anyhow::Result<i32> {
    Interrupt::reset_inherited();
    note_panics();
    if complete(argv, table)? {
        return Ok(0);
    }
    // Bytes that are no text become a character that no option accepts.
    let env = |name: &str| Some(std::env::var_os(name)?.to_string_lossy().into_owned());
    match answer(own, argv, table, &env)? {
        Answer::Plan(plan, options) => carry_out(&plan, &options, argv),
        Answer::Step(stepping, color) => step::step(&stepping, color),
        Answer::Text(text, color) => to_stdout(&text, color).map(|()| 0),
    }
}

/// What a command line asks for.
enum Answer {
    Plan(Box<Plan>, ReportArgs),
    Step(Box<Stepping>, ColorChoice),
    /// This text.
    Text(String, ColorChoice),
}

fn answer(
    own: &[&'static dyn DynStrategy],
    argv: &[OsString],
    table: &[&'static dyn DynStrategy],
    env: &dyn Fn(&str) -> Option<String>,
) -> anyhow::Result<Answer> {
    own::check(own)?;
    let (text, color) = match parse(argv, table, env)? {
        Command::Run(args) => {
            let plan = watched(own, || Plan::race(&args))?;
            return Ok(Answer::Plan(Box::new(plan), args.report));
        }
        Command::Explore(args) => {
            let plan = watched(own, || Plan::explore(&args))?;
            return Ok(Answer::Plan(Box::new(plan), args.report));
        }
        Command::Judge(args) => {
            let plan = watched(own, || Plan::judge(&args))?;
            return Ok(Answer::Plan(Box::new(plan), args.report));
        }
        Command::Selftest(args) => {
            let plan = Plan::selftest(&args, table, &|name, planning| {
                or_left_behind(name, move || {
                    let _watchdog = Watchdog::start(Some(name), RECORDING);
                    planning()
                })
            })?;
            return Ok(Answer::Plan(Box::new(plan), args.report));
        }
        Command::Step(args) => {
            let stepping = watched(own, || Stepping::new(&args)).map_err(unfit)?;
            return Ok(Answer::Step(Box::new(stepping), args.common.color));
        }
        Command::Show(args) => (watched(own, || steps(&args))?, args.common.color),
        Command::List { detail, common } => {
            let abouts: Vec<_> = table.iter().map(|strategy| strategy.about()).collect();
            (list(&abouts, page(detail.verbose)), common.color)
        }
        Command::Completions { shell, common } => (script(shell)?, common.color),
        Command::Man(args) => (manual(table)?, args.color),
        // `parse` has answered it with the text.
        Command::Help { .. } => (String::new(), ColorChoice::Auto),
    };
    Ok(Answer::Text(text, color))
}

/// The steps of one update take microseconds.
const RECORDING: Duration = Duration::from_secs(5);

/// Runs what asks a class's own strategies for their steps.
fn watched<T>(own: &[&'static dyn DynStrategy], ask: impl FnOnce() -> T) -> T {
    let _watchdog = (!own.is_empty()).then(patient);
    ask()
}

fn patient() -> Watchdog {
    Watchdog::start(None, RECORDING)
}

fn unfit(unfit: Unfit) -> anyhow::Error {
    match unfit {
        Unfit::Usage(error) => error.into(),
        Unfit::Strategy(sentence) => anyhow::Error::msg(sentence),
    }
}

/// The steps of the strategies that were named.
fn steps(args: &Show) -> anyhow::Result<String> {
    let (program, strategies) = shown(args).map_err(unfit)?;
    let page = page(args.detail.verbose);
    let shown = strategies.iter().map(|it| {
        let more = it.not_recorded(&program);
        show(&it.about, &it.recording, &more, &program, page)
    });
    Ok(shown.collect::<Vec<_>>().join("\n"))
}
