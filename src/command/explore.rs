//! `explore`: plan, search, report, exit status.

use std::ffi::OsString;
use std::ops::ControlFlow;
use std::time::Instant;

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget};

use super::{reporter, say};
use crate::catalog::DynStrategy;
use crate::cli::{Options, UsageError};
use crate::explore::{Exploration, Refused, explore as search, trace};
use crate::outcome::{AskedSmall, Explored, Judged, Traced};
use crate::plan::Small;
use crate::report::explore::unmet;
use crate::report::write::{Output, page, to_stderr, to_stdout};
use crate::worker::Interrupt;
use crate::worker::panic_sentence;

/// Explores what was asked, and reports it; says the exit status.
pub(super) fn explore(
    names: &[String],
    options: &Options,
    argv: &[OsString],
    table: &[&'static dyn DynStrategy],
) -> anyhow::Result<i32> {
    let color = options.color.unwrap_or_default();
    let (plan, mut outputs) = match prepare(names, options, table) {
        Ok(prepared) => prepared,
        Err(error) => return Ok(say(error, color)),
    };
    let interrupt = Interrupt::listen()?;
    let command = argv.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let explored = all(&plan, command, &interrupt, options.quiet);
    interrupt.no_longer();
    let page = page(options.verbose);
    // What fails for one place must not lose the report for the others.
    let mut written = Ok(());
    for output in &mut outputs {
        let report = output.report.exploration(&plan, &explored, page)?;
        written = written.and(output.write(&report));
    }
    if !options.quiet {
        let format = reporter(options.format.unwrap_or_default());
        let report = format.exploration(&plan, &explored, page)?;
        written = written.and(to_stdout(&report, color));
    }
    for sentence in unmet(&plan, &explored) {
        to_stderr(&sentence, color);
    }
    if let Some(signal) = interrupt.signal().filter(|_| explored.interrupted) {
        Interrupt::die_by(signal);
    }
    written.map(|()| explored.exit_status)
}

fn prepare(
    names: &[String],
    options: &Options,
    table: &[&'static dyn DynStrategy],
) -> Result<(Small, Vec<Output>), UsageError> {
    let plan = Small::new(names, options, table)?;
    let outputs = options.output.iter().map(|path| Output::open(path));
    Ok((plan, outputs.collect::<Result<_, _>>()?))
}

/// All strategies, one after the other.
fn all(plan: &Small, command: Vec<String>, interrupt: &Interrupt, quiet: bool) -> Explored {
    let mut explored = Explored {
        schema: 1,
        version: env!("CARGO_PKG_VERSION"),
        command,
        exit_status: 0,
        interrupted: false,
        error: None,
        plan: AskedSmall::of(plan),
        explorations: Vec::new(),
        traces: Vec::new(),
        verdict: None,
    };
    if let Some(schedule) = &plan.schedule {
        let follow = |face: &&'static dyn DynStrategy| {
            // The plan has made sure that it can be followed.
            let trace = trace(*face, &plan.program, plan.memory, schedule).ok()?;
            let strategy = face.about().name;
            Some(Traced { strategy, schedule: schedule.clone(), trace })
        };
        explored.traces = plan.strategies.iter().filter_map(follow).collect();
        return explored;
    }
    for face in &plan.strategies {
        match one(plan, *face, interrupt, quiet) {
            Ok(found) => explored.explorations.push(found),
            Err(why) => {
                explored.error = Some(why);
                explored.exit_status = 3;
                return explored;
            }
        }
        if interrupt.signal().is_some() {
            break;
        }
    }
    judge(plan, &mut explored, interrupt);
    explored
}

fn one(
    plan: &Small,
    face: &'static dyn DynStrategy,
    interrupt: &Interrupt,
    quiet: bool,
) -> Result<Exploration, String> {
    let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    let bar = ProgressBar::with_draw_target(None, target);
    let began = Instant::now();
    let mut watch = |states: usize| {
        if began.elapsed().as_millis() > 200 {
            #[allow(clippy::cast_precision_loss, reason = "it is read by people")]
            let rate = states as f64 / began.elapsed().as_secs_f64() / 1000.0;
            let (name, states) = (face.about().name, HumanCount(states as u64));
            bar.set_message(format!("{name}: {states} states, {rate:.0},000 per second"));
            bar.tick();
        }
        match interrupt.signal() {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        }
    };
    bar.set_style(
        indicatif::ProgressStyle::with_template("{msg}")
            .unwrap_or_else(|_| indicatif::ProgressStyle::default_spinner()),
    );
    let name = face.about().name;
    let found =
        panic_sentence(|| search(face, &plan.program, plan.memory, plan.bounds, &mut watch));
    bar.finish_and_clear();
    match found {
        Ok(found) => found.map_err(|why| refused(why, name)),
        Err(said) => Err(format!("{name} panicked {said}")),
    }
}

fn judge(plan: &Small, explored: &mut Explored, interrupt: &Interrupt) {
    explored.interrupted = explored.explorations.iter().any(|found| found.limits.interrupted);
    explored.verdict = Judged::of(plan, &explored.explorations);
    let wanted = plan.witness.into_iter();
    let missing = { wanted }
        .any(|value| explored.explorations.iter().any(|found| found.outcome(value).is_none()));
    explored.exit_status = match explored.verdict {
        _ if explored.interrupted => 128 + interrupt.signal().unwrap_or(2),
        Some(Judged { met: false, .. }) => 1,
        None => 4,
        Some(_) if missing => 1,
        Some(_) => 0,
    };
    let states = explored.explorations.iter().find_map(|found| found.limits.states);
    let preemptions = explored.explorations.iter().find_map(|found| found.limits.preemptions);
    explored.error = match (explored.exit_status, states, preemptions) {
        (4, Some(states), _) => Some(format!(
            "stopped after {} states: part of the interleavings only, no proof. Use a smaller \
             --iters, or a larger --max-states.",
            HumanCount(states)
        )),
        (4, _, Some(most)) => Some(format!(
            "searched with up to {} only: no proof. Use a larger --max-preemptions, or leave it out.",
            crate::report::page::several(most.into(), "preemption")
        )),
        _ => None,
    };
}

fn refused(why: Refused, name: &str) -> String {
    match why {
        Refused::Workers | Refused::Copies => why.to_string(),
        Refused::Section | Refused::OwnState => format!("{name} cannot be explored: {why}."),
    }
}
