//! How many schedules end in a state, or with a value.
//!
//! For each state, and the cells that the final value may come from, there is a row of numbers:
//! number v of the row says how many paths from the state end with the value of these cells plus v.
//! A step adds the rows of the state after it, each to the row of the cell that its value came
//! from. So no state has to hold the values. For two workers the work therefore grows with the
//! square of the updates, times the numbers in a row, and not with their third power.

use std::collections::BTreeMap;

use num_bigint::BigUint;

use super::budget::Budget;
use super::count_row::{CountRow, Numbers};
use super::graph::{Cut, Graph, Node, START};
use super::tables::{Part, Table, Tables, bytes, sum};

/// A number of schedules; `None` if it is infinite.
type Count<T> = Result<Option<T>, Cut>;

/// The state has no row.
const NONE: u32 = u32::MAX;

/// For each final value, the number of schedules that end with it in a state where `ends` holds.
pub(super) fn by_value(
    graph: &Graph,
    ends: &dyn Fn(Node) -> bool,
    budget: &mut Budget<'_>,
) -> Count<BTreeMap<i64, BigUint>> {
    if graph.cyclic && has_cycle(graph, ends) {
        return Ok(None);
    }
    let mut tables = Tables::new(graph, uses(graph));
    let mut last = 0;
    for (done, &node) in graph.order.iter().enumerate() {
        // Memory that is freed here is fragmented, so the costs get the other half only.
        if budget.exceeded_by(2 * tables.bytes()) {
            return Err(Cut::Memory);
        }
        // One row may be as long as many others.
        if (done.is_multiple_of(32) || last > 1 << 16) && budget.is_interrupted_later() {
            return Err(Cut::Interrupted);
        }
        let table = match ends(node) {
            true => vec![(graph.sources, CountRow::one(0))],
            false => table(graph, node, &tables),
        };
        last = bytes(&table);
        tables.put(node, table);
        tables.used(graph.successors(node));
    }
    let numbers = tables.get(START).into_iter().flatten().flat_map(|(_, row)| row.numbers());
    Ok(Some(numbers.map(|(value, number)| (value.into(), number)).collect()))
}

/// The number of schedules that end in a state where `ends` holds.
pub(super) fn all(
    graph: &Graph,
    ends: &dyn Fn(Node) -> bool,
    budget: &mut Budget<'_>,
) -> Count<BigUint> {
    if !graph.order.iter().any(|&node| ends(node)) {
        return Ok(Some(BigUint::default()));
    }
    if graph.cyclic && has_cycle(graph, ends) {
        return Ok(None);
    }
    let mut uses = uses(graph);
    let mut at = vec![NONE; graph.len()];
    let mut numbers = Numbers::new();
    for (done, &node) in graph.order.iter().enumerate() {
        if done.is_multiple_of(1024) {
            if budget.is_interrupted_later() {
                return Err(Cut::Interrupted);
            }
            if budget.exceeded_by(8 * graph.len() + numbers.bytes()) {
                return Err(Cut::Memory);
            }
        }
        if ends(node) {
            at[node as usize] = numbers.one();
        } else {
            let leading = graph.successors(node).iter().map(|&to| at[to as usize]);
            at[node as usize] = numbers.sum(leading.filter(|&number| number != NONE), NONE);
        }
        for &to in graph.successors(node) {
            uses[to as usize] -= 1;
            if uses[to as usize] == 0 && at[to as usize] != NONE {
                numbers.free(std::mem::replace(&mut at[to as usize], NONE));
            }
        }
    }
    let first = at[START as usize];
    Ok(Some(if first == NONE { BigUint::default() } else { numbers.get(first) }))
}

/// How many steps lead to each state.
pub(super) fn uses(graph: &Graph) -> Vec<u32> {
    let mut uses = vec![0_u32; graph.len()];
    for &to in graph.order.iter().flat_map(|&node| graph.successors(node)) {
        uses[to as usize] += 1;
    }
    uses
}

/// Whether there is a cycle from which an end can be reached.
fn has_cycle(graph: &Graph, ends: &dyn Fn(Node) -> bool) -> bool {
    let mut leads = vec![false; graph.len()];
    // One pass may see only a part of a cycle, so passes are made until nothing changes.
    let mut changed = true;
    while changed {
        changed = false;
        for &node in &graph.order {
            let mut leading = graph.successors(node).iter().map(|&to| leads[to as usize]);
            if !leads[node as usize] && (ends(node) || leading.any(|leads| leads)) {
                (leads[node as usize], changed) = (true, true);
            }
        }
    }
    // In the order of a depth-first search, only a step that closes a cycle leads back.
    let mut seen = vec![false; graph.len()];
    graph.order.iter().any(|&node| {
        seen[node as usize] = true;
        let inner = leads[node as usize] && !ends(node);
        let closes = |&to: &Node| leads[to as usize] && !seen[to as usize] || to == node;
        inner && graph.successors(node).iter().any(closes)
    })
}

/// The rows of a state, computed from the rows of its successors.
fn table(graph: &Graph, node: Node, tables: &Tables) -> Table {
    let mut parts = Vec::new();
    for edge in graph.edges(node) {
        for (after, row) in tables.get(edge.to).into_iter().flatten() {
            let (cells, shift) = edge.label.source(*after);
            parts.push(Part { cells, shift, row, times: None });
        }
    }
    sum(&parts, 1)
}
