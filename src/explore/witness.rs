//! The cheapest schedule for each value: fewest preemptions, then fewest steps, then the lower
//! worker first.
//!
//! As in [`count`](super::count) there is a row for each cell that the final value may come from;
//! but of costs, and, since who went last decides whether going on with another worker is a
//! preemption, for each worker that may have gone last.

use super::dataflow::Sources;
use super::graph::{Edge, Graph, Node, START};
use crate::machine::{Schedule, Turn};

/// Preemptions above, steps below: the smaller is the better.
type Cost = u32;
const STEP: Cost = 1;
const PREEMPTION: Cost = 1 << 20;
const IMPOSSIBLE: Cost = 1 << 31;

/// The costs of going on so that the value of `cell`, plus each from `low` on, is the final one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    cell: Sources,
    low: i32,
    len: usize,
    /// For each worker that may have gone last, `len` costs.
    costs: Box<[Cost]>,
}

impl Row {
    fn high(&self) -> i32 {
        #[allow(clippy::cast_possible_truncation, reason = "values are as small as programs")]
        let len = self.len as i32;
        self.low + len
    }

    fn of(&self, last: usize) -> &[Cost] {
        &self.costs[last * self.len..][..self.len]
    }

    fn cost(&self, last: usize, value: i32) -> Cost {
        let at = usize::try_from(value - self.low).ok();
        at.and_then(|at| self.of(last).get(at)).copied().unwrap_or(IMPOSSIBLE)
    }
}

/// The costs of all ways to an end.
pub(super) struct Costs<'g> {
    graph: &'g Graph,
    workers: usize,
    values: bool,
    /// No value can be outside; asked for where there are cycles only.
    range: (i32, i32),
    rows: Vec<Box<[Row]>>,
}

/// The cheapest schedule for one value.
#[derive(Clone, Debug)]
pub(super) struct Witness {
    pub(super) value: i32,
    pub(super) preemptions: u32,
    pub(super) schedule: Schedule,
    /// The state that it ends in.
    pub(super) end: Node,
}

impl<'g> Costs<'g> {
    /// Of reaching a state where `ends` holds; for each final value, or (without `values`) for all
    /// in one.
    pub(super) fn new(
        graph: &'g Graph,
        workers: usize,
        range: (i32, i32),
        values: bool,
        ends: &dyn Fn(Node) -> bool,
    ) -> Self {
        let rows = vec![Box::default(); graph.len()];
        let mut costs = Self { graph, workers, values, range, rows };
        // Where there are cycles, costs may fall again; they do so a finite number of times.
        while costs.sweep(ends) && graph.cyclic {}
        costs
    }

    /// Looks at all states once, and says whether any costs have changed.
    fn sweep(&mut self, ends: &dyn Fn(Node) -> bool) -> bool {
        let mut changed = false;
        for &node in &self.graph.order {
            let rows = if ends(node) {
                let costs = vec![0; self.workers].into();
                Box::new([Row { cell: self.graph.sources, low: 0, len: 1, costs }])
            } else {
                self.rows_of(node)
            };
            changed |= self.graph.cyclic && rows != self.rows[node as usize];
            self.rows[node as usize] = rows;
        }
        changed
    }

    fn source(&self, edge: Edge, cell: Sources) -> (Sources, i32) {
        if self.values { self.graph.transfer(edge).source(cell) } else { (cell, 0) }
    }

    fn rows_of(&self, node: Node) -> Box<[Row]> {
        let mut rows: Vec<Row> = Vec::new();
        for &edge in self.graph.edges(node) {
            for row in &self.rows[edge.to as usize] {
                let (cell, shift) = self.source(edge, row.cell);
                let (low, high) = (row.low + shift, row.high() + shift);
                match rows.iter_mut().find(|known| known.cell == cell) {
                    Some(known) => {
                        known.len = high.max(known.high()).abs_diff(low.min(known.low)) as usize;
                        known.low = low.min(known.low);
                    }
                    None => {
                        let len = high.abs_diff(low) as usize;
                        rows.push(Row { cell, low, len, costs: Box::default() });
                    }
                }
            }
        }
        for row in &mut rows {
            if self.graph.cyclic {
                row.len =
                    row.high().min(self.range.1 + 1).abs_diff(row.low.max(self.range.0)) as usize;
                row.low = row.low.max(self.range.0);
            }
            row.costs = vec![IMPOSSIBLE; row.len * self.workers].into();
        }
        for &edge in self.graph.edges(node) {
            for row in &self.rows[edge.to as usize] {
                let (cell, shift) = self.source(edge, row.cell);
                if let Some(into) = rows.iter_mut().find(|known| known.cell == cell) {
                    self.improve(node, edge, row, shift, into);
                }
            }
        }
        rows.into()
    }

    /// What the step costs after a step of `last`, and who has gone last after it.
    fn cost(&self, node: Node, edge: Edge, last: usize) -> (Cost, usize) {
        let worker = usize::from(edge.worker);
        match edge.drain {
            true => (STEP, last),
            false if last != worker && self.graph.enabled(node, last) => {
                (STEP + PREEMPTION, worker)
            }
            false => (STEP, worker),
        }
    }

    /// Enters into `into` what going on by `edge` costs.
    fn improve(&self, node: Node, edge: Edge, row: &Row, shift: i32, into: &mut Row) {
        let (len, low) = (into.len, into.low);
        for last in 0..self.workers {
            let (cost, then) = self.cost(node, edge, last);
            let into = &mut into.costs[last * len..][..len];
            let from = row.low + shift - low;
            let skip = usize::try_from(-from).unwrap_or(0);
            let into = into.get_mut(usize::try_from(from).unwrap_or(0)..).unwrap_or_default();
            for (best, more) in into.iter_mut().zip(row.of(then).iter().skip(skip)) {
                *best = (*best).min(more + cost);
            }
        }
    }

    /// The cheapest schedule for each value that can be reached.
    pub(super) fn cheapest(&self) -> Vec<Witness> {
        let Some(row) = self.rows[START as usize].iter().find(|row| row.cell == self.graph.sources)
        else {
            return Vec::new();
        };
        (row.low..row.high()).filter_map(|value| self.walk(value)).collect()
    }

    /// The cheapest schedule for one value, walked from the first state.
    pub(super) fn walk(&self, value: i32) -> Option<Witness> {
        // At the first state nobody has gone last: whoever begins, it is no preemption.
        let firsts = self.graph.edges(START).iter();
        let best = firsts.filter_map(|edge| {
            let best = self.after(&[(self.graph.sources, value)], *edge, usize::from(edge.worker));
            best.iter().map(|(.., cost)| cost + STEP).min()
        });
        let whole = match self.ends_at(START, &[(self.graph.sources, value)]) {
            true => 0,
            false => best.min().filter(|best| *best < IMPOSSIBLE)?,
        };
        let (mut node, mut last, mut left) = (START, None, whole);
        let mut wanted = vec![(self.graph.sources, value)];
        let mut turns = Vec::new();
        while left > 0 {
            let (edge, cost, then) = self.next(node, last, left, &mut wanted)?;
            turns.push(Turn { worker: usize::from(edge.worker), drain: edge.drain });
            (node, last, left) = (edge.to, Some(then), left - cost);
        }
        let schedule = turns.into_iter().collect();
        Some(Witness { value, preemptions: whole / PREEMPTION, schedule, end: node })
    }

    fn ends_at(&self, node: Node, wanted: &[(Sources, i32)]) -> bool {
        let rows = self.rows[node as usize].iter();
        { rows }.any(|row| {
            wanted.iter().any(|(cell, value)| row.cell == *cell && row.cost(0, *value) == 0)
        })
    }

    /// The first step, in the order of workers, by which as little is left as there should be.
    ///
    /// A value that is wanted may come to be in more than one cell; `wanted` keeps all of them
    /// from which the end can still be reached at this cost.
    fn next(
        &self,
        node: Node,
        last: Option<usize>,
        left: Cost,
        wanted: &mut Vec<(Sources, i32)>,
    ) -> Option<(Edge, Cost, usize)> {
        self.graph.edges(node).iter().find_map(|&edge| {
            let worker = usize::from(edge.worker);
            let (cost, then) = last.map_or((STEP, worker), |last| self.cost(node, edge, last));
            let rest = left.checked_sub(cost)?;
            let mut after = self.after(wanted, edge, then);
            after.retain(|(.., cost)| *cost == rest);
            if after.is_empty() {
                return None;
            }
            *wanted = after.into_iter().map(|(cell, value, _)| (cell, value)).collect();
            Some((edge, cost, then))
        })
    }

    /// Where the values that are wanted may be after a step, and what is left to be paid then.
    fn after(
        &self,
        wanted: &[(Sources, i32)],
        edge: Edge,
        last: usize,
    ) -> Vec<(Sources, i32, Cost)> {
        let mut after = Vec::new();
        for row in &self.rows[edge.to as usize] {
            let (from, shift) = self.source(edge, row.cell);
            for (_, value) in wanted.iter().filter(|(cell, _)| *cell == from) {
                let cost = row.cost(last, value - shift);
                if cost < IMPOSSIBLE {
                    after.push((row.cell, value - shift, cost));
                }
            }
        }
        after
    }
}
