//! Schedules that an exploration does not ask for, and that show more of it.

use std::collections::HashSet;

use super::super::budget::{Bounds, Watch};
use super::super::explorable::Explorable;
use super::super::graph::{Graph, Node, StateKind};
use super::super::memory::Memory;
use super::super::search::OnLoss;
use super::super::stop::Stop;
use super::super::trace::finished;
use super::super::values::Values;
use super::super::witness::cheapest;
use super::Explorer;
use crate::machine::{Program, Schedule};

/// The cheapest schedule to where more workers are inside than the strategy promises, each of which
/// has read; then each of them goes on to its end. `None` if there is none, or none was found within
/// the bounds.
pub fn crowded(
    strategy: &dyn Explorable,
    program: &Program,
    memory: Memory,
    bounds: Bounds,
    watch: Watch<'_>,
) -> Option<Schedule> {
    let most = strategy.about().promise.most_inside(program.permits)?;
    let mut explorer = Explorer::new(strategy, program, memory, bounds, watch).ok()?;
    explorer.most_inside = usize::try_from(most).ok()?;
    let graph = explorer.graph(Values::Ignored).or_else(|_| explorer.graph(Values::Exact)).ok()?;
    let crowded: HashSet<Node> = graph.crowded.iter().copied().collect();
    let way = explorer.cheapest_to(&graph, &|node| crowded.contains(&node))?;
    finished(strategy, program, memory, &way.schedule)
}

/// The cheapest schedule that ends with the value to reach, and loses updates, or does not. `None`
/// if there is none, or none was found within the bounds.
pub fn reaching(
    strategy: &dyn Explorable,
    program: &Program,
    memory: Memory,
    bounds: Bounds,
    watch: Watch<'_>,
    lossless: bool,
) -> Option<Schedule> {
    let mut explorer = Explorer::new(strategy, program, memory, bounds, watch).ok()?;
    let graph = explorer.graph(Values::Exact).ok()?;
    let kind = if lossless { StateKind::Kept } else { StateKind::Complete };
    let ends = |node| graph.kind(node) == kind;
    let target = program.planned().value();
    let all = cheapest(explorer.question(&graph, true, &ends), &mut explorer.budget).ok()?;
    all.into_iter().find(|way| i64::from(way.value) == target).map(|way| way.schedule)
}

impl Explorer<'_> {
    /// All states.
    fn graph(&mut self, values: Values) -> Result<Graph, Stop> {
        self.again_until_right(|explorer| explorer.search(values, OnLoss::Abort, false))
    }
}
