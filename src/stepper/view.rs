//! What there is to see after a key: plain data.

use std::rc::Rc;

use super::goal::Goal;
use super::outlook::Future;
use crate::explore::{Event, Memory, Recording, Scene};
use crate::machine::{About, Program, Schedule, Tally};

/// Everything that a screen shows.
#[derive(Clone, Debug)]
pub(crate) struct View {
    /// The strategy.
    pub about: About,
    pub program: Program,
    pub memory: Memory,
    /// The program of each worker.
    pub recordings: Rc<[Recording]>,
    /// The line of each worker's next step; none if it has none, or if it is not in the text.
    pub lines: Vec<Option<usize>>,
    pub scene: Scene,
    pub schedule: Schedule,
    /// What was lost so far.
    pub losses: Vec<StepLoss>,
    /// All workers have finished, or none can go on.
    pub ended: bool,
    pub goal: Goal,
    pub reachability: Reachability,
    pub future: Future,
    /// How many states are known.
    pub states: usize,
    /// Preemptions so far, or until the goal was reached, and the fewest by which the goal can be reached from the start.
    pub preemptions: usize,
    pub least: Option<u32>,
    /// What the last key did.
    pub note: String,
    /// What is asked, and what was typed so far; none where the number of a worker is the answer.
    pub question: Option<(String, Option<String>)>,
    /// Of the questions, how many were answered rightly, and how many there were.
    pub quiz: Option<(usize, usize)>,
    /// The keys are to be explained.
    pub help: bool,
}

/// Updates that were written over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StepLoss {
    /// The step, from 1.
    pub step: usize,
    /// The worker (from 0) that wrote.
    pub by: usize,
    pub lost: Tally,
}

/// Whether the goal can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reachability {
    /// It was, by this step (from 1; 0 if it was so at the start).
    Reached(usize),
    /// It can be, with so many preemptions more.
    Open(u32),
    /// It cannot be, from here.
    NotFromHere,
    /// It cannot be at all.
    Never,
    /// There are too many states to know.
    Unknown,
}

impl StepLoss {
    /// What a step wrote over.
    pub(crate) fn of(event: &Event) -> Option<Self> {
        let (lost, step) = (event.overwritten?, event.number?);
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        let (increments, decrements) = (count(lost.increments), count(lost.decrements));
        let lost = Tally { increments, decrements };
        (lost.sum() > 0).then_some(Self { step, by: event.turn.worker, lost })
    }
}
