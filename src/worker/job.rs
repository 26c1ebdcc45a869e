//! What the workers of one run are given.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::machine::{Program, Rate};
use crate::resource;
use crate::schedule::Schedule;
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
    /// What they are, and what they share.
    pub setup: Setup,
}

/// What the workers are, and what they share. By default threads, and a variable.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Setup {
    /// What they are.
    pub kind: Kind,
    /// What they share.
    pub resource: resource::Kind,
    /// The name of the file that they share, if it is to be kept.
    pub file: Option<PathBuf>,
    /// How long each update takes between its read and its write.
    pub work: Duration,
    /// One of them is to be killed inside. Processes only.
    pub kill: bool,
    /// The order in which they take their steps, if it is given.
    pub schedule: Option<Schedule>,
    /// Where workers open each copy of the resource. To be left empty: a [`Crew`](super::Crew)
    /// fills it in.
    pub doors: Vec<PathBuf>,
}

/// What workers are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Threads of this process.
    #[default]
    Threads,
    /// Processes that share memory.
    Processes,
}

impl Kind {
    /// As reports say it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Threads => "threads",
            Self::Processes => "processes",
        }
    }

    /// One of them, as reports say it.
    #[must_use]
    pub const fn one(self) -> &'static str {
        match self {
            Self::Threads => "thread",
            Self::Processes => "process",
        }
    }
}

impl Job {
    /// The seed of worker `me`.
    #[must_use]
    pub fn seed_of(&self, me: usize) -> u64 {
        // Any odd constant with well mixed bits keeps the seeds of neighbours apart.
        self.seed ^ (me as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    /// How often a worker without a section publishes how many updates it has made, a power of two.
    ///
    /// A store for each would make an atomic addition a third dearer; where workers yield, that does
    /// not matter, and the one who watches for progress is to see it.
    #[must_use]
    pub fn publish_every(&self) -> u64 {
        if self.rate == Rate::Never { 1024 } else { 1 }
    }

    /// A worker looks who else is inside once in so many updates, a power of two.
    ///
    /// A look costs a miss in the cache for each other worker. Where time is measured that has to
    /// vanish among the updates; elsewhere it may cost what an update costs.
    #[must_use]
    pub fn look_every(&self) -> u64 {
        let others = (self.program.workers as u64).next_power_of_two();
        match self.rate {
            // Waiting for turns costs far more than looking.
            _ if self.setup.schedule.is_some() => 1,
            Rate::Never => 512 * others,
            Rate::OneIn(_) => others / 2,
        }
        .max(1)
    }

    /// The worker (from 0) that is to be killed, if one is: the second, or the only one.
    #[must_use]
    pub fn victim(&self) -> Option<usize> {
        self.setup.kill.then(|| 1.min(self.program.workers - 1))
    }

    /// Whether workers make their updates on a single variable, undisturbed and at full speed.
    pub(crate) fn is_plain(&self) -> bool {
        self.setup.resource == resource::Kind::Variable
            && self.program.copies == 1
            && self.setup.work.is_zero()
            && !self.setup.kill
            && !self.strategy.needs(&self.program).on_file
    }
}
