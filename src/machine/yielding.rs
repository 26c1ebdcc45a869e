//! Gives up the processor between read and write, now and then, so that the race shows.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Action, Decorator, Machine};

/// After how many reads, on average, a worker yields; or never.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rate {
    /// No worker yields.
    Never,
    /// After one read in so many, at least 1.
    OneIn(u32),
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Never => f.write_str("never"),
            Self::OneIn(n) => write!(f, "1/{n}"),
        }
    }
}

/// Yields the processor after a read, at random, one time in `one_in`.
pub struct Yielding {
    one_in: u32,
    random: fastrand::Rng,
}

impl Yielding {
    /// For one worker; `seed` fixes after which of its reads it yields.
    #[must_use]
    pub fn new(one_in: u32, seed: u64) -> Self {
        Self { one_in, random: fastrand::Rng::with_seed(seed) }
    }
}

impl<M: Machine> Decorator<M> for Yielding {
    fn step<T>(
        &mut self,
        machine: &mut M,
        action: Action,
        take: impl FnOnce(&mut M) -> Result<T, M::Stop>,
    ) -> Result<T, M::Stop> {
        let answer = take(machine)?;
        if action == Action::Read && self.random.u32(0..self.one_in) == 0 {
            std::thread::yield_now();
        }
        Ok(answer)
    }
}
