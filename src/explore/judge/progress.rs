//! Progress: whether some workers can want to enter, and none ever does.
//!
//! A weakly fair run in which nobody enters any more stays, from some step on, in one strongly
//! connected component of the graph without the steps by which workers enter. Workers that are in
//! their remainder section may stay there for ever: so each set of workers is looked at that take
//! no step, and the steps of these workers are left out as well. A component is *fair* if each other
//! worker takes a step in it or is blocked in some state of it, and each store buffer drains in it
//! or is empty in some state of it.

use hashbrown::HashSet;

use super::super::budget::Budget;
use super::super::cycle::{fair_cycle, shortest};
use super::super::dataflow::MOST_WORKERS;
use super::super::graph::{GraphEdge, Node};
use super::super::scc::components;
use super::graph::{Edge, Graph};
use super::judgement::StuckKind;
use super::phase::Phase;

/// Workers that want to enter, and nobody ever does.
pub(super) struct Stuck {
    pub(super) kind: StuckKind,
    /// The first state of the component.
    pub(super) node: Node,
    /// A fair cycle from there; empty where nothing changes.
    pub(super) round: Vec<Edge>,
    /// The workers that never go on: a bit each.
    pub(super) stuck: u8,
    /// Those that stay in their remainder section.
    pub(super) resting: u8,
}

/// What breaks progress, if anything does; `Err` after a signal.
pub(super) fn progress(graph: &Graph, budget: &mut Budget<'_>) -> Result<Option<Stuck>, ()> {
    if let Some((node, worker)) = graph.fault {
        let (kind, round) = (StuckKind::Fault, Vec::new());
        return Ok(Some(Stuck { kind, node, round, stuck: 1 << worker, resting: 0 }));
    }
    // First those with few workers that rest, since what needs none is worse.
    let mut sets: Vec<u8> = (0..all(graph)).collect();
    sets.sort_by_key(|set| set.count_ones());
    for resting in sets {
        if budget.is_interrupted_later() {
            return Err(());
        }
        let stuck = Without { graph, resting }.stuck();
        if stuck.is_some() {
            return Ok(stuck);
        }
    }
    Ok(None)
}

/// The graph without the steps by which workers enter, and without those of some workers that rest.
#[derive(Clone, Copy)]
struct Without<'g> {
    graph: &'g Graph,
    resting: u8,
}

impl<'g> Without<'g> {
    /// All that rest are in their remainder section.
    fn has(self, node: Node) -> bool {
        workers(self.resting).all(|worker| self.graph.phase(node, worker) == Phase::Remainder)
    }

    fn edges(self, node: Node) -> impl Iterator<Item = &'g Edge> {
        let rests = move |edge: &Edge| workers(self.resting).any(|worker| edge.is_of(worker));
        self.graph.edges(node).iter().filter(move |edge| !edge.enters && !rests(edge))
    }

    /// The first state of a fair component.
    fn stuck(self) -> Option<Stuck> {
        let successors = |node| match self.has(node) {
            true => self.edges(node).map(|edge| edge.to).collect(),
            false => Vec::new(),
        };
        let found = components(self.graph.len(), successors).into_iter();
        let fair = found.filter(|members| self.has(members[0]) && self.is_fair(members));
        let first = |members: &Vec<Node>| members.iter().copied().min();
        let members = fair.min_by_key(first)?;
        let node = first(&members)?;
        let members: HashSet<Node> = members.into_iter().collect();
        let edges = |node| self.edges(node).copied().filter(|edge| members.contains(&edge.to));
        let blocked = |node, worker| self.graph.facts(node).blocked >> worker & 1 == 1;
        let round = fair_cycle(node, self.graph.workers, edges, blocked);
        let changes = round.iter().any(Edge::changed);
        let needs_other = self.somebody_enters(node, true) && !self.somebody_enters(node, false);
        let kind = match (needs_other, changes) {
            (true, _) => StuckKind::NeedsOther,
            (false, true) => StuckKind::Livelock,
            (false, false) => StuckKind::Deadlock,
        };
        let stuck = all(self.graph) & !self.resting;
        let round = if changes { round } else { Vec::new() };
        Some(Stuck { kind, node, round, stuck, resting: self.resting })
    }

    fn is_fair(self, members: &[Node]) -> bool {
        let (mut moves, mut drained) = (self.resting, 0);
        let inside: HashSet<Node> = match members {
            [_] => HashSet::new(),
            _ => members.iter().copied().collect(),
        };
        for &node in members {
            moves |= self.graph.facts(node).blocked;
            drained |= self.graph.facts(node).drained;
            let stays = |edge: &&Edge| edge.to == node || inside.contains(&edge.to);
            for turn in self.edges(node).filter(stays).map(Edge::turn) {
                *(if turn.drains() { &mut drained } else { &mut moves }) |= 1 << turn.worker;
            }
        }
        moves == all(self.graph) && drained == all(self.graph)
    }

    /// Whether a schedule from here exists by which one of those enters that do not rest; with or
    /// without steps of those that rest.
    fn somebody_enters(self, node: Node, with_resting: bool) -> bool {
        let rests = |edge: &Edge| workers(self.resting).any(|worker| edge.is_of(worker));
        let enters = |edge: &Edge| edge.enters && !rests(edge);
        let edges = |node| {
            let all = self.graph.edges(node).iter().copied();
            all.filter(move |edge| with_resting || !rests(edge))
        };
        shortest(node, edges, enters).is_some()
    }
}

/// All workers.
fn all(graph: &Graph) -> u8 {
    u8::MAX >> (8 - graph.workers)
}

/// Those whose bit is set.
pub(super) fn workers(set: u8) -> impl Iterator<Item = usize> + Clone {
    (0..MOST_WORKERS).filter(move |worker| set >> worker & 1 == 1)
}
