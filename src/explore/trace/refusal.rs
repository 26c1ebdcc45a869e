//! Why a schedule cannot be followed, and which steps could have been taken.

use std::fmt;

use serde::Serialize;

use super::super::refused::Refused;
use crate::machine::Turn;

/// What a worker waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "name", rename_all = "snake_case")]
pub enum WaitsFor {
    /// A mutex that is held.
    Lock(String),
    /// A semaphore without permits.
    Semaphore(String),
    /// A notification of a condition variable.
    Condition(String),
    /// Words that are not true yet.
    Until(String),
}

impl fmt::Display for WaitsFor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lock(name) => write!(f, "for {name}"),
            Self::Semaphore(name) => write!(f, "for a permit of semaphore {name}"),
            Self::Condition(name) => write!(f, "for a notification of {name}"),
            Self::Until(words) => write!(f, "until {words}"),
        }
    }
}

/// Why a schedule cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The step that fails, from 1; one more than there are if the schedule ends too soon.
    pub step: usize,
    /// The worker that would take it.
    pub turn: Option<Turn>,
    /// Why it cannot be taken.
    pub why: Why,
    /// The steps that could have been taken.
    pub could: Vec<Turn>,
}

/// Why a step cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// There is no such worker.
    NoWorker,
    /// It has made all its updates.
    Finished,
    /// It waits for another worker.
    Waits(WaitsFor),
    /// It is said to wait, and does not have to.
    NotWaiting,
    /// It waits for its own store buffer.
    Undrained,
    /// Its store buffer is empty.
    Empty,
    /// The schedule has come to its end, and workers could go on.
    TooShort,
    /// It gives back a mutex that it does not hold.
    Fault,
    /// The strategy's code cannot be followed.
    Refused(Refused),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { step, turn, why, could } = self;
        let worker = turn.map_or(0, |turn| turn.worker + 1);
        let names = format!("step {step} names worker {worker}");
        let why = match why {
            Why::NoWorker => format!("{names}, but there is none"),
            Why::Finished => format!("{names}, which has finished"),
            Why::Waits(what) => format!("{names}, which waits {what}"),
            Why::NotWaiting => format!("before step {step} worker {worker} does not have to wait"),
            Why::Undrained => {
                format!("at step {step} worker {worker} first has to drain its store buffer")
            }
            Why::Empty => format!("at step {step} worker {worker}'s store buffer is empty"),
            Why::Refused(why) => why.to_string(),
            Why::TooShort => "it ends before the workers have finished".into(),
            Why::Fault => {
                format!("at step {step} worker {worker} gives back what it does not hold")
            }
        };
        let could: Vec<String> = could.iter().map(Turn::to_string).collect();
        match could.is_empty() {
            true => f.write_str(&why),
            false => write!(f, "{why}; could go on: {}", could.join(", ")),
        }
    }
}
