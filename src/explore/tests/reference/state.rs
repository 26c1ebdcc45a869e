//! What the workers share, with real values, and what each kind of step does to it.

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::Ordering::SeqCst;

use super::machine::RealStep;
use crate::machine::{Needs, PackedTally, Program, Step};

/// Entries that a store buffer holds.
const BUFFER: usize = 8;

/// Where an entry of a store buffer is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Target {
    Resource,
    Var(usize),
}

/// All that the workers share.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Shared {
    counters: Vec<PackedTally>,
    /// The worker that has taken each copy.
    owners: Vec<Option<usize>>,
    /// The copy that each worker uses.
    uses: Vec<usize>,
    vars: Vec<u64>,
    locks: Vec<Option<usize>>,
    permits: Vec<u64>,
    conditions: Vec<Sleepers>,
    /// Empty under sequential consistency.
    buffers: Vec<VecDeque<(Target, u64)>>,
    tso: bool,
}

/// The workers that sleep on a condition variable, and every set of those that can have been woken:
/// by each notification one that was chosen at once, of those that slept then.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Sleepers {
    all: BTreeSet<usize>,
    woken: BTreeSet<BTreeSet<usize>>,
}

impl Sleepers {
    fn none() -> Self {
        Self { all: BTreeSet::new(), woken: BTreeSet::from([BTreeSet::new()]) }
    }

    fn notify_one(&mut self) {
        let choices = |woken: &BTreeSet<usize>| {
            let chosen = self.all.difference(woken).map(|&one| &BTreeSet::from([one]) | woken);
            let chosen: Vec<_> = chosen.collect();
            if chosen.is_empty() { vec![woken.clone()] } else { chosen }
        };
        self.woken = self.woken.iter().flat_map(choices).collect();
    }

    fn notify_all(&mut self) {
        self.woken = BTreeSet::from([self.all.clone()]);
    }

    /// This worker goes on, if it can have been woken.
    fn wake(&mut self, me: usize) -> bool {
        self.woken.retain(|woken| woken.contains(&me));
        self.woken = self.woken.iter().map(|woken| woken - &BTreeSet::from([me])).collect();
        self.all.remove(&me);
        !self.woken.is_empty()
    }
}

/// The result of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    Yes {
        answer: u64,
        changed: bool,
    },
    /// A lock is held, or there is no permit.
    Blocked,
    /// The worker's own stores have to drain first.
    Undrained,
    /// The worker's own stores have to drain first, since the buffer has no room for one more.
    Full,
    /// A release of a lock that the worker does not hold.
    Fault,
}

impl Shared {
    pub(super) fn new(needs: &Needs, program: &Program, tso: bool) -> Self {
        Self {
            counters: vec![PackedTally::default(); program.copies as usize],
            owners: vec![None; program.copies as usize],
            uses: vec![0; program.workers],
            vars: needs.vars.iter().map(|var| var.1).collect(),
            locks: vec![None; needs.locks.len()],
            permits: needs.semaphores.iter().map(|semaphore| semaphore.1).collect(),
            conditions: vec![Sleepers::none(); needs.conditions.len()],
            buffers: vec![VecDeque::new(); program.workers],
            tso,
        }
    }

    /// The final value, and whether every update planned is in it.
    pub(super) fn result(&self, program: &Program) -> (i64, bool) {
        let kept = self.counters.iter().map(|counter| counter.unpack()).sum();
        (self.counters.iter().map(|counter| counter.value()).sum(), program.planned() == kept)
    }

    pub(super) fn is_drained(&self, me: usize) -> bool {
        self.buffers[me].is_empty()
    }

    /// The oldest entry of a worker's buffer reaches memory.
    pub(super) fn drain(&mut self, me: usize) {
        match self.buffers[me].pop_front() {
            Some((Target::Resource, word)) => {
                self.counters[self.uses[me]] = PackedTally::from_word(word);
            }
            Some((Target::Var(var), value)) => self.vars[var] = value,
            None => {}
        }
    }

    /// All values of the resource become 0.
    pub(super) fn forget_values(&mut self) {
        self.counters.fill(PackedTally::default());
        let entries = self.buffers.iter_mut().flatten();
        entries.filter(|(to, _)| *to == Target::Resource).for_each(|(_, word)| *word = 0);
    }

    /// Takes a step, if it can be taken.
    pub(super) fn take(&mut self, me: usize, step: RealStep) -> Taken {
        if is_fenced(step) && !self.is_drained(me) {
            return Taken::Undrained;
        }
        let before = self.clone();
        let answer = match step {
            Step::Read => self.look(me, Target::Resource),
            Step::Load(var, _) => self.look(me, Target::Var(var.0)),
            Step::Write(value) => return self.put(me, Target::Resource, value.word(), false),
            Step::Store(var, value, order) => {
                return self.put(me, Target::Var(var.0), value, order == SeqCst);
            }
            Step::Add(delta) => {
                let counter = &mut self.counters[self.uses[me]];
                *counter = *counter + delta;
                0
            }
            Step::Replace { seen, new } => {
                let counter = &mut self.counters[self.uses[me]];
                if *counter == seen {
                    *counter = new;
                    return Taken::Yes { answer: 1, changed: true };
                }
                0
            }
            Step::Swap(var, value, _) => std::mem::replace(&mut self.vars[var.0], value),
            Step::FetchAdd(var, more, _) => {
                let var = &mut self.vars[var.0];
                std::mem::replace(var, var.wrapping_add(more))
            }
            Step::CompareExchange { var, seen, new, .. } => {
                let held = self.vars[var.0];
                self.vars[var.0] = if held == seen { new } else { held };
                held
            }
            Step::Fence(_) => 0,
            Step::TryAcquire(lock) => {
                let free = self.locks[lock.0].is_none();
                self.locks[lock.0].get_or_insert(me);
                free.into()
            }
            Step::TryWait(semaphore) => {
                let permits = &mut self.permits[semaphore.0];
                let taken = (*permits).min(1);
                *permits -= taken;
                taken
            }
            Step::Acquire(lock) if self.locks[lock.0].is_some() => return Taken::Blocked,
            Step::Acquire(lock) => {
                self.locks[lock.0] = Some(me);
                0
            }
            Step::Release(lock) if self.locks[lock.0] != Some(me) => return Taken::Fault,
            Step::Release(lock) => {
                self.locks[lock.0] = None;
                0
            }
            Step::Wait(semaphore) if self.permits[semaphore.0] == 0 => return Taken::Blocked,
            Step::Wait(semaphore) => {
                self.permits[semaphore.0] -= 1;
                0
            }
            Step::Signal(semaphore) => {
                self.permits[semaphore.0] += 1;
                0
            }
            Step::Sleep(_, lock) if self.locks[lock.0] != Some(me) => return Taken::Fault,
            Step::Sleep(condition, lock) => {
                self.locks[lock.0] = None;
                self.conditions[condition.0].all.insert(me);
                0
            }
            Step::Wake(condition, lock) => {
                if self.locks[lock.0].is_some() || !self.conditions[condition.0].wake(me) {
                    return Taken::Blocked;
                }
                self.locks[lock.0] = Some(me);
                0
            }
            Step::NotifyOne(condition) => {
                self.conditions[condition.0].notify_one();
                0
            }
            Step::NotifyAll(condition) => {
                self.conditions[condition.0].notify_all();
                0
            }
            Step::Claim => {
                self.claim(me);
                0
            }
            Step::GiveBack => {
                self.give_back(me);
                0
            }
        };
        Taken::Yes { answer, changed: *self != before }
    }

    fn claim(&mut self, me: usize) {
        let free = self.owners.iter().position(Option::is_none);
        self.uses[me] = free.unwrap_or(me % self.owners.len());
        if let Some(free) = free {
            self.owners[free] = Some(me);
        }
    }

    fn give_back(&mut self, me: usize) {
        let copy = std::mem::take(&mut self.uses[me]);
        if self.owners[copy] == Some(me) {
            self.owners[copy] = None;
        }
    }

    /// What a worker sees: its own newest store, or the memory.
    fn look(&self, me: usize, from: Target) -> u64 {
        let own = self.buffers[me].iter().rev().find(|(target, _)| *target == from);
        own.map_or_else(|| self.memory(me, from), |(_, word)| *word)
    }

    fn memory(&self, me: usize, from: Target) -> u64 {
        match from {
            Target::Resource => self.counters[self.uses[me]].word(),
            Target::Var(var) => self.vars[var],
        }
    }

    /// A write of the resource counts as a change whatever it writes.
    fn put(&mut self, me: usize, to: Target, word: u64, fenced: bool) -> Taken {
        if self.tso && !fenced && self.buffers[me].len() == BUFFER {
            return Taken::Full;
        }
        let buffered = self.tso && !fenced;
        let changed = buffered || to == Target::Resource || self.memory(me, to) != word;
        self.buffers[me].push_back((to, word));
        if !buffered {
            self.drain(me);
        }
        Taken::Yes { answer: 0, changed }
    }
}

/// Whether the step waits until the worker's own stores have reached memory.
fn is_fenced(step: RealStep) -> bool {
    match step {
        Step::Read | Step::Write(_) | Step::Load(..) => false,
        Step::Store(_, _, order) | Step::Fence(order) => order == SeqCst,
        _ => true,
    }
}
