//! How likely each end is: chances are followed forward through the raw states, one component after
//! the other. Within a component, how often each state is visited on average is the solution of
//! linear equations, found by Gaussian elimination.

use std::collections::BTreeMap;

use num_bigint::BigInt;

use super::component::{Component, Components};
use super::graph::{Graph, Status};

/// The most equations.
const MOST: usize = 40;

/// How a run of the chain ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum End {
    Value(i64),
    Deadlock,
    Livelock,
    Fault,
}

pub(in super::super) type Chances = BTreeMap<End, Fraction>;

/// `None` if too many states depend on each other.
pub(super) fn chances(graph: &Graph, components: &Components) -> Option<Chances> {
    let mut chances = Chances::new();
    let mut inflow = vec![Fraction::new(0, 1); graph.nodes.len()];
    inflow[0] = Fraction::new(1, 1);
    // A component is numbered after all that can be reached from it.
    for component in components.all.iter().rev() {
        let nodes = &component.nodes;
        let inside = |to: &usize| nodes.contains(to);
        let leaves = |&&node: &&usize| {
            graph.nodes[node].edges.iter().any(|edge| !inside(&edge.to)) || faults(graph, node) > 0
        };
        if nodes.iter().find(leaves).is_none() {
            let all = nodes.iter().fold(Fraction::new(0, 1), |all, &node| all.plus(&inflow[node]));
            add(&mut chances, end(graph, component), &all);
            continue;
        }
        let visits = visits(graph, nodes, &inflow)?;
        for (&node, visits) in nodes.iter().zip(&visits) {
            let each = visits.over(&choices(graph, node));
            for edge in graph.nodes[node].edges.iter().filter(|edge| !inside(&edge.to)) {
                inflow[edge.to] = inflow[edge.to].plus(&each);
            }
            (0..faults(graph, node)).for_each(|_| add(&mut chances, End::Fault, &each));
        }
    }
    chances.retain(|_, chance| *chance != Fraction::new(0, 1));
    let all = chances.values().fold(Fraction::new(0, 1), |all, chance| all.plus(chance));
    assert_eq!(all, Fraction::new(1, 1), "every run ends in one of these ways");
    Some(chances)
}

fn add(chances: &mut Chances, end: End, chance: &Fraction) {
    let all = chances.entry(end).or_insert(Fraction::new(0, 1));
    *all = all.plus(chance);
}

fn end(graph: &Graph, component: &Component) -> End {
    match graph.nodes[component.nodes[0]].end {
        Some((value, _)) => End::Value(value),
        None if component.changes => End::Livelock,
        None => End::Deadlock,
    }
}

fn faults(graph: &Graph, node: usize) -> usize {
    graph.nodes[node].status.iter().filter(|status| **status == Status::Fault).count()
}

fn choices(graph: &Graph, node: usize) -> Fraction {
    Fraction::new((graph.nodes[node].edges.len() + faults(graph, node)) as i64, 1)
}

/// How often each of these states is visited on average, where runs come in by `inflow`.
fn visits(graph: &Graph, nodes: &[usize], inflow: &[Fraction]) -> Option<Vec<Fraction>> {
    if nodes.len() > MOST {
        return None;
    }
    // visits(to) = inflow(to) + the sum over steps to it of visits(from) / choices(from)
    let size = nodes.len();
    let mut rows = vec![vec![Fraction::new(0, 1); size + 1]; size];
    for (column, &from) in nodes.iter().enumerate() {
        rows[column][column] = Fraction::new(1, 1);
        rows[column][size] = inflow[from].clone();
    }
    for (column, &from) in nodes.iter().enumerate() {
        let each = Fraction::new(-1, 1).over(&choices(graph, from));
        for edge in &graph.nodes[from].edges {
            if let Some(row) = nodes.iter().position(|&node| node == edge.to) {
                rows[row][column] = rows[row][column].plus(&each);
            }
        }
    }
    let zero = Fraction::new(0, 1);
    for at in 0..size {
        let pivot = (at..size).find(|&row| rows[row][at] != zero).expect("there is one solution");
        rows.swap(at, pivot);
        let pivot = rows[at].clone();
        for row in (0..size).filter(|&row| row != at) {
            let factor = rows[row][at].over(&pivot[at]).times(&Fraction::new(-1, 1));
            if factor != zero {
                for column in at..=size {
                    rows[row][column] = rows[row][column].plus(&pivot[column].times(&factor));
                }
            }
        }
    }
    Some((0..size).map(|at| rows[at][size].over(&rows[at][at])).collect())
}

/// A fraction in lowest terms, with a denominator above 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Fraction(BigInt, BigInt);

impl Fraction {
    pub(in super::super) fn new(part: i64, whole: i64) -> Self {
        Self::reduced(part.into(), whole.into())
    }

    fn reduced(part: BigInt, whole: BigInt) -> Self {
        let (mut common, mut rest) = (part.clone(), whole.clone());
        while rest != BigInt::ZERO {
            (common, rest) = (rest.clone(), common % rest);
        }
        if (common < BigInt::ZERO) != (whole < BigInt::ZERO) {
            common = -common;
        }
        Self(part / &common, whole / common)
    }

    fn plus(&self, other: &Self) -> Self {
        if self.0 == BigInt::ZERO {
            return other.clone();
        }
        Self::reduced(&self.0 * &other.1 + &other.0 * &self.1, &self.1 * &other.1)
    }

    fn times(&self, other: &Self) -> Self {
        Self::reduced(&self.0 * &other.0, &self.1 * &other.1)
    }

    fn over(&self, other: &Self) -> Self {
        Self::reduced(&self.0 * &other.1, &self.1 * &other.0)
    }
}

impl std::fmt::Display for Fraction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.0, self.1)
    }
}
