//! The sentences about an exploration.

use num_bigint::BigUint;

use crate::explore::Line;
use crate::explore::{Exploration, Memory};
use crate::machine::Promise;
use crate::machine::{Guard, Program};
use crate::outcome::Explored;
use crate::plan::{Expect, Small};
use crate::report::number;
use crate::report::page::{NAME, NO, Page, YES, several, styled};

/// "2 workers x 2 updates"
pub(super) fn program(plan: &Small) -> String {
    let Program { workers, iters, guard, count_up, .. } = &plan.program;
    // With an odd number of workers the last makes two updates in each iteration.
    let same = (0..*workers).all(|me| plan.program.updates(me) == *iters);
    let what = match (same, *iters) {
        (true, 1) => "update",
        (true, _) => "updates",
        (false, 1) => "iteration",
        (false, _) => "iterations",
    };
    let several = if *workers == 1 { "worker" } else { "workers" };
    let mut text = format!("{workers} {several} x {} {what}", number(*iters));
    if *guard == Guard::Loop {
        text += ", the whole loop guarded";
    }
    if *count_up {
        text += ", counting up";
    }
    if plan.memory == Memory::Tso {
        text += ", memory tso";
    }
    text
}

/// "none, 2 workers x 2 updates: 64 of 70 interleavings lose updates"
pub(super) fn head(plan: &Small, found: &Exploration) -> String {
    let head = format!("{}, {}", styled(NAME, found.strategy), program(plan));
    let part = if found.complete { "" } else { ", of those that were seen" };
    let (Some(all), Some(lossless)) = (&found.interleavings, &found.lossless) else {
        return format!(
            "{head}: some schedules have no end, so interleavings are not counted{part}"
        );
    };
    let lossy = all - lossless.min(all);
    let (none, none_lost) = (BigUint::default(), lossy == BigUint::default());
    let said = match (*all == none, none_lost) {
        (true, _) => format!("{} comes to its end", styled(NO, "no interleaving")),
        (_, true) => {
            let of = styled(YES, "none");
            format!("{of} of {} loses an update", interleavings(all))
        }
        (_, false) => {
            let lossy = styled(NO, grouped(&lossy));
            format!("{lossy} of {} lose updates", interleavings(all))
        }
    };
    let stuck = match &found.deadlocks {
        Some(stuck) if *stuck > none => {
            let s = if *stuck == BigUint::from(1_u8) { "ends" } else { "end" };
            format!("; {} {s} in a deadlock", styled(NO, grouped(stuck)))
        }
        _ => String::new(),
    };
    format!("{head}: {said}{stuck}{part}")
}

fn interleavings(all: &BigUint) -> String {
    let s = if *all == BigUint::from(1_u8) { "" } else { "s" };
    format!("{} interleaving{s}", grouped(all))
}

/// The line below the table.
pub(super) fn shares(found: &Exploration, page: Page) -> String {
    let mut text = String::new();
    if let Some(target) = found.outcome(found.target)
        && let (Some(all), Some(lossless)) = (&target.interleavings, &target.lossless)
        && all != lossless
    {
        let name = if found.target == 0 { "Zero".into() } else { number(found.target) };
        let cancelled = all - lossless;
        text = match found.target {
            0 => format!(
                "{name}: {} lose nothing, {} are zero by cancellation. ",
                size(lossless),
                size(&cancelled)
            ),
            _ => format!(
                "{name}: {} lose nothing, {} lost updates all the same. ",
                size(lossless),
                size(&cancelled)
            ),
        };
    }
    if found.outcomes.len() > 1 {
        text += "A share is not a probability.";
    }
    if text.is_empty() { text } else { page.wrap(text.trim_end(), 0) + "\n" }
}

/// Who is inside, deadlocks and the like.
pub(super) fn account(plan: &Small, found: &Exploration, page: Page) -> String {
    let mut lines = Vec::new();
    let sure = found.complete;
    if let Some(peak) = found.peak_inside {
        let most = found.promise.most_inside(plan.program.permits);
        let crowded = most.is_some_and(|most| peak as u64 > most);
        let inside = match (crowded, sure) {
            (true, _) => styled(NO, format!("up to {peak}: mutual exclusion is broken")),
            (false, true) if peak <= 1 => "never more than 1".into(),
            (false, _) => format!("up to {peak}"),
        };
        lines.push(page.labelled(16, "inside at once", &inside));
    }
    let deadlock = match (&found.deadlock, &found.deadlocks) {
        (Some(deadlock), count) => {
            let count = count.as_ref().map_or_else(|| "some".into(), grouped);
            let s = if count == "1" { "schedule ends" } else { "schedules end" };
            let preemptions = several(deadlock.min_preemptions.into(), "preemption");
            format!("{} {s} stuck, the first with {preemptions}", styled(NO, count))
        }
        (None, _) if sure => "never".into(),
        (None, _) => "none seen".into(),
    };
    lines.push(page.labelled(16, "deadlock", &deadlock));
    if let Some(livelock) = &found.livelock {
        let said = format!(
            "after {}, {} can be repeated for ever, and nobody gets on",
            livelock.schedule, livelock.cycle
        );
        lines.push(page.labelled(16, "livelock", &styled(NO, said)));
    }
    if let Some(fault) = &found.fault {
        let said =
            format!("worker {} releases {}, which it does not hold", fault.worker, fault.lock);
        lines.push(page.labelled(16, "fault", &styled(NO, said)));
    }
    lines.concat_lines()
}

trait ConcatLines {
    fn concat_lines(self) -> String;
}

impl ConcatLines for Vec<String> {
    fn concat_lines(self) -> String {
        self.into_iter().map(|line| line + "\n").collect()
    }
}

/// What is proved, and what is not.
pub(super) fn proof(plan: &Small, found: &Exploration, page: Page) -> String {
    let program = program(plan);
    let mut sentences = Vec::new();
    if let Some(most) = found.limits.preemptions {
        let seen = if found.lossless() && !found.stuck() { "No loss" } else { "Searched" };
        sentences.push(format!(
            "{seen} with up to {}; not searched beyond.",
            several(most.into(), "preemption")
        ));
    } else if found.limits.states.is_some() || found.limits.interrupted {
        sentences.push(format!(
            "{} states were seen, and not all: no proof.",
            number(found.states as u64)
        ));
    } else if found.lossless() && !found.stuck() {
        sentences
            .push(format!("Proved for {program}, all interleavings; not for larger programs."));
    }
    if let Some(entries) = found.limits.store_buffer {
        sentences.push(format!(
            "Store buffers were full with {entries} entries; longer ones may allow more."
        ));
    }
    if found.lossless() && !found.stuck() && found.promise != Promise::Nothing {
        sentences.extend(spins(plan, found));
        sentences.extend(at_once(plan, found));
    }
    if page.verbose {
        sentences.push(format!("{} states.", number(found.states as u64)));
    }
    match sentences.is_empty() {
        true => String::new(),
        false => format!("\n{}\n", page.wrap(&sentences.join(" "), 0)),
    }
}

/// What a strategy of loads and stores owes to the memory.
fn at_once(plan: &Small, found: &Exploration) -> Option<String> {
    let face = plan.strategies.iter().find(|face| face.about().name == found.strategy)?;
    let stores = !face.needs(&plan.program).vars.is_empty();
    (stores && plan.memory == Memory::Sc).then(|| {
        "Here a store is seen by all at once; where it waits in a buffer first, as on x86: --memory \
         tso."
            .into()
    })
}

/// How waiting is counted.
fn spins(plan: &Small, found: &Exploration) -> Option<String> {
    let face = plan.strategies.iter().find(|face| face.about().name == found.strategy)?;
    let recording = face.record(&plan.program);
    let spins = recording.lines.iter().any(|line| matches!(line, Line::Until { .. }));
    let sleeps = !recording.needs.locks.is_empty() || !recording.needs.semaphores.is_empty();
    Some(match (spins, sleeps) {
        (true, _) => "An attempt that fails changes nothing, and adds no interleaving.".into(),
        (_, true) => "A worker that is blocked takes no step.".into(),
        _ => return None,
    })
}

/// Why the exit status is what it is, on stderr.
#[must_use]
pub fn unmet(plan: &Small, explored: &Explored) -> Vec<String> {
    let mut sentences: Vec<String> =
        explored.error.iter().map(|error| format!("error: {error}")).collect();
    if explored.exit_status != 1 {
        return sentences;
    }
    for found in &explored.explorations {
        let name = found.strategy;
        if let Some(value) = plan.witness.filter(|value| found.outcome(*value).is_none()) {
            let values: Vec<_> = found.outcomes.iter().map(|o| o.value.to_string()).collect();
            let values = values.join(", ");
            sentences.push(format!("{name}: no interleaving ends at {value}; at {values}"));
        }
        if plan.expect.found_in(found, plan) == Some(false) {
            sentences.push(format!("{name}: {}", why(plan, found)));
        }
    }
    sentences
}

fn why(plan: &Small, found: &Exploration) -> String {
    let stuck = if found.deadlock.is_some() {
        "it can end in a deadlock"
    } else if found.livelock.is_some() {
        "it can go round in circles for ever"
    } else {
        "it releases what it does not hold"
    };
    match plan.expect {
        Expect::Promise if found.stuck() => format!("{stuck}, which no promise allows"),
        Expect::Promise => {
            let promise = match found.promise {
                Promise::Nothing => "nothing",
                Promise::NoLostUpdate => "that no update is lost",
                Promise::AtMostPermits => "at most P inside",
                Promise::MutualExclusion => "mutual exclusion",
            };
            let peak = found.peak_inside.unwrap_or(0);
            let inside =
                if peak > 1 { format!(": {peak} workers can be inside") } else { String::new() };
            format!("it promises {promise} and breaks it{inside}")
        }
        Expect::Reached if found.stuck() => stuck.to_owned(),
        Expect::Reached => format!("expected to reach {} always, and it can miss it", found.target),
        Expect::Missed => "expected to miss the value to reach, and it cannot".into(),
        Expect::Lossless => "expected to lose nothing, and it can lose updates".into(),
        Expect::Loss => "expected to lose an update, and it cannot".into(),
    }
}

/// A count for a table: exact as long as that can be read.
pub(super) fn size(count: &BigUint) -> String {
    let digits = count.to_string();
    match digits.len() {
        ..=15 => grouped(count),
        len => format!("{}.{}e{}", &digits[..1], &digits[1..3], len - 1),
    }
}

/// All digits, in groups of three.
pub(super) fn grouped(count: &BigUint) -> String {
    let digits = count.to_string();
    let first = (digits.len() + 2) % 3 + 1;
    let (head, rest) = digits.split_at(first.min(digits.len()));
    let groups = rest.as_bytes().chunks(3).map(|group| String::from_utf8_lossy(group));
    groups.fold(head.to_owned(), |text, group| format!("{text},{group}"))
}

/// "17.1 %"
pub(super) fn share(part: &BigUint, all: &BigUint) -> String {
    if *all == BigUint::default() {
        return "-".into();
    }
    let half = all / 2_u32;
    let tenths: BigUint = (part * 1000_u32 + half) / all;
    let tenths = u32::try_from(tenths).unwrap_or(0);
    match tenths {
        0 if *part > BigUint::default() => "< 0.1 %".into(),
        _ => format!("{}.{} %", tenths / 10, tenths % 10),
    }
}
