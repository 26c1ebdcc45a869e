//! How workers and updates are called in all reports.

use crate::machine::Tally;
use crate::outcome::{number, several};

/// "worker 1", "workers 1, 2 and 3": numbers begin with 1.
pub(super) fn workers(who: &[usize]) -> String {
    let numbers: Vec<_> = who.iter().map(number).collect();
    match &numbers[..] {
        [] => "nobody".into(),
        [one] => format!("worker {one}"),
        [rest @ .., last] => format!("workers {} and {last}", rest.join(", ")),
    }
}

/// "2,500 decrements", "2 increments and 1 decrement"
pub(super) fn updates(of: Tally) -> String {
    match (of.increments, of.decrements) {
        (some, 0) => several(some, "increment"),
        (0, some) => several(some, "decrement"),
        (up, down) => format!("{} and {}", several(up, "increment"), several(down, "decrement")),
    }
}
