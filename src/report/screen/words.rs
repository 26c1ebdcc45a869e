//! The sentences of the screen.

use super::super::page::Page;
use super::super::words::updates;
use crate::machine::Turn;
use crate::outcome::{number, several};
use crate::stepper::{Goal, Reachability, StepLoss, View};

/// "schedule  2x1 2   step 3"
pub(super) fn schedule(view: &View) -> String {
    let schedule = match view.schedule.turns() {
        [] => "-".to_owned(),
        _ => view.schedule.to_string(),
    };
    format!("schedule  {schedule}   step {}", view.schedule.steps())
}

/// Whether the goal can be reached, and by how many preemptions.
pub(super) fn goal(view: &View) -> String {
    let (goal, verb) = (view.goal, view.goal.verb());
    let fewest = view.least.map(|least| format!("; the fewest is {least}")).unwrap_or_default();
    let preemptions = several(view.preemptions, "preemption");
    match view.reachability {
        Reachability::Reached(0) => format!("Reached before the first step: {goal}."),
        Reachability::Reached(step) => {
            format!("REACHED at step {step}: {goal}. It took {preemptions}{fewest}.")
        }
        Reachability::Open(more) => {
            let all = view.goal == Goal::Loss && !view.future.keeps && !view.future.deadlock;
            let which = if all && view.future.complete { "Every" } else { "Some" };
            let more = match more {
                0 => "without a further preemption".into(),
                more => format!("with {}", several(more, "more preemption")),
            };
            let so_far = view.preemptions;
            format!("{which} schedule from here {verb}, {more} ({so_far} so far{fewest}).")
        }
        Reachability::NotFromHere => {
            format!("No schedule from here {verb}{}; undo (u).", none(view))
        }
        Reachability::Never => format!("No schedule from here {verb}{}.", none(view)),
        Reachability::Unknown => format!(
            "Whether a schedule from here {verb} is not known: there are more than {} states.",
            number(view.states)
        ),
    }
}

/// The same in a few words.
pub(super) fn goal_in_short(view: &View) -> String {
    let least = view.least.map(|least| format!(", fewest {least}")).unwrap_or_default();
    let preemptions = format!("preemptions {}{least}", view.preemptions);
    match view.reachability {
        Reachability::Reached(_) => format!("REACHED; {preemptions}"),
        Reachability::Open(_) => format!("Reachable; {preemptions}"),
        Reachability::NotFromHere => "It cannot be reached from here: u".into(),
        Reachability::Never => "It cannot be reached.".into(),
        Reachability::Unknown => "Whether it can be is not known.".into(),
    }
}

fn none(view: &View) -> String {
    match &view.future.interleavings {
        Some(count) if *count > 1_u8.into() => {
            format!(": {}, none does", several(count, "interleaving"))
        }
        _ => String::new(),
    }
}

/// What can come.
pub(super) fn future(view: &View) -> String {
    let future = &view.future;
    if view.ended && !future.values.is_empty() {
        let lost: u64 = view.losses.iter().map(|loss| loss.lost.sum()).sum();
        let lost = if lost == 0 { "no update".into() } else { several(lost, "update") };
        return format!(
            "All workers have finished: final value {}, {lost} lost.",
            view.scene.counter
        );
    }
    if view.ended {
        return if future.deadlock {
            "DEADLOCK: none of these workers can ever go on.".into()
        } else {
            "A worker would give back a lock that it does not hold: nothing more is known.".into()
        };
    }
    if future.values.is_empty() && !future.complete {
        return format!("No end was met among {} states from here.", number(view.states));
    }
    let values: Vec<String> = future.values.iter().map(|value| number(*value)).collect();
    let values = match &values[..] {
        [] => "no final value".to_owned(),
        [one] => format!("final value {one}"),
        [first, .., last] if values.len() > 9 => format!("final values from {first} to {last}"),
        all => format!("final values {}", all.join(" ")),
    };
    let lost = match (future.loses, future.keeps) {
        (true, true) => ", with or without lost updates",
        (true, false) => ", always with lost updates",
        _ => "",
    };
    let count = match &future.interleavings {
        Some(count) => format!("{}: ", several(count, "interleaving")),
        None => String::new(),
    };
    let inside = if future.both_inside { ", two can be inside" } else { "" };
    let deadlock = if future.deadlock { ", a deadlock can come" } else { "" };
    let livelock = if future.livelock { ", the steps can go on for ever (livelock)" } else { "" };
    let part = if future.complete { "" } else { ", and perhaps more" };
    format!("From here {count}{values}{lost}{inside}{deadlock}{livelock}{part}.")
}

/// "Step 6: worker 2 wrote over 2 increments."
pub(super) fn loss(view: &View) -> Option<String> {
    let StepLoss { step, by, lost } = view.losses.last()?;
    Some(format!("Step {step}: worker {} wrote over {}.", by + 1, updates(*lost)))
}

fn workers(view: &View) -> String {
    let workers: Vec<String> =
        (0..view.program.workers).map(|at| Turn::of(at).to_string()).collect();
    workers.join(" ")
}

fn drains(view: &View) -> bool {
    view.memory == crate::explore::Memory::Tso
}

/// The keys, in one line.
pub(super) fn keys(view: &View, page: Page) -> String {
    let workers = workers(view);
    if let Some((_, typed)) = &view.question {
        let answer = if typed.is_none() { &workers } else { "a number and Enter" };
        return format!("{answer}   Escape: no step   q quit");
    }
    let drain = if drains(view) { "   d drain" } else { "" };
    let all = format!(
        "{workers} step   s run{drain}   u undo   r redo   h hint   g goal   R restart   ? help   q quit"
    );
    let fewer = all.replace("   ", "  ").replace("R restart", "R");
    let fewest =
        format!("{workers} s{} u r h g R q   ? help", if drains(view) { " d" } else { "" });
    [all, fewer].into_iter().find(|keys| keys.len() <= page.width).unwrap_or(fewest)
}

/// What each key does.
pub(super) fn help(view: &View) -> Vec<String> {
    let mut rows = vec![
        format!("{}  takes a step of that worker", workers(view)),
        "s    then a worker: it goes on until it has changed something shared, has to wait, or has \
         failed in an attempt"
            .into(),
    ];
    if drains(view) {
        rows.push("d    then a worker: its oldest store reaches the memory".into());
    }
    rows.extend(
        [
            "u r  undo, redo, without limit; R undoes all",
            "h    the first step of a way to the goal with the fewest preemptions",
            "g    the next goal",
            "q    leaves, and prints the schedule: explore --schedule follows it",
            "> marks the next step: to compute and to write is one step.",
            "A preemption: an enabled worker is stopped, and another goes on.",
            "? closes this.",
        ]
        .map(String::from),
    );
    rows
}
