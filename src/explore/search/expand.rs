//! Takes all steps of one state.

use super::super::dataflow::Transfer;
use super::super::graph::{Facts, Label, Node, StateKind, UNSEEN, WaitingState};
use super::super::space::{IDENTITY, StepResult};
use super::super::stop::Stop;
use super::super::store::reserve;
use super::{Frame, Mark, OnLoss, Search};

/// What a bound on preemptions needs to know about the earlier steps.
#[derive(Clone, Copy, Default)]
struct Past {
    last: Option<usize>,
    preemptions: u32,
}

/// The state whose steps are taken.
#[derive(Default)]
struct AtHand<'s> {
    state: &'s [u32],
    past: Past,
    enabled: u8,
    follow: u8,
    ready: u8,
    faults: u8,
}

impl Search<'_, '_, '_> {
    /// The number of the state in `row`.
    pub(super) fn number(&mut self) -> Node {
        let node = self.store.number(&self.row);
        if node as usize == self.marks.len() {
            reserve(&mut self.graph.facts, 1);
            reserve(&mut self.marks, 1);
            self.graph.facts.push(UNSEEN);
            self.marks.push(Mark::New);
        }
        node
    }

    /// Finds out the kind of a state, and takes all its steps.
    pub(super) fn expand(&mut self, node: Node) -> Result<Frame, Stop> {
        self.marks[node as usize] = Mark::UnderWay;
        let mut state = std::mem::take(&mut self.row);
        self.store.get(node, &mut state);
        let past = self.past(&mut state);
        let workers = self.space.workers();
        let mut at = AtHand { state: &state, past, ..AtHand::default() };
        let inside = self.space.inside(&state);
        self.graph.peak = self.graph.peak.max(inside);
        if inside > self.most_inside && self.space.inside_after_read(&state) > self.most_inside {
            self.graph.crowded.push(node);
        }
        let first = self.graph.to.len();
        let mut kind = StateKind::Open;
        if self.space.complete(&state) {
            kind = if self.space.kept(&state) { StateKind::Kept } else { StateKind::Complete };
        } else {
            let waiting = (0..workers).all(|worker| self.space.waits(&state, worker));
            if self.preemptions.is_some() {
                for worker in 0..workers {
                    let enabled = self.space.enabled(&state, worker)?;
                    at.enabled |= u8::from(enabled) << worker;
                }
            }
            for worker in 0..workers {
                self.step(&mut at, worker, waiting)?;
                self.drain(&at, worker)?;
            }
            if at.faults > 0 {
                kind = StateKind::Fault;
            }
            if at.faults > 1 {
                self.graph.faults.insert(node, at.faults);
            }
            if waiting {
                self.waiting.push(WaitingState { node, ready: at.ready });
            }
        }
        let AtHand { enabled, follow, .. } = at;
        let follow = if self.preemptions.is_some() { 0 } else { follow };
        let last = self.graph.to.len();
        let silent = count(self.silent.len());
        for (to, label) in self.silent.drain(..) {
            self.graph.to.push(to);
            self.graph.label.push(label);
        }
        let (next, end) = (first as u32, last as u32);
        let facts = Facts { first: next, edges: count(last - first), silent, kind, enabled };
        self.graph.facts[node as usize] = facts;
        self.row = state;
        Ok(Frame { node, next, end, follow })
    }

    /// Takes the step of one worker.
    fn step(&mut self, at: &mut AtHand<'_>, worker: usize, waiting: bool) -> Result<(), Stop> {
        let result = self.space.step(at.state, worker)?;
        let preempted = |last: usize| last != worker && at.enabled >> last & 1 == 1;
        let preemptions = at.past.preemptions + u32::from(at.past.last.is_some_and(preempted));
        let allowed = self.preemptions.is_none_or(|most| preemptions <= most);
        let past = Past { last: Some(worker), preemptions };
        let bit = 1 << worker;
        let attempts = self.space.location(at.state, worker).attempts();
        match result {
            StepResult::Blocked | StepResult::None => return Ok(()),
            StepResult::NotDrained => {
                at.follow |= bit;
                return Ok(());
            }
            StepResult::Taken { transfer, changed, failed } => {
                if attempts > 0 && self.space.lasting > 0 {
                    at.follow |= bit;
                } else if self.preemptions.is_none() && !failed {
                    at.enabled |= bit;
                }
                if allowed {
                    let edge = self.edge(worker, false, transfer, changed, past)?;
                    self.push(edge);
                } else {
                    self.graph.bounded = true;
                }
            }
            StepResult::NoEffect => {
                // A nested attempt is repeated.
                if self.space.lasting > 0 {
                    at.follow |= bit;
                }
                // Where some worker does not wait, only chances depend on it, and a step that leads
                // back at once makes no difference.
                let leaves = self.space.after != at.state;
                let counts = self.on_loss == OnLoss::Abort && self.preemptions.is_none();
                if allowed && (waiting || counts && leaves) {
                    let edge = self.edge(worker, false, Transfer::NONE, false, past)?;
                    self.graph.repeats |= leaves;
                    self.silent.push(edge);
                }
            }
            StepResult::LosesUpdate => self.on_loss()?,
            StepResult::Fault => {
                at.faults += 1;
                if self.preemptions.is_none() {
                    at.enabled |= bit;
                }
            }
        }
        at.ready |= bit;
        Ok(())
    }

    /// Lets an entry of a worker's store buffer reach the memory.
    fn drain(&mut self, at: &AtHand<'_>, worker: usize) -> Result<(), Stop> {
        match self.space.drain(at.state, worker) {
            StepResult::Taken { transfer, changed, .. } => {
                let edge = self.edge(worker, true, transfer, changed, at.past)?;
                self.push(edge);
                Ok(())
            }
            StepResult::LosesUpdate => self.on_loss(),
            _ => Ok(()),
        }
    }

    fn on_loss(&mut self) -> Result<(), Stop> {
        self.graph.lossless = false;
        match self.on_loss {
            OnLoss::Abort => Err(Stop::LosesUpdate),
            OnLoss::Prune => Ok(()),
        }
    }

    fn push(&mut self, (to, label): (Node, u16)) {
        reserve(&mut self.graph.to, 1);
        reserve(&mut self.graph.label, 1);
        self.graph.to.push(to);
        self.graph.label.push(label);
    }

    /// The step to the state that the space has made, and its label.
    fn edge(
        &mut self,
        worker: usize,
        drain: bool,
        transfer: Transfer,
        changed: bool,
        past: Past,
    ) -> Result<(Node, u16), Stop> {
        let exchange = if self.symmetric { self.space.sort_workers() } else { IDENTITY };
        self.row.clear();
        self.row.extend_from_slice(&self.space.after);
        if self.preemptions.is_some() {
            let last = past.last.map_or(0, |last| u32::from(count(last)) + 1);
            self.row.extend([last, past.preemptions]);
        }
        let to = self.number();
        let label = Label { transfer, worker: count(worker), drain, changed, exchange };
        // The interner alone would take 2 % of a search.
        let recent = &mut self.recent[2 * worker + usize::from(drain)];
        if *recent < self.graph.labels.len() && *self.graph.labels.get(*recent as u32) == label {
            return Ok((to, *recent as u16));
        }
        let label = self.graph.labels.number(label);
        *recent = label as usize;
        // Exchanges of workers make most of the labels.
        let label = u16::try_from(label).map_err(|_| Stop::NotSymmetric)?;
        Ok((to, label))
    }

    /// Removes what a bound on preemptions needs from a state.
    fn past(&self, state: &mut Vec<u32>) -> Past {
        if self.preemptions.is_none() {
            return Past { last: None, preemptions: 0 };
        }
        let preemptions = state.pop().unwrap_or(0);
        let last = state.pop().unwrap_or(0);
        Past { last: (last as usize).checked_sub(1), preemptions }
    }
}

/// A number of workers, or of steps of so many.
fn count(number: usize) -> u8 {
    number as u8
}
