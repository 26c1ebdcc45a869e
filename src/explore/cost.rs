//! What it costs to go on from each state to an end: fewest preemptions, then fewest steps.
//!
//! As in [`count`](super::count) there is a row for the cells that the final value may come from,
//! but it is a row of costs. There is one for each worker that may have taken the last step, since
//! that worker decides whether a step of another worker is a preemption.
//!
//! The rows of all states may not fit into memory. So they are computed in blocks, and of each
//! block only those rows are kept that the next block needs. To follow a schedule, the blocks are
//! computed again, the last first (as in Griewank 1992).

use std::mem::take;

use hashbrown::HashMap;

use super::budget::Budget;
use super::cost_row::{Cost, Head, Rows, RowsOf, lay_out};
use super::count::uses;
use super::graph::{Cut, Edge, Graph, Label, Node};

/// What is asked.
#[derive(Clone, Copy)]
pub(super) struct Question<'q> {
    pub(super) graph: &'q Graph,
    pub(super) workers: usize,
    /// For each final value, or for all in one.
    pub(super) values: bool,
    pub(super) ends: &'q dyn Fn(Node) -> bool,
}

impl Question<'_> {
    fn no_rows<C: Cost>(self) -> Rows<C> {
        Rows::new(self.workers, (!self.values).then_some(self.graph.sources))
    }
}

/// Rows that the states of later blocks need.
struct Kept<C> {
    rows: Rows<C>,
    at: HashMap<Node, usize>,
}

/// The costs of all paths to an end.
pub(super) struct Costs<'q, C> {
    pub(super) question: Question<'q>,
    /// Steps are counted below, preemptions above this bit.
    shift: u32,
    /// Where each state is in the order of the graph.
    position: Vec<u32>,
    /// The first state of the current block.
    start: usize,
    block: Rows<C>,
    /// For each block, where it begins, and the rows that it needs; the last is the current block.
    kept: Vec<(usize, Kept<C>)>,
    /// Where there are cycles: the costs of the pass before.
    before: Option<Rows<C>>,
    /// The rows of the current state.
    heads: Vec<Head>,
    costs: Vec<C>,
}

impl<'q, C: Cost> Costs<'q, C> {
    pub(super) fn new(
        question: Question<'q>,
        shift: u32,
        budget: &mut Budget<'_>,
    ) -> Result<Self, Cut> {
        let graph = question.graph;
        let mut position = vec![u32::MAX; graph.len()];
        for (at, &node) in (0..).zip(&graph.order) {
            position[node as usize] = at;
        }
        let kept = vec![(0, Kept { rows: question.no_rows(), at: HashMap::new() })];
        let (block, heads, costs) = (question.no_rows(), Vec::new(), Vec::new());
        let (start, before) = (0, None);
        let mut costs =
            Self { question, shift, position, start, block, kept, before, heads, costs };
        if graph.cyclic {
            costs.repeat(budget)?;
        } else {
            costs.compute(budget)?;
        }
        Ok(costs)
    }

    /// Where there are cycles, costs fall a finite number of times.
    fn repeat(&mut self, budget: &mut Budget<'_>) -> Result<(), Cut> {
        let states = self.question.graph.order.len();
        loop {
            self.add_block(states, usize::MAX, budget)?;
            if self.before.as_ref().is_some_and(|before| before.same(&self.block)) {
                return Ok(());
            }
            let empty = self.question.no_rows();
            self.before = Some(std::mem::replace(&mut self.block, empty));
        }
    }

    fn compute(&mut self, budget: &mut Budget<'_>) -> Result<(), Cut> {
        let states = self.question.graph.order.len();
        let most = budget.left() / 6;
        let mut uses = Vec::new();
        let mut before = 0;
        self.add_block(states, most, budget)?;
        while self.start + self.block.len() < states {
            if uses.is_empty() {
                uses = self::uses(self.question.graph);
            }
            let end = self.start + self.block.len();
            for &node in &self.question.graph.order[before..end] {
                for &to in self.question.graph.successors(node) {
                    uses[to as usize] -= 1;
                }
            }
            before = end;
            let kept = self.keep(end, &uses);
            self.kept.push((end, kept));
            (self.start, self.block) = (end, self.question.no_rows());
            self.add_block(states, most, budget)?;
        }
        Ok(())
    }

    /// The rows that the states from `end` on need.
    fn keep(&self, end: usize, uses: &[u32]) -> Kept<C> {
        let mut kept = Kept { rows: self.question.no_rows(), at: HashMap::new() };
        let old = self.kept.last().into_iter().flat_map(|(_, kept)| kept.at.keys());
        let nodes = self.question.graph.order[self.start..end].iter().chain(old);
        for &node in nodes.filter(|&&node| uses[node as usize] > 0) {
            if let Some(rows) = self.rows(node) {
                kept.at.insert(node, kept.rows.len());
                kept.rows.push(rows.heads, rows.costs);
            }
        }
        kept
    }

    /// Adds states to the block, until `end` or so many bytes are reached.
    fn add_block(&mut self, end: usize, most: usize, budget: &mut Budget<'_>) -> Result<(), Cut> {
        let of_kept: usize = self.kept.iter().map(|(_, kept)| kept.rows.bytes()).sum();
        let of_before = self.before.as_ref().map_or(0, Rows::bytes);
        let others = of_kept + of_before + 8 * self.question.graph.len();
        // Counting has fragmented the memory: see `count::by_value`.
        let times = if self.question.values { 2 } else { 1 };
        for at in self.start..end {
            if at.is_multiple_of(64) {
                if budget.is_interrupted_later() {
                    return Err(Cut::Interrupted);
                }
                if self.block.bytes() > most || self.block.is_full() {
                    return Ok(());
                }
                if budget.exceeded_by(times * (others + self.block.bytes())) {
                    return Err(Cut::Memory);
                }
            }
            self.add(self.question.graph.order[at]);
        }
        Ok(())
    }

    /// Goes to the block before the current one; false if there is none.
    pub(super) fn previous_block(&mut self, budget: &mut Budget<'_>) -> Result<bool, Cut> {
        if self.kept.len() < 2 {
            return Ok(false);
        }
        let end = self.start;
        self.kept.pop();
        self.start = self.kept.last().map_or(0, |(start, _)| *start);
        self.block = self.question.no_rows();
        self.add_block(end, usize::MAX, budget)?;
        Ok(true)
    }

    /// Whether the rows of a state are in an earlier block.
    pub(super) fn is_earlier(&self, node: Node) -> bool {
        (self.position[node as usize] as usize) < self.start
    }

    /// The rows of a state, as far as they are known.
    pub(super) fn rows(&self, node: Node) -> Option<RowsOf<'_, C>> {
        let at = self.position[node as usize] as usize;
        match at.checked_sub(self.start) {
            Some(at) if at < self.block.len() => Some(self.block.of(at)),
            _ => self.elsewhere(node, at),
        }
    }

    /// The rows of a state that is not in the current block.
    fn elsewhere(&self, node: Node, at: usize) -> Option<RowsOf<'_, C>> {
        if let Some(before) = self.before.as_ref() {
            return (at < before.len()).then(|| before.of(at));
        }
        let (_, kept) = self.kept.last()?;
        kept.at.get(&node).map(|&at| kept.rows.of(at))
    }

    /// Computes the rows of the next state of the block.
    fn add(&mut self, node: Node) {
        let Question { graph, workers, values, .. } = self.question;
        let (mut heads, mut costs) = (take(&mut self.heads), take(&mut self.costs));
        heads.clear();
        costs.clear();
        let is_end = (self.question.ends)(node);
        match is_end || !values {
            true => heads.push(Head::new(graph.sources, 0, 1)),
            false => self.heads_of(node, &mut heads),
        }
        let all = lay_out(&mut heads, workers);
        costs.resize(all, if is_end { C::ZERO } else { C::IMPOSSIBLE });
        for edge in graph.edges(node).filter(|_| !is_end) {
            let Some(rows) = self.rows(edge.to) else { continue };
            for row in rows.heads {
                let (cells, shift) = self.source(edge.label, row);
                let Some(head) = heads.iter().find(|head| head.cells == cells) else { continue };
                for last in 0..workers {
                    let (cost, then) = self.cost(node, edge, last);
                    let to = costs[head.range(last, row.low + shift)].iter_mut();
                    for (best, rest) in to.zip(rows.costs(row, then)) {
                        *best = (*best).min(*rest + cost);
                    }
                }
            }
        }
        self.block.push(&heads, &costs);
        (self.heads, self.costs) = (heads, costs);
    }

    /// Which rows a state has.
    fn heads_of(&self, node: Node, heads: &mut Vec<Head>) {
        for edge in self.question.graph.edges(node) {
            for head in self.rows(edge.to).into_iter().flat_map(|rows| rows.heads) {
                let (cells, shift) = self.source(edge.label, head);
                let (low, high) = (head.low + shift, head.high() + shift);
                match heads.iter_mut().find(|known| known.cells == cells) {
                    Some(known) => {
                        *known = Head::new(cells, low.min(known.low), high.max(known.high()));
                    }
                    None => heads.push(Head::new(cells, low, high)),
                }
            }
        }
    }

    /// Where the final value was before a step that it comes from `head` after it.
    pub(super) fn source(&self, label: &Label, head: &Head) -> (super::dataflow::Sources, i32) {
        if self.question.values { label.source(head.cells) } else { (head.cells, 0) }
    }

    /// What the step costs after a step of `last`, and the worker that is the last one after it.
    pub(super) fn cost(&self, node: Node, edge: Edge<'_>, last: usize) -> (C, usize) {
        let worker = edge.label.worker();
        if edge.label.drain {
            return (C::of(false, self.shift), edge.label.after(last));
        }
        let preemption = last != worker && self.question.graph.enabled(node, last);
        (C::of(preemption, self.shift), edge.label.after(worker))
    }

    /// The cost of a step without a preemption.
    pub(super) fn step(&self) -> C {
        C::of(false, self.shift)
    }

    pub(super) fn preemptions(&self, cost: C) -> u32 {
        cost.preemptions(self.shift)
    }
}
