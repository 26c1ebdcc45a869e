//! What each worker does next, remembered: the strategy's code is asked once for each place in it.
//!
//! A *place* is where a worker stands: a section of its life, and what the steps of this section
//! have answered so far. Earlier sections are of no use to it any more, since a section hands
//! nothing on to the next; this is what keeps the places few.

use std::collections::HashMap;

use super::Explorable;
use super::model::{Answer, Halt, Model, Pending};
use crate::machine::{Guard, Program, Section};

/// The most steps of one section, not counting attempts that failed: who waits in a loop of his own
/// instead of `until` takes more and more.
const MOST_STEPS: usize = 500;

/// A worker at one place of its code.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The worker, from 0.
    pub(super) worker: usize,
    /// The section of its life, from 0.
    section: usize,
    /// What its steps have answered.
    log: Box<[Answer]>,
    /// What comes next.
    pub(super) next: Next,
}

/// What a worker does next.
#[derive(Clone, Debug)]
pub(super) enum Next {
    /// This step.
    Step(Pending),
    /// Nothing: it has made all its updates.
    Finished,
    /// It repeats an attempt for ever that looks at nothing.
    NeverSucceeds(&'static str),
}

impl Place {
    /// The step that comes next, if there is one.
    pub(super) fn step(&self) -> Option<&Pending> {
        match &self.next {
            Next::Step(pending) => Some(pending),
            _ => None,
        }
    }

    /// How many reads of this section it may still make use of.
    pub(super) fn reads(&self) -> u8 {
        self.step().map_or(0, |pending| pending.reads)
    }

    /// Whether the worker is in the critical section: its next step belongs to it.
    pub(super) fn inside(&self) -> bool {
        self.step().is_some_and(|pending| pending.section == Section::Critical)
    }

    /// Whether it is in the middle of an attempt, not at its beginning.
    pub(super) fn mid_attempt(&self) -> bool {
        let attempt = self.step().and_then(|pending| pending.attempts.last());
        attempt.is_some_and(|attempt| attempt.since < self.log.len())
    }
}

/// Where a worker stands after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    /// At this place.
    To(u32),
    /// At the beginning of an attempt that has failed and left traces.
    Again(u32),
    /// Likewise, but nobody can tell that the attempt was made.
    Vain(u32),
}

/// The strategy does something that the explorer does not keep account of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LimitExceeded;

/// All places that have been met.
pub(super) struct Code<'a> {
    face: &'a dyn Explorable,
    /// One iteration: as long as it takes to see every kind of section.
    once: Program,
    sections: Vec<usize>,
    places: Vec<Place>,
    numbers: HashMap<(usize, usize, Box<[Answer]>), u32>,
    moves: hashbrown::HashMap<(u32, Answer), Move>,
    /// Some update did not change the resource exactly once.
    unusual: bool,
}

impl<'a> Code<'a> {
    pub(super) fn new(face: &'a dyn Explorable, program: &Program) -> Self {
        let sections = (0..program.workers).map(|me| sections(program, me)).collect();
        Self {
            face,
            once: Program { iters: 1, ..program.clone() },
            sections,
            places: Vec::new(),
            numbers: HashMap::new(),
            moves: hashbrown::HashMap::new(),
            unusual: false,
        }
    }

    /// Where worker `me` begins.
    pub(super) fn start(&mut self, me: usize) -> Result<u32, LimitExceeded> {
        self.settle(me, 0, Vec::new())
    }

    pub(super) fn place(&self, number: u32) -> &Place {
        &self.places[number as usize]
    }

    /// Whether every update changed the resource exactly once, as far as has been seen.
    pub(super) fn usual(&self) -> bool {
        !self.unusual
    }

    /// Says that some update did not change the resource in the usual way.
    pub(super) fn note_unusual(&mut self) {
        self.unusual = true;
    }

    /// Where the worker at `from` stands once its step has answered so.
    pub(super) fn after(&mut self, from: u32, mut answer: Answer) -> Result<Move, LimitExceeded> {
        let place = &self.places[from as usize];
        if place.step().is_none_or(|pending| pending.attempts.is_empty()) {
            // It matters within attempts only: so that places are not told apart for nothing.
            answer.changed = false;
        }
        if let Some(&known) = self.moves.get(&(from, answer)) {
            return Ok(known);
        }
        let (me, section) = (place.worker, place.section);
        if place.log.len() == MOST_STEPS {
            return Err(LimitExceeded);
        }
        let mut log = place.log.to_vec();
        log.push(answer);
        let after = match self.run(me, section, &log) {
            Halt::Failed(since) => {
                let traces = log.drain(since..).fold((false, false), |(changed, wrote), answer| {
                    (changed | answer.changed, wrote | answer.wrote)
                });
                self.unusual |= traces.1;
                let to = self.settle(me, section, log)?;
                if traces.0 { Move::Again(to) } else { Move::Vain(to) }
            }
            _ => Move::To(self.settle(me, section, log)?),
        };
        self.moves.insert((from, answer), after);
        Ok(after)
    }

    /// The place where a worker stands with these answers, past all sections that have ended.
    fn settle(
        &mut self,
        me: usize,
        mut section: usize,
        log: Vec<Answer>,
    ) -> Result<u32, LimitExceeded> {
        let mut log = log.into_boxed_slice();
        loop {
            if let Some(&known) = self.numbers.get(&(me, section, log.clone())) {
                return Ok(known);
            }
            if section == self.sections[me] {
                return Ok(self.insert(me, section, log, Next::Finished));
            }
            match self.run(me, section, &log) {
                Halt::Next(pending) => {
                    return Ok(self.insert(me, section, log, Next::Step(*pending)));
                }
                Halt::NeverSucceeds(words) => {
                    return Ok(self.insert(me, section, log, Next::NeverSucceeds(words)));
                }
                Halt::Done => {
                    let wrote = log.iter().filter(|answer| answer.wrote).count();
                    self.unusual |= wrote != usize::from(self.updates(me, section));
                    (section, log) = (section + 1, Box::default());
                }
                // A failed attempt was cut off before; and this one answer more was not asked for.
                Halt::Failed(_) | Halt::LimitExceeded => return Err(LimitExceeded),
            }
        }
    }

    fn insert(&mut self, worker: usize, section: usize, log: Box<[Answer]>, next: Next) -> u32 {
        // 2^32 places do not fit into memory.
        #[allow(clippy::cast_possible_truncation, reason = "see above")]
        let number = self.places.len() as u32;
        self.numbers.insert((worker, section, log.clone()), number);
        self.places.push(Place { worker, section, log, next });
        number
    }

    fn run(&self, me: usize, section: usize, log: &[Answer]) -> Halt {
        let mut model = Model::new(me, self.once.workers, self.same_in_one(me, section), log);
        self.face.advance(&mut model, &self.once).err().unwrap_or(Halt::Done)
    }

    /// The section of a life with one iteration that is the same as this one.
    fn same_in_one(&self, me: usize, section: usize) -> usize {
        let deltas = self.once.deltas(me).len();
        let around = around(&self.once);
        match self.once.guard {
            Guard::Update => section % ((2 * around + 1) * deltas),
            Guard::Loop if section < around => section,
            Guard::Loop if section + around >= self.sections[me] => {
                section + 2 * around + deltas - self.sections[me]
            }
            Guard::Loop => around + (section - around) % deltas,
        }
    }

    /// Whether it is a section that makes an update.
    fn updates(&self, me: usize, section: usize) -> bool {
        let around = around(&self.once);
        match self.once.guard {
            Guard::Update => section % (2 * around + 1) == around,
            Guard::Loop => (around..self.sections[me] - around).contains(&section),
        }
    }
}

/// How many sections a worker's life has: see [`run_worker`](crate::worker::run_worker).
fn sections(program: &Program, me: usize) -> usize {
    let updates = usize::try_from(program.updates(me)).unwrap_or(usize::MAX / 4);
    match program.guard {
        Guard::Update => (2 * around(program) + 1) * updates,
        Guard::Loop => updates + 2 * around(program),
    }
}

/// How many sections there are before what is guarded, and as many behind it: one of several
/// copies has to be claimed, and given back.
fn around(program: &Program) -> usize {
    if program.copies > 1 { 2 } else { 1 }
}
