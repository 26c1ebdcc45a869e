//! The cheapest schedule for each value: fewest preemptions, then fewest steps, then the lower
//! worker first.

use super::budget::Budget;
use super::cost::{Costs, Question};
use super::cost_row::Cost;
use super::dataflow::Sources;
use super::graph::{Cut, Edge, Graph, GraphEdge, Node, START};
use super::space::{Exchange, IDENTITY};
use crate::machine::{Schedule, Turn};

/// The cheapest schedule for one value.
#[derive(Clone, Debug)]
pub(super) struct Cheapest {
    pub(super) value: i32,
    pub(super) preemptions: u32,
    pub(super) schedule: Schedule,
    /// The state that it ends in.
    pub(super) end: Node,
}

/// The cheapest schedules to a state where `ends` holds; for each final value, or (without
/// `values`) for all in one.
pub(super) fn cheapest(
    question: Question<'_>,
    budget: &mut Budget<'_>,
) -> Result<Vec<Cheapest>, Cut> {
    if !question.graph.order.iter().any(|&node| (question.ends)(node)) {
        return Ok(Vec::new());
    }
    match longest(question) {
        (true, _) => walk_all(Costs::<u16>::new(question, 0, budget)?, budget),
        (false, longest) => {
            let shift = u32::BITS - longest.leading_zeros();
            walk_all(Costs::<u32>::new(question, shift, budget)?, budget)
        }
    }
}

/// Whether all paths from a state to an end have the same number of steps, and the highest number
/// of steps.
fn longest(Question { graph, ends, .. }: Question<'_>) -> (bool, u32) {
    if graph.cyclic {
        return (false, u32::try_from(graph.len()).unwrap_or(u32::MAX));
    }
    const NO_WAY: u32 = u32::MAX;
    let mut steps = vec![NO_WAY; graph.len()];
    let (mut same, mut longest) = (true, 0);
    for &node in &graph.order {
        if ends(node) {
            steps[node as usize] = 0;
            continue;
        }
        let after = graph.successors(node).iter().map(|&to| steps[to as usize]);
        let most = after.clone().filter(|&after| after != NO_WAY).max();
        if let Some(most) = most {
            same &= after.clone().all(|after| after == NO_WAY || after == most);
            steps[node as usize] = most + 1;
            longest = longest.max(most + 1);
        }
    }
    (same, longest)
}

fn walk_all<C: Cost>(
    mut costs: Costs<'_, C>,
    budget: &mut Budget<'_>,
) -> Result<Vec<Cheapest>, Cut> {
    let sources = costs.question.graph.sources;
    let first = costs.rows(START).and_then(|rows| {
        let head = rows.heads.iter().find(|head| head.cells == sources)?;
        Some(head.low..head.high())
    });
    let values = first.into_iter().flatten();
    let mut walkers: Vec<_> = values.filter_map(|value| Walker::new(&costs, value)).collect();
    loop {
        for walker in &mut walkers {
            if budget.is_interrupted_later() {
                return Err(Cut::Interrupted);
            }
            while !costs.is_earlier(walker.node) && walker.step(&costs) {}
        }
        if !costs.previous_block(budget)? {
            return Ok(walkers.into_iter().map(|walker| walker.cheapest(&costs)).collect());
        }
    }
}

/// A schedule, up to the step that is taken next.
struct Walker<C> {
    value: i32,
    node: Node,
    last: Option<usize>,
    whole: C,
    left: C,
    /// Where the final value may come from, and what is to be added to it: all from which the end
    /// can still be reached at this cost.
    wanted: Vec<(Sources, i32)>,
    /// For each worker of the state, its number before any exchange.
    really: Exchange,
    turns: Vec<Turn>,
}

impl<C: Cost> Walker<C> {
    /// For one value, if it can be reached.
    fn new(costs: &Costs<'_, C>, value: i32) -> Option<Self> {
        let graph = costs.question.graph;
        let wanted = vec![(graph.sources, value)];
        // No worker has taken a step yet, so the first step preempts no worker.
        let after = |edge: Edge<'_>| {
            let then = edge.label.after(edge.label.worker());
            after(costs, &wanted, edge, then).into_iter().map(|(.., cost)| cost)
        };
        let whole = if (costs.question.ends)(START) {
            (value == 0).then_some(C::ZERO)?
        } else {
            graph.edges(START).flat_map(after).min()? + costs.step()
        };
        let (node, last, really, turns) = (START, None, IDENTITY, Vec::new());
        Some(Self { value, node, last, whole, left: whole, wanted, really, turns })
    }

    /// Takes the first step, in the order of workers, that is part of a cheapest schedule; false at
    /// the end.
    fn step(&mut self, costs: &Costs<'_, C>) -> bool {
        let graph: &Graph = costs.question.graph;
        if (costs.question.ends)(self.node) {
            return false;
        }
        let mut edges: Vec<Edge<'_>> = graph.edges(self.node).collect();
        edges.sort_by_key(|edge| (self.really[edge.label.worker()], edge.label.drain));
        for edge in edges {
            let worker = edge.label.worker();
            let (cost, then) = match self.last {
                Some(last) => costs.cost(self.node, edge, last),
                None => (costs.step(), edge.label.after(worker)),
            };
            if self.left < cost {
                continue;
            }
            let rest = self.left - cost;
            let mut after = after(costs, &self.wanted, edge, then);
            after.retain(|(.., cost)| *cost == rest);
            if !after.is_empty() {
                self.wanted = after.into_iter().map(|(cells, value, _)| (cells, value)).collect();
                let worker = self.really[worker].into();
                self.turns.push(Turn { worker, ..edge.turn() });
                let before = self.really;
                for (from, &to) in edge.label.exchange.iter().enumerate() {
                    self.really[usize::from(to)] = before[from];
                }
                (self.node, self.last, self.left) = (edge.to, Some(then), rest);
                return true;
            }
        }
        false
    }

    fn cheapest(self, costs: &Costs<'_, C>) -> Cheapest {
        let preemptions = costs.preemptions(self.whole);
        let schedule = self.turns.into_iter().collect();
        Cheapest { value: self.value, preemptions, schedule, end: self.node }
    }
}

/// Where the values that are wanted may be after a step, and what is left to be paid then.
fn after<C: Cost>(
    costs: &Costs<'_, C>,
    wanted: &[(Sources, i32)],
    edge: Edge<'_>,
    last: usize,
) -> Vec<(Sources, i32, C)> {
    let mut after = Vec::new();
    let Some(rows) = costs.rows(edge.to) else { return after };
    for head in rows.heads {
        let (from, shift) = costs.source(edge.label, head);
        for (_, value) in wanted.iter().filter(|(cells, _)| *cells == from) {
            let cost = rows.cost(head, last, value - shift);
            if cost < C::IMPOSSIBLE {
                after.push((head.cells, value - shift, cost));
            }
        }
    }
    after
}
