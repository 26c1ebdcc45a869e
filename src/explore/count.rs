//! How many schedules end with each value.
//!
//! For each state, and the cells that the final value may come from, there is a row of numbers: so
//! many ways to go on end with the value of these cells plus v. A step adds the rows of the state
//! after it, each to the row of the cell that its value came from. So no state has to say what the
//! values are; for two workers that is what makes the work grow with the square of the updates,
//! times the numbers in a row, and not with their third power.

use num_bigint::BigUint;

use super::count_row::CountRow;
use super::dataflow::Sources;
use super::graph::{Graph, Node, START};

type Table = Vec<(Sources, CountRow)>;

/// For each final value, the number of schedules that end with it in a state where `ends` holds;
/// `None` if there is no end to them.
pub(super) fn by_value(graph: &Graph, ends: &dyn Fn(Node) -> bool) -> Option<Vec<(i32, BigUint)>> {
    count(graph, ends, true)
}

/// The number of schedules that end in a state where `ends` holds; `None` if there is no end to
/// them.
pub(super) fn all(graph: &Graph, ends: &dyn Fn(Node) -> bool) -> Option<BigUint> {
    let counts = count(graph, ends, false)?;
    Some(counts.into_iter().next().map_or_else(BigUint::default, |(_, number)| number))
}

fn count(graph: &Graph, ends: &dyn Fn(Node) -> bool, values: bool) -> Option<Vec<(i32, BigUint)>> {
    if graph.cyclic && has_cycle(graph, ends) {
        return None;
    }
    let mut tables: Vec<Table> = vec![Table::new(); graph.len()];
    let mut waiting = vec![0_u32; graph.len()];
    for edge in graph.order.iter().flat_map(|&node| graph.edges(node)) {
        waiting[edge.to as usize] += 1;
    }
    for &node in &graph.order {
        tables[node as usize] = if ends(node) {
            vec![(graph.sources, CountRow::one())]
        } else {
            table(graph, node, &tables, values)
        };
        // Freed as soon as nobody asks for it any more: all rows at once would fill the memory.
        for edge in graph.edges(node) {
            waiting[edge.to as usize] -= 1;
            if waiting[edge.to as usize] == 0 {
                tables[edge.to as usize] = Table::new();
            }
        }
    }
    let first = std::mem::take(&mut tables[START as usize]);
    Some(first.iter().flat_map(|(_, row)| row.numbers()).collect())
}

/// Whether there is a cycle from which an end can be reached.
fn has_cycle(graph: &Graph, ends: &dyn Fn(Node) -> bool) -> bool {
    let mut leads = vec![false; graph.len()];
    let mut before = vec![Vec::new(); graph.len()];
    for &node in &graph.order {
        graph.edges(node).iter().for_each(|edge| before[edge.to as usize].push(node));
    }
    let mut open: Vec<Node> = graph.order.iter().copied().filter(|&node| ends(node)).collect();
    open.iter().for_each(|&node| leads[node as usize] = true);
    while let Some(node) = open.pop() {
        for &from in &before[node as usize] {
            if !ends(from) && !std::mem::replace(&mut leads[from as usize], true) {
                open.push(from);
            }
        }
    }
    // In the order of a search that goes deep first, only a step that closes a cycle leads back.
    let mut seen = vec![false; graph.len()];
    graph.order.iter().any(|&node| {
        seen[node as usize] = true;
        let inner = leads[node as usize] && !ends(node);
        inner && graph.edges(node).iter().any(|e| leads[e.to as usize] && !seen[e.to as usize])
    })
}

/// The rows of a state, from those of all that follow from it.
fn table(graph: &Graph, node: Node, tables: &[Table], values: bool) -> Table {
    let mut parts: Vec<(Sources, i32, &CountRow)> = Vec::new();
    for &edge in graph.edges(node) {
        let transfer = graph.transfer(edge);
        for (cell, sums) in &tables[edge.to as usize] {
            let (from, shift) = if values { transfer.source(*cell) } else { (*cell, 0) };
            parts.push((from, shift, sums));
        }
    }
    let mut cells: Vec<Sources> = parts.iter().map(|part| part.0).collect();
    cells.sort_unstable();
    cells.dedup();
    let row = |cell| {
        let parts = || parts.iter().filter(move |part| part.0 == cell);
        let low = parts().map(|(_, shift, sums)| sums.low() + shift).min().unwrap_or(0);
        let high = parts().map(|(_, shift, sums)| sums.high() + shift).max().unwrap_or(0);
        let words = parts().map(|(.., sums)| sums.words()).max().unwrap_or(1);
        let mut all = CountRow::none(low, high, words);
        parts().for_each(|(_, shift, sums)| all.add(sums, *shift));
        all.settle();
        (cell, all)
    };
    cells.into_iter().map(row).collect()
}
