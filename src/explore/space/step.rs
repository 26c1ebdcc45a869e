//! What each kind of step does to a state: the model of a machine.

use super::super::dataflow::{BUFFER, Transfer, memory, seen, stored};
use super::super::local_state::Move;
use super::super::memory::Memory;
use super::super::model::Token;
use super::super::section::Next;
use super::super::stop::Stop;
use super::super::values::Values;
use super::values::plus;
use super::{Answered, Entry, Space, StepResult, number, pair, set_pair};
use crate::machine::{Delta, Step};

/// What a step does to the values, or why it cannot be taken.
pub(super) type Effect = Result<Transfer, StepResult>;

impl Space<'_, '_> {
    /// Takes the next step of `worker`.
    pub(in crate::explore) fn step(
        &mut self,
        state: &[u32],
        worker: usize,
    ) -> Result<StepResult, Stop> {
        self.after.clear();
        self.after.extend_from_slice(state);
        self.answered = Answered::default();
        (self.lasting, self.ended) = (0, false);
        let pending = match &*self.location(state, worker).next {
            Next::Step(pending) => pending,
            Next::Finished => return Ok(StepResult::None),
            Next::NeverSucceeds(_) => return Ok(StepResult::Blocked),
        };
        let (step, fenced, reads) = (pending.step, pending.is_fenced(), pending.reads);
        if fenced && !self.buffer(state, worker).is_empty() {
            return Ok(StepResult::NotDrained);
        }
        self.check_copy(worker, &step)?;
        let effect = match step {
            Step::Read => self.read(worker, reads),
            Step::Write(new) => self.write(worker, new),
            Step::Add(delta) => self.add(worker, delta),
            Step::Replace { seen, new } => self.replace(worker, seen, new)?,
            Step::Load(var, _) => self.load(worker, var.0),
            Step::Store(var, value, _) => self.store(worker, var.0, value, fenced),
            Step::Swap(var, value, _) => self.exchange(var.0, |_| value),
            Step::FetchAdd(var, value, _) => self.exchange(var.0, |old| old.wrapping_add(value)),
            Step::CompareExchange { var, seen, new, .. } => {
                self.exchange(var.0, |old| if old == seen { new } else { old })
            }
            Step::Fence(_) => Ok(Transfer::NONE),
            Step::Acquire(lock) => self.acquire(worker, lock.0),
            Step::TryAcquire(lock) => {
                let taken = self.acquire(worker, lock.0);
                self.tried(taken)
            }
            Step::Release(lock) => self.release(worker, lock.0),
            Step::Wait(semaphore) => self.wait(semaphore.0),
            Step::TryWait(semaphore) => {
                let taken = self.wait(semaphore.0);
                self.tried(taken)
            }
            Step::Signal(semaphore) => self.signal(semaphore.0),
            Step::Sleep(condition, lock) => self.sleep(worker, condition, lock),
            Step::Wake(condition, lock) => self.wake(worker, condition, lock),
            Step::NotifyOne(condition) => self.notify(condition, |had, _| had + 1),
            Step::NotifyAll(condition) => self.notify(condition, |_, sleepers| sleepers),
            Step::Claim => self.claim(worker)?,
            Step::GiveBack => self.give_back(worker),
        };
        match effect {
            Ok(transfer) if self.change_values(worker, transfer) => {
                self.move_on(self.location_number(state, worker), worker, transfer)
            }
            Ok(_) => Ok(StepResult::LosesUpdate),
            Err(result) => Ok(result),
        }
    }

    /// Lets the oldest entry of `worker`'s store buffer reach the memory.
    pub(in crate::explore) fn drain(&mut self, state: &[u32], worker: usize) -> StepResult {
        let Some((&oldest, rest)) = self.buffer(state, worker).split_first() else {
            return StepResult::None;
        };
        let rest = rest.to_vec();
        self.after.clear();
        self.after.extend_from_slice(state);
        let buffer = worker * self.layout.block + self.layout.buffer;
        self.after[buffer] = self.buffers.number(rest);
        let transfer = match oldest {
            Entry::Var(var, value) => {
                set_pair(&mut self.after, self.layout.vars + 2 * var, value);
                Transfer::NONE
            }
            Entry::Resource => {
                Transfer::new(memory(self.copy(&self.after, worker)), stored(worker, 0))
            }
        };
        let transfer = transfer.draining(worker);
        match self.change_values(worker, transfer) {
            true => StepResult::Taken { transfer, changed: true, failed: false },
            false => StepResult::LosesUpdate,
        }
    }

    /// Moves the worker to the location that the answer leads to.
    fn move_on(
        &mut self,
        from: u32,
        worker: usize,
        transfer: Transfer,
    ) -> Result<StepResult, Stop> {
        let Answered { value, changed } = self.answered;
        let Move { to, lasting, failed, ended } = self.local.after(from, value, changed)?;
        (self.lasting, self.ended) = (lasting, ended);
        self.after[worker * self.layout.block] = to;
        self.forget(worker, self.local.location(to).reads());
        if self.local.unusual && self.values == Values::Fresh {
            return Err(Stop::NeedsMoreDetail);
        }
        Ok(match failed {
            Some(false) => StepResult::NoEffect,
            Some(true) | None => StepResult::Taken { transfer, changed, failed: failed.is_some() },
        })
    }

    fn read(&mut self, worker: usize, read: u8) -> Effect {
        let own = self.buffer(&self.after, worker).iter().rposition(|e| *e == Entry::Resource);
        let from = own.map_or(self.memory_of(worker), |entry| stored(worker, entry));
        Ok(Transfer::new(seen(worker, read), from))
    }

    fn write(&mut self, worker: usize, new: Token) -> Effect {
        self.check_usual(worker, new);
        let to = match self.memory {
            Memory::Sc => self.memory_of(worker),
            Memory::Tso => stored(worker, self.put(worker, Entry::Resource)?),
        };
        self.answered.changed = true;
        Ok(Transfer::new(to, seen(worker, new.read)).plus(new.increments, new.decrements))
    }

    /// Notes whether the value to write is not exactly one update more than what was read.
    fn check_usual(&mut self, worker: usize, new: Token) {
        let deltas = self.local.program.deltas(worker);
        let own = match (new.increments, new.decrements) {
            (1, 0) => deltas.contains(&Delta::Increment),
            (0, 1) => deltas.contains(&Delta::Decrement),
            _ => false,
        };
        if !own {
            self.local.unusual = true;
        }
    }

    fn add(&mut self, worker: usize, delta: Delta) -> Effect {
        self.answered.changed = true;
        let memory = self.memory_of(worker);
        Ok(match delta {
            Delta::Increment => Transfer::new(memory, memory).plus(1, 0),
            Delta::Decrement => Transfer::new(memory, memory).plus(0, 1),
        })
    }

    fn replace(&mut self, worker: usize, old: Token, new: Token) -> Result<Effect, Stop> {
        let same = match self.values {
            Values::Ignored => return Err(Stop::NeedsMoreDetail),
            Values::Fresh if (old.increments, old.decrements) != (0, 0) => {
                return Err(Stop::NeedsMoreDetail);
            }
            Values::Fresh => self.is_fresh(worker, old.read),
            Values::Exact => {
                let seen = self.tallies(&self.after, seen(worker, old.read));
                plus(seen, old.increments, old.decrements)
                    == self.tallies(&self.after, self.memory_of(worker))
            }
        };
        if !same {
            return Ok(Ok(Transfer::NONE));
        }
        self.check_usual(worker, new);
        self.answered = Answered { value: 1, changed: true };
        let transfer = Transfer::new(self.memory_of(worker), seen(worker, new.read));
        Ok(Ok(transfer.plus(new.increments, new.decrements)))
    }

    fn load(&mut self, worker: usize, var: usize) -> Effect {
        let own = self.buffer(&self.after, worker).iter().rev().find_map(|entry| match entry {
            Entry::Var(of, value) if *of == var => Some(*value),
            _ => None,
        });
        self.answered.value = own.unwrap_or_else(|| self.var(&self.after, var));
        Ok(Transfer::NONE)
    }

    fn store(&mut self, worker: usize, var: usize, value: u64, fenced: bool) -> Effect {
        if self.memory == Memory::Tso && !fenced {
            self.put(worker, Entry::Var(var, value))?;
            self.answered.changed = true;
            return Ok(Transfer::NONE);
        }
        self.exchange(var, |_| value)?;
        self.answered.value = 0;
        Ok(Transfer::NONE)
    }

    /// Puts an entry into a store buffer, and says as which.
    fn put(&mut self, worker: usize, entry: Entry) -> Result<usize, StepResult> {
        let mut entries = self.buffer(&self.after, worker).to_vec();
        let at = entries.len();
        if at == BUFFER {
            self.full = true;
            return Err(StepResult::NotDrained);
        }
        entries.push(entry);
        let buffer = worker * self.layout.block + self.layout.buffer;
        self.after[buffer] = self.buffers.number(entries);
        Ok(at)
    }

    fn exchange(&mut self, var: usize, new: impl FnOnce(u64) -> u64) -> Effect {
        let at = self.layout.vars + 2 * var;
        let old = pair(&self.after, at);
        let new = new(old);
        set_pair(&mut self.after, at, new);
        self.answered = Answered { value: old, changed: old != new };
        Ok(Transfer::NONE)
    }

    pub(super) fn acquire(&mut self, worker: usize, lock: usize) -> Effect {
        let holder = &mut self.after[self.layout.locks + lock];
        if *holder != 0 {
            return Err(StepResult::Blocked);
        }
        *holder = number(worker);
        self.changed()
    }

    pub(super) fn release(&mut self, worker: usize, lock: usize) -> Effect {
        let holder = &mut self.after[self.layout.locks + lock];
        if *holder != number(worker) {
            return Err(StepResult::Fault);
        }
        *holder = 0;
        self.changed()
    }

    fn wait(&mut self, semaphore: usize) -> Effect {
        let permits = &mut self.after[self.layout.semaphores + semaphore];
        if *permits == 0 {
            return Err(StepResult::Blocked);
        }
        *permits -= 1;
        self.changed()
    }

    fn signal(&mut self, semaphore: usize) -> Effect {
        let permits = &mut self.after[self.layout.semaphores + semaphore];
        *permits = permits.saturating_add(1);
        self.changed()
    }

    /// What is tried and would block is not done, and answers 0.
    fn tried(&mut self, taken: Effect) -> Effect {
        self.answered.value = taken.is_ok().into();
        taken.or(Ok(Transfer::NONE))
    }

    /// A step that changes something other than values.
    pub(super) fn changed(&mut self) -> Effect {
        self.answered.changed = true;
        Ok(Transfer::NONE)
    }
}
