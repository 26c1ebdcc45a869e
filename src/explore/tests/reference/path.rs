//! Reduced schedules as paths: raw steps, without failed attempts that left no trace. Different
//! paths are different schedules.
//!
//! It holds what [`schedule`](super::schedule) lists one by one, since steps that change nothing
//! can be removed from a schedule; where a list is possible, both are compared. So there are
//! counts, and witnesses, where a list would be too long.

use std::collections::{BTreeMap, HashMap};

use num_bigint::BigUint;

use super::component::Targets;
use super::graph::{Edge, Graph};
use super::machine::Event;
use crate::machine::Turn;

/// How many paths lead to each end.
pub(super) type Ends = BTreeMap<Option<(i64, bool)>, BigUint>;

/// For each worker and each attempt that it is within: whether it has left a trace.
type Traces = Vec<Vec<bool>>;

/// A raw state, and the traces of attempts on the way there.
pub(super) struct Node {
    pub(super) raw: usize,
    traces: Traces,
    pub(super) edges: Vec<(Turn, usize)>,
}

impl Node {
    /// Whether an interleaving ends here.
    pub(super) fn ends(&self, targets: &Targets) -> bool {
        targets.is_end(self.raw, |worker, depth| self.traces[worker][depth])
    }
}

/// All paths; the first node is where the program starts.
pub(super) struct Paths {
    pub(super) nodes: Vec<Node>,
}

impl Paths {
    pub(super) fn new(graph: &Graph) -> Self {
        let mut traces = vec![Vec::new(); graph.workers];
        for (worker, events) in graph.first_events.iter().enumerate() {
            apply(&mut traces[worker], events);
        }
        let mut states = vec![(0, traces)];
        let mut numbers = HashMap::from([(states[0].clone(), 0)]);
        let mut nodes = Vec::new();
        while let Some((raw, traces)) = states.get(nodes.len()).cloned() {
            let mut edges = Vec::new();
            for edge in &graph.nodes[raw].edges {
                let Some(after) = after(&traces, edge) else { continue };
                let number = *numbers.entry((edge.to, after)).or_insert_with_key(|state| {
                    states.push(state.clone());
                    states.len() - 1
                });
                edges.push((edge.turn, number));
            }
            nodes.push(Node { raw, traces, edges });
        }
        Self { nodes }
    }

    /// Counts paths to raw states in `targets`; `leads` says from where there are any. There must
    /// be finitely many.
    pub(super) fn count(&self, graph: &Graph, targets: &Targets, leads: &[bool]) -> Ends {
        let mut counter =
            Counter { paths: self, graph, targets, leads, known: vec![None; self.nodes.len()] };
        counter.from(0)
    }
}

struct Counter<'a> {
    paths: &'a Paths,
    graph: &'a Graph,
    targets: &'a Targets,
    leads: &'a [bool],
    known: Vec<Option<Ends>>,
}

impl Counter<'_> {
    fn from(&mut self, node: usize) -> Ends {
        if let Some(known) = &self.known[node] {
            return known.clone();
        }
        let mut ends = Ends::new();
        if self.paths.nodes[node].ends(self.targets) {
            let end = self.graph.nodes[self.paths.nodes[node].raw].end;
            ends.insert(end, 1_u8.into());
        }
        for &(_, to) in &self.paths.nodes[node].edges {
            if self.leads[self.paths.nodes[to].raw] {
                for (end, number) in self.from(to) {
                    *ends.entry(end).or_default() += number;
                }
            }
        }
        self.known[node] = Some(ends.clone());
        ends
    }
}

/// The traces after a step; `None` if it ends a failed attempt without trace.
fn after(traces: &Traces, edge: &Edge) -> Option<Traces> {
    let mut after = traces.clone();
    if !edge.turn.drains() {
        let own = &mut after[edge.turn.worker];
        own.iter_mut().for_each(|trace| *trace |= edge.changed);
        if !apply(own, &edge.events) {
            return None;
        }
    }
    Some(after)
}

/// False if an attempt has failed without trace.
fn apply(own: &mut Vec<bool>, events: &[Event]) -> bool {
    events.iter().all(|event| {
        let trace = *event == Event::Began || own.pop().expect("an attempt is under way");
        if *event != Event::Succeeded {
            own.push(false);
        }
        *event != Event::Failed || trace
    })
}
