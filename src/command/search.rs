//! Searches all states of one strategy, until something stops it.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use super::console::Console;
use super::watchdog::Watchdog;
use crate::catalog::{find, table};
use crate::explore::{Refused, Watch};
use crate::machine::catch_misuse;
use crate::outcome::number;
use crate::worker::running;

/// A search tells that it moves many times a second, also on a busy machine.
const SEARCHING: Duration = Duration::from_secs(30);

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
        match console.interrupted() {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        }
    };
    match catch_misuse(|| search(&mut watch)) {
        Ok(found) => found.map_err(|why| match why {
            Refused::Workers | Refused::Copies => why.to_string(),
            Refused::Section | Refused::OwnState => format!("{name} cannot be {done}: {why}."),
        }),
        Err(why) => Err(format!("{name} {why}")),
    }
}
