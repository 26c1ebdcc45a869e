//! What each kind of step does to a state.

use super::super::dataflow::{BUFFER, Flow, MOST_COPIES, Spot, memory, seen, stored};
use super::super::local_state::{Move, Next};
use super::super::model::{Answer, Token};
use super::super::{Memory, Values};
use super::values::plus;
use super::{Entry, OWNED, Space, Taken, Unfit, number, pair, set_pair};
use crate::machine::{Delta, Step};

impl Space<'_, '_> {
    /// Takes the next step of `worker`.
    pub(in crate::explore) fn step(
        &mut self,
        state: &[u32],
        worker: usize,
    ) -> Result<Taken, Unfit> {
        self.after.clear();
        self.after.extend_from_slice(state);
        self.answer = Answer::default();
        let pending = match &self.code.place(state[worker]).next {
            Next::Step(pending) => pending,
            Next::Finished => return Ok(Taken::None),
            Next::NeverSucceeds(_) => return Ok(Taken::Vain),
        };
        let (step, fenced, reads) = (pending.step, pending.is_fenced(), pending.reads);
        if fenced && !self.buffer(state, worker).is_empty() {
            return Ok(Taken::Undrained);
        }
        let taken = match step {
            Step::Read => self.read(worker, reads),
            Step::Write(new) => self.write(worker, new),
            Step::Add(delta) => self.add(worker, delta),
            Step::Replace { seen, new } => self.replace(worker, seen, new)?,
            Step::Load(var, _) => self.load(worker, var.0),
            Step::Store(var, value, _) => self.store(worker, var.0, value, fenced),
            Step::Swap(var, value, _) => self.exchange(var.0, |_| value),
            Step::FetchAdd(var, value, _) => self.exchange(var.0, |old| old.wrapping_add(value)),
            Step::Acquire(lock) => self.acquire(worker, lock.0),
            Step::Release(lock) => self.release(worker, lock.0),
            Step::Wait(semaphore) => self.wait(semaphore.0),
            Step::Signal(semaphore) => self.signal(semaphore.0),
            Step::Claim => self.claim(worker),
            Step::GiveBack => self.give_back(worker),
        };
        let Taken::Yes { flow, .. } = taken else { return Ok(taken) };
        self.change_values(worker, flow)
            .map_or(Ok(Taken::Lossy), |()| self.advance(state[worker], worker, flow))
    }

    /// Lets the oldest entry of `worker`'s store buffer reach the memory.
    pub(in crate::explore) fn drain(&mut self, state: &[u32], worker: usize) -> Taken {
        let Some((&oldest, rest)) = self.buffer(state, worker).split_first() else {
            return Taken::None;
        };
        let rest = rest.to_vec();
        self.after.clear();
        self.after.extend_from_slice(state);
        self.after[self.layout.buffers + worker] = self.buffers.number(rest);
        let flow = match oldest {
            Entry::Var(var, value) => {
                set_pair(&mut self.after, self.layout.vars + 2 * var, value);
                Flow::NONE
            }
            Entry::Resource => Flow::new(memory(self.copy(&self.after, worker)), stored(worker, 0)),
        };
        let flow = flow.draining(worker);
        self.change_values(worker, flow).map_or(Taken::Lossy, |()| yes(flow))
    }

    /// Moves the worker on to where the answer leads it.
    fn advance(&mut self, from: u32, worker: usize, flow: Flow) -> Result<Taken, Unfit> {
        let (to, taken) = match self.code.after(from, self.answer)? {
            Move::To(to) => (to, Taken::Yes { flow, again: false }),
            Move::Again(to) => (to, Taken::Yes { flow, again: true }),
            Move::Vain(to) => (to, Taken::Vain),
        };
        self.after[worker] = to;
        self.forget(worker, self.code.place(to).reads());
        if !self.code.usual() && self.values == Values::Fresh {
            return Err(Unfit::Values);
        }
        Ok(taken)
    }

    fn read(&mut self, worker: usize, read: u8) -> Taken {
        let own = self.buffer(&self.after, worker).iter().rposition(|e| *e == Entry::Resource);
        let from = own.map_or(self.memory_of(worker), |entry| stored(worker, entry));
        yes(Flow::new(seen(worker, read), from))
    }

    fn write(&mut self, worker: usize, new: Token) -> Taken {
        self.check_usual(worker, new);
        let to = match self.memory {
            Memory::Sc => self.memory_of(worker),
            Memory::Tso => match self.put(worker, Entry::Resource) {
                Some(entry) => stored(worker, entry),
                None => return Taken::Undrained,
            },
        };
        self.answer.wrote = true;
        self.answer.changed = true;
        yes(Flow::new(to, seen(worker, new.read)).plus(new.increments, new.decrements))
    }

    /// What is written, after a look whether it is one update more than what was read.
    fn check_usual(&mut self, worker: usize, new: Token) {
        let deltas = self.program.deltas(worker);
        let own = match (new.increments, new.decrements) {
            (1, 0) => deltas.contains(&Delta::Increment),
            (0, 1) => deltas.contains(&Delta::Decrement),
            _ => false,
        };
        if !own {
            self.code.note_unusual();
        }
    }

    fn add(&mut self, worker: usize, delta: Delta) -> Taken {
        self.answer.wrote = true;
        self.answer.changed = true;
        let (increments, decrements) = match delta {
            Delta::Increment => (1, 0),
            Delta::Decrement => (0, 1),
        };
        let memory = self.memory_of(worker);
        yes(Flow::new(memory, memory).plus(increments, decrements))
    }

    fn replace(&mut self, worker: usize, old: Token, new: Token) -> Result<Taken, Unfit> {
        let same = match self.values {
            Values::Ignored => return Err(Unfit::Values),
            Values::Fresh if old.increments + old.decrements > 0 => return Err(Unfit::Values),
            Values::Fresh => self.is_fresh(worker, old.read),
            Values::Exact => {
                let seen = self.tallies(&self.after, seen(worker, old.read));
                plus(seen, old.increments, old.decrements)
                    == self.tallies(&self.after, self.memory_of(worker))
            }
        };
        if !same {
            return Ok(yes(Flow::NONE));
        }
        self.check_usual(worker, new);
        self.answer = Answer { value: 1, changed: true, wrote: true };
        let flow = Flow::new(self.memory_of(worker), seen(worker, new.read));
        Ok(yes(flow.plus(new.increments, new.decrements)))
    }

    fn load(&mut self, worker: usize, var: usize) -> Taken {
        let own = self.buffer(&self.after, worker).iter().rev().find_map(|entry| match entry {
            Entry::Var(of, value) if *of == var => Some(*value),
            _ => None,
        });
        self.answer.value = own.unwrap_or_else(|| self.var(&self.after, var));
        yes(Flow::NONE)
    }

    fn store(&mut self, worker: usize, var: usize, value: u64, fenced: bool) -> Taken {
        if self.memory == Memory::Tso && !fenced {
            self.answer.changed = true;
            return match self.put(worker, Entry::Var(var, value)) {
                Some(_) => yes(Flow::NONE),
                None => Taken::Undrained,
            };
        }
        self.exchange(var, |_| value);
        self.answer.value = 0;
        yes(Flow::NONE)
    }

    /// Puts an entry into a store buffer, and says as which.
    fn put(&mut self, worker: usize, entry: Entry) -> Option<usize> {
        let mut entries = self.buffer(&self.after, worker).to_vec();
        let at = entries.len();
        if at == BUFFER {
            self.full = true;
            return None;
        }
        entries.push(entry);
        self.after[self.layout.buffers + worker] = self.buffers.number(entries);
        Some(at)
    }

    fn exchange(&mut self, var: usize, new: impl FnOnce(u64) -> u64) -> Taken {
        let at = self.layout.vars + 2 * var;
        let old = pair(&self.after, at);
        let new = new(old);
        set_pair(&mut self.after, at, new);
        self.answer.value = old;
        self.answer.changed = old != new;
        yes(Flow::NONE)
    }

    fn acquire(&mut self, worker: usize, lock: usize) -> Taken {
        let holder = &mut self.after[self.layout.locks + lock];
        if *holder != 0 {
            return Taken::Blocked;
        }
        *holder = number(worker);
        self.answer.changed = true;
        yes(Flow::NONE)
    }

    fn release(&mut self, worker: usize, lock: usize) -> Taken {
        let holder = &mut self.after[self.layout.locks + lock];
        if *holder != number(worker) {
            return Taken::Fault;
        }
        *holder = 0;
        self.answer.changed = true;
        yes(Flow::NONE)
    }

    fn wait(&mut self, semaphore: usize) -> Taken {
        let permits = &mut self.after[self.layout.semaphores + semaphore];
        if *permits == 0 {
            return Taken::Blocked;
        }
        *permits -= 1;
        self.answer.changed = true;
        yes(Flow::NONE)
    }

    /// The lowest copy that is free; if none is, a share in one that is taken.
    fn claim(&mut self, worker: usize) -> Taken {
        let at = self.layout.copies;
        let copies = usize::try_from(self.program.copies).unwrap_or(MOST_COPIES);
        let free = self.after[at].trailing_ones() as usize;
        self.answer.changed = true;
        if free < copies {
            self.after[at] |= 1 << free;
            self.after[at + 1 + worker] = number(free) - 1 + OWNED;
        } else {
            self.after[at + 1 + worker] = number(worker % copies) - 1;
        }
        yes(Flow::NONE)
    }

    fn give_back(&mut self, worker: usize) -> Taken {
        let at = self.layout.copies;
        let copy = std::mem::take(&mut self.after[at + 1 + worker]);
        if copy >= OWNED {
            self.after[at] &= !(1 << (copy - OWNED));
        }
        self.answer.changed = true;
        yes(Flow::NONE)
    }

    /// The spot of the copy that a worker is at.
    fn memory_of(&self, worker: usize) -> Spot {
        memory(self.copy(&self.after, worker))
    }

    fn signal(&mut self, semaphore: usize) -> Taken {
        self.after[self.layout.semaphores + semaphore] += 1;
        self.answer.changed = true;
        yes(Flow::NONE)
    }
}

fn yes(flow: Flow) -> Taken {
    Taken::Yes { flow, again: false }
}
