//! Rows of costs: what it takes to go on from a state to an end, for each final value.

use super::dataflow::Sources;
use super::store::reserve;

/// What it costs to go on. Where all ways from a state have the same number of steps, preemptions
/// alone are counted, in 16 bits.
pub(super) trait Cost: Copy + Ord + 'static {
    /// There is no way.
    const IMPOSSIBLE: Self;
    /// Nothing.
    const ZERO: Self;
    /// The sum; a way that costs too much is taken for none.
    fn plus(self, other: Self) -> Self;
    /// What is left of it.
    fn minus(self, other: Self) -> Option<Self>;
    /// From steps and preemptions, of which each is a step as well.
    fn of(preemption: bool, shift: u32) -> Self;
    /// The preemptions in it.
    fn preemptions(self, shift: u32) -> u32;
}

impl Cost for u16 {
    const IMPOSSIBLE: Self = Self::MAX;
    const ZERO: Self = 0;
    fn plus(self, other: Self) -> Self {
        self.saturating_add(other)
    }
    fn minus(self, other: Self) -> Option<Self> {
        self.checked_sub(other)
    }
    fn of(preemption: bool, _: u32) -> Self {
        preemption.into()
    }
    fn preemptions(self, _: u32) -> u32 {
        self.into()
    }
}

impl Cost for u32 {
    const IMPOSSIBLE: Self = Self::MAX;
    const ZERO: Self = 0;
    fn plus(self, other: Self) -> Self {
        self.saturating_add(other)
    }
    fn minus(self, other: Self) -> Option<Self> {
        self.checked_sub(other)
    }
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
    /// The first cost: for each worker that may have gone last, there are `len` of them.
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
    /// Where the rows of each state begin.
    firsts: Vec<u32>,
    heads: Vec<Head>,
    costs: Vec<C>,
}

/// The same, to be read.
#[derive(Clone, Copy)]
pub(super) struct RowsOf<'r, C> {
    heads: &'r [Head],
    costs: &'r [C],
}

impl<C: Cost> Rows<C> {
    pub(super) fn new(workers: usize) -> Self {
        Self { workers, firsts: vec![0], heads: Vec::new(), costs: Vec::new() }
    }

    /// How many states there are.
    pub(super) fn len(&self) -> usize {
        self.firsts.len() - 1
    }

    pub(super) fn bytes(&self) -> usize {
        4 * self.firsts.capacity()
            + size_of::<Head>() * self.heads.capacity()
            + size_of::<C>() * self.costs.capacity()
    }

    /// Whether the offsets still have room for so many bytes of costs.
    pub(super) fn is_full(&self) -> bool {
        self.costs.len() > 1 << 31 || self.heads.len() > 1 << 31
    }

    /// The rows of a state.
    pub(super) fn of(&self, state: usize) -> RowsOf<'_, C> {
        let heads = &self.heads[self.firsts[state] as usize..self.firsts[state + 1] as usize];
        RowsOf { heads, costs: &self.costs }
    }

    /// Adds a state with these rows, in which all is impossible.
    pub(super) fn push(&mut self, heads: &[Head]) {
        reserve(&mut self.firsts, 1);
        reserve(&mut self.heads, heads.len());
        for head in heads {
            #[allow(clippy::cast_possible_truncation, reason = "see `is_full`")]
            let at = self.costs.len() as u32;
            self.heads.push(Head { at, ..*head });
            let more = head.len as usize * self.workers;
            reserve(&mut self.costs, more);
            self.costs.resize(self.costs.len() + more, C::IMPOSSIBLE);
        }
        #[allow(clippy::cast_possible_truncation, reason = "see `is_full`")]
        self.firsts.push(self.heads.len() as u32);
    }

    /// Adds a state with the rows that it has elsewhere.
    pub(super) fn copy(&mut self, from: RowsOf<'_, C>) {
        self.push(from.heads);
        let (_, new, costs) = self.split_last();
        for (to, head) in new.iter().zip(from.heads) {
            let len = (costs.len() - to.at as usize).min(from.costs.len() - head.at as usize);
            costs[to.at as usize..][..len].copy_from_slice(&from.costs[head.at as usize..][..len]);
        }
    }

    /// The rows of the state that was added last, from which those before can still be read. The
    /// heads say where in the costs each row begins.
    pub(super) fn split_last(&mut self) -> (Before<'_, C>, Vec<Head>, &mut [C]) {
        let Self { firsts, heads, costs, .. } = self;
        let from = firsts[firsts.len() - 2] as usize;
        let at = heads.get(from).map_or(costs.len(), |head| head.at as usize);
        let (before, costs) = costs.split_at_mut(at);
        #[allow(clippy::cast_possible_truncation, reason = "see `is_full`")]
        let new = heads[from..].iter().map(|head| Head { at: head.at - at as u32, ..*head });
        (Before { firsts, heads, costs: before }, new.collect(), costs)
    }

    /// Whether it has the same rows.
    pub(super) fn same(&self, other: &Self) -> bool {
        self.firsts == other.firsts && self.heads == other.heads && self.costs == other.costs
    }
}

/// The rows before those of the state that was added last.
#[derive(Clone, Copy)]
pub(super) struct Before<'r, C> {
    firsts: &'r [u32],
    heads: &'r [Head],
    costs: &'r [C],
}

impl<'r, C> Before<'r, C> {
    pub(super) fn of(self, state: usize) -> RowsOf<'r, C> {
        let heads = &self.heads[self.firsts[state] as usize..self.firsts[state + 1] as usize];
        RowsOf { heads, costs: self.costs }
    }
}

impl<'r, C: Cost> RowsOf<'r, C> {
    pub(super) fn heads(self) -> &'r [Head] {
        self.heads
    }

    /// The costs of a row, if `last` has gone last.
    pub(super) fn costs(self, head: &Head, last: usize) -> &'r [C] {
        &self.costs[head.at as usize + last * head.len as usize..][..head.len as usize]
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
