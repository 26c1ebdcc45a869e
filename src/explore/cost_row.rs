//! Rows of costs: what it takes to go on from a state to an end, for each final value.

use std::ops::{Add, Sub};

use super::dataflow::Sources;
use super::store::reserve;

/// What it costs to go on. Where all paths from a state have the same number of steps, only
/// preemptions are counted, in 16 bits.
pub(super) trait Cost: Copy + Ord + Add<Output = Self> + Sub<Output = Self> {
    /// There is no path, or one that costs more: with the cost of a step it does not overflow.
    const IMPOSSIBLE: Self;
    const ZERO: Self;
    /// From steps and preemptions; each preemption is a step as well.
    fn of(preemption: bool, shift: u32) -> Self;
    /// The preemptions in it.
    fn preemptions(self, shift: u32) -> u32;
}

impl Cost for u16 {
    const IMPOSSIBLE: Self = Self::MAX / 2;
    const ZERO: Self = 0;
    fn of(preemption: bool, _: u32) -> Self {
        preemption.into()
    }
    fn preemptions(self, _: u32) -> u32 {
        self.into()
    }
}

impl Cost for u32 {
    const IMPOSSIBLE: Self = Self::MAX / 2;
    const ZERO: Self = 0;
    fn of(preemption: bool, shift: u32) -> Self {
        1 + (Self::from(preemption) << shift)
    }
    fn preemptions(self, shift: u32) -> u32 {
        self >> shift
    }
}

/// Which values a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// Where the final value comes from.
    pub(super) cells: Sources,
    /// What is added to it at least.
    pub(super) low: i32,
    pub(super) len: u32,
    /// Where its costs begin among the costs of the state: `len` of them for each worker that may
    /// have taken the last step.
    at: u32,
}

impl Head {
    pub(super) fn new(cells: Sources, low: i32, high: i32) -> Self {
        Self { cells, low, len: high.abs_diff(low), at: 0 }
    }

    pub(super) fn high(&self) -> i32 {
        self.low.saturating_add_unsigned(self.len)
    }
}

/// The rows of some states.
pub(super) struct Rows<C> {
    workers: usize,
    /// Where no values are asked for, the one row that every state has.
    only: Option<Head>,
    /// Where the rows of each state begin, and their costs.
    firsts: Vec<(u32, u32)>,
    heads: Vec<Head>,
    costs: Vec<C>,
}

/// The rows of a state.
#[derive(Clone, Copy)]
pub(super) struct RowsOf<'r, C> {
    pub(super) heads: &'r [Head],
    pub(super) costs: &'r [C],
}

impl<C: Cost> Rows<C> {
    /// With `only`, each state has one row, for one value, that comes from these cells.
    pub(super) fn new(workers: usize, only: Option<Sources>) -> Self {
        let only = only.map(|cells| Head::new(cells, 0, 1));
        Self { workers, only, firsts: vec![(0, 0)], heads: Vec::new(), costs: Vec::new() }
    }

    /// How many states there are.
    pub(super) fn len(&self) -> usize {
        match self.only {
            Some(_) => self.costs.len() / self.workers,
            None => self.firsts.len() - 1,
        }
    }

    pub(super) fn bytes(&self) -> usize {
        8 * self.firsts.capacity()
            + size_of::<Head>() * self.heads.capacity()
            + size_of::<C>() * self.costs.capacity()
    }

    /// Whether the offsets are used up.
    pub(super) fn is_full(&self) -> bool {
        self.costs.len() > 1 << 31 || self.heads.len() > 1 << 31
    }

    /// The rows of a state.
    pub(super) fn of(&self, state: usize) -> RowsOf<'_, C> {
        if let Some(only) = &self.only {
            let costs = &self.costs[state * self.workers..][..self.workers];
            return RowsOf { heads: std::slice::from_ref(only), costs };
        }
        let (from, to) = (self.firsts[state], self.firsts[state + 1]);
        let heads = &self.heads[from.0 as usize..to.0 as usize];
        RowsOf { heads, costs: &self.costs[from.1 as usize..to.1 as usize] }
    }

    /// Adds a state with these rows and costs.
    pub(super) fn push(&mut self, heads: &[Head], costs: &[C]) {
        reserve(&mut self.costs, costs.len());
        self.costs.extend_from_slice(costs);
        if self.only.is_some() {
            return;
        }
        reserve(&mut self.firsts, 1);
        reserve(&mut self.heads, heads.len());
        self.heads.extend_from_slice(heads);
        self.firsts.push((self.heads.len() as u32, self.costs.len() as u32));
    }

    /// Whether it has the same rows.
    pub(super) fn same(&self, other: &Self) -> bool {
        self.firsts == other.firsts && self.heads == other.heads && self.costs == other.costs
    }
}

/// Gives each row its place among so many costs, and says how many there are.
pub(super) fn lay_out(heads: &mut [Head], workers: usize) -> usize {
    let mut all = 0;
    for head in heads {
        head.at = all as u32;
        all += head.len as usize * workers;
    }
    all
}

impl<'r, C: Cost> RowsOf<'r, C> {
    /// The costs of a row, if `last` took the last step.
    pub(super) fn costs(self, head: &Head, last: usize) -> &'r [C] {
        &self.costs[head.range(last, head.low)]
    }

    pub(super) fn cost(self, head: &Head, last: usize, value: i32) -> C {
        let at = usize::try_from(i64::from(value) - i64::from(head.low)).ok();
        let costs = self.costs(head, last);
        at.and_then(|at| costs.get(at)).copied().unwrap_or(C::IMPOSSIBLE)
    }
}

impl Head {
    /// Where in its costs those begin for `last` and for values from `value` on; and the end.
    pub(super) fn range(&self, last: usize, value: i32) -> std::ops::Range<usize> {
        let from = self.at as usize + last * self.len as usize;
        let skip = usize::try_from(value - self.low).unwrap_or(0);
        from + skip..from + self.len as usize
    }
}
