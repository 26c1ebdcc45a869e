//! What is proved, for what, and what is not.

use super::head::program;
use crate::cli::called;
use crate::explore::{Exploration, Memory};
use crate::machine::{Guard, Program, Promise};
use crate::outcome::{Description, ExplorationResult, number, several};
use crate::plan::Asked;
use crate::report::page::tied;

/// The last paragraph.
pub(super) fn proof(asked: &Asked, explored: &ExplorationResult, verbose: bool) -> Option<String> {
    let (found, description) = (&explored.found, &explored.description);
    let good = found.lossless() && !found.stuck();
    let mut sentences: Vec<String> = bounds(asked, found, good).into_iter().collect();
    if let Some(entries) = found.limits.store_buffer {
        sentences.push(format!(
            "Store buffers were full with {entries} entries; longer ones may allow more."
        ));
    }
    if good && found.promise != Promise::Nothing {
        sentences.extend(waiting(description).map(str::to_owned));
        if !description.needs.vars.is_empty() && asked.memory() == Memory::Sc {
            sentences.push(
                "This assumes sequential consistency. For x86 store buffers: --memory tso.".into(),
            );
        }
    }
    if verbose {
        sentences.push(format!("{} states.", number(found.states)));
    }
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

fn bounds(asked: &Asked, found: &Exploration, good: bool) -> Option<String> {
    let limits = &found.limits;
    if let Some(most) = limits.preemptions {
        let seen = if good { "No loss" } else { "Searched" };
        let most = several(most, "preemption");
        Some(format!("{seen} with up to {most}; not searched beyond."))
    } else if limits.states.or(limits.memory).is_some() || limits.interrupted {
        Some(format!(
            "{} were seen, and the answer is not complete: no proof.",
            several(found.states, "state")
        ))
    } else {
        let proved = good && found.complete;
        let program = program(asked);
        let proof = || format!("Proved for {program}, all interleavings{}", beyond(asked, found));
        proved.then(proof)
    }
}

/// What is to be said of larger programs.
fn beyond(asked: &Asked, found: &Exploration) -> String {
    let Program { guard, copies, .. } = asked.config.program;
    let judged = found.promise.most_inside(1).is_some() && guard == Guard::Update && copies == 1;
    match judged {
        true => {
            let command = tied(&format!("{} judge {}", called(), found.strategy));
            format!(". For any number of updates: {command}.")
        }
        false => "; not for larger programs.".into(),
    }
}

/// How waiting is counted.
fn waiting(description: &Description) -> Option<&'static str> {
    let needs = &description.needs;
    let blocks = !needs.locks.is_empty() || !needs.semaphores.is_empty();
    match (description.spins, blocks) {
        (true, _) => Some("An attempt that fails and changes nothing adds no interleaving."),
        (false, true) => Some("A worker that is blocked takes no step."),
        (false, false) => None,
    }
}
