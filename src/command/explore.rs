//! `explore`: plan, search, report, exit status.

use std::ffi::OsString;
use std::ops::ControlFlow;
use std::time::Instant;

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget};

use super::{reporter, say};
use crate::catalog::DynStrategy;
use crate::cli::{Explore, UsageError};
use crate::explore::{Exploration, Refused, explore as search, trace};
use crate::machine::catch_misuse;
use crate::outcome::{AskedSmall, Explored, Judged, Traced};
use crate::plan::Small;
use crate::report::explore::unmet;
use crate::report::write::{Output, page, to_stderr, to_stdout};
use crate::worker::Interrupt;

/// Explores what was asked, and reports it; says the exit status.
pub(super) fn explore(args: &Explore, argv: &[OsString]) -> anyhow::Result<i32> {
    let options = &args.report;
    let color = options.common.color;
    let (plan, mut outputs) = match prepare(args) {
        Ok(prepared) => prepared,
        Err(error) => return Ok(say(error, color)),
    };
    let interrupt = Interrupt::listen()?;
    let command = argv.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let explored = all(&plan, command, &interrupt, options.quiet);
    interrupt.no_longer();
    let page = page(options.detail.verbose);
    // What fails for one place must not lose the report for the others.
    let mut written = Ok(());
    for output in &mut outputs {
        let report = output.report.exploration(&plan, &explored, page)?;
        written = written.and(output.write(&report));
    }
    if !options.quiet {
        let format = reporter(options.format);
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

fn prepare(args: &Explore) -> Result<(Small, Vec<Output>), UsageError> {
    let plan = Small::new(args)?;
    let outputs = args.report.output.iter().map(|path| Output::open(path));
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
        let follow = |strategy: &&'static dyn DynStrategy| {
            // The plan has made sure that it can be followed.
            let trace = trace(*strategy, &plan.program, plan.memory, schedule).ok()?;
            Some(Traced { strategy: strategy.about().name, schedule: schedule.clone(), trace })
        };
        explored.traces = plan.strategies.iter().filter_map(follow).collect();
        return explored;
    }
    for strategy in &plan.strategies {
        match one(plan, *strategy, interrupt, quiet) {
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
    strategy: &'static dyn DynStrategy,
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
            let (name, states) = (strategy.about().name, HumanCount(states as u64));
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
    let name = strategy.about().name;
    let found =
        catch_misuse(|| search(strategy, &plan.program, plan.memory, plan.bounds, &mut watch));
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
        Refused::Workers => "so many workers cannot be explored: use a smaller --threads".into(),
        Refused::Copies => "so many copies cannot be explored: use a smaller --copies".into(),
        Refused::Section => format!(
            "{name} takes more than 500 steps, or reads more than 8 times, in one section: \
             more than explore supports. Wait in a loop by m.until(..)."
        ),
    }
}
