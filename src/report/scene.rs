//! What is said of a state that a schedule has led to: each worker, and what they share.

use crate::explore::{Memory, Scene, Status, WaitsFor, WorkerScene};
use crate::machine::{Guard, Needs, Program};
use crate::outcome::number;

/// What a worker waits for, and why it cannot go on.
pub(super) fn why(status: &Status) -> Option<String> {
    match status {
        Status::Waits(what, holders) if !holders.is_empty() => {
            let holders: Vec<String> = holders.iter().map(|at| (at + 1).to_string()).collect();
            Some(format!("{what}: held by {}", holders.join(", ")))
        }
        Status::Waits(what, _) | Status::Repeats(what) => Some(what.to_string()),
        Status::Fault(lock) => Some(format!("does not hold {lock}")),
        Status::Finished => Some("finished".into()),
        Status::Enabled | Status::Undrained => None,
    }
}

/// What a worker has read and stored.
pub(super) fn values(scene: &WorkerScene) -> Vec<String> {
    let seen = scene.seen.map(|seen| format!("seen = {}", number(seen)));
    let privates = scene.privates.iter().map(|(name, value)| format!("{name} = {value}"));
    let stores: Vec<String> =
        scene.buffer.iter().map(|(name, value)| format!("{name} {value}")).collect();
    let stores = (!stores.is_empty()).then(|| format!("in its buffer: {}", stores.join(", ")));
    seen.into_iter().chain(privates).chain(stores).collect()
}

/// What the workers share: name and value.
pub(super) fn shared(scene: &Scene, needs: &Needs) -> Vec<(String, String)> {
    let mut rows = vec![("counter".to_owned(), number(scene.counter))];
    if scene.copies.len() > 1 {
        let copies = scene.copies.iter().enumerate();
        rows.extend(copies.map(|(at, value)| (format!("  copy {}", at + 1), number(*value))));
    }
    rows.extend(scene.vars.iter().map(|(name, value)| (name.clone(), value.to_string())));
    let holder = |holder: &Option<usize>| match holder {
        Some(worker) => format!("worker {}", worker + 1),
        None => "free".into(),
    };
    rows.extend(scene.locks.iter().map(|(name, by)| (name.clone(), holder(by))));
    rows.extend(scene.semaphores.iter().map(|(name, count)| (name.clone(), count.to_string())));
    for name in &needs.conditions {
        let asleep = |(at, worker): (usize, &WorkerScene)| match &worker.status {
            Status::Waits(WaitsFor::Condition(of), _) if of == name => Some((at + 1).to_string()),
            _ => None,
        };
        let asleep: Vec<String> = scene.workers.iter().enumerate().filter_map(asleep).collect();
        let who = if asleep.is_empty() { "none".into() } else { asleep.join(" ") };
        rows.push((name.clone(), format!("asleep: {who}")));
    }
    rows
}

/// The options of `explore` that make the same program.
pub(super) fn options(program: &Program, memory: Memory) -> String {
    let Program { workers, iters, guard, count_up, permits, copies } = *program;
    let number = |name: &str, value: u64, default: u64| {
        if value == default { String::new() } else { format!(" --{name} {value}") }
    };
    let flag = |wanted: bool, option: &str| if wanted { option.to_owned() } else { String::new() };
    [
        number("threads", workers as u64, 2),
        number("iters", iters, 2),
        number("copies", copies, 1),
        number("permits", permits, copies),
        flag(guard == Guard::Loop, " --guard loop"),
        flag(count_up, " --count-up"),
        flag(memory == Memory::Tso, " --memory tso"),
    ]
    .concat()
}
