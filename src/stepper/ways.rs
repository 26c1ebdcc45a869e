//! The cheapest way from each state to a goal: fewest preemptions, then fewest steps (Dijkstra 1959,
//! from the goals back).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::goal::Goal;
use crate::explore::{Edge, State};
use crate::machine::Turn;

/// Preemptions, then steps.
pub(super) type Cost = (u32, u32);

const NO_WAY: Cost = (u32::MAX, u32::MAX);

/// What it costs to go on from each state.
pub(super) struct Ways {
    workers: usize,
    /// By state, and by who took the last step: nobody yet, or one of the workers.
    costs: Vec<Cost>,
}

impl Ways {
    pub(super) fn new(states: &[State], workers: usize, goal: Goal) -> Self {
        // For each state, the steps that lead to it, and from where.
        let mut into = vec![Vec::new(); states.len()];
        for (from, state) in states.iter().enumerate() {
            for edge in state.edges.iter().filter(|edge| edge.to < states.len()) {
                into[edge.to].push((from, edge));
            }
        }
        let mut ways = Self { workers, costs: vec![NO_WAY; states.len() * (workers + 1)] };
        let mut open = BinaryHeap::new();
        for at in (0..states.len()).filter(|&at| goal.met_by(&states[at])) {
            for last in 0..=workers {
                ways.costs[at * (workers + 1) + last] = (0, 0);
                open.push(Reverse(((0, 0), at, last)));
            }
        }
        while let Some(Reverse((cost, at, last))) = open.pop() {
            if cost > ways.costs[at * (workers + 1) + last] {
                continue;
            }
            for &(from, edge) in &into[at] {
                for before in 0..=workers {
                    let (more, then) = step(&states[from], edge, before);
                    let known = &mut ways.costs[from * (workers + 1) + before];
                    let new = (cost.0 + more, cost.1 + 1);
                    if then == last && new < *known {
                        *known = new;
                        open.push(Reverse((new, from, before)));
                    }
                }
            }
        }
        ways
    }

    /// The cost from a state on; `last` is the worker that took the last step, if there is one.
    pub(super) fn cost(&self, at: usize, last: Option<usize>) -> Option<Cost> {
        let cost = self.costs[at * (self.workers + 1) + number(last)];
        (cost != NO_WAY).then_some(cost)
    }

    /// The first step of the cheapest way; of several, that of the lower worker.
    pub(super) fn first(&self, states: &[State], at: usize, last: Option<usize>) -> Option<Turn> {
        let whole = self.cost(at, last).filter(|&whole| whole != (0, 0))?;
        let state = &states[at];
        let cheapest = |edge: &&Edge| {
            let (more, then) = step(state, edge, number(last));
            let index = edge.to * (self.workers + 1) + then;
            let rest = self.costs.get(index).copied().unwrap_or(NO_WAY);
            rest != NO_WAY && (rest.0 + more, rest.1 + 1) == whole
        };
        let edges = state.edges.iter().filter(cheapest);
        edges.map(|edge| edge.turn).min()
    }
}

fn number(last: Option<usize>) -> usize {
    last.map_or(0, |worker| worker + 1)
}

/// How many preemptions a step is after one of `last`, and who took the last step after it.
fn step(state: &State, edge: &Edge, last: usize) -> (u32, usize) {
    if edge.turn.drains() {
        return (0, last);
    }
    let this = edge.turn.worker + 1;
    let preempted = last != 0 && last != this && state.enabled >> (last - 1) & 1 == 1;
    (u32::from(preempted), this)
}
