//! The sections of a worker's loop as graphs: for each sequence of answers, what the strategy's
//! code does next.
//!
//! A *point* is a place in a section: what the steps of the section have answered so far. The
//! strategy's code is run once for each point, and the result is stored. A failed attempt leaves
//! nothing behind for the next one, so its answers are dropped.
//! Sections that begin with other private variables are other sections.
//!
//! Many answers do not matter for what follows. So at first it is assumed that none does: answers
//! after which the same step comes next lead to the same point. So do paths of different length,
//! outside of attempts. The code is then run for all answers that have led to a point. If it does
//! not do the same after each, the answer that makes the difference is kept from then on, and the
//! search starts again.
//!
//! This is abstraction refinement: begin with the coarsest abstraction, and refine it where a concrete
//! run contradicts it (Clarke, Grumberg, Jha, Lu, Veith, *Counterexample-guided abstraction
//! refinement*, CAV 2000). There, a counterexample to the property shows that the abstraction is too
//! coarse. Here, no property is asked about: each merge is compared with runs of the code.
//!
//! - *Checked for all*: after each sequence of answers that leads to a point, and each answer at that
//!   point that the search meets, the code takes the same next step (`check_same`). So a merge adds no
//!   behaviour and hides none. Where more than [`MOST_LOGS`] sequences lead to one point, the section
//!   is no longer merged.
//! - *Checked by samples*: that nothing but the answers decides what the code does. A strategy may
//!   keep state of its own, in a `static` for example. Each run is repeated after other ones (about
//!   [`RERUNS`](check::RERUNS) times in all), and each failed attempt once and
//!   [`REPEATS`](check::REPEATS) times, for one of the sequences that lead to it. State that shows only
//!   in other runs is not noticed: then the answer may be wrong.

mod check;

use std::rc::Rc;

use hashbrown::{HashMap, HashSet};

use super::explorable::Explorable;
use super::model::{Attempt, Halt, Pending};
use super::stop::{Limit, Stop};
use crate::machine::{Needs, Program};

/// The most steps of one section, without failed attempts: a strategy that waits in a loop of its
/// own, and not by `until`, takes more and more.
const MOST_STEPS: usize = 500;

/// The most different answers for which the code is run at one point.
const MOST_LOGS: usize = 2000;

/// What the steps of a section have answered.
type Log = Box<[u64]>;

/// What a worker does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// This step.
    Step(Pending),
    /// Nothing: it has made all its updates.
    Finished,
    /// It repeats for ever the innermost of these attempts, which takes no step.
    NeverSucceeds(Vec<Attempt>),
}

impl Next {
    /// The attempts of `until` that the worker is within, the outermost first.
    pub(super) fn attempts(&self) -> &[Attempt] {
        match self {
            Self::Step(pending) => &pending.attempts,
            Self::Finished => &[],
            Self::NeverSucceeds(attempts) => attempts,
        }
    }
}

/// Where an answer leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Branch {
    /// To this point; so many of the attempts have not ended.
    To(u32, usize),
    /// To the beginning of an attempt that failed, which is inside of so many others.
    Failed {
        to: u32,
        depth: usize,
        /// The resource was written in it.
        wrote: bool,
    },
    /// The section ends, after so many writes of the resource, with these private variables.
    Done(usize, Rc<[u64]>),
}

/// A section of a worker, as it begins.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Start {
    pub(super) worker: usize,
    pub(super) section: u8,
    /// What its private variables hold.
    pub(super) privates: Rc<[u64]>,
}

/// A place in a section.
struct Point {
    start: Start,
    /// All answers that lead here.
    logs: Vec<Log>,
    /// The points just before it.
    before: Vec<u32>,
    next: Rc<Next>,
    /// How often the resource was written before.
    writes: usize,
    branches: Vec<(u64, Branch)>,
}

/// Where the code was run: in which section, after which answers.
type Run = (Start, Log);

/// The sections of one iteration of each worker.
pub(super) struct Sections<'a> {
    strategy: &'a dyn Explorable,
    pub(super) needs: Needs,
    program: Program,
    /// For each worker, the first with the same program: they share points.
    pub(super) kinds: Vec<usize>,
    points: Vec<Point>,
    numbers: HashMap<Run, u32>,
    /// What the code did, and how often the resource was written before.
    runs: HashMap<Run, (Halt, usize)>,
    /// Answers that matter: worker, section, which answer of the section.
    apart: HashSet<(usize, u8, usize)>,
    /// Sections in which paths of different length are kept apart.
    lengths_apart: HashSet<(usize, u8)>,
    /// Every answer is treated as one that matters.
    pub(super) all_apart: bool,
}

impl<'a> Sections<'a> {
    /// The sections of a program with one iteration.
    pub(super) fn new(
        strategy: &'a dyn Explorable,
        needs: Needs,
        program: Program,
        kinds: Vec<usize>,
    ) -> Self {
        Self {
            strategy,
            needs,
            program,
            kinds,
            points: Vec::new(),
            numbers: HashMap::new(),
            runs: HashMap::new(),
            apart: HashSet::new(),
            lengths_apart: HashSet::new(),
            all_apart: false,
        }
    }

    /// The approximate memory that the points take.
    pub(super) fn bytes(&self) -> usize {
        400 * self.runs.len()
    }

    /// Forgets all points, but not which answers matter.
    pub(super) fn restart(&mut self) {
        self.points.clear();
        self.numbers.clear();
    }

    pub(super) fn next(&self, point: u32) -> Rc<Next> {
        Rc::clone(&self.points[point as usize].next)
    }

    /// How many steps of its section come before a point.
    pub(super) fn steps_before(&self, point: u32) -> usize {
        self.points[point as usize].logs[0].len()
    }

    /// Where a section of a worker begins.
    pub(super) fn start(&mut self, start: &Start) -> Result<Branch, Stop> {
        if let Some(&known) = self.numbers.get(&(start.clone(), Log::default())) {
            return Ok(Branch::To(known, 0));
        }
        self.branch(None, start, vec![Log::default()])
    }

    /// Where an answer at a point leads.
    pub(super) fn after(&mut self, from: u32, answer: u64) -> Result<Branch, Stop> {
        let point = &self.points[from as usize];
        if let Some((_, known)) = point.branches.iter().find(|branch| branch.0 == answer) {
            return Ok(known.clone());
        }
        let start = point.start.clone();
        if point.logs[0].len() == MOST_STEPS {
            return Err(Stop::LimitExceeded(Limit::Steps));
        }
        let longer = |log: &Log| log.iter().copied().chain([answer]).collect::<Log>();
        let logs: Vec<Log> = point.logs.iter().map(longer).collect();
        self.check_same(&start, &logs)?;
        let branch = self.branch(Some(from), &start, logs)?;
        self.points[from as usize].branches.push((answer, branch.clone()));
        Ok(branch)
    }

    /// Where these answers lead, after which the code does the same.
    fn branch(&mut self, from: Option<u32>, start: &Start, logs: Vec<Log>) -> Result<Branch, Stop> {
        let (halt, writes) = self.run(start, &logs[0])?.clone();
        let next = match halt {
            Halt::Next(pending) => Next::Step(*pending),
            Halt::NeverSucceeds(attempts) => Next::NeverSucceeds(attempts),
            Halt::Done(privates) => return Ok(Branch::Done(writes, privates.into())),
            Halt::LimitExceeded(limit) => return Err(Stop::LimitExceeded(limit)),
            Halt::OwnState => return Err(Stop::OwnState),
            Halt::Failed { ago, depth, wrote } => {
                let since = logs[0].len() - ago;
                self.check_repeated(start, &logs[0], since)?;
                let begin = (start.clone(), logs[0][..since].into());
                let to = *self.numbers.get(&begin).ok_or(Stop::OwnState)?;
                return Ok(Branch::Failed { to, depth, wrote });
            }
        };
        let lasting = next.attempts().iter().filter(|attempt| from.is_some() && attempt.ago > 0);
        let lasting = lasting.count();
        let same = from.and_then(|from| self.same_point(from, &logs, &next, writes));
        if let Some(to) = same {
            self.points[to as usize].before.extend(from);
            self.add_logs(to, logs)?;
            return Ok(Branch::To(to, lasting));
        }
        let to = self.points.len() as u32;
        let (next, branches) = (Rc::new(next), Vec::new());
        for log in &logs {
            self.numbers.insert((start.clone(), log.clone()), to);
        }
        let start = start.clone();
        let before = from.into_iter().collect();
        self.points.push(Point { start, logs, before, next, writes, branches });
        Ok(Branch::To(to, lasting))
    }

    /// A point with the same next step, if the answers are not kept apart.
    fn same_point(&self, from: u32, logs: &[Log], next: &Next, writes: usize) -> Option<u32> {
        let Point { start, branches, .. } = &self.points[from as usize];
        let (worker, section) = (start.worker, start.section);
        // Where an answer that matters differs, what comes later does as well.
        let agree = |first: &Log| {
            let mut differ = (0..first.len()).filter(|&at| first[at] != logs[0][at]);
            !differ.any(|at| self.apart.contains(&(worker, section, at)))
        };
        let same = |to: &u32| {
            let point = &self.points[*to as usize];
            (&point.start, point.writes) == (start, writes)
                && *point.next == *next
                && (point.logs[0].len() != logs[0].len() || agree(&point.logs[0]))
        };
        if self.all_apart || self.apart.contains(&(worker, section, logs[0].len() - 1)) {
            return None;
        }
        let mut siblings = branches.iter().filter_map(|(_, branch)| match branch {
            Branch::To(to, _) => Some(*to),
            Branch::Failed { .. } | Branch::Done(..) => None,
        });
        if let Some(sibling) = siblings.find(same) {
            return Some(sibling);
        }
        if !next.attempts().is_empty() || self.lengths_apart.contains(&(worker, section)) {
            return None;
        }
        // A section has no cycles: no path leads back to a point that it came from.
        let before = self.before(from);
        let all = 0..self.points.len() as u32;
        { all }.find(|to| same(to) && !before.contains(to))
    }

    /// This point, and all points from which a path leads to it.
    fn before(&self, point: u32) -> HashSet<u32> {
        let mut found = HashSet::from([point]);
        let mut open = vec![point];
        while let Some(point) = open.pop() {
            let new = self.points[point as usize].before.iter().filter(|&&from| found.insert(from));
            open.extend(new);
        }
        found
    }

    /// Notes that more answers lead to a point, and to all points after it.
    fn add_logs(&mut self, to: u32, logs: Vec<Log>) -> Result<(), Stop> {
        let point = &mut self.points[to as usize];
        let (start, first) = (point.start.clone(), point.logs[0].clone());
        point.logs.extend_from_slice(&logs);
        if point.logs.len() > MOST_LOGS {
            let Start { worker, section, .. } = start;
            self.apart.extend((0..MOST_STEPS).map(|at| (worker, section, at)));
            return Err(Stop::AnswersMatter);
        }
        let branches = point.branches.clone();
        for log in &logs {
            self.numbers.insert((start.clone(), log.clone()), to);
        }
        for (answer, branch) in branches {
            let longer = |log: &Log| log.iter().copied().chain([answer]).collect::<Log>();
            let mut all = vec![longer(&first)];
            all.extend(logs.iter().map(longer));
            self.check_same(&start, &all)?;
            if let Branch::To(to, _) = branch {
                self.add_logs(to, all.split_off(1))?;
            }
        }
        Ok(())
    }
}
