//! Why a program cannot be explored.

use std::fmt;

use super::stop::{Limit, Stop};

/// Why a program cannot be explored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// More workers than [`MOST_WORKERS`](super::MOST_WORKERS).
    Workers,
    /// More copies than [`MOST_COPIES`](super::MOST_COPIES).
    Copies,
    /// The strategy needs more than the model has.
    Limit(Limit),
    /// The strategy keeps state outside of the machine: run again with the same answers, it takes
    /// another step.
    OwnState,
}

/// For a strategy, the end of a sentence that begins with its name; for a program that is too
/// large, a whole sentence.
impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Workers => "more than 8 workers cannot be explored: use a smaller --threads",
            Self::Copies => "more than 8 copies cannot be explored: use a smaller --copies",
            Self::Limit(Limit::Steps) => {
                "it takes more than 500 steps in one section, which is more than the model \
                 supports: wait by m.until(..), and not in a loop"
            }
            Self::Limit(Limit::Reads) => {
                "it reads more than 8 times in one section, which is more than the model supports: \
                 make one update at a time"
            }
            Self::Limit(Limit::Updates) => {
                "it adds more than 254 at once, which is more than the model supports: make one \
                 update at a time"
            }
            Self::Limit(Limit::Attempts) => {
                "it has more than 30 m.until(..) inside of each other, which is more than the model \
                 supports: use one for what it waits for"
            }
            Self::Limit(Limit::Iterations) => {
                "its loop has more iterations than the model supports: use a smaller --iters"
            }
            Self::OwnState => {
                "it keeps state outside of the machine, since it takes another step when it is run \
                 again with the same answers: keep it in a variable that it asks for in needs"
            }
        })
    }
}

impl From<Stop> for Refused {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::OwnState => Self::OwnState,
            Stop::LimitExceeded(limit) => Self::Limit(limit),
            // A search answers these by beginning again.
            Stop::NeedsMoreDetail
            | Stop::AnswersMatter
            | Stop::LosesUpdate
            | Stop::NotSymmetric => Self::Limit(Limit::Steps),
        }
    }
}
