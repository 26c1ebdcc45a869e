//! Who waits for what, when nobody gets on.

use std::time::Duration;

use crossbeam_utils::CachePadded;

use crate::machine::Lock;
use crate::worker::{Job, Slot, WaitingFor};

/// As many workers of a group are named; the others are counted.
const NAMED: usize = 8;

/// In a sentence or a few: nothing was finished for so long, and why.
pub(super) fn who_waits(
    job: &Job,
    slots: &[CachePadded<Slot>],
    ended: &[bool],
    timeout: Duration,
) -> String {
    let mut groups: Vec<(Option<WaitingFor>, Vec<usize>)> = Vec::new();
    for (me, slot) in slots.iter().enumerate().filter(|&(me, _)| !ended[me]) {
        let waiting = slot.waiting();
        match groups.iter_mut().find(|group| group.0 == waiting) {
            Some(group) => group.1.push(me),
            None => groups.push((waiting, vec![me])),
        }
    }
    let all: Vec<String> =
        groups.iter().map(|(waiting, who)| one_group(job, slots, waiting.as_ref(), who)).collect();
    format!("no update was finished for {timeout:?}. {}.", capital(&all.join("; ")))
}

fn one_group(
    job: &Job,
    slots: &[CachePadded<Slot>],
    waiting: Option<&WaitingFor>,
    who: &[usize],
) -> String {
    let needs = job.strategy.needs(&job.program);
    let (workers, s) = (workers(who), if who.len() == 1 { "s" } else { "" });
    match waiting {
        Some(WaitingFor::Lock(lock)) => {
            let name = needs.locks.get(lock.0).map_or("?", String::as_str);
            format!("{workers} wait{s} for {name}, which {}", holder(slots, *lock))
        }
        Some(WaitingFor::Semaphore(semaphore)) => {
            let name = needs.semaphores.get(semaphore.0).map_or("?", |named| named.0.as_str());
            format!("{workers} wait{s} for {name}, of which none is left, and which nobody owns")
        }
        Some(WaitingFor::Until(words)) => format!("{workers} spin{s} until {words}"),
        None => format!("{workers} did not get the processor, or loop{s} inside an update"),
    }
}

fn holder(slots: &[CachePadded<Slot>], lock: Lock) -> String {
    match slots.iter().position(|slot| slot.held().has(lock)) {
        Some(who) => format!("worker {} holds", who + 1),
        None => "nobody is known to hold".into(),
    }
}

/// "worker 1", "workers 1, 2 and 3", "workers 1, 2, ... and 40 others"
fn workers(who: &[usize]) -> String {
    let number = |me: &usize| (me + 1).to_string();
    match who {
        [one] => format!("worker {}", one + 1),
        [rest @ .., last] if who.len() <= NAMED => {
            let rest: Vec<_> = rest.iter().map(number).collect();
            format!("workers {} and {}", rest.join(", "), last + 1)
        }
        _ => {
            let first: Vec<_> = who.iter().take(NAMED).map(number).collect();
            format!("workers {} and {} others", first.join(", "), who.len() - NAMED)
        }
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
