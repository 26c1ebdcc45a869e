//! The states of a program, and what a step makes of one.
//!
//! A state says where each worker stands, what variables, locks, semaphores and store buffers hold,
//! and, only where it matters, what is known of the values. It is a row of words of fixed length,
//! cheap to copy, hash and compare.

use hashbrown::HashMap;

use super::code::{Code, Move, Next, TooMuch};
use super::flow::{BUFFER, Flow, MOST_COPIES, Spot, memory, seen, spots, stored};
use super::{Memory, Values};
use crate::machine::{Action, Answer, Delta, Needs, Pending, Program, Token};
use crate::resource::Tallies;

/// What became of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// It was taken; the state after it is [`Space::after`], as where it is in vain.
    Yes {
        /// What it did to the values.
        flow: Flow,
        /// It was the last one of an attempt that failed, and left traces.
        again: bool,
    },
    /// It has to wait for another worker.
    Blocked,
    /// It is the last one of an attempt that fails, and nobody can tell that it was made.
    Vain,
    /// It has to wait for this worker's own store buffer.
    Undrained,
    /// An update is lost by it: told only where [`Values::Fresh`] are kept.
    Lossy,
    /// It gives back a mutex that it does not hold.
    Fault,
    /// There is none: the worker has finished.
    None,
}

/// Why states have to be made in another way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    /// More has to be known of the values.
    Values,
    /// The strategy does more than there is room for.
    TooMuch,
}

impl From<TooMuch> for Unfit {
    fn from(_: TooMuch) -> Self {
        Self::TooMuch
    }
}

/// What waits in a store buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Entry {
    /// A value of the resource: which, is where the spots are.
    Resource,
    /// A value of a variable.
    Var(usize, u64),
}

/// Numbers for things that are the same.
struct Numbers<T> {
    things: Vec<T>,
    numbers: HashMap<T, u32>,
}

impl<T: Clone + Eq + std::hash::Hash> Numbers<T> {
    fn new(first: T) -> Self {
        let mut new = Self { things: Vec::new(), numbers: HashMap::new() };
        new.number(first);
        new
    }

    fn number(&mut self, thing: T) -> u32 {
        if let Some(&known) = self.numbers.get(&thing) {
            return known;
        }
        #[allow(clippy::cast_possible_truncation, reason = "so many do not fit into memory")]
        let number = self.things.len() as u32;
        self.things.push(thing.clone());
        self.numbers.insert(thing, number);
        number
    }

    fn get(&self, number: u32) -> &T {
        &self.things[number as usize]
    }
}

/// Where in a state's row each part begins.
#[derive(Clone, Copy, Debug)]
struct Layout {
    vars: usize,
    locks: usize,
    semaphores: usize,
    /// Which copies are taken, and for each worker the copy that it is at, plus 256 if it was free;
    /// only where there are several.
    copies: usize,
    buffers: usize,
    values: usize,
}

/// All states of one program under one strategy.
pub(super) struct Space<'a, 'c> {
    pub(super) code: &'c mut Code<'a>,
    program: &'c Program,
    memory: Memory,
    values: Values,
    layout: Layout,
    buffers: Numbers<Vec<Entry>>,
    tallies: Numbers<Box<[Tallies]>>,
    /// The state after the step that was taken last.
    pub(super) after: Vec<u32>,
    /// What it answered.
    pub(super) answer: Answer,
    /// Some store buffer has been full: a longer one would allow more.
    pub(super) full: bool,
}

impl<'a, 'c> Space<'a, 'c> {
    /// The states, and the first of them.
    pub(super) fn new(
        code: &'c mut Code<'a>,
        program: &'c Program,
        needs: &Needs,
        memory: Memory,
        values: Values,
    ) -> Result<(Self, Vec<u32>), Unfit> {
        let workers = program.workers;
        let vars = workers;
        let locks = vars + 2 * needs.vars.len();
        let semaphores = locks + needs.locks.len();
        let copies = semaphores + needs.semaphores.len();
        let buffers = copies + if program.copies > 1 { 1 + workers } else { 0 };
        let of_values = buffers + if memory == Memory::Tso { workers } else { 0 };
        let width = of_values + if values == Values::Ignored { 0 } else { 2 };
        let layout = Layout { vars, locks, semaphores, copies, buffers, values: of_values };
        let mut first = vec![0; width];
        for (me, place) in first[..workers].iter_mut().enumerate() {
            *place = code.start(me)?;
        }
        for (at, (_, value)) in needs.vars.iter().enumerate() {
            set_pair(&mut first, vars + 2 * at, *value);
        }
        for (at, (_, permits)) in needs.semaphores.iter().enumerate() {
            first[semaphores + at] = u32::try_from(*permits).unwrap_or(u32::MAX);
        }
        let space = Self {
            code,
            program,
            memory,
            values,
            layout,
            buffers: Numbers::new(Vec::new()),
            tallies: Numbers::new(vec![Tallies::default(); spots(workers)].into()),
            after: Vec::new(),
            answer: Answer::default(),
            full: false,
        };
        Ok((space, first))
    }

    /// How many copies of the resource there are.
    pub(super) fn copies(&self) -> u64 {
        self.program.copies
    }

    /// The copy that a worker is at.
    pub(super) fn copy(&self, state: &[u32], worker: usize) -> usize {
        if self.program.copies > 1 {
            (state[self.layout.copies + 1 + worker] % OWNED) as usize
        } else {
            0
        }
    }

    /// The step that `worker` takes next.
    pub(super) fn pending(&self, state: &[u32], worker: usize) -> Option<&Pending> {
        self.code.place(state[worker]).step()
    }

    /// Whether `worker` has made all its updates. Its stores may still be under way.
    pub(super) fn finished(&self, state: &[u32], worker: usize) -> bool {
        matches!(self.code.place(state[worker]).next, Next::Finished)
    }

    /// Whether nothing more can happen, and everything has.
    pub(super) fn complete(&self, state: &[u32]) -> bool {
        let drained = |worker| self.buffer(state, worker).is_empty();
        (0..self.program.workers).all(|worker| self.finished(state, worker) && drained(worker))
    }

    /// How many workers are inside.
    pub(super) fn inside(&self, state: &[u32]) -> usize {
        let places = state[..self.program.workers].iter();
        places.filter(|&&place| self.code.place(place).inside()).count()
    }

    /// What waits in a worker's store buffer, the oldest first.
    pub(super) fn buffer(&self, state: &[u32], worker: usize) -> &[Entry] {
        match self.memory {
            Memory::Sc => &[],
            Memory::Tso => self.buffers.get(state[self.layout.buffers + worker]),
        }
    }

    /// Who holds a mutex.
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

    /// What a spot holds, where [`Values::Exact`] are kept.
    pub(super) fn tallies(&self, state: &[u32], spot: Spot) -> Tallies {
        self.tallies.get(state[self.layout.values])[usize::from(spot)]
    }

    /// Takes the next step of `worker`.
    pub(super) fn step(&mut self, state: &[u32], worker: usize) -> Result<Taken, Unfit> {
        self.after.clear();
        self.after.extend_from_slice(state);
        self.answer = Answer::default();
        let pending = match &self.code.place(state[worker]).next {
            Next::Step(pending) => pending,
            Next::Finished => return Ok(Taken::None),
            Next::Hopeless(_) => return Ok(Taken::Vain),
        };
        let (action, fenced) = (pending.action, pending.fenced);
        let (new, seen, delta, reads) = (pending.new, pending.seen, pending.delta, pending.reads);
        if fenced && !self.buffer(state, worker).is_empty() {
            return Ok(Taken::Undrained);
        }
        let taken = match action {
            Action::Read => self.read(worker, reads),
            Action::Write => self.write(worker, new),
            Action::Add => self.add(worker, delta),
            Action::Replace => self.replace(worker, seen, new)?,
            Action::Load(var) => self.load(worker, var.0),
            Action::Store(var, value) => self.store(worker, var.0, value, fenced),
            Action::Swap(var, value) => self.exchange(var.0, |_| value),
            Action::FetchAdd(var, value) => self.exchange(var.0, |old| old.wrapping_add(value)),
            Action::Acquire(lock) => self.acquire(worker, lock.0),
            Action::Release(lock) => self.release(worker, lock.0),
            Action::Wait(semaphore) => self.wait(semaphore.0),
            Action::Signal(semaphore) => self.signal(semaphore.0),
            Action::Claim => self.claim(worker),
            Action::GiveBack => self.give_back(worker),
        };
        let Taken::Yes { flow, .. } = taken else { return Ok(taken) };
        self.change_values(worker, flow)
            .map_or(Ok(Taken::Lossy), |()| self.advance(state[worker], worker, flow))
    }

    /// Lets the oldest entry of `worker`'s store buffer reach the memory.
    pub(super) fn drain(&mut self, state: &[u32], worker: usize) -> Taken {
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

    fn write(&mut self, worker: usize, new: Option<Token>) -> Taken {
        let new = self.usual(worker, new);
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
    fn usual(&mut self, worker: usize, new: Option<Token>) -> Token {
        let new = new.unwrap_or(Token { read: 0, increments: 0, decrements: 0 });
        let deltas = self.program.deltas(worker);
        let own = match (new.increments, new.decrements) {
            (1, 0) => deltas.contains(&Delta::Increment),
            (0, 1) => deltas.contains(&Delta::Decrement),
            _ => false,
        };
        if !own {
            self.code.note_unusual();
        }
        new
    }

    fn add(&mut self, worker: usize, delta: Option<Delta>) -> Taken {
        self.answer.wrote = true;
        self.answer.changed = true;
        let (increments, decrements) = match delta {
            Some(Delta::Increment) => (1, 0),
            _ => (0, 1),
        };
        let memory = self.memory_of(worker);
        yes(Flow::new(memory, memory).plus(increments, decrements))
    }

    fn replace(
        &mut self,
        worker: usize,
        old: Option<Token>,
        new: Option<Token>,
    ) -> Result<Taken, Unfit> {
        let Some(old) = old else { return Ok(Taken::Vain) };
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
        let new = self.usual(worker, new);
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

/// What is known of the values.
impl Space<'_, '_> {
    /// Whether nothing was lost, once all is complete.
    pub(super) fn kept(&self, state: &[u32]) -> bool {
        match self.values {
            Values::Ignored => false,
            // Had an update been lost, this state would not have been reached.
            Values::Fresh => true,
            Values::Exact => {
                let (mut increments, mut decrements) = (0, 0);
                for kept in self.counters(state) {
                    increments += kept.increments();
                    decrements += kept.decrements();
                }
                (increments, decrements) == self.program.planned()
            }
        }
    }

    /// What the copies hold, where [`Values::Exact`] are kept.
    pub(super) fn counters<'s>(&'s self, state: &'s [u32]) -> impl Iterator<Item = Tallies> + 's {
        let copies = usize::try_from(self.program.copies).unwrap_or(MOST_COPIES);
        (0..copies).map(|copy| self.tallies(state, memory(copy)))
    }

    /// Keeps what is known of the values up to date; `None` if an update is lost by the step.
    fn change_values(&mut self, worker: usize, flow: Flow) -> Option<()> {
        match self.values {
            Values::Ignored => Some(()),
            Values::Fresh => self.change_fresh(worker, flow),
            Values::Exact => {
                let at = self.layout.values;
                let mut values = self.tallies.get(self.after[at]).clone();
                flow.apply(&mut values, plus);
                self.after[at] = self.tallies.number(values);
                Some(())
            }
        }
    }

    /// A value read is fresh while nobody has written since. As long as only fresh values are
    /// written back, nothing is lost, and an older value never comes back; the first stale one
    /// that is written loses an update for good.
    fn change_fresh(&mut self, worker: usize, flow: Flow) -> Option<()> {
        let at = self.layout.values;
        let mut fresh = pair(&self.after, at);
        let own = OWN << bit(worker, 0);
        if let Some(read) = flow.reads(worker) {
            fresh |= 1 << bit(worker, read);
        } else if let Some((from, in_memory)) = flow.writes(worker) {
            if from.is_some_and(|read| fresh >> bit(worker, read) & 1 == 0) {
                return None;
            }
            if in_memory {
                // What others have in their buffers, or are about to write, was made of what is now
                // outdated.
                let mine = self.copy(&self.after, worker);
                let others = (0..self.program.workers)
                    .filter(|&other| other != worker && self.copy(&self.after, other) == mine);
                let outdated = |other| self.buffer(&self.after, other).contains(&Entry::Resource);
                for other in others {
                    let writes = self.pending(&self.after, other).map(|pending| pending.action);
                    if outdated(other) || writes == Some(Action::Write) {
                        return None;
                    }
                    fresh &= !(OWN << bit(other, 0));
                }
            }
            if !flow.drains() {
                fresh &= !own;
            }
        }
        set_pair(&mut self.after, at, fresh);
        Some(())
    }

    fn is_fresh(&self, worker: usize, read: u8) -> bool {
        pair(&self.after, self.layout.values) >> bit(worker, read) & 1 == 1
    }

    /// Forgets what the worker has read in a section that has ended: states that differ in nothing
    /// else are the same.
    fn forget(&mut self, worker: usize, reads: u8) {
        let at = self.layout.values;
        match self.values {
            Values::Ignored => {}
            Values::Fresh => {
                let forgotten = OWN & !((1_u64 << reads) - 1);
                let fresh = pair(&self.after, at) & !(forgotten << bit(worker, 0));
                set_pair(&mut self.after, at, fresh);
            }
            Values::Exact => {
                let forgotten = usize::from(seen(worker, reads))..usize::from(stored(worker, 0));
                let known = self.tallies.get(self.after[at]);
                if known[forgotten.clone()].iter().any(|value| *value != Tallies::default()) {
                    let mut values = known.clone();
                    values[forgotten].fill(Tallies::default());
                    self.after[at] = self.tallies.number(values);
                }
            }
        }
    }
}

/// The copy at hand was free: it is this worker who gives it back.
const OWNED: u32 = 256;

/// The bits of one worker's reads.
const OWN: u64 = 0xff;

/// The bit that says whether a read is fresh.
fn bit(worker: usize, read: u8) -> u32 {
    8 * number(worker) - 8 + u32::from(read)
}

fn yes(flow: Flow) -> Taken {
    Taken::Yes { flow, again: false }
}

/// From 1, so that 0 is nobody.
#[allow(clippy::cast_possible_truncation, reason = "there are at most 8 workers")]
fn number(worker: usize) -> u32 {
    worker as u32 + 1
}

fn plus(mut value: Tallies, increments: u8, decrements: u8) -> Tallies {
    (0..increments).for_each(|_| value = value + Delta::Increment);
    (0..decrements).for_each(|_| value = value + Delta::Decrement);
    value
}

fn pair(state: &[u32], at: usize) -> u64 {
    u64::from(state[at]) | u64::from(state[at + 1]) << 32
}

#[allow(clippy::cast_possible_truncation, reason = "it is the lower half that is meant")]
fn set_pair(state: &mut [u32], at: usize, value: u64) {
    state[at] = value as u32;
    state[at + 1] = (value >> 32) as u32;
}
