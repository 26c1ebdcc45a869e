//! The schedule so far.

use std::ops::ControlFlow;

use super::goal::Goal;
use super::outlook::{Future, Outlook};
use super::ways::Cost;
use crate::explore::{
    Bounds, Event, Position, Refusal, Refused, Scene, Status, Trace, Tracer, Watch, Why,
};
use crate::machine::{Schedule, Turn};

/// Where not all states can be seen at once, so many are looked at again from each position.
const NEAR: u64 = 20_000;

/// The most steps that [`Stepper::run`] takes.
const MOST_RUN: usize = 1_000;

/// A step that was taken.
struct TakenStep {
    event: Event,
    before: Position,
    /// How many workers are inside after it.
    inside: usize,
}

/// A schedule that is built step by step.
pub(crate) struct Stepper<'a, 'c> {
    pub(super) tracer: Tracer<'a, 'c>,
    taken: Vec<TakenStep>,
    /// What was undone, the last first.
    undone: Vec<Turn>,
    pub(super) outlook: Outlook,
    /// The outlook is from the first state on, and complete.
    pub(super) whole: bool,
    scene: Scene,
    /// Two workers are inside before the first step.
    crowded: bool,
}

impl<'a, 'c> Stepper<'a, 'c> {
    /// Before the first step. `watch` may break off the search for all states.
    pub(crate) fn new(
        mut tracer: Tracer<'a, 'c>,
        bounds: &Bounds,
        watch: Watch<'_>,
    ) -> Result<Self, Refused> {
        let scene = tracer.scene()?;
        let crowded = inside(&scene) > 1;
        let outlook = Outlook::new(tracer.graph(bounds, watch)?, scene.workers.len());
        let (whole, taken, undone) = (outlook.graph.complete, Vec::new(), Vec::new());
        Ok(Self { tracer, taken, undone, outlook, whole, scene, crowded })
    }

    /// Takes a step of a worker, or of its store buffer. What was undone before is forgotten.
    pub(crate) fn take(&mut self, turn: Turn) -> Result<(), Refusal> {
        self.step(turn)?;
        self.undone.clear();
        self.look().map_err(|why| self.refusal(turn, why))
    }

    /// Takes back the last step; false if there is none.
    pub(crate) fn undo(&mut self) -> Result<bool, Refused> {
        let Some(TakenStep { event, before, .. }) = self.taken.pop() else { return Ok(false) };
        self.undone.push(event.turn);
        self.tracer.go_to(before);
        self.look().map(|()| true)
    }

    /// Takes the step again that was undone last; false if there is none.
    pub(crate) fn redo(&mut self) -> Result<bool, Refusal> {
        let Some(turn) = self.undone.pop() else { return Ok(false) };
        self.step(turn)?;
        self.look().map_err(|why| self.refusal(turn, why)).map(|()| true)
    }

    /// Goes back to before the first step; the steps can be taken again by `redo`.
    pub(crate) fn restart(&mut self) -> Result<(), Refused> {
        while let Some(TakenStep { event, before, .. }) = self.taken.pop() {
            self.undone.push(event.turn);
            self.tracer.go_to(before);
        }
        self.look()
    }

    /// Lets a worker go on until others can notice a step of it, until an attempt of it fails, or
    /// until it cannot take its next step. How many steps that were.
    pub(crate) fn run(&mut self, worker: usize) -> Result<usize, Refusal> {
        let before = self.scene.clone();
        for steps in 1..=MOST_RUN {
            self.take(Turn::of(worker))?;
            let failed = self.taken.last().is_some_and(|taken| taken.event.failed);
            let enabled = matches!(self.scene.workers[worker].status, Status::Enabled);
            if failed || !enabled || !before.shares_as(&self.scene) {
                return Ok(steps);
            }
        }
        Ok(MOST_RUN)
    }

    /// What a step would do. Nothing is changed.
    pub(crate) fn peek(&mut self, turn: Turn) -> Result<Event, Refusal> {
        let position = self.tracer.position();
        let event = self.tracer.take(turn);
        self.tracer.go_to(position);
        event
    }

    fn step(&mut self, turn: Turn) -> Result<(), Refusal> {
        let before = self.tracer.position();
        let event = self.tracer.take(turn)?;
        self.taken.push(TakenStep { event, before, inside: 0 });
        Ok(())
    }

    /// Looks at where the schedule is now.
    fn look(&mut self) -> Result<(), Refused> {
        self.scene = self.tracer.scene()?;
        if let Some(taken) = self.taken.last_mut() {
            taken.inside = inside(&self.scene);
        }
        if !self.whole && (!self.outlook.graph.complete || self.at().is_none()) {
            let near = Bounds { states: NEAR, ..Bounds::default() };
            let graph = self.tracer.graph(&near, &mut |_| ControlFlow::Continue(()))?;
            self.outlook = Outlook::new(graph, self.scene.workers.len());
        }
        Ok(())
    }

    fn refusal(&self, turn: Turn, why: Refused) -> Refusal {
        Refusal { step: self.count(), turn: Some(turn), why: Why::Refused(why), could: vec![] }
    }

    pub(super) fn at(&self) -> Option<usize> {
        self.outlook.graph.number(&self.tracer.position())
    }

    /// The workers, and what they share.
    pub(crate) fn scene(&self) -> &Scene {
        &self.scene
    }

    /// The steps that were taken.
    pub(crate) fn events(&self) -> impl ExactSizeIterator<Item = &Event> {
        self.taken.iter().map(|taken| &taken.event)
    }

    /// The schedule so far.
    pub(crate) fn schedule(&self) -> Schedule {
        self.events().map(|event| event.turn).collect()
    }

    /// The schedule so far, as `explore --schedule` follows it.
    pub(crate) fn trace(&mut self) -> Result<Trace, Refusal> {
        let events = self.events().cloned().collect();
        self.tracer.finish(events, true)
    }

    /// What can be reached from here.
    pub(crate) fn future(&self) -> Future {
        self.at().map(|at| self.outlook.future(at)).unwrap_or_default()
    }

    /// How many states are known.
    pub(crate) fn states(&self) -> usize {
        self.outlook.graph.states.len()
    }

    /// What the cheapest way from here to a goal costs, and its first step; `None` if none is known.
    pub(crate) fn way(&mut self, goal: Goal) -> Option<(Cost, Option<Turn>)> {
        let last = self.tracer.last();
        let at = self.at()?;
        self.outlook.way(goal, at, last)
    }

    /// What the cheapest way from the start to a goal costs, where all states are known.
    pub(crate) fn least(&mut self, goal: Goal) -> Option<Cost> {
        let way = if self.whole { self.outlook.way(goal, 0, None) } else { None };
        way.map(|(cost, _)| cost)
    }

    /// How many steps were taken.
    fn count(&self) -> usize {
        self.events().filter(|event| event.number.is_some()).count()
    }

    /// The step (from 1) by which a goal was reached.
    pub(crate) fn reached(&self, goal: Goal) -> Option<usize> {
        let states = &self.outlook.graph.states;
        let met = |at: usize| states[at].end.is_some() && goal.met_by(&states[at]);
        let now = || self.at().filter(|&at| met(at)).map(|_| self.count());
        let step = |taken: &dyn Fn(&TakenStep) -> bool| {
            let mut steps = self.taken.iter().filter(|taken| taken.event.number.is_some());
            Some(steps.position(taken)? + 1)
        };
        match goal {
            Goal::BothInside if self.crowded => Some(0),
            Goal::BothInside => step(&|taken| taken.inside > 1),
            Goal::Loss => {
                // Where an update is written twice, what it wrote over may be its own.
                let lost = self.at().is_some_and(|at| {
                    let future = self.outlook.future(at);
                    !future.keeps && future.complete
                });
                let overwrites = step(&|taken| taken.event.overwritten.is_some());
                overwrites.filter(|_| lost || !self.outlook.graph.complete).or_else(now)
            }
            Goal::Value(_) | Goal::Deadlock => now(),
        }
    }
}

fn inside(scene: &Scene) -> usize {
    scene.workers.iter().filter(|worker| worker.inside).count()
}
