//! What the workers of one run are given.

use crate::machine::{Program, Rate};
use crate::strategy::Face;

/// One run of one strategy on real workers.
#[derive(Clone)]
pub struct Job {
    /// How their updates are guarded.
    pub strategy: &'static dyn Face,
    /// What they are to do.
    pub program: Program,
    /// How often they yield.
    pub rate: Rate,
    /// Fixes after which reads they yield.
    pub seed: u64,
    /// How many processors this program may use.
    pub processors: usize,
}

impl Job {
    /// The seed of worker `me`.
    #[must_use]
    pub fn seed_of(&self, me: usize) -> u64 {
        // Any odd constant with well mixed bits keeps the seeds of neighbours apart.
        self.seed ^ (me as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    /// A worker looks who else is inside once in so many updates, a power of two.
    ///
    /// A look costs a miss in the cache for each other worker. Where time is measured that has to
    /// vanish among the updates; elsewhere it may cost what an update costs.
    #[must_use]
    pub fn look_every(&self) -> u64 {
        let others = (self.program.workers as u64).next_power_of_two();
        match self.rate {
            Rate::Never => 512 * others,
            Rate::OneIn(_) => others / 2,
        }
        .max(1)
    }
}
