//! Where each worker is in its loop.
//!
//! A *location* is a section of the worker's loop, a [point](super::section) in it, and which
//! attempts of `until` have left a trace. A section passes nothing to the next one but the private
//! variables, so there are few locations.

use std::rc::Rc;

use hashbrown::HashMap;

use super::explorable::Explorable;
use super::model::Pending;
use super::outline::{same_text, sections};
use super::section::{Branch, Next, Sections, Start};
use super::stop::Stop;
use crate::machine::{Guard, Needs, Program, Section};

/// One worker at one point of its loop.
pub(super) struct Location {
    /// The worker, from 0, or the first with the same program.
    worker: usize,
    /// The section of its loop, from 0.
    section: usize,
    point: u32,
    /// A bit for each attempt that the worker is within, the outermost first: whether a step in it
    /// has changed what is shared.
    traces: u32,
    /// The kind of the section; nothing if the worker has finished.
    pub(super) kind: Option<Section>,
    /// What comes next.
    pub(super) next: Rc<Next>,
    /// For each answer that was met: the next location, and whether the step changed something.
    moves: Vec<(u64, bool, Move)>,
}

impl Location {
    /// The step that comes next, if there is one.
    pub(super) fn step(&self) -> Option<&Pending> {
        match &*self.next {
            Next::Step(pending) => Some(pending),
            Next::Finished | Next::NeverSucceeds(_) => None,
        }
    }

    /// Whether both are equal, apart from which attempts have left a trace.
    pub(super) fn same_but_traces(&self, other: &Self) -> bool {
        let place = |location: &Self| (location.worker, location.section, location.point);
        place(self) == place(other)
    }

    /// How many reads of this section it may still make use of.
    pub(super) fn reads(&self) -> u8 {
        self.step().map_or(0, |pending| pending.reads)
    }

    /// Whether the worker is in the critical section: its next step belongs to it.
    pub(super) fn inside(&self) -> bool {
        self.step().is_some_and(|pending| pending.section == Section::Critical)
    }

    /// Whether a step of an attempt was taken that may still turn out to leave no trace.
    pub(super) fn undecided(&self) -> bool {
        let begun = self.next.attempts().iter().enumerate().filter(|(_, attempt)| attempt.ago > 0);
        begun.into_iter().any(|(at, _)| self.traces >> at == 0)
    }

    /// Whether the worker may have to wait for others here.
    pub(super) fn may_wait(&self) -> bool {
        self.attempts() > 0 || self.step().is_some_and(Pending::may_block)
    }

    /// How many attempts of `until` the worker is within.
    pub(super) fn attempts(&self) -> usize {
        self.next.attempts().len()
    }
}

/// Where a worker is after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Move {
    pub(super) to: u32,
    /// How many attempts have not ended: the outermost ones.
    pub(super) lasting: usize,
    /// Whether an attempt has failed, and if so, whether it has left a trace.
    pub(super) failed: Option<bool>,
    /// Whether an update has ended.
    pub(super) ended: bool,
}

/// All locations that have been met.
pub(super) struct LocalStates<'a> {
    pub(super) program: Program,
    code: Sections<'a>,
    /// The sections of one iteration of each worker.
    texts: Vec<Vec<Section>>,
    /// For each section of a worker's loop, the section of one iteration with the same text.
    sections: Vec<Vec<u8>>,
    /// Workers with the same program; only where there are at least two.
    pub(super) equal_workers: Vec<Vec<usize>>,
    locations: Vec<Location>,
    /// By worker, section, point and traces.
    numbers: HashMap<(usize, usize, u32, u32), u32>,
    /// Some update did not write the resource exactly once.
    pub(super) unusual: bool,
    /// The resource was written in an attempt that failed.
    pub(super) wrote_and_failed: bool,
    /// Where a worker's loop ends, it begins again.
    pub(super) endless: bool,
    /// The private variables as an entry section begins.
    zeros: Rc<[u64]>,
}

/// No point: the worker has finished.
const FINISHED: u32 = u32::MAX;

impl<'a> LocalStates<'a> {
    /// With `symmetric`, workers with the same program share locations.
    pub(super) fn new(
        strategy: &'a dyn Explorable,
        program: &Program,
        symmetric: bool,
    ) -> Result<Self, Stop> {
        let needs = strategy.needs(program);
        let once = Program { iters: 1, ..program.clone() };
        let all = |program: &Program| {
            (0..program.workers).map(|me| sections(strategy, program, me)).collect::<Result<_, _>>()
        };
        let texts: Vec<Vec<Section>> = all(&once)?;
        let whole: Vec<Vec<Section>> = all(program)?;
        let sections = texts.iter().zip(&whole).map(|(texts, whole)| same_text(texts, whole));
        let same = |one: usize, other: usize| {
            program.deltas(one) == program.deltas(other) && whole[one] == whole[other]
        };
        let kind = |me| (0..me).find(|&other| symmetric && same(other, me)).unwrap_or(me);
        let kinds: Vec<usize> = (0..program.workers).map(kind).collect();
        let equal = |kind| (0..program.workers).filter(|&me| kinds[me] == kind).collect::<Vec<_>>();
        let equal_workers = (0..program.workers).map(equal).filter(|equal| equal.len() > 1);
        Ok(Self {
            sections: sections.collect(),
            texts,
            equal_workers: equal_workers.collect(),
            zeros: needs.privates.iter().map(|_| 0).collect(),
            code: Sections::new(strategy, needs, once, kinds),
            program: program.clone(),
            locations: Vec::new(),
            numbers: HashMap::new(),
            unusual: false,
            wrote_and_failed: false,
            endless: false,
        })
    }

    /// Forgets all locations, but not what has been learned of the strategy's code.
    pub(super) fn restart(&mut self) {
        self.code.restart();
        self.locations.clear();
        self.numbers.clear();
    }

    /// From now on no answer is forgotten within a section: for one schedule that is quicker.
    pub(super) fn keep_answers(&mut self) {
        self.code.all_apart = true;
    }

    /// As [`Sections::check_again`].
    pub(super) fn check_again(&self) -> Result<(), Stop> {
        self.code.check_again()
    }

    /// What the strategy has declared.
    pub(super) fn needs(&self) -> &Needs {
        &self.code.needs
    }

    /// Where worker `me` begins.
    pub(super) fn start(&mut self, me: usize) -> Result<u32, Stop> {
        self.begin(self.code.kinds[me], 0, Rc::clone(&self.zeros)).map(|(start, _)| start)
    }

    /// The locations of a worker that were met.
    pub(super) fn of(&self, worker: usize) -> impl Iterator<Item = u32> {
        let of = self.locations.iter().zip(0..).filter(move |(it, _)| it.worker == worker);
        of.map(|(_, number)| number)
    }

    pub(super) fn location(&self, number: u32) -> &Location {
        &self.locations[number as usize]
    }

    /// What the private variables of its worker hold, while there is a next step.
    pub(super) fn privates(&self, number: u32) -> Box<[u64]> {
        self.code.privates(self.location(number).point)
    }

    /// Where a location is in one iteration of its worker's loop: the section, and how many of its
    /// steps come before. Only if all answers are [kept](Self::keep_answers).
    pub(super) fn place(&self, number: u32) -> (usize, usize) {
        let Location { worker, section, point, .. } = self.locations[number as usize];
        let once = match self.program.guard {
            Guard::Update => section % self.texts[worker].len(),
            Guard::Loop => self.sections[worker][section].into(),
        };
        (once, self.code.steps_before(point))
    }

    /// Whether both are the same place in a worker's loop, in any iteration.
    pub(super) fn same_in_a_round(&self, one: u32, other: u32) -> bool {
        let place = |number| {
            let &Location { worker, section, point, traces, .. } = self.location(number);
            (worker, self.sections[worker].get(section), point, traces)
        };
        place(one) == place(other)
    }

    /// The approximate memory that the locations take.
    pub(super) fn bytes(&self) -> usize {
        let sections: usize = self.sections.iter().map(Vec::len).sum();
        sections + 2 * (size_of::<Location>() + 64) * self.locations.len() + self.code.bytes()
    }

    /// The location of the worker at `from` after its step got this answer; `changed` says whether
    /// the step changed what is shared.
    pub(super) fn after(&mut self, from: u32, answer: u64, changed: bool) -> Result<Move, Stop> {
        let location = &self.locations[from as usize];
        // Outside of attempts `changed` does not matter, and would only make more locations.
        let changed = changed && location.attempts() > 0;
        let known = location.moves.iter().find(|known| (known.0, known.1) == (answer, changed));
        if let Some(&(.., known)) = known {
            return Ok(known);
        }
        let to = self.new_move(from, answer, changed)?;
        self.locations[from as usize].moves.push((answer, changed, to));
        Ok(to)
    }

    fn new_move(&mut self, from: u32, answer: u64, changed: bool) -> Result<Move, Stop> {
        let Location { worker, section, point, mut traces, .. } = self.locations[from as usize];
        if changed {
            traces |= 1 << (self.locations[from as usize].attempts() - 1);
        }
        Ok(match self.code.after(point, answer)? {
            Branch::To(to, lasting) => {
                let to = self.number(worker, section, to, fold(traces, lasting));
                Move { to, lasting, failed: None, ended: false }
            }
            Branch::Failed { to, depth, wrote } => {
                self.unusual |= wrote;
                self.wrote_and_failed |= wrote;
                let to = self.number(worker, section, to, fold(traces, depth));
                let failed = Some(traces >> depth != 0);
                Move { to, lasting: depth, failed, ended: false }
            }
            Branch::Done(writes, privates) => {
                let privates = self.end(worker, section, writes, privates);
                let (to, ended) = self.begin(worker, section + 1, privates)?;
                Move { to, lasting: 0, failed: None, ended }
            }
        })
    }

    /// Where a section begins, or the next one if it has no steps; and whether that is in another
    /// update.
    fn begin(
        &mut self,
        worker: usize,
        mut section: usize,
        mut privates: Rc<[u64]>,
    ) -> Result<(u32, bool), Stop> {
        let all = self.sections[worker].len();
        let mut other = false;
        // Not more than once round: there may be no steps at all.
        for _ in 0..=all {
            if self.endless && section == all {
                section = 0;
            }
            let Some(&text) = self.sections[worker].get(section) else { break };
            other |= self.texts[worker][usize::from(text)] == Section::Entry;
            match self.code.start(&Start { worker, section: text, privates })? {
                Branch::To(to, _) => return Ok((self.number(worker, section, to, 0), other)),
                Branch::Done(writes, after) => {
                    privates = self.end(worker, section, writes, after);
                }
                Branch::Failed { .. } => return Err(Stop::OwnState),
            }
            section += 1;
        }
        Ok((self.number(worker, all, FINISHED, 0), true))
    }

    /// Notes whether a section did something unusual, and returns the private variables after it.
    fn end(
        &mut self,
        worker: usize,
        section: usize,
        writes: usize,
        privates: Rc<[u64]>,
    ) -> Rc<[u64]> {
        let text = self.texts[worker][usize::from(self.sections[worker][section])];
        let updates = matches!(text, Section::Critical | Section::Whole);
        self.unusual |= writes != usize::from(updates);
        if text == Section::Exit { Rc::clone(&self.zeros) } else { privates }
    }

    fn number(&mut self, worker: usize, section: usize, point: u32, traces: u32) -> u32 {
        *self.numbers.entry((worker, section, point, traces)).or_insert_with(|| {
            let next = match point {
                FINISHED => Rc::new(Next::Finished),
                point => self.code.next(point),
            };
            let text = self.sections[worker].get(section);
            let kind = text.map(|&text| self.texts[worker][usize::from(text)]);
            let moves = Vec::new();
            self.locations.push(Location { worker, section, point, traces, kind, next, moves });
            self.locations.len() as u32 - 1
        })
    }
}

/// The traces of the `lasting` attempts that have not ended: a trace of an attempt belongs to the
/// attempt around it as well.
fn fold(traces: u32, lasting: usize) -> u32 {
    match lasting.checked_sub(1) {
        None => 0,
        Some(last) => {
            let ended = u32::from(traces >> lasting != 0);
            traces & ((1 << lasting) - 1) | ended << last
        }
    }
}
