//! A strategy: an entry section, the update, an exit section, and a promise.

use super::{Delta, Machine, Needs, Program};

/// How an update is guarded: an entry section, the update, an exit section.
///
/// Every `?` is a place where another worker may run.
///
/// ```
/// use syncdemo::machine::{Lock, Machine, Needs, Program};
/// use syncdemo::strategy::{About, Promise, Strategy};
///
/// struct Mine;
///
/// impl Strategy for Mine {
///     fn about(&self) -> About {
///         About::new("mine", Promise::MutualExclusion, "a mutex of my own")
///     }
///     fn needs(&self, _: &Program) -> Needs {
///         Needs::default().lock("lock")
///     }
///     fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
///         m.acquire(Lock(0))
///     }
///     fn exit<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
///         m.release(Lock(0))
///     }
/// }
/// assert_eq!(Mine.about().name, "mine");
/// ```
pub trait Strategy: Sync {
    /// Its name and its promise.
    fn about(&self) -> About;

    /// What its workers share beside the resource.
    fn needs(&self, _program: &Program) -> Needs {
        Needs::default()
    }

    /// The entry section.
    fn enter<M: Machine>(&self, _m: &mut M) -> Result<(), M::Stop> {
        Ok(())
    }

    /// The update itself: read, compute, write.
    fn update<M: Machine>(&self, m: &mut M, delta: Delta) -> Result<(), M::Stop> {
        let seen = m.read()?;
        m.write(seen + delta)
    }

    /// The exit section.
    fn exit<M: Machine>(&self, _m: &mut M) -> Result<(), M::Stop> {
        Ok(())
    }
}

/// A strategy's own description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// As it is typed: at most 20 lower case letters, digits and hyphens; a letter comes first.
    pub name: &'static str,
    /// What it promises.
    pub promise: Promise,
    /// How it works, in under 40 characters.
    pub how: &'static str,
    /// The most workers that it serves, and a strategy for more; `None`: it serves any number.
    pub only: Option<Only>,
    /// If no worker is inside and some want to enter, one of them enters.
    pub progress: bool,
    /// There is a bound on how often other workers enter before a waiting one.
    pub bounded_waiting: bool,
    /// It looks right and is wrong on purpose, to be studied.
    pub exhibit: bool,
}

/// The limit of a strategy that serves only few workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Only {
    /// The most workers that it serves.
    pub workers: usize,
    /// The name of a strategy that serves more.
    pub instead: &'static str,
}

impl About {
    /// For any number of workers; progress, and no bound on waiting.
    pub const fn new(name: &'static str, promise: Promise, how: &'static str) -> Self {
        Self {
            name,
            promise,
            how,
            only: None,
            progress: true,
            bounded_waiting: false,
            exhibit: false,
        }
    }

    /// No worker waits for ever while others come and go.
    pub const fn bounded_waiting(mut self) -> Self {
        self.bounded_waiting = true;
        self
    }

    /// It is wrong on purpose.
    pub const fn exhibit(mut self) -> Self {
        self.exhibit = true;
        self
    }

    /// At most so many workers; `instead` names a strategy for more.
    pub const fn at_most(mut self, workers: usize, instead: &'static str) -> Self {
        self.only = Some(Only { workers, instead });
        self
    }
}

/// What a strategy promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Promise {
    /// Nothing.
    Nothing,
    /// Each update is one step: there is no section, and nothing is lost.
    NoLostUpdate,
    /// No more workers than permits are inside; it keeps every update as long as there is a copy
    /// for each permit.
    AtMostPermits,
    /// While one worker is inside, no other may enter.
    MutualExclusion,
}

impl Promise {
    /// The most workers that may be inside with so many permits, if that is promised.
    pub fn most_inside(self, permits: u64) -> Option<u64> {
        match self {
            Self::Nothing | Self::NoLostUpdate => None,
            Self::AtMostPermits => Some(permits),
            Self::MutualExclusion => Some(1),
        }
    }

    /// Whether no update may be lost with so many permits and copies of the resource.
    pub fn keeps_all(self, permits: u64, copies: u64) -> bool {
        match self {
            Self::Nothing => false,
            Self::NoLostUpdate | Self::MutualExclusion => true,
            Self::AtMostPermits => permits <= copies,
        }
    }

    /// Whether workers are ever inside: what is one step has no section.
    pub fn has_section(self) -> bool {
        self != Self::NoLostUpdate
    }
}

/// The part of [`Strategy`] that is object-safe. Each room that runs strategies adds a part of its
/// own (see `catalog`).
pub trait Describe: Sync {
    /// As [`Strategy::about`].
    fn about(&self) -> About;
    /// As [`Strategy::needs`].
    fn needs(&self, program: &Program) -> Needs;
}

impl<S: Strategy> Describe for S {
    fn about(&self) -> About {
        Strategy::about(self)
    }

    fn needs(&self, program: &Program) -> Needs {
        Strategy::needs(self, program)
    }
}
