//! The answer in a line: how many interleavings lose updates.

use num_bigint::BigUint;

use super::count::{size, sized};
use crate::explore::{Exploration, Memory};
use crate::machine::{Guard, Program};
use crate::outcome::{ExplorationResult, several};
use crate::plan::Asked;
use crate::report::page::{NAME, NO, YES, styled};

/// "2 workers x 2 updates"
pub(super) fn program(asked: &Asked) -> String {
    let program = &asked.config.program;
    let updates = updates(program, program.iters);
    format!("{} x {updates}{}", several(program.workers, "worker"), settings(asked))
}

/// "2 updates"
pub(super) fn updates(program: &Program, iters: u64) -> String {
    // With an odd number of workers the last makes two updates in each iteration.
    let same = (0..program.workers).all(|me| program.updates(me) == program.iters);
    several(iters, if same { "update" } else { "iteration" })
}

/// "2 workers, any number of updates"
pub(super) fn going_round(asked: &Asked) -> String {
    if asked.config.program.guard == Guard::Loop {
        return program(asked);
    }
    let workers = several(asked.config.program.workers, "worker");
    format!("{workers}, any number of updates{}", settings(asked))
}

/// ", memory tso"
fn settings(asked: &Asked) -> String {
    let Program { guard, count_up, .. } = asked.config.program;
    let mut text = String::new();
    if guard == Guard::Loop {
        text += ", the whole loop guarded";
    }
    if count_up {
        text += ", counting up";
    }
    if asked.memory() == Memory::Tso {
        text += ", memory tso";
    }
    text
}

/// "none, 2 workers x 2 updates: 64 of 70 interleavings lose updates"
pub(super) fn head(asked: &Asked, explored: &ExplorationResult) -> String {
    let found = &explored.found;
    let head = format!("{}, {}", styled(NAME, found.strategy), program(asked));
    let part = if found.complete { "" } else { ", of those that were seen" };
    let (Some(all), Some(lossless)) = (&found.interleavings, &found.lossless) else {
        // Counting takes memory and time of its own.
        let stopped = found.limits.memory.is_some() || found.limits.interrupted;
        return match stopped {
            true => format!("{head}: how many interleavings lose updates is not known"),
            false => format!(
                "{head}: some schedules have no end, so interleavings are not counted{part}"
            ),
        };
    };
    let lossy = all - lossless.min(all);
    let said = if *all == BigUint::ZERO && !found.complete && !found.outcomes.is_empty() {
        return format!("{head}: not enough was seen to count interleavings");
    } else if *all == BigUint::ZERO {
        format!("{} comes to its end", styled(NO, "no interleaving"))
    } else if lossy == BigUint::ZERO {
        format!("{} of {} loses an update", styled(YES, "none"), sized(all, "interleaving"))
    } else {
        let wrong = match explored.has_surplus(&asked.config.program) {
            true => "do not keep just the updates that were made",
            false => "lose updates",
        };
        format!("{} of {} {wrong}", styled(NO, size(&lossy)), sized(all, "interleaving"))
    };
    format!("{head}: {said}{}{part}", deadlocks(found))
}

/// Schedules that end in a deadlock are none of those that come to their end.
fn deadlocks(found: &Exploration) -> String {
    let Some(stuck) = found.deadlocks.as_ref().filter(|stuck| **stuck > BigUint::ZERO) else {
        return String::new();
    };
    let one = *stuck == BigUint::from(1_u8);
    let all = found.outcomes.is_empty() && found.fault.is_none();
    let stuck = styled(NO, size(stuck));
    match (all, one) {
        (true, true) => format!("; {} ends in a deadlock", styled(NO, "the only one")),
        (true, false) => format!("; all {stuck} end in a deadlock"),
        (false, true) => format!("; {stuck} other ends in a deadlock"),
        (false, false) => format!("; {stuck} others end in a deadlock"),
    }
}
