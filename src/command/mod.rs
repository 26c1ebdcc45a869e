//! The command line from beginning to end: parse, run, report, exit status.

mod explore;
mod race;
#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::ColorChoice;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::catalog::{DynStrategy, find, table};
use crate::cli::{self, Command, Format, ReportArgs, Show, UsageError, command, manual, parse};
use crate::machine::{note_panics, printable};
use crate::outcome::{Outcome, Run};
use crate::plan::{self, Plan};
use crate::report::write::{Output, page, to_stderr, to_stdout};
use crate::report::{FORMATS, Report, listing, text};
use crate::worker::Interrupt;
use crate::worker::{Work, run_if_worker};
use race::{Observer, race};

/// The whole program, with `own` strategies beside those of the house.
///
/// ```no_run
/// fn main() -> std::process::ExitCode {
///     syncdemo::main(&[])
/// }
/// ```
pub fn main(own: &[&'static dyn DynStrategy]) -> ExitCode {
    let table: Vec<&'static dyn DynStrategy> = table().iter().chain(own).copied().collect();
    let work = |name: &str| find(&table, name).map(|strategy| strategy as &'static dyn Work);
    if let Some(worked) = run_if_worker(std::env::args_os(), &work) {
        return ExitCode::from(worked.map_or_else(|sentence| stray(&sentence), |()| 0));
    }
    Interrupt::reset_inherited();
    note_panics();
    if let Err(error) = check_own(own) {
        return ExitCode::from(u8::try_from(say(error, ColorChoice::Auto)).unwrap_or(2));
    }
    let argv: Vec<OsString> = std::env::args_os().collect();
    let color = color_typed(&argv);
    let status = match parse(&argv, &table, &|name| {
        // What is no text is no value either, and is refused as such.
        std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
    }) {
        Ok(command) => {
            dispatch(command, &argv, &table).unwrap_or_else(|error| failed(&error, color))
        }
        Err(error) => say(error, color),
    };
    ExitCode::from(u8::try_from(status).unwrap_or(3))
}

/// The strategies of a class have to have names of their own that can be typed.
fn check_own(own: &[&'static dyn DynStrategy]) -> Result<(), UsageError> {
    let commands = command(table());
    for (at, name) in own.iter().map(|strategy| strategy.about().name).enumerate() {
        let taken = table().iter().chain(&own[..at]).any(|strategy| strategy.about().name == name)
            || commands.get_subcommands().any(|command| command.get_name() == name);
        let typed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if taken || name.is_empty() || name.len() > 20 || !name.chars().all(typed) {
            return Err(UsageError::new(format!(
                "a strategy cannot be named '{name}': use a name of its own, of at most 20 lower \
                 case letters, digits and hyphens"
            )));
        }
    }
    Ok(())
}

fn dispatch(
    command: Command,
    argv: &[OsString],
    table: &[&'static dyn DynStrategy],
) -> anyhow::Result<i32> {
    let (text, color) = match command {
        Command::Run(args) => return run(&args, argv),
        Command::Explore(args) => return explore::explore(&args, argv),
        Command::Show(args) => (show(&args), args.common.color),
        Command::List(args) => {
            (Ok(listing::list(table, page(args.detail.verbose))), args.common.color)
        }
        Command::Completions(args) => (Ok(completions(args.shell, table)), args.common.color),
        Command::Man(args) => (Ok(manual(table)?), args.color),
        // `parse` has answered it with the text.
        Command::Help { .. } => return Ok(0),
    };
    match text {
        Ok(text) => to_stdout(&text, color).map(|()| 0),
        Err(error) => Ok(say(error, color)),
    }
}

fn show(args: &Show) -> Result<String, UsageError> {
    let strategies = args.strategies.all();
    if strategies.is_empty() {
        return Err(UsageError::new("show needs a strategy, such as in: syncdemo show mutex"));
    }
    let program = plan::program(&args.program)?;
    let shown = strategies.iter().map(|strategy| {
        plan::check_serves(*strategy, &program, plan::kind(&args.program))?;
        listing::show(*strategy, &program, page(args.detail.verbose))
    });
    if args.program.permits.is_some() {
        plan::check_permits(&strategies, &program)?;
    }
    Ok(shown.collect::<Result<Vec<_>, UsageError>>()?.join("\n"))
}

/// Into memory first, since clap panics on a closed pipe.
fn completions(shell: clap_complete::Shell, table: &[&'static dyn DynStrategy]) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(table), "syncdemo", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

fn run(args: &cli::Run, argv: &[OsString]) -> anyhow::Result<i32> {
    let options = &args.report;
    let (plan, mut outputs) = match prepare(args) {
        Ok(prepared) => prepared,
        Err(error) => return Ok(say(error, options.common.color)),
    };
    let interrupt = Interrupt::listen()?;
    let argv = argv.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let mut progress = Progress::new(&plan, options.quiet);
    let outcome = race(&plan, argv, &interrupt, &mut progress);
    interrupt.no_longer();
    progress.0.finish_and_clear();
    let reported = report(&plan, &outcome, options, &mut outputs);
    if let Some(signal) = interrupt.signal().filter(|_| outcome.interrupted) {
        Interrupt::die_by(signal);
    }
    reported.map(|()| outcome.exit_status)
}

fn prepare(args: &cli::Run) -> Result<(Plan, Vec<Output>), UsageError> {
    let plan = Plan::new(args)?;
    let outputs = args.report.output.iter().map(|path| Output::open(path));
    Ok((plan, outputs.collect::<Result<_, _>>()?))
}

fn report(
    plan: &Plan,
    outcome: &Outcome,
    options: &ReportArgs,
    outputs: &mut [Output],
) -> anyhow::Result<()> {
    let color = options.common.color;
    let page = page(options.detail.verbose);
    // Files first: what fails on stdout must not lose them.
    let mut written = Ok(());
    for output in outputs {
        written = written.and(output.write(&output.report.race(plan, outcome, page)?));
    }
    let format = options.format;
    if !options.quiet {
        let report = reporter(format).race(plan, outcome, page)?;
        written = written.and(to_stdout(&report, color));
    }
    if outcome.interrupted && (options.quiet || format != Format::Text) {
        to_stderr(text::headed(outcome, plan).trim_end(), color);
    }
    if let Some(sentence) = &outcome.error {
        to_stderr(&format!("error: {}", printable(sentence)), color);
    } else if outcome.exit_status == 1 {
        for sentence in text::unmet(plan, outcome) {
            to_stderr(&sentence, color);
        }
    }
    written
}

fn reporter(format: Format) -> &'static dyn Report {
    let named = FORMATS.iter().find(|report| report.name() == format.name());
    *named.unwrap_or(&FORMATS[0])
}

/// Prints help, or why nothing was run.
fn say(error: UsageError, color: ColorChoice) -> i32 {
    match error {
        UsageError::Wrong(sentence) => {
            to_stderr(&format!("error: {sentence}"), color);
            2
        }
        UsageError::Asked(text) => {
            to_stdout(&text, color).map_or_else(|error| failed(&error, color), |()| 0)
        }
    }
}

/// A worker process was started by hand.
fn stray(sentence: &str) -> u8 {
    to_stderr(&format!("error: {}", printable(sentence)), ColorChoice::Auto);
    2
}

fn failed(error: &anyhow::Error, color: ColorChoice) -> i32 {
    to_stderr(&format!("error: {}", printable(&format!("{error:#}"))), color);
    3
}

/// `--color`, also where the rest of the command line cannot be read.
fn color_typed(argv: &[OsString]) -> ColorChoice {
    let texts: Vec<_> = argv.iter().map(|arg| arg.to_string_lossy()).collect();
    let typed =
        texts.iter().enumerate().find_map(|(at, text)| match text.strip_prefix("--color") {
            Some("") => texts.get(at + 1).map(|value| value.to_string()),
            Some(rest) => rest.strip_prefix('=').map(str::to_owned),
            None => None,
        });
    match typed.as_deref() {
        Some("always") => ColorChoice::Always,
        Some("never") => ColorChoice::Never,
        _ => ColorChoice::Auto,
    }
}

/// A bar on stderr, if that is a terminal and there is something to wait for. It is drawn between
/// runs only: a ticking thread would disturb what is measured.
struct Progress(ProgressBar);

impl Progress {
    fn new(plan: &Plan, quiet: bool) -> Self {
        let runs = plan.runs * plan.strategies.len() as u64;
        let hidden = quiet || plan.runs == 1;
        let target =
            if hidden { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let style =
            ProgressStyle::with_template("{msg} {wide_bar} {human_pos} of {human_len} runs");
        let bar = ProgressBar::with_draw_target(Some(runs), target);
        Self(bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())))
    }
}

impl Observer for Progress {
    fn ran(&mut self, strategy: &str, _: &Run) {
        if self.0.message() != strategy {
            self.0.set_message(strategy.to_owned());
        }
        self.0.inc(1);
    }
}
