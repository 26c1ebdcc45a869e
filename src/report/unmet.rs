//! Why the exit status is what it is: sentences for stderr.

use super::list::promise;
use crate::cli::called;
use crate::explore::{Exploration, StuckKind};
use crate::machine::{Promise, printable};
use crate::outcome::{
    CheckResult, CheckState, ExplorationResult, Found, JudgementResult, Outcome, ScheduleResult,
    StrategyResult, Summary, number, several,
};
use crate::plan::{Asked, Expect, Task};

/// The error, or for each strategy that was not as expected why it was not.
pub(crate) fn unmet(outcome: &Outcome) -> Vec<String> {
    let refuted = match (outcome.exit_status, &outcome.found) {
        // What a search has refuted is certain, whatever happened to another strategy.
        (1, _) | (3, Found::Explore { .. } | Found::Judge { .. }) => {
            not_as_expected(&outcome.plan, &outcome.found)
        }
        _ => Vec::new(),
    };
    let error = outcome.error.as_ref().map(|error| format!("error: {}", printable(error)));
    error.into_iter().chain(refuted).collect()
}

fn not_as_expected(asked: &Asked, found: &Found) -> Vec<String> {
    match found {
        Found::Race { results } => {
            results.iter().filter_map(|result| raced(asked, result)).collect()
        }
        Found::Explore { explorations, traces, .. } => {
            let witnesses = explorations.iter().filter_map(|of| no_witness(asked, &of.found));
            let explored = explorations.iter().filter_map(|of| explored(asked, of));
            let traced = traces.iter().filter_map(|of| traced(asked, of));
            witnesses.chain(explored).chain(traced).collect()
        }
        Found::Judge { judgements, .. } => judgements.iter().filter_map(judged).collect(),
        Found::Selftest { checks, .. } => {
            let failed = checks.iter().filter(|check| check.state == CheckState::Failed);
            failed.filter_map(checked).collect()
        }
    }
}

fn raced(asked: &Asked, result: &StrategyResult) -> Option<String> {
    let met = asked.expect.met_by(result.evidence());
    let summary = result.summary.as_ref().filter(|_| met == Some(false))?;
    let (name, runs) = (result.strategy, several(summary.runs, "run"));
    let target = number(summary.first.target);
    let lossy = number(summary.runs - summary.lossless);
    Some(match asked.expect {
        Expect::Promise => return broken_promise(result, summary),
        Expect::Reached => format!(
            "{name}: expected to reach {target} in every run: {} of {runs} did",
            number(summary.reached)
        ),
        Expect::Missed => {
            format!("{name}: expected to miss {target} at least once: all of {runs} reached it")
        }
        Expect::Lossless => {
            format!("{name}: expected to lose nothing: {lossy} of {runs} lost updates")
        }
        Expect::Loss => format!("{name}: expected to lose an update: none of {runs} did"),
    })
}

/// What a strategy does of which more updates are kept than were made: so `many` more.
fn more_at_once(name: &str, many: &str) -> String {
    format!(
        "it makes more than one update at a time{many}. No promise allows that. See its steps: {} \
         show {name}",
        called()
    )
}

/// "flag: promises mutual exclusion and broke it: 2 workers were inside, 37 updates lost."
fn broken_promise(result: &StrategyResult, summary: &Summary) -> Option<String> {
    let worst = summary.worst.as_ref()?;
    let (name, called) = (result.strategy, called());
    if worst.surplus.sum() > 0 {
        let surplus = several(worst.surplus.sum(), "update");
        let many = format!(": {surplus} more were kept than were made");
        return Some(format!("{name}: {}", more_at_once(name, &many)));
    }
    let promise = match result.promise {
        Promise::AtMostPermits => "at most as many inside as permits",
        other => promise(other),
    };
    let inside = worst.peak_inside.filter(|&peak| peak > 1);
    let inside =
        inside.map_or(String::new(), |peak| format!("{} workers were inside, ", number(peak)));
    let lost = several(worst.losses(), "update");
    Some(format!(
        "{name}: promises {promise} and broke it: {inside}{lost} lost. See how: {called} explore \
         {name}"
    ))
}

/// So many final values are named one by one.
const MOST_VALUES: usize = 10;

/// No interleaving ends at the value whose witness was wanted.
fn no_witness(asked: &Asked, found: &Exploration) -> Option<String> {
    let Task::Explore(task) = &asked.task else { return None };
    let value = task.witness.filter(|value| found.final_value(*value).is_none())?;
    let values: Vec<_> = found.outcomes.iter().map(|outcome| outcome.value.to_string()).collect();
    let instead = match &values[..] {
        [] => "none comes to its end".to_owned(),
        [only] => format!("use {only}"),
        [first, .., last] if values.len() > MOST_VALUES => {
            format!("use one of the {} values from {first} to {last}", number(values.len()))
        }
        values => format!("use one of {}", values.join(", ")),
    };
    Some(format!("{}: no interleaving ends at {value}: {instead}", found.strategy))
}

fn explored(asked: &Asked, explored: &ExplorationResult) -> Option<String> {
    let found = &explored.found;
    let met = asked.expect.met_by(explored.evidence(&asked.config.program));
    let stuck = if found.deadlock.is_some() {
        Some("it can end in a deadlock")
    } else if found.livelock.is_some() {
        Some("it can be in a livelock, in which workers run for ever and make no progress")
    } else {
        found.fault.as_ref().map(|_| "it releases what it does not hold")
    };
    let why = match (asked.expect, stuck) {
        (Expect::Promise, Some(stuck)) => format!("{stuck}, which no promise allows"),
        (Expect::Reached, Some(stuck)) => stuck.into(),
        (Expect::Promise, None) if explored.has_surplus(&asked.config.program) => {
            more_at_once(found.strategy, "")
        }
        (Expect::Promise, None) => {
            let inside = match found.peak_inside {
                Some(peak) if peak > 1 => format!(": {peak} workers can be inside"),
                Some(_) => ": not every interleaving keeps just the updates that were made".into(),
                None => String::new(),
            };
            format!("it promises {} and breaks it{inside}", promise(found.promise))
        }
        (Expect::Reached, None) => {
            format!("expected to reach {} always, and it can miss it", found.target)
        }
        (Expect::Missed, _) => "expected to miss the value to reach, and it cannot".into(),
        (Expect::Lossless, _) => "expected to lose nothing, and it can lose updates".into(),
        (Expect::Loss, _) => "expected to lose an update, and it cannot".into(),
    };
    (met == Some(false)).then(|| format!("{}: {why}", found.strategy))
}

/// "hyman: it claims mutual exclusion: 2 workers can be inside"
fn judged(JudgementResult { found, claims, .. }: &JudgementResult) -> Option<String> {
    let no = |holds: Option<bool>, claimed: bool| claimed && holds == Some(false);
    let mut why = Vec::new();
    if no(found.mutual_exclusion.holds, claims.mutual_exclusion) {
        let inside = found.mutual_exclusion.most_inside;
        why.push(format!("it promises {}: {inside} workers can be inside", promise(found.promise)));
    }
    if no(found.progress.holds, claims.progress) {
        why.push(format!("it claims progress: {}", stuck(found.progress.kind)));
    }
    if no(found.bounded_waiting.holds, claims.bounded_waiting) {
        why.push("it claims bounded waiting: a worker can be passed without bound".into());
    }
    (!why.is_empty()).then(|| format!("{}: {}", found.strategy, why.join("; ")))
}

/// "hyman: it promises mutual exclusion: 2 workers can be inside (syncdemo judge hyman)"
fn checked(check: &CheckResult) -> Option<String> {
    let (why, command) = (check.why.as_ref()?, check.command.as_ref()?);
    Some(format!("{why} ({command})"))
}

fn stuck(kind: Option<StuckKind>) -> &'static str {
    match kind {
        Some(StuckKind::Deadlock) => "it can be in a deadlock",
        Some(StuckKind::Livelock) => "it can be in a livelock",
        Some(StuckKind::Fault) => "it releases what it does not hold",
        Some(StuckKind::NeedsOther) | None => "a worker can wait for one that wants nothing",
    }
}

fn traced(asked: &Asked, traced: &ScheduleResult) -> Option<String> {
    let met = asked.expect.met_by(traced.evidence(&asked.config.program));
    let (name, value) = (traced.strategy, traced.trace.value);
    let did = match asked.expect {
        Expect::Promise | Expect::Reached if traced.stuck() => {
            "it ends with workers that will never finish".into()
        }
        Expect::Promise if traced.has_surplus(&asked.config.program) => more_at_once(name, ""),
        Expect::Promise => format!("it breaks the promise of {}", promise(traced.promise)),
        Expect::Reached | Expect::Missed => format!("it ends at {value}"),
        Expect::Lossless => "it loses updates".into(),
        Expect::Loss => "it loses no update".into(),
    };
    (met == Some(false)).then(|| format!("{name}: this schedule is not as expected: {did}"))
}
