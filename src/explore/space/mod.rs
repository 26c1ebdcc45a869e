//! The states of a program, and what a step makes of one.
//!
//! A state says where each worker is, what variables, locks, semaphores and store buffers hold,
//! and, only where it is needed, what is known about the values. It is a row of words of fixed
//! length, cheap to copy, hash and compare.

mod condition;
mod copy;
mod round;
mod step;
mod symmetry;
mod values;

pub(super) use self::symmetry::{Exchange, IDENTITY};
pub(super) use self::values::plus;
use super::dataflow::{BUFFER, Cell, Transfer, cells};
use super::interner::Interner;
use super::local_state::{LocalStates, Location};
use super::memory::Memory;
use super::model::Pending;
use super::section::Next;
use super::stop::Stop;
use super::values::Values;
use crate::machine::{Needs, PackedTally};

/// The result of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StepResult {
    /// It was taken; the state after it is [`Space::after`].
    Taken {
        /// What it did to the values.
        transfer: Transfer,
        /// It changed something that workers share.
        changed: bool,
        /// It was the last step of an attempt that failed and left a trace.
        failed: bool,
    },
    /// It was taken, and was the last step of an attempt that failed and left no trace.
    NoEffect,
    /// It has to wait for a lock, a permit or a notification, or repeats an attempt that takes no step.
    Blocked,
    /// It has to wait for this worker's own store buffer.
    NotDrained,
    /// It would lose an update: known only where [`Values::Fresh`] are kept.
    LosesUpdate,
    /// It gives back a mutex that it does not hold.
    Fault,
    /// There is none: the worker has finished, or the store buffer is empty.
    None,
}

/// What a step answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Answered {
    /// What was loaded, or 1 for a `replace` or a try that succeeded; else 0.
    pub(super) value: u64,
    /// Whether it changed something that workers share.
    pub(super) changed: bool,
}

/// An entry of a store buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Entry {
    /// A value of the resource; it is in a cell, or not known.
    Resource,
    /// A value of a variable.
    Var(usize, u64),
}
/// Where the parts of a state are. Each worker has a block of words, of which the first is its
/// location; what all workers share follows.
#[derive(Clone, Copy, Debug)]
struct Layout {
    /// Words of a worker's block.
    block: usize,
    /// In a block: the copy that the worker is at, plus [`OWNED`] if it was free.
    copy: usize,
    /// In a block: the store buffer.
    buffer: usize,
    /// In a block: which of its reads are fresh.
    fresh: usize,
    /// In a block: how many notifications could wake the worker.
    notifications: usize,
    vars: usize,
    locks: usize,
    semaphores: usize,
    /// Which copies are taken, or with [`Space::own_copies`] how many.
    copies: usize,
    tallies: usize,
    width: usize,
}

impl Layout {
    fn new(local: &LocalStates<'_>, memory: Memory, values: Values) -> Self {
        let (program, needs) = (&local.program, local.needs());
        let copy = 1;
        let buffer = copy + usize::from(program.copies > 1);
        let fresh = buffer + usize::from(memory == Memory::Tso);
        let notifications = fresh + usize::from(values == Values::Fresh);
        let block = notifications + usize::from(!needs.conditions.is_empty());
        let vars = program.workers * block;
        let locks = vars + 2 * needs.vars.len();
        let semaphores = locks + needs.locks.len();
        let copies = semaphores + needs.semaphores.len();
        let tallies = copies + usize::from(program.copies > 1);
        let width = tallies + usize::from(values == Values::Exact);
        Self {
            block,
            copy,
            buffer,
            fresh,
            notifications,
            vars,
            locks,
            semaphores,
            copies,
            tallies,
            width,
        }
    }
}

/// All states of one program under one strategy.
pub(super) struct Space<'a, 'c> {
    pub(super) local: &'c mut LocalStates<'a>,
    memory: Memory,
    values: Values,
    /// No two workers use the same copy of the resource at once, so the number of a copy does not
    /// matter.
    own_copies: bool,
    layout: Layout,
    buffers: Interner<Vec<Entry>>,
    tallies: Interner<Box<[PackedTally]>>,
    /// The state after the step that was taken last.
    pub(super) after: Vec<u32>,
    /// What it answered.
    pub(super) answered: Answered,
    /// How many attempts have not ended after it: the outermost ones.
    pub(super) lasting: usize,
    /// Whether it has ended an update.
    pub(super) ended: bool,
    /// Some store buffer has been full: a longer one would allow more.
    pub(super) full: bool,
}

impl<'a, 'c> Space<'a, 'c> {
    /// The states, and the first of them.
    pub(super) fn new(
        local: &'c mut LocalStates<'a>,
        memory: Memory,
        values: Values,
        own_copies: bool,
    ) -> Result<(Self, Vec<u32>), Stop> {
        let layout = Layout::new(local, memory, values);
        let mut first = vec![0; layout.width];
        for me in 0..local.program.workers {
            first[me * layout.block] = local.start(me)?;
        }
        let (program, needs) = (&local.program, local.needs());
        for (at, (_, value)) in needs.vars.iter().enumerate() {
            set_pair(&mut first, layout.vars + 2 * at, *value);
        }
        for (at, (_, permits)) in needs.semaphores.iter().enumerate() {
            first[layout.semaphores + at] = u32::try_from(*permits).unwrap_or(u32::MAX);
        }
        let space = Self {
            memory,
            values,
            own_copies: own_copies && program.copies > 1,
            layout,
            buffers: Interner::new(Vec::new()),
            tallies: Interner::new(vec![PackedTally::default(); cells(program.workers)].into()),
            local,
            after: Vec::new(),
            answered: Answered::default(),
            lasting: 0,
            ended: false,
            full: false,
        };
        Ok((space, first))
    }

    /// How many words a state has.
    pub(super) fn width(&self) -> usize {
        self.layout.width
    }

    /// The approximate memory that it takes, with the locations.
    pub(super) fn bytes(&self) -> usize {
        let of_tallies = size_of::<PackedTally>() * cells(self.local.program.workers) + 64;
        let of_buffers = size_of::<Entry>() * BUFFER + 96;
        let tallies = 2 * of_tallies * self.tallies.len();
        tallies + 2 * of_buffers * self.buffers.len() + self.local.bytes()
    }

    /// How many workers there are.
    pub(super) fn workers(&self) -> usize {
        self.local.program.workers
    }

    /// What the strategy has declared.
    pub(super) fn needs(&self) -> &Needs {
        self.local.needs()
    }

    /// How many copies of the resource there are.
    pub(super) fn copies(&self) -> u64 {
        self.local.program.copies
    }

    /// The number of the location that a worker is at.
    pub(super) fn location_number(&self, state: &[u32], worker: usize) -> u32 {
        state[worker * self.layout.block]
    }

    /// The location that a worker is at.
    pub(super) fn location(&self, state: &[u32], worker: usize) -> &Location {
        self.local.location(self.location_number(state, worker))
    }

    /// Whether the worker may be in this state again after a step: it has finished, waits for a
    /// lock, a permit or a notification, or makes attempts.
    pub(super) fn waits(&self, state: &[u32], worker: usize) -> bool {
        let location = self.location(state, worker);
        let may_wait = location.step().is_none_or(Pending::may_block);
        location.attempts() > 0 || may_wait && self.buffer(state, worker).is_empty()
    }

    /// Whether two states differ at most in which attempts of `worker` have left a trace.
    pub(super) fn same_but_traces(&self, one: &[u32], other: &[u32], worker: usize) -> bool {
        let at = worker * self.layout.block;
        one[..at] == other[..at]
            && one[at + 1..] == other[at + 1..]
            && self.location(one, worker).same_but_traces(self.location(other, worker))
    }

    /// The copy that a worker is at.
    pub(super) fn copy(&self, state: &[u32], worker: usize) -> usize {
        if self.local.program.copies > 1 && !self.own_copies {
            (state[worker * self.layout.block + self.layout.copy] % OWNED) as usize
        } else {
            0
        }
    }

    /// Whether two workers are at the same copy.
    fn share_copy(&self, state: &[u32], one: usize, other: usize) -> bool {
        !self.own_copies && self.copy(state, one) == self.copy(state, other)
    }

    /// The step that `worker` takes next.
    pub(super) fn pending(&self, state: &[u32], worker: usize) -> Option<&Pending> {
        self.location(state, worker).step()
    }

    /// Whether `worker` has made all its updates. Its stores may still be in the buffer.
    pub(super) fn finished(&self, state: &[u32], worker: usize) -> bool {
        matches!(*self.location(state, worker).next, Next::Finished)
    }

    /// Whether all workers have finished, and all store buffers are empty.
    pub(super) fn complete(&self, state: &[u32]) -> bool {
        let drained = |worker| self.buffer(state, worker).is_empty();
        (0..self.local.program.workers)
            .all(|worker| self.finished(state, worker) && drained(worker))
    }

    /// How many workers are inside.
    pub(super) fn inside(&self, state: &[u32]) -> usize {
        (0..self.workers()).filter(|&worker| self.location(state, worker).inside()).count()
    }

    /// How many workers are inside and have read the resource.
    pub(super) fn inside_after_read(&self, state: &[u32]) -> usize {
        let location = |worker| self.location(state, worker);
        let reads = |worker: &usize| location(*worker).inside() && location(*worker).reads() > 0;
        (0..self.workers()).filter(reads).count()
    }

    /// The entries of a worker's store buffer, the oldest first.
    pub(super) fn buffer(&self, state: &[u32], worker: usize) -> &[Entry] {
        match self.memory {
            Memory::Sc => &[],
            Memory::Tso => self.buffers.get(state[worker * self.layout.block + self.layout.buffer]),
        }
    }

    /// The worker that holds a mutex.
    pub(super) fn holder(&self, state: &[u32], lock: usize) -> Option<usize> {
        (state[self.layout.locks + lock] as usize).checked_sub(1)
    }

    /// What a variable holds in memory.
    pub(super) fn var(&self, state: &[u32], var: usize) -> u64 {
        pair(state, self.layout.vars + 2 * var)
    }

    /// How many permits a semaphore has.
    pub(super) fn permits(&self, state: &[u32], semaphore: usize) -> u32 {
        state[self.layout.semaphores + semaphore]
    }

    /// What all variables hold in memory, and the permits of all semaphores.
    pub(super) fn numbers(&self, state: &[u32]) -> impl Iterator<Item = u64> {
        let Layout { vars, locks, semaphores, copies, .. } = self.layout;
        let vars = (vars..locks).step_by(2).map(|at| pair(state, at));
        let permits = (semaphores..copies).map(|at| state[at].into());
        vars.chain(permits)
    }

    /// What a cell holds, where [`Values::Exact`] are kept.
    pub(super) fn tallies(&self, state: &[u32], cell: Cell) -> PackedTally {
        self.tallies.get(state[self.layout.tallies])[usize::from(cell)]
    }
}

/// Added to the number of a copy that was free: this worker gives it back.
const OWNED: u32 = 256;

/// From 1, since 0 stands for no worker.
fn number(worker: usize) -> u32 {
    worker as u32 + 1
}

fn pair(state: &[u32], at: usize) -> u64 {
    u64::from(state[at]) | u64::from(state[at + 1]) << 32
}

fn set_pair(state: &mut [u32], at: usize, value: u64) {
    state[at] = value as u32;
    state[at + 1] = (value >> 32) as u32;
}
