//! How many schedules end with each value.
//!
//! For each state, and the spots that the final value may come from, there is a row of numbers: so
//! many ways to go on end with the value of these spots plus v. A step adds the rows of the state
//! after it, each to the row of the spot that its value came from. So no state has to say what the
//! values are; for two workers that is what makes the work grow with the square of the updates,
//! times the numbers in a row, and not with their third power.

use num_bigint::BigUint;

use super::dataflow::Demand;
use super::graph::{Graph, Node, START};
use super::sums::Sums;

type Table = Vec<(Demand, Sums)>;

/// For each final value, the number of schedules that end with it.
///
/// The graph must have no cycles.
pub(super) fn by_value(graph: &Graph, ends: &dyn Fn(Node) -> bool) -> Vec<(i32, BigUint)> {
    count(graph, ends, true)
}

/// The number of schedules that end in a state where `ends` holds.
pub(super) fn all(graph: &Graph, ends: &dyn Fn(Node) -> bool) -> BigUint {
    count(graph, ends, false).pop().map_or_else(BigUint::default, |(_, number)| number)
}

fn count(graph: &Graph, ends: &dyn Fn(Node) -> bool, values: bool) -> Vec<(i32, BigUint)> {
    let mut tables: Vec<Table> = vec![Table::new(); graph.len()];
    let mut waiting = vec![0_u32; graph.len()];
    for edge in graph.order.iter().flat_map(|&node| graph.edges(node)) {
        waiting[edge.to as usize] += 1;
    }
    for &node in &graph.order {
        tables[node as usize] = if ends(node) {
            vec![(graph.demand, Sums::one())]
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
    first.iter().flat_map(|(_, sums)| sums.numbers()).collect()
}

/// The rows of a state, from those of all that follow from it.
fn table(graph: &Graph, node: Node, tables: &[Table], values: bool) -> Table {
    let mut parts: Vec<(Demand, i32, &Sums)> = Vec::new();
    for &edge in graph.edges(node) {
        let flow = graph.flow(edge);
        for (spot, sums) in &tables[edge.to as usize] {
            let (from, shift) = if values { flow.source(*spot) } else { (*spot, 0) };
            parts.push((from, shift, sums));
        }
    }
    let mut spots: Vec<Demand> = parts.iter().map(|part| part.0).collect();
    spots.sort_unstable();
    spots.dedup();
    let row = |spot| {
        let parts = || parts.iter().filter(move |part| part.0 == spot);
        let low = parts().map(|(_, shift, sums)| sums.low() + shift).min().unwrap_or(0);
        let high = parts().map(|(_, shift, sums)| sums.high() + shift).max().unwrap_or(0);
        let words = parts().map(|(.., sums)| sums.words()).max().unwrap_or(1);
        let mut all = Sums::none(low, high, words);
        parts().for_each(|(_, shift, sums)| all.add(sums, *shift));
        all.settle();
        (spot, all)
    };
    spots.into_iter().map(row).collect()
}
