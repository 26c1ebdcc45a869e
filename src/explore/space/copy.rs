//! Copies of the resource: which one a worker takes, and gives back.

use super::super::dataflow::{Cell, MOST_COPIES, memory};
use super::super::model::Token;
use super::super::stop::Stop;
use super::step::Effect;
use super::{OWNED, Space, number};
use crate::machine::Step;

impl Space<'_, '_> {
    /// Outside of what is guarded a worker has no copy of its own.
    pub(super) fn check_copy(&self, worker: usize, step: &Step<Token>) -> Result<(), Stop> {
        let uses =
            matches!(step, Step::Read | Step::Write(_) | Step::Add(_) | Step::Replace { .. });
        let own = worker * self.layout.block + self.layout.copy;
        match self.own_copies && uses && self.after[own] == 0 {
            true => Err(Stop::NeedsMoreDetail),
            false => Ok(()),
        }
    }

    /// The lowest free copy; if there is none, one that another worker has as well.
    pub(super) fn claim(&mut self, worker: usize) -> Result<Effect, Stop> {
        let at = self.layout.copies;
        let own = worker * self.layout.block + self.layout.copy;
        let copies = usize::try_from(self.local.program.copies).unwrap_or(MOST_COPIES);
        if self.own_copies {
            if self.after[at] as usize == copies {
                return Err(Stop::NeedsMoreDetail);
            }
            self.after[at] += 1;
            self.after[own] = OWNED;
            return Ok(self.changed());
        }
        let free = self.after[at].trailing_ones() as usize;
        if free < copies {
            self.after[at] |= 1 << free;
            self.after[own] = number(free) - 1 + OWNED;
        } else {
            self.after[own] = number(worker % copies) - 1;
        }
        Ok(self.changed())
    }

    pub(super) fn give_back(&mut self, worker: usize) -> Effect {
        let at = self.layout.copies;
        let copy = std::mem::take(&mut self.after[worker * self.layout.block + self.layout.copy]);
        if self.own_copies {
            self.after[at] -= 1;
        } else if copy >= OWNED {
            self.after[at] &= !(1 << (copy - OWNED));
        }
        self.changed()
    }

    /// The cell of the copy that a worker is at.
    pub(super) fn memory_of(&self, worker: usize) -> Cell {
        memory(self.copy(&self.after, worker))
    }
}
