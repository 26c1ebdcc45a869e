//! Meets all states that can be reached.
//!
//! The search goes depth first, so it meets complete schedules from the beginning: a search that is
//! stopped early has results as well. It finishes a state after all successors of the state, and
//! everything else is computed in this order.

mod expand;

use super::budget::Budget;
use super::dataflow::sources;
use super::graph::{Cut, Graph, MOST_STEPS, Node, START, WaitingState};
use super::liveness::find_deadlocks_and_livelocks;
use super::space::Space;
use super::stop::Stop;
use super::store::{StateStore, reserve};

/// What the search does at a step that loses an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OnLoss {
    /// It ends: states have to hold more of the values.
    Abort,
    /// It leaves out the step: no schedule after it is lossless.
    Prune,
}

/// How far the search is with a state.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    New,
    UnderWay,
    Done,
}

/// A state whose successors are being searched.
struct Frame {
    node: Node,
    /// The next of its steps to be followed, and the end of its steps.
    next: u32,
    end: u32,
    /// These workers are enabled if they are enabled after their own step, or after the step of
    /// their store buffer.
    follow: u8,
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
    waiting: Vec<WaitingState>,
    /// The last label of each worker's step, and of its store buffer's step.
    recent: Vec<usize>,
    /// Steps of the current state that end an attempt without a trace.
    silent: Vec<(Node, u16)>,
    row: Vec<u32>,
    /// The states in which more workers are inside, and have read, are noted.
    pub(super) most_inside: usize,
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
        // Where preemptions are bounded, a state also holds the worker that took the last step, and
        // the number of preemptions.
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
            recent: vec![0; 2 * space.workers()],
            silent: Vec::new(),
            row,
            space,
            most_inside: usize::MAX,
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
        // Where the search was stopped, the states on the stack still lead to states that were
        // seen.
        while let Some(Frame { node, follow, .. }) = stack.pop() {
            self.finish(node, follow)?;
        }
        Ok(())
    }

    /// Finishes a state: all its successors were searched.
    fn finish(&mut self, node: Node, follow: u8) -> Result<(), Stop> {
        if follow > 0 {
            self.follow(node, follow)?;
        }
        self.marks[node as usize] = Mark::Done;
        reserve(&mut self.graph.order, 1);
        self.graph.order.push(node);
        Ok(())
    }

    /// Notes which of these workers are enabled, from the state after the step that each would
    /// take.
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
        let numbers_end = self.graph.to.len() > MOST_STEPS;
        (numbers_end || budget.exceeded_by(bytes + later)).then_some(Cut::Memory)
    }
}
