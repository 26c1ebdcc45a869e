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
use super::dataflow::{Flow, demand};
use super::enabled::Enabled;
use super::graph::{Cut, Edge, Facts, Graph, Kind, Node, START, UNSEEN};
use super::space::{Space, Taken, Unfit};

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
            flows: vec![Flow::NONE],
            demand: demand(space.copies()),
            order: Vec::new(),
            cyclic: false,
            cut: None,
            bounded: false,
            full: false,
        };
        let mut row = first.to_vec();
        row.resize(width, 0);
        let (known, hasher) = (HashTable::new(), DefaultHashBuilder::default());
        let mut search =
            Self { space, workers, bounds, on_loss, graph, known, hasher, marks: Vec::new(), row };
        search.number();
        search
    }

    /// Searches until everything is seen, or `watch` says to break when told how many states
    /// have been met.
    pub(super) fn run(
        mut self,
        watch: &mut dyn FnMut(usize) -> ControlFlow<()>,
    ) -> Result<Graph, Unfit> {
        self.expand(START)?;
        let mut stack = vec![(START, self.graph.edge_numbers(START))];
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
        self.graph.full = self.space.full;
        Ok(self.graph)
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
    fn expand(&mut self, node: Node) -> Result<(), Unfit> {
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
        facts.able = self.able(state)?;
        if self.space.complete(state) {
            facts.kind = Kind::Complete;
            facts.kept = self.space.kept(state);
        } else if facts.able == 0 && self.stuck(state)? {
            facts.kind = Kind::Stuck;
        } else {
            for worker in 0..self.workers {
                if self.take(state, worker, &past, facts.able)? {
                    facts.kind = Kind::Fault;
                }
            }
        }
        facts.edges = count(self.graph.edges.len() - first);
        self.graph.facts[node as usize] = facts;
        Ok(())
    }

    /// Takes the steps of one worker; says whether it is at fault.
    fn take(&mut self, state: &[u32], worker: usize, past: &Past, able: u8) -> Result<bool, Unfit> {
        let preempted = past.last.is_some_and(|last| last != worker && able >> last & 1 == 1);
        let preemptions = past.preemptions + u32::from(preempted);
        if self.bounds.preemptions.is_none_or(|most| preemptions <= most) {
            match self.space.step(state, worker)? {
                Taken::Yes { flow, .. } => {
                    let past = Past { last: Some(worker), preemptions };
                    self.link(worker, false, flow, &past);
                }
                Taken::Fault => return Ok(true),
                Taken::Lossy => self.on_loss()?,
                Taken::Blocked | Taken::Vain | Taken::Undrained | Taken::None => {}
            }
        } else if let Taken::Yes { .. } = self.space.step(state, worker)? {
            self.graph.bounded = true;
        }
        match self.space.drain(state, worker) {
            Taken::Yes { flow, .. } => self.link(worker, true, flow, past),
            Taken::Lossy => self.on_loss()?,
            _ => {}
        }
        Ok(false)
    }

    fn on_loss(&self) -> Result<(), Unfit> {
        match self.on_loss {
            OnLoss::Abort => Err(Unfit::Values),
            OnLoss::Prune => Ok(()),
        }
    }

    /// Adds the step to the state that the space has made.
    fn link(&mut self, worker: usize, drain: bool, flow: Flow, past: &Past) {
        self.row.clear();
        self.row.extend_from_slice(&self.space.after);
        if self.bounds.preemptions.is_some() {
            let last = past.last.map_or(0, |last| u32::from(count(last)) + 1);
            self.row.extend([last, past.preemptions]);
        }
        let to = self.number();
        let flows = &mut self.graph.flows;
        let known = flows.iter().position(|known| *known == flow).unwrap_or_else(|| {
            flows.push(flow);
            flows.len() - 1
        });
        #[allow(clippy::cast_possible_truncation, reason = "there are some hundreds at most")]
        let flow = known as u16;
        self.graph.edges.push(Edge { to, flow, worker: count(worker), drain });
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

    /// The workers that could go on alone.
    fn able(&mut self, state: &[u32]) -> Result<u8, Unfit> {
        let mut able = 0;
        for worker in 0..self.workers {
            let goes = self.space.alone(state, worker)? == Enabled::Goes;
            able |= u8::from(goes) << worker;
        }
        Ok(able)
    }

    /// Whether nothing will ever happen here, given that no worker could go on alone: nobody is in
    /// the middle of an attempt, which others may have made succeed or fail since, nobody leaves
    /// traces, and no store is under way. Then all that can be done is to make attempts, which
    /// fail as they would alone, since none of them changes anything.
    fn stuck(&mut self, state: &[u32]) -> Result<bool, Unfit> {
        for worker in 0..self.workers {
            let middle = self.space.code.place(state[worker]).mid_attempt();
            let under_way = !self.space.buffer(state, worker).is_empty();
            if middle || under_way || self.space.alone(state, worker)? == Enabled::Churns {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// A number of workers, or of steps of so many.
#[allow(clippy::cast_possible_truncation, reason = "there are at most 8 workers")]
fn count(number: usize) -> u8 {
    number as u8
}
