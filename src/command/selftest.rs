//! Carries out the checks of a selftest: each is a command, whose outcome is read.

use std::collections::HashMap;

use super::console::Console;
use super::watchdog::or_left_behind;
use crate::catalog::{find, table};
use crate::outcome::{CheckResult, CheckState, Counts, Found, Outcome};
use crate::plan::{Aim, Check, Method, Plan, Task};
use crate::report::unmet;
use crate::worker::RunError;

/// Carries out a plan of the ordinary kind.
type Run = fn(&Plan, &mut Console) -> Outcome;

/// The strategies whose threads were left behind, and why.
type Left = HashMap<&'static str, String>;

/// What came of the checks, and why they ended early, if they did.
pub(super) fn selftest(
    checks: &[Check],
    console: &mut Console,
    run: Run,
) -> (Found, Option<RunError>) {
    let mut results: Vec<CheckResult> = Vec::new();
    let (mut stopped, mut left) = (None, Left::new());
    for check in checks {
        console.say(|| format!("{} of {} checks", results.len(), checks.len()));
        let result = match cannot_count(check, checks, &results) {
            Some(why) => result(check, None, CheckState::Skipped, Some(why)),
            None if find(table(), check.strategy).is_none() => own(check, &mut left, console, run),
            None => tried(check, console, run),
        };
        stopped = console.interrupted();
        if stopped.is_some() {
            break;
        }
        results.push(result);
    }
    let counts = Counts::of(&results, checks.len());
    (Found::Selftest { checks: results, counts }, stopped)
}

/// Why nothing could be concluded from a check: a control has seen no race, or the control of the
/// same race could not be tried.
fn cannot_count(check: &Check, checks: &[Check], results: &[CheckResult]) -> Option<String> {
    let controls = checks.iter().zip(results).filter(|(check, _)| check.aim == Aim::Control);
    let mut controls = controls.map(|(control, result)| (control, result.state, &result.why));
    controls.find_map(|(control, state, why)| match state {
        CheckState::Failed => Some("a control saw no race, so nothing after it counts".into()),
        CheckState::Skipped if control.setup == check.setup => why.clone(),
        _ => None,
    })
}

/// Tries a class's own strategy, which may not return: then the rest of its checks is skipped.
fn own(check: &Check, left: &mut Left, console: &Console, run: Run) -> CheckResult {
    if let Some(why) = left.get(check.strategy) {
        return result(check, None, CheckState::Skipped, Some(why.clone()));
    }
    let (its, mut silent) = (check.clone(), Console::new(true, console.interrupt.clone()));
    let tried = or_left_behind(check.strategy, move || tried(&its, &mut silent, run));
    tried.unwrap_or_else(|why| {
        left.insert(check.strategy, why.clone());
        let command = check.tries.as_ref().ok().and_then(|tries| tries.last());
        result(check, command, CheckState::Failed, Some(why))
    })
}

/// Tries one command after the other, until one comes out as wanted or cannot be tried.
fn tried(check: &Check, console: &mut Console, run: Run) -> CheckResult {
    let tries = match &check.tries {
        Ok(tries) => tries,
        Err(why) => return result(check, None, CheckState::Skipped, Some(why.clone())),
    };
    let mut others = Vec::new();
    for tried in tries {
        let outcome = run(&tried.1, console);
        let (state, why) = came_out(check, &tried.1, &outcome);
        let now = result(check, Some(tried), state, why);
        if matches!(state, CheckState::Held | CheckState::Skipped) || outcome.interrupted {
            return now;
        }
        others.push(now);
    }
    // What a bound has stopped may still come out as wanted.
    let open = others.into_iter().min_by_key(|result| result.state);
    open.unwrap_or_else(|| result(check, None, CheckState::Failed, None))
}

/// What the outcome of one command says, and why.
fn came_out(check: &Check, plan: &Plan, outcome: &Outcome) -> (CheckState, Option<String>) {
    let chosen = plan.strategies.as_ref().ok().and_then(|chosen| chosen.first());
    let run = match &outcome.found {
        Found::Race { results } => {
            results.first().and_then(|result| Some(&result.summary.as_ref()?.first))
        }
        _ => None,
    };
    let not_started = matches!(plan.asked.task, Task::Race(_)) && chosen.is_some() && run.is_none();
    let raced = run.and_then(|run| run.value);
    let modelled = chosen.and_then(|chosen| Some(chosen.trace.as_ref()?.value));
    let why = outcome.error.clone().unwrap_or_else(|| unmet(outcome).join(" "));
    let (state, why) = match (check.aim, outcome.exit_status) {
        (Aim::Control | Aim::Promise, 0) | (Aim::Exhibit, 1) => return (CheckState::Held, None),
        (Aim::Schedule, 0) if raced.is_some() && raced == modelled => {
            return (CheckState::Held, None);
        }
        (Aim::Schedule, 0) => {
            let value = |value: Option<i64>| value.map_or("no value".into(), |it| it.to_string());
            let (raced, modelled) = (value(raced), value(modelled));
            (CheckState::Failed, format!("it ended at {raced}, and in the model at {modelled}"))
        }
        (Aim::Exhibit, 0) => {
            (CheckState::Failed, "it is wrong on purpose, and was not shown to fail".into())
        }
        // Nothing guards it, so only the machine can have failed.
        (Aim::Control, 3) => (CheckState::Skipped, why),
        (_, 3) if not_started => (CheckState::Skipped, why),
        (_, 4) => (CheckState::Bound, why),
        _ => (CheckState::Failed, why),
    };
    // Of the machine, no strategy is accused.
    let unnamed = state == CheckState::Skipped || why.starts_with(check.strategy);
    (state, Some(if unnamed { why } else { format!("{}: {why}", check.strategy) }))
}

fn result(
    check: &Check,
    tried: Option<&(String, Plan)>,
    state: CheckState,
    why: Option<String>,
) -> CheckResult {
    let judged = tried.is_some_and(|(_, plan)| matches!(plan.asked.task, Task::Judge(_)));
    let &Check { strategy, aim, method, .. } = check;
    let method = if judged { Method::Judge } else { method };
    CheckResult { strategy, aim, method, command: tried.map(|tried| tried.0.clone()), state, why }
}
