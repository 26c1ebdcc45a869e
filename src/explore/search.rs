//! Meets all states that can be reached.
//!
//! The search goes depth first, so that it meets complete schedules from its beginning on: where it
//! is stopped early, there is something to tell. It ends with every state after all that follow
//! from it, which is the order in which everything else is computed.

use std::hash::BuildHasher;
use std::ops::ControlFlow;

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};

use super::Bounds;
use super::dataflow::{Transfer, sources};
use super::graph::{Cut, Edge, Facts, Graph, Kind, Node, START, UNSEEN};
use super::liveness::find_deadlocks_and_livelocks;
use super::space::{Space, StepResult};
use super::stop::Stop;

/// What becomes of a step by which an update is lost, where that can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OnLoss {
    /// The whole search: more has to be known of the values.
    Abort,
    /// The step is left out: what follows is not lossless.
    Prune,
}

/// Where the search stands with a state.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    New,
    UnderWay,
    Done,
}

/// What the bound on preemptions has to know of the past.
struct Past {
    last: Option<usize>,
    preemptions: u32,
}

/// The search.
pub(super) struct Search<'s, 'a, 'c> {
    space: &'s mut Space<'a, 'c>,
    workers: usize,
    bounds: Bounds,
    on_loss: OnLoss,
    graph: Graph,
    known: HashTable<Node>,
    hasher: DefaultHashBuilder,
    marks: Vec<Mark>,
    row: Vec<u32>,
    /// Steps of the state at hand that end an attempt without a trace.
    silent: Vec<Edge>,
}

impl<'s, 'a, 'c> Search<'s, 'a, 'c> {
    /// From the state `first` on.
    pub(super) fn new(
        space: &'s mut Space<'a, 'c>,
        first: &[u32],
        workers: usize,
        bounds: Bounds,
        on_loss: OnLoss,
    ) -> Self {
        // Where preemptions are bounded, states remember who went last, and how many there were.
        let width = first.len() + if bounds.preemptions.is_some() { 2 } else { 0 };
        let graph = Graph {
            width,
            rows: Vec::new(),
            facts: Vec::new(),
            edges: Vec::new(),
            transfers: vec![Transfer::NONE],
            sources: sources(space.copies()),
            order: Vec::new(),
            cyclic: false,
            cut: None,
            bounded: false,
            full: false,
            livelocks: Vec::new(),
        };
        let mut row = first.to_vec();
        row.resize(width, 0);
        let (known, hasher) = (HashTable::new(), DefaultHashBuilder::default());
        let mut search = Self {
            space,
            workers,
            bounds,
            on_loss,
            graph,
            known,
            hasher,
            marks: Vec::new(),
            row,
            silent: Vec::new(),
        };
        search.number();
        search
    }

    /// Searches until everything is seen, or `watch` says to break when told how many states
    /// have been met.
    pub(super) fn run(
        mut self,
        watch: &mut dyn FnMut(usize) -> ControlFlow<()>,
    ) -> Result<Graph, Stop> {
        let mut root = START;
        while (root as usize) < self.graph.len() && self.graph.cut.is_none() {
            if self.marks[root as usize] == Mark::New {
                self.search_from(root, watch)?;
            }
            root += 1;
        }
        self.graph.full = self.space.full;
        find_deadlocks_and_livelocks(&mut self.graph, self.space);
        Ok(self.graph)
    }

    fn search_from(
        &mut self,
        root: Node,
        watch: &mut dyn FnMut(usize) -> ControlFlow<()>,
    ) -> Result<(), Stop> {
        self.expand(root)?;
        let mut stack = vec![(root, self.graph.edge_numbers(root))];
        while let Some((node, edges)) = stack.last_mut() {
            let Some(edge) = edges.next() else {
                self.marks[*node as usize] = Mark::Done;
                self.graph.order.push(*node);
                stack.pop();
                continue;
            };
            let to = self.graph.edges[edge].to;
            match self.marks[to as usize] {
                Mark::Done => {}
                Mark::UnderWay => self.graph.cyclic = true,
                Mark::New => {
                    self.expand(to)?;
                    stack.push((to, self.graph.edge_numbers(to)));
                    self.graph.cut = self.graph.cut.or_else(|| self.to_be_cut(watch));
                    if self.graph.cut.is_some() {
                        break;
                    }
                }
            }
        }
        // Where the search was cut off, what is under way leads to what was seen.
        self.graph.order.extend(stack.iter().rev().map(|(node, _)| *node));
        Ok(())
    }

    fn to_be_cut(&self, watch: &mut dyn FnMut(usize) -> ControlFlow<()>) -> Option<Cut> {
        if self.graph.len() as u64 > self.bounds.states {
            return Some(Cut::States);
        }
        // Looking at the clock or at a flag for each state would cost more than the state.
        let now = self.graph.len().is_multiple_of(1024) && watch(self.graph.len()).is_break();
        now.then_some(Cut::Interrupted)
    }

    /// The number of the state in `row`.
    fn number(&mut self) -> Node {
        let (width, rows) = (self.graph.width, &self.graph.rows);
        let row_of = |node: Node| &rows[width * node as usize..][..width];
        let hash = self.hasher.hash_one(&self.row[..]);
        let same = |&node: &Node| row_of(node) == &self.row[..];
        match self.known.entry(hash, same, |&node| self.hasher.hash_one(row_of(node))) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(vacant) => {
                #[allow(clippy::cast_possible_truncation, reason = "so many do not fit in memory")]
                let node = self.graph.facts.len() as Node;
                vacant.insert(node);
                self.graph.rows.extend_from_slice(&self.row);
                self.graph.facts.push(UNSEEN);
                self.marks.push(Mark::New);
                node
            }
        }
    }

    /// Looks at a state: what it is, and which steps lead on from it.
    fn expand(&mut self, node: Node) -> Result<(), Stop> {
        self.marks[node as usize] = Mark::UnderWay;
        let whole = self.graph.row(node).to_vec();
        let state = &whole[..self.state_width()];
        let past = self.past(&whole);
        let first = self.graph.edges.len();
        let mut facts = Facts { kind: Kind::Open, ..UNSEEN };
        facts.inside = count(self.space.inside(state));
        #[allow(clippy::cast_possible_truncation, reason = "so many do not fit in memory")]
        {
            facts.first = first as u32;
        }
        facts.waiting = (0..self.workers).all(|worker| self.space.waits(state, worker));
        facts.enabled = self.enabled(state)?;
        if self.space.complete(state) {
            facts.kind = Kind::Complete;
            facts.kept = self.space.kept(state);
        } else {
            for worker in 0..self.workers {
                self.step(state, worker, &past, &mut facts)?;
                self.drain(state, worker, &past)?;
            }
            facts.edges = count(self.graph.edges.len() - first);
            facts.silent = count(self.silent.len());
            self.graph.edges.append(&mut self.silent);
        }
        self.graph.facts[node as usize] = facts;
        Ok(())
    }

    /// Takes the step of one worker.
    fn step(
        &mut self,
        state: &[u32],
        worker: usize,
        past: &Past,
        facts: &mut Facts,
    ) -> Result<(), Stop> {
        let result = self.space.step(state, worker)?;
        let preempted = |last: usize| last != worker && facts.enabled >> last & 1 == 1;
        let preemptions = past.preemptions + u32::from(past.last.is_some_and(preempted));
        let allowed = self.bounds.preemptions.is_none_or(|most| preemptions <= most);
        let past = Past { last: Some(worker), preemptions };
        match result {
            StepResult::Blocked | StepResult::NotDrained | StepResult::None => return Ok(()),
            StepResult::Taken { transfer, changed, .. } if allowed => {
                let edge = self.edge(worker, false, transfer, changed, &past);
                self.graph.edges.push(edge);
            }
            StepResult::Taken { .. } => self.graph.bounded = true,
            StepResult::NoEffect if allowed && facts.waiting => {
                let edge = self.edge(worker, false, Transfer::NONE, false, &past);
                self.silent.push(edge);
            }
            StepResult::NoEffect => {}
            StepResult::LosesUpdate => self.on_loss()?,
            StepResult::Fault => facts.kind = Kind::Fault,
        }
        facts.ready |= 1 << worker;
        Ok(())
    }

    /// Lets an entry of a worker's store buffer reach the memory.
    fn drain(&mut self, state: &[u32], worker: usize, past: &Past) -> Result<(), Stop> {
        match self.space.drain(state, worker) {
            StepResult::Taken { transfer, changed, .. } => {
                let edge = self.edge(worker, true, transfer, changed, past);
                self.graph.edges.push(edge);
                Ok(())
            }
            StepResult::LosesUpdate => self.on_loss(),
            _ => Ok(()),
        }
    }

    fn on_loss(&self) -> Result<(), Stop> {
        match self.on_loss {
            OnLoss::Abort => Err(Stop::NeedsMoreDetail),
            OnLoss::Prune => Ok(()),
        }
    }

    /// The step to the state that the space has made.
    fn edge(
        &mut self,
        worker: usize,
        drain: bool,
        transfer: Transfer,
        changed: bool,
        past: &Past,
    ) -> Edge {
        self.row.clear();
        self.row.extend_from_slice(&self.space.after);
        if self.bounds.preemptions.is_some() {
            let last = past.last.map_or(0, |last| u32::from(count(last)) + 1);
            self.row.extend([last, past.preemptions]);
        }
        let to = self.number();
        let transfers = &mut self.graph.transfers;
        let known = transfers.iter().position(|known| *known == transfer).unwrap_or_else(|| {
            transfers.push(transfer);
            transfers.len() - 1
        });
        #[allow(clippy::cast_possible_truncation, reason = "there are some hundreds at most")]
        let transfer = known as u16;
        Edge { to, transfer, worker: count(worker), drain, changed }
    }

    fn state_width(&self) -> usize {
        self.graph.width - if self.bounds.preemptions.is_some() { 2 } else { 0 }
    }

    fn past(&self, row: &[u32]) -> Past {
        match (self.bounds.preemptions, row) {
            (Some(_), [.., last, preemptions]) => {
                Past { last: (*last as usize).checked_sub(1), preemptions: *preemptions }
            }
            _ => Past { last: None, preemptions: 0 },
        }
    }

    /// The workers that are enabled.
    fn enabled(&mut self, state: &[u32]) -> Result<u8, Stop> {
        let mut enabled = 0;
        for worker in 0..self.workers {
            enabled |= u8::from(self.space.enabled(state, worker)?) << worker;
        }
        Ok(enabled)
    }
}

/// A number of workers, or of steps of so many.
#[allow(clippy::cast_possible_truncation, reason = "there are at most 8 workers")]
fn count(number: usize) -> u8 {
    number as u8
}
