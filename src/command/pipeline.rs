//! Carries out a plan, reports the outcome, and returns the exit status.

use std::ffi::OsString;
use std::fs::{canonicalize, read_link};
use std::path::{Path, PathBuf, absolute};

use clap::ValueEnum;

use super::console::Console;
use super::explore::explore;
use super::judge::judge;
use super::race::race;
use super::selftest::selftest;
use crate::cli::{Format, ReportArgs, UsageError};
use crate::outcome::Outcome;
use crate::plan::{Plan, Task};
use crate::report::{
    FORMATS, Output, Page, ReportFormat, headed, page, to_stderr, unmet, write_to_stdout,
};
use crate::worker::{Interrupt, RunError};

/// Carries out a plan, and says the exit status.
pub(super) fn carry_out(
    plan: &Plan,
    options: &ReportArgs,
    argv: &[OsString],
) -> anyhow::Result<i32> {
    let mut outputs = open(&options.output, plan.asked.config.files())?;
    let interrupt = Interrupt::listen()?;
    let mut console = Console::new(options.quiet, interrupt.clone());
    let command = argv.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let listed =
        !options.quiet && format(options).lists_runs || outputs.iter().any(Output::lists_runs);
    let outcome = outcome(plan, command, listed, &mut console);
    interrupt.no_longer();
    console.clear();
    let reported = report(&outcome, options, &mut outputs);
    if let Some(signal) = interrupt.signal().filter(|_| outcome.interrupted) {
        Interrupt::die_by(signal);
    }
    reported.map(|()| outcome.exit_status)
}

/// The files of --output, opened before anything is run. No file is named twice, and none is one of
/// the files that are shared.
fn open(
    paths: &[PathBuf],
    shared: impl Iterator<Item = PathBuf>,
) -> Result<Vec<Output>, UsageError> {
    let shared: Vec<_> = shared.map(|path| place(&path)).collect();
    for (at, path) in paths.iter().enumerate() {
        let twice = paths[..at].iter().any(|other| place(path) == place(other));
        if twice || shared.contains(&place(path)) {
            let (path, why) =
                (path.display(), if twice { "given twice" } else { "also the --file" });
            return Err(UsageError::new(format!("--output {path} is {why}: name another file")));
        }
    }
    let refused = |path: &Path, why| UsageError::new(format!("--output {}{why}", path.display()));
    let open = |path: &PathBuf| Output::open(path, FORMATS).map_err(|why| refused(path, why));
    paths.iter().map(open).collect()
}

/// Where a file is, or will be, whatever links lead there.
fn place(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    // A link may lead to a file that is yet to be made, over as many links as systems follow.
    for _ in 0..40 {
        let Ok(target) = read_link(&path) else { break };
        path = path.with_file_name(target);
    }
    let new = || {
        let folder = canonicalize(absolute(&path).ok()?.parent()?).ok()?;
        Some(folder.join(path.file_name()?))
    };
    canonicalize(&path).ok().or_else(new).unwrap_or(path)
}

/// Runs what was planned, up to its end or until something stops it. Runs are kept if some report
/// lists them.
pub(super) fn outcome(
    plan: &Plan,
    command: Vec<String>,
    listed: bool,
    console: &mut Console,
) -> Outcome {
    let asked = &plan.asked;
    let (strategies, misuse) = match &plan.strategies {
        Ok(strategies) => (&strategies[..], None),
        Err(sentence) => (&[][..], Some(RunError::Failed(sentence.clone()))),
    };
    let (found, stopped) = match &asked.task {
        Task::Race(task) => race(asked, task, strategies, listed, console),
        Task::Explore(task) => explore(asked, task, strategies, console),
        Task::Judge(task) => judge(asked, task, strategies, console),
        Task::Selftest { .. } => selftest(&plan.checks, console, |plan, console| {
            self::outcome(plan, vec![], false, console)
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
        written = written.and(write_to_stdout(color, |to| {
            (format(options).write)(outcome, page_of(options), to)
        }));
    }
    if outcome.interrupted && (options.quiet || options.format != Format::Text) {
        to_stderr(headed(outcome).trim_end(), color);
    }
    for sentence in unmet(outcome) {
        to_stderr(&sentence, color);
    }
    written
}

/// The format that was asked for.
pub(super) fn format(options: &ReportArgs) -> &'static ReportFormat {
    let asked = |format: &&ReportFormat| Format::from_str(format.name, false) == Ok(options.format);
    FORMATS.iter().find(asked).unwrap_or(&FORMATS[0])
}

fn page_of(options: &ReportArgs) -> Page {
    page(options.detail.verbose).with_brief(options.brief)
}

/// All that is printed: the report, then the sentences for stderr.
pub(super) fn text(outcome: &Outcome, options: &ReportArgs) -> String {
    let mut text = format(options).text(outcome, page_of(options));
    for sentence in unmet(outcome) {
        text += &sentence;
        text.push('\n');
    }
    text
}
