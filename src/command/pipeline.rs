//! Carries out a plan, reports the outcome, and returns the exit status.

use std::ffi::OsString;
use std::path::PathBuf;

use super::explore::explore;
use super::judge::judge;
use super::progress::Progress;
use super::race::race;
use super::selftest::selftest;
use crate::cli::{Format, ReportArgs, UsageError};
use crate::outcome::Outcome;
use crate::plan::{Plan, Task};
use crate::report::{FORMATS, Output, Page, headed, page, to_stderr, to_stdout, unmet};
use crate::worker::{Interrupt, RunError};

/// Carries out a plan, and says the exit status.
pub(super) fn carry_out(
    plan: &Plan,
    options: &ReportArgs,
    argv: &[OsString],
) -> anyhow::Result<i32> {
    let mut outputs = open(&options.output)?;
    let interrupt = Interrupt::listen()?;
    let mut progress = Progress::new(options.quiet);
    let command = argv.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let outcome = outcome(plan, command, &interrupt, &mut progress);
    interrupt.no_longer();
    progress.clear();
    let reported = report(&outcome, options, &mut outputs);
    if let Some(signal) = interrupt.signal().filter(|_| outcome.interrupted) {
        Interrupt::die_by(signal);
    }
    reported.map(|()| outcome.exit_status)
}

/// The files of --output, opened before anything is run.
fn open(paths: &[PathBuf]) -> Result<Vec<Output>, UsageError> {
    let open = |path: &PathBuf| {
        Output::open(path, FORMATS)
            .map_err(|why| UsageError::new(format!("--output {}{why}", path.display())))
    };
    paths.iter().map(open).collect()
}

/// Runs what was planned, up to its end or until something stops it.
pub(super) fn outcome(
    plan: &Plan,
    command: Vec<String>,
    interrupt: &Interrupt,
    progress: &mut Progress,
) -> Outcome {
    let asked = &plan.asked;
    let (strategies, misuse) = match &plan.strategies {
        Ok(strategies) => (&strategies[..], None),
        Err(sentence) => (&[][..], Some(RunError::Failed(sentence.clone()))),
    };
    let (found, stopped) = match &asked.task {
        Task::Race(task) => race(asked, task, strategies, interrupt, progress),
        Task::Explore(task) => explore(asked, task, strategies, interrupt, progress),
        Task::Judge(task) => judge(asked, task, strategies, interrupt, progress),
        Task::Selftest { .. } => selftest(&plan.checks, interrupt, progress, &|plan, progress| {
            self::outcome(plan, vec![], interrupt, progress)
        }),
    };
    Outcome::new(asked.clone(), command, found, misuse.or(stopped))
}

/// To the files first: an error in one place must not lose the report in the others.
fn report(outcome: &Outcome, options: &ReportArgs, outputs: &mut [Output]) -> anyhow::Result<()> {
    let color = options.common.color;
    let mut written = Ok(());
    for output in outputs {
        written = written.and(output.write(outcome, page_of(options)));
    }
    if !options.quiet {
        written = written.and(to_stdout(&formatted(outcome, options), color));
    }
    if outcome.interrupted && (options.quiet || options.format != Format::Text) {
        to_stderr(headed(outcome).trim_end(), color);
    }
    for sentence in unmet(outcome) {
        to_stderr(&sentence, color);
    }
    written
}

/// The report in the format that was asked for.
fn formatted(outcome: &Outcome, options: &ReportArgs) -> String {
    let mut formats = FORMATS.iter().filter(|report| report.name() == options.format.name());
    formats.next().map_or_else(String::new, |format| format.write(outcome, page_of(options)))
}

fn page_of(options: &ReportArgs) -> Page {
    page(options.detail.verbose).with_brief(options.brief)
}

/// All that is printed: the report, then the sentences for stderr.
pub(super) fn text(outcome: &Outcome, options: &ReportArgs) -> String {
    let mut text = formatted(outcome, options);
    for sentence in unmet(outcome) {
        text += &sentence;
        text.push('\n');
    }
    text
}
