//! Meets all states that can be reached.
//!
//! The search goes depth first, so that it meets complete schedules from its beginning on: where it
//! is stopped early, there is something to tell. It ends with every state after all that follow
//! from it, which is the order in which everything else is computed.

use hashbrown::HashMap;

use super::budget::Budget;
use super::dataflow::{Transfer, sources};
use super::graph::{Cut, Facts, Graph, Kind, Label, Node, START, UNSEEN};
use super::liveness::find_deadlocks_and_livelocks;
use super::space::{NOBODY, Space, StepResult};
use super::stop::Stop;
use super::store::{StateStore, reserve};

/// What becomes of a step by which an update is lost, where that can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OnLoss {
    /// The whole search: more has to be known of the values.
    Abort,
    /// The step is left out: what follows is not lossless.
    Prune,
}

/// Where the search is with a state.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    New,
    UnderWay,
    Done,
}

/// What the bound on preemptions has to know of the past.
#[derive(Clone, Copy, Default)]
struct Past {
    last: Option<usize>,
    preemptions: u32,
}

/// A state under way.
struct Frame {
    node: Node,
    /// The next of its steps to be followed, and the end of them.
    next: u32,
    end: u32,
    /// The workers that are enabled if they are after their own step, or after that of their store
    /// buffer.
    follow: u8,
}

/// A state in which every worker has finished, waits, or makes attempts.
pub(super) struct Waiting {
    pub(super) node: Node,
    /// The workers that can take their next step: a bit each.
    pub(super) ready: u8,
}

/// The search.
pub(super) struct Search<'s, 'a, 'c> {
    space: &'s mut Space<'a, 'c>,
    preemptions: Option<u32>,
    on_loss: OnLoss,
    symmetric: bool,
    graph: Graph,
    store: StateStore,
    marks: Vec<Mark>,
    waiting: Vec<Waiting>,
    labels: HashMap<Label, u16>,
    /// The label that each worker's step, and that of its store buffer, had last.
    recent: Vec<u16>,
    /// Steps of the state at hand that end an attempt without a trace.
    silent: Vec<(Node, u16)>,
    row: Vec<u32>,
}

impl<'s, 'a, 'c> Search<'s, 'a, 'c> {
    /// From the state `first` on. With `symmetric`, states that differ by an exchange of equal
    /// workers are the same.
    pub(super) fn new(
        space: &'s mut Space<'a, 'c>,
        first: &[u32],
        preemptions: Option<u32>,
        on_loss: OnLoss,
        symmetric: bool,
    ) -> Self {
        // Where preemptions are bounded, states remember who went last, and how many there were.
        let mut row = first.to_vec();
        row.extend(preemptions.iter().flat_map(|_| [0, 0]));
        let graph = Graph { sources: sources(space.copies()), lossless: true, ..Graph::default() };
        let mut search = Self {
            preemptions,
            on_loss,
            symmetric: symmetric && preemptions.is_none(),
            graph,
            store: StateStore::new(row.len()),
            marks: Vec::new(),
            waiting: Vec::new(),
            labels: HashMap::new(),
            recent: vec![0; 2 * space.workers()],
            silent: Vec::new(),
            row,
            space,
        };
        search.number();
        search
    }

    /// Searches until everything is seen, or the budget is used up.
    pub(super) fn run(mut self, budget: &mut Budget<'_>) -> Result<Graph, Stop> {
        let mut root = START;
        while (root as usize) < self.store.len() && self.graph.cut.is_none() {
            if self.marks[root as usize] == Mark::New {
                self.search_from(root, budget)?;
            }
            root += 1;
        }
        self.graph.full = self.space.full;
        let Self { space, graph, store, waiting, symmetric, .. } = &mut self;
        find_deadlocks_and_livelocks(graph, store, space, waiting, *symmetric)?;
        Ok(self.graph)
    }

    fn search_from(&mut self, root: Node, budget: &mut Budget<'_>) -> Result<(), Stop> {
        let mut stack = vec![self.expand(root)?];
        while let Some(frame) = stack.last_mut() {
            if frame.next == frame.end {
                let (node, follow) = (frame.node, frame.follow);
                stack.pop();
                self.finish(node, follow)?;
                continue;
            }
            let to = self.graph.to[frame.next as usize];
            frame.next += 1;
            match self.marks[to as usize] {
                Mark::Done => {}
                Mark::UnderWay => self.graph.cyclic = true,
                Mark::New => {
                    stack.push(self.expand(to)?);
                    self.graph.cut = self.cut(budget, stack.capacity());
                    if self.graph.cut.is_some() {
                        break;
                    }
                }
            }
        }
        // Where the search was cut off, what is under way leads to what was seen.
        while let Some(Frame { node, follow, .. }) = stack.pop() {
            self.finish(node, follow)?;
        }
        Ok(())
    }

    /// All that follows from a state was seen.
    fn finish(&mut self, node: Node, follow: u8) -> Result<(), Stop> {
        if follow > 0 {
            self.follow(node, follow)?;
        }
        self.marks[node as usize] = Mark::Done;
        reserve(&mut self.graph.order, 1);
        self.graph.order.push(node);
        Ok(())
    }

    /// Whether these workers are enabled: as they are after the step that they would take.
    fn follow(&mut self, node: Node, follow: u8) -> Result<(), Stop> {
        for worker in (0..self.space.workers()).filter(|worker| follow >> worker & 1 == 1) {
            let step = |drain| {
                let mut edges = self.graph.edges(node);
                edges.find(|edge| edge.label.worker() == worker && edge.label.drain == drain)
            };
            let next = step(false).or_else(|| step(true));
            let next = next.filter(|edge| self.marks[edge.to as usize] == Mark::Done);
            let enabled = match next {
                Some(edge) => self.graph.enabled(edge.to, edge.label.after(worker)),
                None => {
                    self.store.get(node, &mut self.row);
                    let row = std::mem::take(&mut self.row);
                    let enabled = self.space.enabled(&row[..self.space.width()], worker)?;
                    self.row = row;
                    enabled
                }
            };
            self.graph.facts[node as usize].enabled |= u8::from(enabled) << worker;
        }
        Ok(())
    }

    fn cut(&self, budget: &mut Budget<'_>, frames: usize) -> Option<Cut> {
        if self.graph.len() as u64 > budget.states {
            return Some(Cut::States);
        }
        // To look at the clock and to add up the memory for each state would take too long.
        if !self.graph.len().is_multiple_of(256) {
            return None;
        }
        if budget.is_interrupted(self.graph.len()) {
            return Some(Cut::Interrupted);
        }
        // What is computed afterwards takes some words for each state.
        let bytes = self.graph.bytes() + self.store.next_bytes() + self.marks.capacity();
        let later = 16 * self.graph.len() + size_of::<Frame>() * frames + self.space.bytes();
        budget.exceeded_by(bytes + later).then_some(Cut::Memory)
    }

    /// The number of the state in `row`.
    fn number(&mut self) -> Node {
        let node = self.store.number(&self.row);
        if node as usize == self.marks.len() {
            reserve(&mut self.graph.facts, 1);
            reserve(&mut self.marks, 1);
            self.graph.facts.push(UNSEEN);
            self.marks.push(Mark::New);
        }
        node
    }

    /// Looks at a state: what it is, and which steps lead on from it.
    fn expand(&mut self, node: Node) -> Result<Frame, Stop> {
        self.marks[node as usize] = Mark::UnderWay;
        let mut state = std::mem::take(&mut self.row);
        self.store.get(node, &mut state);
        let past = self.past(&mut state);
        let workers = self.space.workers();
        let mut at = AtHand { state: &state, past, ..AtHand::default() };
        self.graph.peak = self.graph.peak.max(self.space.inside(&state));
        let first = self.graph.to.len();
        let mut kind = Kind::Open;
        if self.space.complete(&state) {
            kind = if self.space.kept(&state) { Kind::Kept } else { Kind::Complete };
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
            if at.fault {
                kind = Kind::Fault;
            }
            if waiting {
                self.waiting.push(Waiting { node, ready: at.ready });
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
        #[allow(clippy::cast_possible_truncation, reason = "so many do not fit in memory")]
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
                    let (to, label) = self.edge(worker, false, transfer, changed, past)?;
                    self.push(to, label);
                } else {
                    self.graph.bounded = true;
                }
            }
            StepResult::NoEffect => {
                // A nested attempt is repeated.
                if self.space.lasting > 0 {
                    at.follow |= bit;
                }
                if waiting && allowed {
                    let edge = self.edge(worker, false, Transfer::NONE, false, past)?;
                    self.silent.push(edge);
                }
            }
            StepResult::LosesUpdate => self.on_loss()?,
            StepResult::Fault => {
                at.fault = true;
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
                let (to, label) = self.edge(worker, true, transfer, changed, at.past)?;
                self.push(to, label);
                Ok(())
            }
            StepResult::LosesUpdate => self.on_loss(),
            _ => Ok(()),
        }
    }

    fn on_loss(&mut self) -> Result<(), Stop> {
        self.graph.lossless = false;
        match self.on_loss {
            OnLoss::Abort => Err(Stop::NeedsMoreDetail),
            OnLoss::Prune => Ok(()),
        }
    }

    fn push(&mut self, to: Node, label: u16) {
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
        let exchange = if self.symmetric { self.space.sort_workers() } else { NOBODY };
        self.row.clear();
        self.row.extend_from_slice(&self.space.after);
        if self.preemptions.is_some() {
            let last = past.last.map_or(0, |last| u32::from(count(last)) + 1);
            self.row.extend([last, past.preemptions]);
        }
        let to = self.number();
        let label = Label { transfer, worker: count(worker), drain, changed, exchange };
        let recent = self.recent[2 * worker + usize::from(drain)];
        if self.graph.labels.get(usize::from(recent)) == Some(&label) {
            return Ok((to, recent));
        }
        let labels = &mut self.graph.labels;
        if labels.len() > usize::from(u16::MAX) {
            return Err(Stop::NotSymmetric);
        }
        #[allow(clippy::cast_possible_truncation, reason = "see above")]
        let label = *self.labels.entry(label).or_insert_with(|| {
            labels.push(label);
            (labels.len() - 1) as u16
        });
        self.recent[2 * worker + usize::from(drain)] = label;
        Ok((to, label))
    }

    /// Takes what is known of the past off a state.
    fn past(&self, state: &mut Vec<u32>) -> Past {
        if self.preemptions.is_none() {
            return Past { last: None, preemptions: 0 };
        }
        let preemptions = state.pop().unwrap_or(0);
        let last = state.pop().unwrap_or(0);
        Past { last: (last as usize).checked_sub(1), preemptions }
    }
}

/// The state whose steps are taken.
#[derive(Default)]
struct AtHand<'s> {
    state: &'s [u32],
    past: Past,
    enabled: u8,
    follow: u8,
    ready: u8,
    fault: bool,
}

/// A number of workers, or of steps of so many.
#[allow(clippy::cast_possible_truncation, reason = "there are at most 8 workers")]
fn count(number: usize) -> u8 {
    number as u8
}
