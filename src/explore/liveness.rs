//! Deadlock and livelock, by weak fairness.
//!
//! A run is *weakly fair* if no worker that could always take its next step is left out for ever,
//! and no store stays in a buffer for ever. What such a run can do for ever are the cycles of a
//! strongly connected component of the graph that is *fair* (Lichtenstein, Pnueli 1985): for each
//! worker that has not finished there is a step of it in the component or a state in which it has
//! none to take; for each store buffer a step by which it drains, or a state in which it is empty. A
//! fair component in which nothing is ever changed is a deadlock; one with a change a livelock.
//!
//! A worker goes back only where an attempt of `until` fails. So in every state of a fair component
//! each worker has finished, has to wait, or makes an attempt: the search notes these states as
//! [`WaitingState`].
//!
//! Where workers are exchanged, a component does not say which worker it was that took a step. But
//! where nothing is changed, each worker goes round on its own, so such a component is fair if no
//! step leaves it. Where something is changed, the search is made again without exchanges.

use hashbrown::{HashMap, HashSet};

use super::graph::{Edge, Graph, LivelockState, Node, StateKind, WaitingState};
use super::scc::components;
use super::space::Space;
use super::stop::Stop;
use super::store::StateStore;

/// Marks the deadlocks in the graph, and adds the livelocks.
pub(super) fn find_deadlocks_and_livelocks(
    graph: &mut Graph,
    store: &StateStore,
    space: &Space<'_, '_>,
    waiting: &[WaitingState],
    symmetric: bool,
) -> Result<(), Stop> {
    let numbers: HashMap<Node, u32> =
        waiting.iter().enumerate().map(|(at, waiting)| (waiting.node, at as u32)).collect();
    let successors = |at: u32| {
        let edges = graph.all_edges(waiting[at as usize].node);
        edges.filter_map(|edge| numbers.get(&edge.to).copied()).collect::<Vec<_>>()
    };
    let (mut ends, mut livelocks) = (Vec::new(), HashMap::new());
    for members in components(waiting.len(), successors) {
        let members: Vec<&WaitingState> = members.iter().map(|&at| &waiting[at as usize]).collect();
        let component = Component::new(graph, store, space, &members);
        let changes = component.edges.iter().any(|(_, edge)| edge.label.changed);
        if symmetric && changes {
            return Err(Stop::NotSymmetric);
        }
        let fair = if symmetric { component.is_terminal() } else { component.is_fair() };
        match fair {
            false => {}
            true if changes => {
                let representative = members[0].node;
                let state = |ready| LivelockState { representative, ready };
                livelocks.extend(members.iter().map(|at| (at.node, state(at.ready))));
            }
            true => ends.extend(component.ends()),
        }
    }
    // Where preemptions are counted, the same deadlock may be reached with other numbers of them.
    let state = |node| {
        let mut state = Vec::new();
        store.get(node, &mut state);
        state.truncate(space.width());
        state
    };
    if !ends.is_empty() && state(ends[0]).len() < store.width() {
        let same: HashSet<Vec<u32>> = ends.iter().map(|&end| state(end)).collect();
        let all = waiting.iter().map(|waiting| waiting.node);
        ends = all.filter(|&node| same.contains(&state(node))).collect();
    }
    ends.iter().for_each(|&end| graph.facts[end as usize].kind = StateKind::Deadlock);
    graph.livelocks = livelocks;
    Ok(())
}

/// States that can be reached from one another, and the steps between them.
struct Component<'g, 'a, 'c> {
    graph: &'g Graph,
    space: &'g Space<'a, 'c>,
    members: &'g [&'g WaitingState],
    /// The state of each member.
    states: HashMap<Node, Vec<u32>>,
    /// Steps within it, and where each begins.
    edges: Vec<(Node, Edge<'g>)>,
}

impl<'g, 'a, 'c> Component<'g, 'a, 'c> {
    fn new(
        graph: &'g Graph,
        store: &StateStore,
        space: &'g Space<'a, 'c>,
        members: &'g [&'g WaitingState],
    ) -> Self {
        let state = |waiting: &&WaitingState| {
            let mut state = Vec::new();
            store.get(waiting.node, &mut state);
            (waiting.node, state)
        };
        let states: HashMap<Node, Vec<u32>> = members.iter().map(state).collect();
        let from = |waiting: &&WaitingState| {
            let node = waiting.node;
            graph.all_edges(node).map(move |edge| (node, edge))
        };
        let edges = members.iter().flat_map(from);
        let edges = edges.filter(|(_, edge)| states.contains_key(&edge.to)).collect();
        Self { graph, space, members, states, edges }
    }

    fn finished(&self, worker: usize) -> bool {
        self.space.finished(&self.states[&self.members[0].node], worker)
    }

    fn is_fair(&self) -> bool {
        let takes = |worker: usize, drain| {
            self.edges.iter().any(|(_, e)| e.label.worker() == worker && e.label.drain == drain)
        };
        let waits = |worker: usize| self.members.iter().any(|at| at.ready >> worker & 1 == 0);
        let drained =
            |worker| self.states.values().any(|state| self.space.buffer(state, worker).is_empty());
        let mut workers = 0..self.space.workers();
        !workers.clone().all(|worker| self.finished(worker))
            && workers.all(|worker| {
                (self.finished(worker) || waits(worker) || takes(worker, false))
                    && (drained(worker) || takes(worker, true))
            })
    }

    /// Whether no step leads out of it, and no store is in a buffer.
    fn is_terminal(&self) -> bool {
        let space = self.space;
        let mut workers = 0..space.workers();
        !workers.clone().all(|worker| self.finished(worker))
            && self
                .states
                .values()
                .all(|s| workers.all(|worker| space.buffer(s, worker).is_empty()))
            && self.members.iter().all(|at| {
                let edges = || self.graph.all_edges(at.node);
                let ready: u8 = edges().map(|edge| 1 << edge.label.worker()).fold(0, |a, b| a | b);
                edges().all(|edge| self.states.contains_key(&edge.to)) && ready == at.ready
            })
    }

    /// Of a deadlock: where a schedule ends, with the attempts taken out that are made for ever.
    fn ends(&self) -> impl Iterator<Item = Node> {
        let location = |node: Node, worker| self.space.location_number(&self.states[&node], worker);
        let leaves = |&(from, edge): &(Node, Edge<'_>)| location(from, edge.label.worker());
        let moving: HashSet<u32> = self.edges.iter().map(leaves).collect();
        // An attempt fails again and again, so each worker has one step that leads back.
        let back = |&&(from, edge): &&(Node, Edge<'_>)| {
            self.graph
                .silent_edges(from)
                .any(|silent| (silent.to, silent.label) == (edge.to, edge.label))
        };
        let begins = |&(_, edge): &(Node, Edge<'_>)| {
            location(edge.to, edge.label.after(edge.label.worker()))
        };
        let begin: HashSet<u32> = self.edges.iter().filter(back).map(begins).collect();
        let nodes = self.members.iter().map(|at| at.node).filter(move |&node| {
            let mut at = (0..self.space.workers()).map(|worker| location(node, worker));
            at.all(|at| !moving.contains(&at) || begin.contains(&at))
        });
        nodes.collect::<Vec<_>>().into_iter()
    }
}
