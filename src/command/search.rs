//! Searches all states of each strategy, until something stops it.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use super::console::Console;
use super::watchdog::Watchdog;
use crate::catalog::{find, table};
use crate::explore::{Refused, Watch};
use crate::machine::catch_misuse;
use crate::outcome::number;
use crate::plan::Chosen;
use crate::worker::{Interrupt, RunError, interrupted, running};

/// A search tells that it moves many times a second, also on a busy machine.
const SEARCHING: Duration = Duration::from_secs(30);

/// Whether a search is to go on.
pub(super) fn go_on(interrupt: &Interrupt) -> ControlFlow<()> {
    interrupted(interrupt).map_or(ControlFlow::Continue(()), |_| ControlFlow::Break(()))
}

/// What `one` finds out of each strategy, the strategies without a result, and why they have none.
pub(super) fn each<T>(
    strategies: &[Chosen],
    console: &mut Console,
    one: impl Fn(&Chosen, &mut Console) -> Result<T, String>,
) -> (Vec<T>, Vec<&'static str>, Option<RunError>) {
    let (mut found, mut left) = (Vec::new(), Vec::new());
    let (mut interrupted, mut failed) = (None, Vec::new());
    for chosen in strategies {
        if interrupted.is_some() {
            left.push(chosen.about.name);
            continue;
        }
        match one(chosen, console) {
            Ok(result) => found.push(result),
            Err(why) => {
                left.push(chosen.about.name);
                failed.push(why);
            }
        }
        interrupted = console.interrupted();
    }
    (found, left, interrupted.or(all_failed(&failed)))
}

/// One sentence for each strategy without a result; where all are for one reason, it is said once.
pub(super) fn all_failed(why: &[String]) -> Option<RunError> {
    let mut sentences = why.to_vec();
    sentences.dedup();
    (!why.is_empty()).then(|| RunError::Failed(sentences.join(" ")))
}

/// The result of `search`, or a sentence. `done` is what cannot be done to a strategy that is
/// refused: "explored".
pub(super) fn searched<T>(
    name: &'static str,
    done: &str,
    console: &mut Console,
    search: impl FnOnce(Watch<'_>) -> Result<T, Refused>,
) -> Result<T, String> {
    running(name);
    let is_own = find(table(), name).is_none();
    let watchdog = is_own.then(|| Watchdog::start(Some(name), SEARCHING));
    let began = Instant::now();
    let mut watch = |states: usize| {
        watchdog.iter().for_each(Watchdog::moved);
        console.say(|| {
            let rate = states as f64 / began.elapsed().as_secs_f64();
            format!("{name}: {} states, {} per second", number(states), number(rate as u64))
        });
        go_on(&console.interrupt)
    };
    match catch_misuse(|| search(&mut watch)) {
        Ok(found) => found.map_err(|why| match why {
            Refused::Workers | Refused::Copies => why.to_string(),
            Refused::Limit(_) | Refused::OwnState => format!("{name} cannot be {done}: {why}."),
        }),
        Err(why) => Err(format!("{name} {why}")),
    }
}
