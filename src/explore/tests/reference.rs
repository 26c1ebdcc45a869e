//! Brute force: every schedule of a program, one by one, by rules written down a second time.
//!
//! Nothing is shared with the explorer but the strategy and its life: each worker is run from its
//! very beginning for every single step, values are real, attempts that fail are really made, and
//! their steps are taken out of the schedule afterwards.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::Ordering;

use crate::catalog::DynStrategy;
use crate::machine::{
    Answer, Lifecycle, Needs, PackedTally, Program, Schedule, Section, Step, StepMachine, Turn,
};

/// What a worker is about to do.
type Act = Step<PackedTally>;

/// A machine that replays a whole life from all that its steps have answered.
pub struct ReferenceMachine<'a> {
    me: usize,
    workers: usize,
    log: &'a [(u64, bool)],
    at: usize,
    /// Attempts that failed: from and to which answer.
    failed: Vec<(usize, usize)>,
    attempts: Vec<usize>,
    next: Option<Act>,
}

impl StepMachine for ReferenceMachine<'_> {
    type Stop = ();
    type Value = PackedTally;

    fn me(&self) -> usize {
        self.me
    }
    fn workers(&self) -> usize {
        self.workers
    }
    fn take(&mut self, step: Act) -> Result<Answer<PackedTally>, ()> {
        let Some(&(answer, _)) = self.log.get(self.at) else {
            self.next = Some(step);
            return Err(());
        };
        self.at += 1;
        Ok(match step {
            Step::Read => Answer::Value(PackedTally::from_word(answer)),
            Step::Replace { .. } => Answer::Flag(answer == 1),
            Step::Load(..) | Step::Swap(..) | Step::FetchAdd(..) => Answer::Word(answer),
            Step::Write(_)
            | Step::Add(_)
            | Step::Store(..)
            | Step::Acquire(_)
            | Step::Release(_)
            | Step::Wait(_)
            | Step::Signal(_)
            | Step::Claim
            | Step::GiveBack => Answer::Done,
        })
    }
    fn until(
        &mut self,
        _: &'static str,
        attempt: impl Fn(&mut Self) -> Result<bool, ()>,
    ) -> Result<(), ()> {
        loop {
            let since = self.at;
            self.attempts.push(since);
            let succeeded = attempt(self)?;
            self.attempts.pop();
            if succeeded {
                return Ok(());
            }
            self.failed.push((since, self.at));
            assert!(since < self.at, "an attempt looks at something");
        }
    }
}

impl Lifecycle for ReferenceMachine<'_> {
    fn pause(&mut self, _: u64) -> Result<(), ()> {
        Ok(())
    }
    fn begin(&mut self, _: Section) -> Result<bool, ()> {
        Ok(true)
    }
    fn end(&mut self, _: Section) -> Result<(), ()> {
        Ok(())
    }
    fn claim(&mut self) -> Result<(), ()> {
        self.take(Act::Claim).map(drop)
    }
    fn give_back(&mut self) -> Result<(), ()> {
        self.take(Act::GiveBack).map(drop)
    }
}

/// All that the workers share, and what each has been answered.
#[derive(Clone)]
struct World {
    counters: Vec<PackedTally>,
    /// Who has taken each copy.
    owners: Vec<Option<usize>>,
    /// The copy that each worker is at.
    at: Vec<usize>,
    vars: Vec<u64>,
    locks: Vec<Option<usize>>,
    permits: Vec<u64>,
    /// For each worker: a variable, or the resource, and what is to be written.
    buffers: Vec<VecDeque<(Option<usize>, u64)>>,
    /// Answers, and whether the step changed anything.
    logs: Vec<Vec<(u64, bool)>>,
}

/// Where a worker stands.
struct Stand {
    next: Option<Act>,
    /// Failed attempts that left no trace.
    vain: Vec<(usize, usize)>,
    /// All failed attempts.
    failed: usize,
    /// Where the innermost attempt began that is under way.
    attempt: Option<usize>,
    attempting: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Able {
    Goes,
    Waits,
    Churns,
}

/// Everything that happens, by schedules without the attempts that were in vain.
#[derive(Default)]
pub(super) struct Everything {
    /// Of complete schedules: the final value, whether nothing was lost, preemptions.
    pub(super) complete: BTreeMap<Vec<Turn>, (i64, bool, u32)>,
    /// Schedules that end stuck.
    pub(super) stuck: BTreeMap<Vec<Turn>, u32>,
    /// A worker gave back a mutex that it does not hold.
    pub(super) fault: bool,
}

pub(super) struct Brute<'a> {
    face: &'a dyn DynStrategy,
    program: &'a Program,
    tso: bool,
    /// Failed attempts in a schedule.
    vain: usize,
    left: usize,
    found: Everything,
    order: Vec<(Turn, usize, bool)>,
}

impl<'a> Brute<'a> {
    /// All schedules with up to so many failed attempts; `None` if there are more than `most`
    /// states on the way.
    pub(super) fn force(
        face: &'a dyn DynStrategy,
        program: &'a Program,
        tso: bool,
        vain: usize,
        most: usize,
    ) -> Option<Everything> {
        let Needs { vars, locks, semaphores, .. } = face.needs(program);
        let world = World {
            counters: vec![PackedTally::default(); program.copies as usize],
            owners: vec![None; program.copies as usize],
            at: vec![0; program.workers],
            vars: vars.into_iter().map(|var| var.1).collect(),
            locks: locks.iter().map(|_| None).collect(),
            permits: semaphores.into_iter().map(|s| s.1).collect(),
            buffers: vec![VecDeque::new(); program.workers],
            logs: vec![Vec::new(); program.workers],
        };
        let found = Everything::default();
        let mut brute = Self { face, program, tso, vain, left: most, found, order: Vec::new() };
        brute.go(&world, None).map(|()| brute.found)
    }

    fn stand(&self, world: &World, me: usize) -> Stand {
        let log = &world.logs[me];
        let (workers, failed, attempts) = (self.program.workers, Vec::new(), Vec::new());
        let mut reference =
            ReferenceMachine { me, workers, log, at: 0, failed, attempts, next: None };
        self.face.run_reference(&mut reference, self.program);
        let silent = |&(from, to): &(usize, usize)| log[from..to].iter().all(|step| !step.1);
        Stand {
            next: reference.next,
            failed: reference.failed.len(),
            vain: reference.failed.iter().copied().filter(silent).collect(),
            attempt: reference.attempts.last().copied(),
            attempting: !reference.attempts.is_empty(),
        }
    }

    fn go(&mut self, world: &World, last: Option<usize>) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        let stands: Vec<Stand> = (0..world.logs.len()).map(|me| self.stand(world, me)).collect();
        if stands.iter().map(|stand| stand.vain.len()).sum::<usize>() > self.vain {
            return Some(());
        }
        let drained = world.buffers.iter().all(VecDeque::is_empty);
        if drained && stands.iter().all(|stand| stand.next.is_none()) {
            let (turns, preemptions) = self.reduced(&stands);
            let planned = self.program.planned();
            let lossless = planned == world.counters.iter().map(|counter| counter.unpack()).sum();
            let value = world.counters.iter().map(|c| c.value()).sum();
            let end = (value, lossless, preemptions);
            let known = self.found.complete.entry(turns).or_insert(end);
            assert_eq!((known.0, known.1), (end.0, end.1), "attempts in vain change nothing");
            known.2 = known.2.min(preemptions);
            return Some(());
        }
        let able: Vec<Able> = (0..stands.len()).map(|me| self.able(world, me)).collect();
        let at_start = |(me, stand): (usize, &Stand)| {
            stand.attempt.is_none_or(|since| since == world.logs[me].len())
        };
        let waits = able.iter().all(|able| *able == Able::Waits);
        if drained && waits && stands.iter().enumerate().all(at_start) {
            let (turns, preemptions) = self.reduced(&stands);
            let known = self.found.stuck.entry(turns).or_insert(preemptions);
            *known = preemptions.min(*known);
            return Some(());
        }
        for (me, stand) in stands.iter().enumerate() {
            if let Some(act) = stand.next {
                let mut after = world.clone();
                match self.take(&mut after, me, act) {
                    Some(true) => {
                        let preempted =
                            last.is_some_and(|last| last != me && able[last] == Able::Goes);
                        self.order.push((Turn::of(me), world.logs[me].len(), preempted));
                        self.go(&after, Some(me))?;
                        self.order.pop();
                    }
                    Some(false) => {}
                    None => self.found.fault = true,
                }
            }
            if !world.buffers[me].is_empty() {
                let mut after = world.clone();
                after.drain(me);
                self.order.push((Turn { worker: me, drain: true }, usize::MAX, false));
                self.go(&after, last)?;
                self.order.pop();
            }
        }
        Some(())
    }

    /// The schedule without the attempts that were in vain; and the preemptions with them, of which
    /// there are never fewer than without.
    fn reduced(&self, stands: &[Stand]) -> (Vec<Turn>, u32) {
        let vain = |turn: Turn, at: usize| {
            !turn.drain
                && stands[turn.worker].vain.iter().any(|&(from, to)| (from..to).contains(&at))
        };
        let kept = self.order.iter().filter(|(turn, at, _)| !vain(*turn, *at));
        let preempted = self.order.iter().filter(|(.., preempted)| *preempted);
        (kept.map(|(turn, ..)| *turn).collect(), preempted.count() as u32)
    }

    fn able(&self, world: &World, me: usize) -> Able {
        let mut world = world.clone();
        loop {
            let before = self.stand(&world, me);
            let Some(act) = before.next else { return Able::Waits };
            match self.take(&mut world, me, act) {
                None => return Able::Goes,
                Some(false) if !world.buffers[me].is_empty() => {
                    world.drain(me);
                    continue;
                }
                Some(false) => return Able::Waits,
                Some(true) => {}
            }
            let after = self.stand(&world, me);
            if after.failed > before.failed {
                return if after.vain.len() > before.vain.len() {
                    Able::Waits
                } else {
                    Able::Churns
                };
            }
            // It was not within an attempt, or is within the next one.
            let past = !before.attempting || after.attempt == Some(world.logs[me].len());
            if past {
                return Able::Goes;
            }
            if !after.attempting {
                return Able::Goes;
            }
        }
    }

    /// Takes a step; `Some(false)` if it has to wait, `None` for a fault.
    fn take(&self, world: &mut World, me: usize, act: Act) -> Option<bool> {
        let fenced = match act {
            Act::Read | Act::Write(_) | Act::Load(..) => false,
            Act::Store(_, _, order) => order == Ordering::SeqCst,
            _ => true,
        };
        if fenced && !world.buffers[me].is_empty() {
            return Some(false);
        }
        let own = |world: &World, of: Option<usize>| {
            let entries = world.buffers[me].iter().rev();
            { entries }.find(|entry| entry.0 == of).map(|entry| entry.1)
        };
        let before = (world.counters.clone(), world.vars.clone());
        let at = world.at[me];
        let mut changed = false;
        let mut answer = 0;
        match act {
            Act::Read => answer = own(world, None).unwrap_or(world.counters[at].word()),
            Act::Load(var, _) => answer = own(world, Some(var.0)).unwrap_or(world.vars[var.0]),
            Act::Write(_) | Act::Store(..) if self.tso && !fenced => {
                if world.buffers[me].len() == 8 {
                    return Some(false);
                }
                changed = true;
                world.buffers[me].push_back(match act {
                    Act::Write(value) => (None, value.word()),
                    Act::Store(var, value, _) => (Some(var.0), value),
                    _ => unreachable!(),
                });
            }
            Act::Write(value) => {
                changed = true;
                world.counters[at] = value;
            }
            Act::Store(var, value, _) => world.vars[var.0] = value,
            Act::Add(delta) => world.counters[at] = world.counters[at] + delta,
            Act::Replace { seen, new } => {
                answer = u64::from(world.counters[at] == seen);
                changed = answer == 1;
                if changed {
                    world.counters[at] = new;
                }
            }
            Act::Swap(var, value, _) => answer = std::mem::replace(&mut world.vars[var.0], value),
            Act::FetchAdd(var, more, _) => {
                answer = world.vars[var.0];
                world.vars[var.0] = answer.wrapping_add(more);
            }
            Act::Acquire(lock) if world.locks[lock.0].is_some() => return Some(false),
            Act::Acquire(lock) => {
                changed = true;
                world.locks[lock.0] = Some(me);
            }
            Act::Release(lock) if world.locks[lock.0] != Some(me) => return None,
            Act::Release(lock) => {
                changed = true;
                world.locks[lock.0] = None;
            }
            Act::Wait(semaphore) if world.permits[semaphore.0] == 0 => return Some(false),
            Act::Wait(semaphore) => {
                changed = true;
                world.permits[semaphore.0] -= 1;
            }
            Act::Claim => {
                changed = true;
                let free = world.owners.iter().position(Option::is_none);
                world.at[me] = free.unwrap_or(me % world.owners.len());
                if let Some(free) = free {
                    world.owners[free] = Some(me);
                }
            }
            Act::GiveBack => {
                changed = true;
                if world.owners[at] == Some(me) {
                    world.owners[at] = None;
                }
            }
            Act::Signal(semaphore) => {
                changed = true;
                world.permits[semaphore.0] += 1;
            }
        }
        changed |= before != (world.counters.clone(), world.vars.clone());
        world.logs[me].push((answer, changed));
        Some(true)
    }
}

impl World {
    fn drain(&mut self, me: usize) {
        match self.buffers[me].pop_front() {
            Some((None, word)) => self.counters[self.at[me]] = PackedTally::from_word(word),
            Some((Some(var), value)) => self.vars[var] = value,
            None => {}
        }
    }
}

impl Everything {
    /// For each final value: schedules, how many of them lose nothing, and the cheapest.
    pub(super) fn outcomes(&self) -> BTreeMap<i64, (u64, u64, u32, Schedule)> {
        let mut outcomes = BTreeMap::new();
        for (turns, &(value, lossless, preemptions)) in &self.complete {
            let best = (0, 0, preemptions, turns.clone());
            let known: &mut (u64, u64, u32, Vec<Turn>) = outcomes.entry(value).or_insert(best);
            known.0 += 1;
            known.1 += u64::from(lossless);
            // Ties go to the lower worker: vectors are met in this order already.
            if (preemptions, turns.len()) < (known.2, known.3.len()) {
                (known.2, known.3) = (preemptions, turns.clone());
            }
        }
        let schedule = |turns: Vec<Turn>| turns.into_iter().collect();
        outcomes
            .into_iter()
            .map(|(value, (n, l, p, turns))| (value, (n, l, p, schedule(turns))))
            .collect()
    }
}
