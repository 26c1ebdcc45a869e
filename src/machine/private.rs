//! Private variables: what one worker remembers from its entry section to its exit section.

use std::cell::Cell;

use super::misuse::{set_in_attempt, undeclared};
use super::{Needs, Private};

/// The private variables of one worker.
#[derive(Clone, Debug, Default)]
pub struct Privates {
    values: Box<[Cell<u64>]>,
    /// How often one was set.
    sets: Cell<u64>,
}

impl Privates {
    /// As at the beginning of an entry section.
    pub(crate) fn new(needs: &Needs) -> Self {
        needs.privates.iter().map(|_| 0).collect()
    }

    #[inline(always)]
    fn cell(&self, private: Private) -> &Cell<u64> {
        let declared = self.values.len();
        let cell = self.values.get(private.0);
        cell.unwrap_or_else(|| undeclared("private variable", private.0, declared))
    }

    #[inline(always)]
    pub(crate) fn get(&self, private: Private) -> u64 {
        self.cell(private).get()
    }

    #[inline(always)]
    pub(crate) fn set(&self, private: Private, value: u64) {
        self.cell(private).set(value);
        self.sets.set(self.sets.get() + 1);
    }

    /// An entry section begins.
    #[inline(always)]
    pub(crate) fn clear(&self) {
        self.values.iter().for_each(|value| value.set(0));
    }

    pub(crate) fn values(&self) -> Box<[u64]> {
        self.values.iter().map(Cell::get).collect()
    }
}

/// With these values.
impl FromIterator<u64> for Privates {
    fn from_iter<I: IntoIterator<Item = u64>>(values: I) -> Self {
        Self { values: values.into_iter().map(Cell::new).collect(), sets: Cell::new(0) }
    }
}

/// Makes an attempt of `until`. Panics if it sets a private variable: an attempt that fails has to
/// leave nothing behind for the next one.
#[inline(always)]
pub(crate) fn attempt<M, E>(
    machine: &mut M,
    attempt: impl Fn(&mut M) -> Result<bool, E>,
    privates: impl Fn(&M) -> &Privates,
) -> Result<bool, E> {
    let before = privates(machine).sets.get();
    let succeeded = attempt(machine)?;
    if privates(machine).sets.get() != before {
        set_in_attempt();
    }
    Ok(succeeded)
}
