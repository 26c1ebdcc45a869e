//! A judgement: the table, and how each "no" comes about.

use super::explore::title;
use super::page::{NAME, NO, Page, YES, styled};
use super::sheet::Sheet;
use super::table::{Cell, Table};
use super::timeline::Timeline;
use super::words::workers;
use crate::explore::{BoundedWaiting, Event, Judgement, Memory, Progress, StuckKind, Trace};
use crate::machine::{Program, Promise};
use crate::outcome::{JudgementResult, several};
use crate::plan::Asked;

pub(super) fn write(asked: &Asked, judgements: &[JudgementResult], sheet: &mut dyn Sheet) {
    if judgements.is_empty() {
        return sheet.not_in_text(&|sheet| sheet.heading(&head(asked)));
    }
    let page = sheet.page();
    sheet.heading(&head(asked));
    sheet.table("The strategies", &table(asked, judgements, page));
    sheet.blank();
    let notes = judgements.iter().filter_map(|judged| note(&judged.found));
    notes.for_each(|note| sheet.sentence(&note));
    if !page.brief {
        judgements.iter().for_each(|judged| witnesses(asked, judged, sheet));
    }
}

/// "2 workers, any number of updates, every interleaving, sequential consistency"
fn head(asked: &Asked) -> String {
    let memory = match asked.memory() {
        Memory::Sc => "sequential consistency",
        Memory::Tso => "total store order",
    };
    let workers = several(asked.config.program.workers, "worker");
    format!("{workers}, any number of updates, every interleaving, {memory}")
}

fn table(asked: &Asked, judgements: &[JudgementResult], page: Page) -> Table {
    let mut table = Table::new(3).left("strategy", 8).left("mutual exclusion", 0);
    table = table.left("progress", 0).left("bounded waiting", 0);
    for JudgementResult { found, .. } in judgements {
        table.row(vec![
            Cell::styled(NAME, found.strategy),
            answer(found.mutual_exclusion.holds, at_most(asked, found)),
            answer(found.progress.holds, String::new()),
            answer(
                found.bounded_waiting.holds,
                if page.brief { String::new() } else { passed(found) },
            ),
        ]);
    }
    table
}

/// "yes  passed at most once"
fn answer(holds: Option<bool>, more: String) -> Cell {
    let (word, style) = match holds {
        Some(true) => ("yes", YES),
        Some(false) => ("NO", NO),
        None => ("?", NAME),
    };
    Cell::styled(style, format!("{word:<3}  {more}").trim_end())
}

/// "at most 2", of a semaphore with more than one permit.
fn at_most(asked: &Asked, found: &Judgement) -> String {
    let most = found.promise.most_inside(asked.config.program.permits).filter(|&most| most > 1);
    most.map_or_else(String::new, |most| format!("at most {most}"))
}

/// "passed at most once  (6 updates each)"
fn passed(found: &Judgement) -> String {
    let waiting = &found.bounded_waiting;
    let within = found.updates.map_or_else(String::new, |n| several(n, "update") + " each");
    match (waiting.holds, waiting.passed) {
        (Some(false), _) => "passed without bound".into(),
        (_, None) => String::new(),
        (None, Some(passed)) => format!("passed {} in {within}", times(passed)),
        (Some(true), Some(0)) => "never passed".into(),
        (Some(true), Some(passed)) => {
            let within = found.updates.map_or_else(String::new, |_| format!("  ({within})"));
            format!("passed at most {}{within}", times(passed))
        }
    }
}

fn times(number: u32) -> String {
    match number {
        1 => "once".into(),
        2 => "twice".into(),
        _ => several(number, "time"),
    }
}

/// For how many updates it was judged, where that is not any number.
fn note(found: &Judgement) -> Option<String> {
    let name = styled(NAME, found.strategy);
    let updates = found.updates.map(|updates| several(updates, "update"));
    if !found.complete {
        let why = match found.limits.store_buffer {
            Some(_) => ", since a store buffer was full",
            None => "",
        };
        let states = several(found.states, "state");
        let few =
            updates.map(|updates| format!(" For up to {updates} of each worker all is seen."));
        let few = few.unwrap_or_default();
        return Some(format!(
            "{name}: {states} were seen, and the answer is not complete{why}: no proof.{few}"
        ));
    }
    let grows = found.grows.as_deref().unwrap_or("a variable");
    Some(format!(
        "{name}: {grows} takes more and more values, so not all states can be met. Each yes holds \
         for up to {} of each worker.",
        updates?
    ))
}

/// A sentence and a timeline for each "no"; with -v for each number as well.
fn witnesses(asked: &Asked, judged: &JudgementResult, sheet: &mut dyn Sheet) {
    let JudgementResult { found, traces, .. } = judged;
    let Judgement { mutual_exclusion: exclusion, progress, bounded_waiting: waiting, .. } = found;
    let crowded = (exclusion.holds == Some(false)).then(|| {
        let inside = several(exclusion.most_inside, "worker");
        format!("no mutual exclusion. {inside} can be inside at once")
    });
    let stuck = stuck(progress, traces.progress.as_ref());
    let passed = passed_by(waiting, traces.bounded_waiting.as_ref(), sheet.page().verbose);
    let all = [
        (crowded, &exclusion.witness, &traces.mutual_exclusion),
        (stuck, &progress.witness, &traces.progress),
        (passed, &waiting.witness, &traces.bounded_waiting),
    ];
    // Mutual exclusion is judged also where nothing is promised.
    let judged_as = match found.promise {
        Promise::Nothing => Promise::MutualExclusion,
        promise => promise,
    };
    for (said, way, trace) in all {
        let (Some(said), Some(way), Some(trace)) = (said, way, trace) else { continue };
        let what = format!("{}: {said}", styled(NAME, found.strategy));
        let program = Program { iters: way.iters, ..asked.config.program.clone() };
        let draw = || Timeline::of(&program, judged_as, trace);
        sheet.witness(true, None, &what, &title::schedule(&way.schedule), &draw);
    }
}

/// Why nobody ever enters.
fn stuck(progress: &Progress, trace: Option<&Trace>) -> Option<String> {
    let stuck = &progress.stuck[..];
    let who = workers(stuck).replacen('w', "W", 1);
    let wait = match stuck {
        [worker] => match waits_for(trace, *worker) {
            Some(what) => format!("waits {what}"),
            None => "takes steps for ever, and does not enter".into(),
        },
        _ => "wait for ever".into(),
    };
    let remainder = workers(&progress.remainder);
    let remainder = match progress.remainder.len() {
        0 => String::new(),
        1 => format!("; {remainder} is in its remainder section, and wants nothing"),
        _ => format!("; {remainder} are in their remainder sections, and want nothing"),
    };
    Some(match progress.kind? {
        StuckKind::Deadlock => format!("no progress: a deadlock. {who} {wait}{remainder}"),
        StuckKind::Livelock => {
            let take = if stuck.len() == 1 { "takes" } else { "take" };
            format!("no progress: a livelock. {who} {take} steps for ever, and nobody enters")
        }
        StuckKind::Fault => {
            format!("no progress. {who} would release what it does not hold by its next step")
        }
        StuckKind::NeedsOther => format!("no progress. {who} {wait}{remainder}"),
    })
}

/// How often others enter before a worker that waits: without a bound, or with -v.
fn passed_by(waiting: &BoundedWaiting, trace: Option<&Trace>, verbose: bool) -> Option<String> {
    let worker = waiting.worker?;
    if waiting.holds != Some(false) {
        let passed = waiting.passed.map_or_else(String::new, times);
        return verbose.then(|| format!("worker {worker} is passed {passed} before it enters"));
    }
    let waits = match waits_for(trace, worker) {
        Some(what) => format!("waits {what}"),
        None => "wants to enter".into(),
    };
    Some(format!(
        "nothing bounds the waiting. Worker {worker} {waits}, and is passed again and again"
    ))
}

/// "for lock"
fn waits_for(trace: Option<&Trace>, worker: usize) -> Option<String> {
    let own = |event: &&Event| event.turn.worker + 1 == worker && event.waits.is_some();
    let event = trace?.events.iter().rfind(own)?;
    event.waits.as_ref().map(|waits| waits.waits_for.to_string())
}
