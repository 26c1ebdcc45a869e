//! Counted interleavings, one by one: raw schedules, in which failed attempts are really made, and
//! from which the steps of those that left no trace are removed.

use std::collections::{BTreeMap, HashSet};

use super::component::Targets;
use super::graph::{Edge, Graph};
use super::machine::Event;
use crate::machine::Turn;

/// A raw schedule so far, without the attempts that are removed.
#[derive(Clone, PartialEq, Eq, Hash)]
struct RawPath {
    node: usize,
    kept: Vec<Turn>,
    /// The attempts that each worker is within, the outermost first.
    attempts: Vec<Vec<Attempt>>,
}

/// An attempt under way.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Attempt {
    /// How many of the steps that are kept the worker had taken when it began.
    since: usize,
    /// Some step of it changed something.
    trace: bool,
}

/// All reduced schedules that end in one of `targets`, with where each ends. Only states that lead
/// to a target are looked at. `None` if there are more than `most` paths.
pub(super) fn reduced(
    graph: &Graph,
    targets: &Targets,
    leads: &[bool],
    most: usize,
) -> Option<BTreeMap<Vec<Turn>, usize>> {
    let mut found = BTreeMap::new();
    let mut first =
        RawPath { node: 0, kept: Vec::new(), attempts: vec![Vec::new(); graph.workers] };
    for (worker, events) in graph.first_events.iter().enumerate() {
        first.apply(worker, events);
    }
    let mut open = vec![first.clone()];
    let mut seen = HashSet::from([first]);
    while let Some(way) = open.pop() {
        if targets.is_end(way.node, |worker, depth| way.attempts[worker][depth].trace) {
            // Any two raw schedules with the same reduced one must end in the same way.
            let known = *found.entry(way.kept.clone()).or_insert(way.node);
            assert_eq!(graph.nodes[known].end, graph.nodes[way.node].end);
        }
        for edge in graph.nodes[way.node].edges.iter().filter(|edge| leads[edge.to]) {
            let after = way.after(edge);
            if seen.len() > most {
                return None;
            }
            // A failed attempt without trace leads to where the worker was before it.
            if seen.insert(after.clone()) {
                open.push(after);
            }
        }
    }
    Some(found)
}

impl RawPath {
    fn after(&self, edge: &Edge) -> Self {
        let mut after = self.clone();
        after.node = edge.to;
        after.kept.push(edge.turn);
        if !edge.turn.drains() {
            let attempts = after.attempts[edge.turn.worker].iter_mut();
            attempts.for_each(|attempt| attempt.trace |= edge.changed);
            after.apply(edge.turn.worker, &edge.events);
        }
        after
    }

    fn apply(&mut self, worker: usize, events: &[Event]) {
        for event in events {
            if *event != Event::Began {
                let attempt = self.attempts[worker].pop().expect("an attempt is under way");
                if *event == Event::Failed && !attempt.trace {
                    self.remove(worker, attempt.since);
                }
            }
            if *event != Event::Succeeded {
                let since = self.kept.iter().filter(|turn| **turn == Turn::of(worker)).count();
                self.attempts[worker].push(Attempt { since, trace: false });
            }
        }
    }

    /// Removes the worker's own steps but for the first `keep`.
    fn remove(&mut self, worker: usize, keep: usize) {
        let mut own = 0;
        self.kept.retain(|turn| {
            own += usize::from(*turn == Turn::of(worker));
            *turn != Turn::of(worker) || own <= keep
        });
    }
}

/// The preemptions of a reduced schedule, which must be a raw schedule by itself.
pub(super) fn preemptions(graph: &Graph, turns: &[Turn]) -> u32 {
    let (mut node, mut last, mut preemptions) = (0, None, 0);
    for turn in turns {
        let edges = &graph.nodes[node].edges;
        let edge = edges.iter().find(|edge| edge.turn == *turn);
        let edge = edge.expect("steps without trace can be removed from a schedule");
        if !turn.drains() {
            let others = last.filter(|last| *last != turn.worker);
            preemptions += u32::from(others.is_some_and(|last| graph.is_enabled(node, last)));
            last = Some(turn.worker);
        }
        node = edge.to;
    }
    preemptions
}
