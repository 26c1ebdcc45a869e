//! Where each worker stands in its own code, and what it does next.
//!
//! A *location* is a section of the worker's loop, what the steps of this section have answered,
//! and which attempts of `until` have left a trace. A section hands nothing on to the next one, and
//! a failed attempt nothing to the next attempt, so their answers are dropped: this keeps the
//! locations few. The strategy's code is asked once for each of them and the answer remembered.

use hashbrown::HashMap;

use super::Explorable;
use super::model::{Halt, Model, Pending};
use super::stop::Stop;
use crate::machine::{Program, Section};

/// The most steps of one section, without failed attempts: a strategy that waits in a loop of its
/// own, and not by `until`, takes more and more.
const MOST_STEPS: usize = 500;

/// How often a failed attempt is repeated to see whether it hands something on to the next.
const REPEATS: usize = 20;

/// About so many times the strategy is run again to see whether it still takes the same steps.
const RERUNS: usize = 20_000;

/// One worker at one point of its loop.
pub(super) struct Location {
    /// The worker, from 0, or the first with the same program.
    pub(super) worker: usize,
    /// The section of its loop, from 0.
    section: usize,
    /// What its steps have answered.
    log: Box<[u64]>,
    /// A bit for each attempt that the worker is within, the outermost first: whether a step in it
    /// has changed what is shared.
    traces: u32,
    /// What comes next.
    pub(super) next: Next,
    /// Where each answer leads that has been met, and whether the step changed something.
    moves: Vec<(u64, bool, Move)>,
}

/// What a worker does next.
#[derive(Clone, Debug)]
pub(super) enum Next {
    /// This step.
    Step(Pending),
    /// Nothing: it has made all its updates.
    Finished,
    /// It repeats for ever an attempt that takes no step.
    NeverSucceeds(&'static str),
}

impl Location {
    /// The step that comes next, if there is one.
    pub(super) fn step(&self) -> Option<&Pending> {
        match &self.next {
            Next::Step(pending) => Some(pending),
            Next::Finished | Next::NeverSucceeds(_) => None,
        }
    }

    /// Whether it is the same, but for which attempts have left a trace.
    pub(super) fn same_but_traces(&self, other: &Self) -> bool {
        (self.worker, self.section, &self.log) == (other.worker, other.section, &other.log)
    }

    /// How many reads of this section it may still make use of.
    pub(super) fn reads(&self) -> u8 {
        self.step().map_or(0, |pending| pending.reads)
    }

    /// Whether the worker is in the critical section: its next step belongs to it.
    pub(super) fn inside(&self) -> bool {
        self.step().is_some_and(|pending| pending.section == Section::Critical)
    }

    /// How many attempts of `until` the worker is within.
    pub(super) fn attempts(&self) -> usize {
        match &self.next {
            Next::Step(pending) => pending.attempts.len(),
            Next::Finished => 0,
            Next::NeverSucceeds(_) => 1,
        }
    }
}

/// Where a worker is after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Move {
    pub(super) to: u32,
    /// Of the attempts that were under way, the outermost ones that still are.
    pub(super) lasting: usize,
    /// Whether an attempt has failed, and if so, whether it has left a trace.
    pub(super) failed: Option<bool>,
}

/// A section of a worker, and the answers that have been given in it.
type Point = (usize, u8, Box<[u64]>);

/// All locations that have been met.
pub(super) struct LocalStates<'a> {
    strategy: &'a dyn Explorable,
    /// One iteration: it has every text of a section.
    once: Program,
    /// The sections of one iteration of each worker.
    texts: Vec<Vec<Section>>,
    /// For each section of a worker's loop, the section of one iteration with the same text.
    sections: Vec<Vec<u8>>,
    /// For each worker, the first with the same program: they share locations.
    kinds: Vec<usize>,
    equal_workers: Vec<Vec<usize>>,
    locations: Vec<Location>,
    numbers: HashMap<(usize, usize, u32, Box<[u64]>), u32>,
    /// What the strategy's code did, and how many writes of the resource there were before.
    runs: HashMap<Point, (Halt, usize)>,
    /// Some update did not write the resource exactly once.
    unusual: bool,
    /// The resource was written in an attempt that failed.
    wrote_and_failed: bool,
}

impl<'a> LocalStates<'a> {
    /// With `symmetric`, workers with the same program share locations.
    pub(super) fn new(
        strategy: &'a dyn Explorable,
        program: &Program,
        symmetric: bool,
    ) -> Result<Self, Stop> {
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
        let equal_workers = equal_workers.collect();
        Ok(Self {
            strategy,
            sections: sections.collect(),
            once,
            texts,
            kinds,
            equal_workers,
            locations: Vec::new(),
            numbers: HashMap::new(),
            runs: HashMap::new(),
            unusual: false,
            wrote_and_failed: false,
        })
    }

    /// Where worker `me` begins.
    pub(super) fn start(&mut self, me: usize) -> Result<u32, Stop> {
        self.settle(self.kinds[me], 0, Vec::new(), 0)
    }

    /// Workers with the same program; only where there are at least two.
    pub(super) fn equal_workers(&self) -> &[Vec<usize>] {
        &self.equal_workers
    }

    pub(super) fn location(&self, number: u32) -> &Location {
        &self.locations[number as usize]
    }

    /// About how much memory they take.
    pub(super) fn bytes(&self) -> usize {
        let sections: usize = self.sections.iter().map(Vec::len).sum();
        let each = 2 * size_of::<Location>() + size_of::<Halt>() + size_of::<Pending>();
        let log = self.locations.last().map_or(0, |location| 24 * location.log.len());
        sections + self.locations.len() * (each + log)
    }

    /// Whether every update wrote the resource exactly once, as far as has been seen.
    pub(super) fn usual(&self) -> bool {
        !self.unusual
    }

    /// Says that some update did not change the resource in the usual way.
    pub(super) fn note_unusual(&mut self) {
        self.unusual = true;
    }

    /// Whether the resource was written in an attempt that failed.
    pub(super) fn wrote_and_failed(&self) -> bool {
        self.wrote_and_failed
    }

    /// Where the worker at `from` stands once its step has answered so; `changed` says whether the
    /// step changed what is shared.
    pub(super) fn after(&mut self, from: u32, answer: u64, changed: bool) -> Result<Move, Stop> {
        let location = &self.locations[from as usize];
        // Outside of attempts it does not matter; locations are not told apart for nothing.
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
        let location = &self.locations[from as usize];
        let Location { worker, section, log, .. } = location;
        let (me, section, answered) = (*worker, *section, log.len());
        if answered == MOST_STEPS {
            return Err(Stop::LimitExceeded);
        }
        let mut traces = location.traces;
        if changed {
            traces |= 1 << (location.attempts() - 1);
        }
        let mut log = log.to_vec();
        log.push(answer);
        let halt = self.run(me, section, &log)?.0.clone();
        match halt {
            Halt::Failed { since, depth, wrote } => {
                self.unusual |= wrote;
                self.wrote_and_failed |= wrote;
                let trace = traces >> depth != 0;
                self.check_repeated(me, section, &log, since)?;
                log.truncate(since);
                let to = self.settle(me, section, log, fold(traces, depth))?;
                Ok(Move { to, lasting: depth, failed: Some(trace) })
            }
            Halt::Next(_) | Halt::NeverSucceeds(_) => {
                let lasting = halt.attempts().iter().filter(|attempt| attempt.since <= answered);
                let lasting = lasting.count();
                let to = self.settle(me, section, log, fold(traces, lasting))?;
                Ok(Move { to, lasting, failed: None })
            }
            _ => Ok(Move { to: self.settle(me, section, log, 0)?, lasting: 0, failed: None }),
        }
    }

    /// The location with these answers, past all sections that have ended.
    fn settle(
        &mut self,
        me: usize,
        mut section: usize,
        mut log: Vec<u64>,
        traces: u32,
    ) -> Result<u32, Stop> {
        loop {
            let key = (me, section, traces, log.into_boxed_slice());
            if let Some(&known) = self.numbers.get(&key) {
                return Ok(known);
            }
            if section == self.sections[me].len() {
                return Ok(self.insert(key, Next::Finished));
            }
            let (halt, writes) = self.run(me, section, &key.3)?.clone();
            match halt {
                Halt::Next(pending) => return Ok(self.insert(key, Next::Step(*pending))),
                Halt::NeverSucceeds(attempts) => {
                    let words = attempts.last().map_or("", |attempt| attempt.words);
                    return Ok(self.insert(key, Next::NeverSucceeds(words)));
                }
                Halt::Done => {
                    let text = self.texts[me][usize::from(self.sections[me][section])];
                    let updates = matches!(text, Section::Critical | Section::Whole);
                    self.unusual |= writes != usize::from(updates);
                    (section, log) = (section + 1, Vec::new());
                }
                Halt::LimitExceeded => return Err(Stop::LimitExceeded),
                // The answers before it did not make the attempt fail.
                Halt::Failed { .. } | Halt::OwnState => return Err(Stop::OwnState),
            }
        }
    }

    fn insert(&mut self, key: (usize, usize, u32, Box<[u64]>), next: Next) -> u32 {
        #[allow(clippy::cast_possible_truncation, reason = "so many do not fit into memory")]
        let number = self.locations.len() as u32;
        let (worker, section, traces, log) = key.clone();
        self.numbers.insert(key, number);
        let moves = Vec::new();
        self.locations.push(Location { worker, section, log, traces, next, moves });
        number
    }

    /// What the strategy's code does after these answers; asked once.
    fn run(&mut self, me: usize, section: usize, log: &[u64]) -> Result<&(Halt, usize), Stop> {
        let point = (me, self.sections[me][section], log.into());
        if !self.runs.contains_key(&point) {
            let run = self.run_now(&point, false);
            if run.0 == Halt::OwnState {
                return Err(Stop::OwnState);
            }
            for other in (0..self.kinds.len()).filter(|&other| other != me) {
                let differs = || self.run_now(&(other, point.1, point.2.clone()), false) != run;
                if self.kinds[other] == me && differs() {
                    return Err(Stop::NotSymmetric);
                }
            }
            self.runs.insert(point.clone(), run);
        }
        Ok(&self.runs[&point])
    }

    fn run_now(&self, (me, text, log): &Point, repeat: bool) -> (Halt, usize) {
        let mut model = Model::new(*me, self.once.workers, usize::from(*text), log);
        model.repeat = repeat;
        let halt = self.strategy.advance(&mut model, &self.once).err().unwrap_or(Halt::Done);
        (halt, model.writes())
    }

    /// A failed attempt must hand nothing on: after one such attempt, and after many, the next one
    /// takes the same steps.
    fn check_repeated(
        &mut self,
        me: usize,
        section: usize,
        log: &[u64],
        since: usize,
    ) -> Result<(), Stop> {
        let text = self.sections[me][section];
        let (before, failed) = log.split_at(since);
        for times in [1, REPEATS] {
            let mut repeated = before.to_vec();
            (0..times).for_each(|_| repeated.extend_from_slice(failed));
            for at in 0..failed.len() {
                let again = self.run_now(&(me, text, repeated.as_slice().into()), true).0;
                let first = &self.run(me, section, &log[..since + at])?.0;
                let (Halt::Next(again), Halt::Next(first)) = (again, first) else {
                    return Err(Stop::OwnState);
                };
                let depths = again.attempts.len() == first.attempts.len();
                if (again.step, again.reads) != (first.step, first.reads) || !depths {
                    return Err(Stop::OwnState);
                }
                repeated.push(failed[at]);
            }
        }
        Ok(())
    }

    /// Runs the strategy again with the answers that it has got before, in another order. If it
    /// takes another step, it keeps state outside of the machine.
    pub(super) fn check_again(&self) -> Result<(), Stop> {
        let runs: Vec<_> = self.runs.iter().collect();
        let same = |(point, run): &(&Point, &(Halt, usize))| self.run_now(point, false) == **run;
        let others = (RERUNS / runs.len().max(1)).clamp(1, runs.len().max(1));
        for (at, run) in runs.iter().enumerate() {
            let step = runs.len() / others;
            let others = (0..others).map(|other| (at + 1 + other * step) % runs.len());
            if !same(run) || !others.map(|other| runs[other]).all(|run| same(&run)) {
                return Err(Stop::OwnState);
            }
        }
        Ok(())
    }
}

/// The traces that are left when only `lasting` attempts are still under way: what an attempt has
/// left belongs to the attempt around it as well.
fn fold(traces: u32, lasting: usize) -> u32 {
    match lasting.checked_sub(1) {
        None => 0,
        Some(last) => {
            let ended = u32::from(traces >> lasting != 0);
            traces & ((1 << lasting) - 1) | ended << last
        }
    }
}

/// The sections of a worker's loop, in order: the loop is run, and takes no step.
fn sections(strategy: &dyn Explorable, program: &Program, me: usize) -> Result<Vec<Section>, Stop> {
    let mut model = Model::new(me, program.workers, usize::MAX, &[]);
    match strategy.advance(&mut model, program) {
        Ok(()) => Ok(model.into_sections()),
        Err(_) => Err(Stop::LimitExceeded),
    }
}

/// For each section of the whole loop, the one of a single iteration with the same text. Sections
/// of one kind have the same text, but for updates: these take turns as they do in one iteration.
fn same_text(once: &[Section], whole: &[Section]) -> Vec<u8> {
    let updates = |section: &Section| matches!(section, Section::Critical | Section::Whole);
    let of_one: Vec<usize> = (0..once.len()).filter(|&at| updates(&once[at])).collect();
    let mut made = 0;
    let text = |section: &Section| {
        if updates(section) {
            made += 1;
            of_one[(made - 1) % of_one.len()]
        } else {
            once.iter().position(|known| known == section).expect("an iteration has all sections")
        }
    };
    #[allow(clippy::cast_possible_truncation, reason = "one iteration has some ten sections")]
    whole.iter().map(text).map(|text| text as u8).collect()
}
