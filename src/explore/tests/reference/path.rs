//! Counts for programs with too many interleavings to list them: a reduced schedule is a path along
//! which no attempt fails without trace, and different paths are different schedules. Where a list
//! is possible, the two counts are compared.

use std::collections::{BTreeMap, HashMap};

use num_bigint::BigUint;

use super::graph::{Edge, Graph};
use super::machine::Event;

/// How many paths lead to each end.
pub(super) type Ends = BTreeMap<Option<(i64, bool)>, BigUint>;

/// For each worker and each attempt that it is within: whether it has left a trace.
type Traces = Vec<Vec<bool>>;

/// Counts paths to `targets`; there must be no cycles of paths. `None` if more than `most` numbers
/// have to be kept.
pub(super) fn count(graph: &Graph, targets: &[bool], leads: &[bool], most: usize) -> Option<Ends> {
    let mut traces = vec![Vec::new(); graph.workers];
    for (worker, events) in graph.first_events.iter().enumerate() {
        apply(&mut traces[worker], events);
    }
    let mut counter = Counter { graph, targets, leads, most, known: HashMap::new() };
    counter.from(0, &traces)
}

struct Counter<'a> {
    graph: &'a Graph,
    targets: &'a [bool],
    leads: &'a [bool],
    most: usize,
    known: HashMap<(usize, Traces), Ends>,
}

impl Counter<'_> {
    fn from(&mut self, node: usize, traces: &Traces) -> Option<Ends> {
        if let Some(known) = self.known.get(&(node, traces.clone())) {
            return Some(known.clone());
        }
        if self.known.len() > self.most {
            return None;
        }
        let mut ends = Ends::new();
        if self.targets[node] {
            ends.insert(self.graph.nodes[node].end, 1_u8.into());
        }
        for edge in self.graph.nodes[node].edges.iter().filter(|edge| self.leads[edge.to]) {
            if let Some(after) = after(traces, edge) {
                for (end, number) in self.from(edge.to, &after)? {
                    *ends.entry(end).or_default() += number;
                }
            }
        }
        self.known.insert((node, traces.clone()), ends.clone());
        Some(ends)
    }
}

fn after(traces: &Traces, edge: &Edge) -> Option<Traces> {
    let mut after = traces.clone();
    if !edge.turn.drain {
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
