//! Explains why no worker makes progress: the lock that each waits for, and its holder.

use std::time::Duration;

use crossbeam_utils::CachePadded;

use super::{Job, Waiting, WorkerExit, WorkerStatus};
use crate::machine::Lock;

/// As many workers of a group are named; the others are counted.
const NAMED: usize = 8;

/// In a sentence or two: no update was finished for so long, and why.
pub(super) fn explain(
    job: &Job,
    statuses: &[CachePadded<WorkerStatus>],
    ends: &[Option<WorkerExit>],
    timeout: Duration,
) -> String {
    let mut groups: Vec<(Waiting<String>, Vec<usize>)> = Vec::new();
    for (me, status) in statuses.iter().enumerate().filter(|&(me, _)| ends[me].is_none()) {
        let waiting = status.waiting();
        match groups.iter_mut().find(|group| group.0 == waiting) {
            Some(group) => group.1.push(me),
            None => groups.push((waiting, vec![me])),
        }
    }
    let dead: Vec<usize> =
        (0..ends.len()).filter(|&me| matches!(ends[me], Some(WorkerExit::Died(_)))).collect();
    let mut parts = match &groups[..] {
        [(Waiting::Semaphore(_), who)] if !dead.is_empty() => vec![format!(
            "{} for it, and a semaphore has no owner to take it back from",
            they(who, "wait")
        )],
        _ => groups.iter().map(|(waits, who)| one_group(job, statuses, waits, who)).collect(),
    };
    parts.splice(0..0, death(job, statuses, &dead));
    format!("no update was finished for {timeout:?}. {}.", capital(&parts.join("; ")))
}

/// Which workers died, and with what.
fn death(job: &Job, statuses: &[CachePadded<WorkerStatus>], dead: &[usize]) -> Option<String> {
    let semaphore = !job.needs.semaphores.is_empty();
    let how = match dead.iter().any(|&me| statuses[me].is_inside()) {
        true if semaphore && job.config.program.permits == 1 => "died with the only permit",
        true if semaphore => "died with a permit",
        true => "died inside, and never leaves",
        false => "died",
    };
    (!dead.is_empty()).then(|| format!("{} {how}", workers(dead)))
}

fn one_group(
    job: &Job,
    statuses: &[CachePadded<WorkerStatus>],
    waiting: &Waiting<String>,
    who: &[usize],
) -> String {
    let needs = &job.needs;
    match waiting {
        Waiting::Lock(lock) => {
            let name = needs.locks.get(lock.0).map_or("?", String::as_str);
            format!("{} for {name}{}", they(who, "wait"), holder(statuses, *lock))
        }
        Waiting::Semaphore(semaphore) => {
            let name = needs.semaphores.get(semaphore.0).map_or("?", |named| named.0.as_str());
            format!(
                "{} for a permit of semaphore {name}; none is left, and a semaphore has no owner \
                 who could return it",
                they(who, "wait")
            )
        }
        Waiting::Condition(condition) => {
            let name = needs.conditions.get(condition.0).map_or("?", String::as_str);
            format!("{} on {name}, and no worker notifies it", they(who, "sleep"))
        }
        Waiting::Until(words) => format!("{} until {words}", they(who, "spin")),
        _ => format!(
            "{} did not get the processor, or {} stopped, or loop{} inside an update without `until`",
            workers(who),
            if who.len() == 1 { "was" } else { "were" },
            s(who)
        ),
    }
}

/// Says who holds it, if that worker has published it: one that has not had to wait has not.
fn holder(statuses: &[CachePadded<WorkerStatus>], lock: Lock) -> String {
    let holder = statuses.iter().position(|status| status.holds(lock));
    holder.map_or(String::new(), |who| format!(", which worker {} holds", who + 1))
}

/// "worker 1 waits", "workers 1 and 2 wait"
fn they(who: &[usize], verb: &str) -> String {
    format!("{} {verb}{}", workers(who), s(who))
}

fn s(who: &[usize]) -> &'static str {
    if who.len() == 1 { "s" } else { "" }
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
