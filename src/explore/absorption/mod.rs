//! How likely each end is, if at each step every enabled worker, and every store buffer that is not
//! empty, is as likely to go on as any other.
//!
//! The states are those of an absorbing Markov chain (Kemeny, Snell 1960). As for the
//! [count](super::count), each state has a row of numbers for the cells that the final value may
//! come from; here they are chances, and a step adds its row divided by the number of steps. All
//! numbers of a state have one denominator, its [scale](scale).
//!
//! A failed attempt is a step, so there are cycles. The states that can be reached from one another
//! depend on each other by linear equations, which are solved exactly. Where no step leads out of
//! them, they are an end: nothing changes any more in a deadlock, and something does in a livelock.

mod inverse;
mod known;
mod scale;
mod system;

use std::collections::BTreeMap;

use num_bigint::BigUint;

use self::inverse::Inverses;
use self::known::{COMPLETE, DEADLOCK, FAULT, Known, LIVELOCK, Term};
use self::scale::{ONE, Scale, Scales};
use self::system::System;
use super::budget::Budget;
use super::chance::Chance;
use super::dataflow::{NO_SOURCE, Transfer};
use super::graph::{Cut, Edge, Graph, Node, START, StateKind};
use super::scc::components;
use super::space::IDENTITY;
use super::tables::{Table, bytes, sum};

/// How likely each end is.
pub(super) struct Chances {
    by_value: Option<BTreeMap<i64, Chance>>,
    complete: Chance,
    pub(super) deadlock: Chance,
    pub(super) livelock: Chance,
    pub(super) fault: Chance,
}

impl Chances {
    /// There is no other end than to be complete.
    fn certain() -> Self {
        let [deadlock, livelock, fault] = [(); 3].map(|()| Chance::never());
        Self { by_value: None, complete: Chance::certain(), deadlock, livelock, fault }
    }

    /// Of this value; where values were not followed, of all complete ends.
    pub(super) fn value(&self, value: i64) -> Chance {
        let all = || Some(&self.complete);
        let found = self.by_value.as_ref().map_or_else(all, |by_value| by_value.get(&value));
        found.cloned().unwrap_or_else(Chance::never)
    }
}

/// All chances; `None` where too many states depend on each other. With `values`, those of each
/// value.
pub(super) fn chances(
    graph: &Graph,
    values: bool,
    budget: &mut Budget<'_>,
) -> Result<Option<Chances>, Cut> {
    let stuck = |&node| matches!(graph.kind(node), StateKind::Deadlock | StateKind::Fault);
    if !values && graph.livelocks.is_empty() && !graph.order.iter().any(stuck) {
        return Ok(Some(Chances::certain()));
    }
    let components = if graph.cyclic || graph.repeats {
        // Each component is a list, and so are the steps of a state that is being looked at.
        if budget.exceeded_by(100 * graph.len()) {
            return Err(Cut::Memory);
        }
        components(graph.len(), |node| graph.all_successors(node).to_vec())
    } else {
        Vec::new()
    };
    let order: &mut dyn Iterator<Item = &[Node]> = match components.is_empty() {
        true => &mut graph.order.chunks(1),
        false => &mut components.iter().map(Vec::as_slice),
    };
    let mut pass = Pass {
        known: Known::new(graph, values),
        scales: Scales::new(),
        inverses: Inverses::default(),
    };
    let (mut done, mut last) = (0_usize, 0);
    for members in order {
        // Memory that is freed here is fragmented, as where schedules are counted.
        if budget.exceeded_by(2 * pass.bytes() + 48 * components.len()) {
            return Err(Cut::Memory);
        }
        let long = members.len() > 1 || last > 1 << 16;
        if (done.is_multiple_of(32) || long) && budget.is_interrupted_later() {
            return Err(Cut::Interrupted);
        }
        let Some(size) = pass.add(members) else { return Ok(None) };
        (done, last) = (done + 1, size);
    }
    Ok(Some(pass.result()))
}

/// One pass over all states, each after those that follow from it.
struct Pass<'g> {
    known: Known<'g>,
    scales: Scales,
    inverses: Inverses,
}

impl Pass<'_> {
    fn bytes(&self) -> usize {
        self.known.tables.bytes()
            + 4 * self.known.scale.len()
            + self.scales.bytes()
            + self.inverses.bytes()
    }

    /// Adds states that can be reached from one another, and says how large their tables are.
    fn add(&mut self, members: &[Node]) -> Option<usize> {
        let graph = self.known.graph;
        let idles = |edge: &Edge<'_>| {
            edge.label.transfer == Transfer::NONE && edge.label.exchange == IDENTITY
        };
        let solved = match *members {
            [node] if graph.all_edges(node).all(|edge| edge.to != node || idles(&edge)) => {
                vec![self.single(node)]
            }
            _ => self.solve(members)?,
        };
        let mut size = 0;
        for (&node, (table, scale)) in members.iter().zip(solved) {
            size += bytes(&table);
            self.known.tables.put(node, table);
            self.known.scale[node as usize] = scale;
        }
        members.iter().for_each(|&node| self.known.tables.used(graph.all_successors(node)));
        Some(size)
    }

    /// Of a state that depends on no other one of its component. A step that leads back to it at
    /// once makes no difference.
    fn single(&mut self, node: Node) -> (Table, Scale) {
        let Self { known, scales, .. } = self;
        let edges = || known.graph.all_edges(node).filter(|edge| edge.to != node);
        let choices = edges().count() + usize::from(known.graph.faults(node));
        if choices == 0 {
            return (known.end(&[node]), ONE);
        }
        let terms = edges().flat_map(|edge| known.terms(edge)).chain(known.faults(node));
        let terms: Vec<Term<'_>> = terms.collect();
        let common = scales.common_of(terms.iter().map(|term| term.scale));
        let scale = scales.times(common, &choices.into());
        let factors: Vec<_> = terms.iter().map(|term| scales.factor(term.scale, common)).collect();
        let parts = terms.iter().zip(&factors);
        let parts: Vec<_> =
            parts.map(|(term, times)| term.part(term.cells, times.as_deref())).collect();
        (sum(&parts, scales.words(scale)), scale)
    }

    /// Of states that depend on each other.
    fn solve(&mut self, members: &[Node]) -> Option<Vec<(Table, Scale)>> {
        let Self { known, scales, inverses } = self;
        let system = System::new(known, members)?;
        if system.terms.is_empty() {
            return Some(members.iter().map(|_| (known.end(members), ONE)).collect());
        }
        let solved = inverses.get(system.matrix(known.graph));
        let (inverse, whole) = &*solved;
        let common = scales.common_of(system.terms.iter().map(|(_, term)| term.scale));
        let scale = scales.times(common, whole);
        let words = scales.words(scale);
        let factor = |(_, term): &(usize, Term<'_>)| scales.get(common) / scales.get(term.scale);
        let factors: Vec<BigUint> = system.terms.iter().map(factor).collect();
        let mut tables = vec![Table::new(); members.len()];
        for (&(node, cells), row) in system.unknowns.iter().zip(inverse) {
            let times = system.terms.iter().zip(&factors);
            let times: Vec<_> =
                times.map(|((at, _), factor)| (factor * &row[*at]).to_u64_digits()).collect();
            let parts = system.terms.iter().zip(&times).filter(|(_, times)| !times.is_empty());
            let parts: Vec<_> =
                parts.map(|((_, term), times)| term.part(cells, Some(times))).collect();
            let member = members.iter().position(|&member| member == node)?;
            tables[member].extend(sum(&parts, words));
        }
        Some(tables.into_iter().map(|table| (table, scale)).collect())
    }

    fn result(&self) -> Chances {
        let first = self.known.tables.get(START);
        let whole = self.scales.get(self.known.scale[START as usize]);
        let (mut by_value, mut others) = (BTreeMap::new(), BTreeMap::new());
        for (cells, row) in first.into_iter().flatten() {
            let all = if *cells == NO_SOURCE { &mut others } else { &mut by_value };
            row.numbers().for_each(|(value, part)| {
                *all.entry(value).or_insert(BigUint::ZERO) += part;
            });
        }
        let chance = |part: BigUint| Chance::new(part, whole.clone());
        let [deadlock, livelock, fault, complete] = [DEADLOCK, LIVELOCK, FAULT, COMPLETE]
            .map(|end| chance(others.remove(&end).unwrap_or_default()));
        let by_value = by_value.into_iter().map(|(value, part)| (value.into(), chance(part)));
        let by_value = self.known.values.then(|| by_value.collect());
        Chances { by_value, complete, deadlock, livelock, fault }
    }
}
