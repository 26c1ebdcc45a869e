//! Where values go when a step is taken.
//!
//! A strategy cannot look into a value, so no step depends on values. A step only moves values
//! between *cells*: the memory, what a worker has read, the entries of a store buffer. So values
//! can be followed apart from the states of the workers. This makes the explorer fast: see
//! [`count`](super::count).

use super::model::MOST_READS;

/// Entries that a store buffer holds.
pub(super) const BUFFER: usize = 8;

/// A place that holds a value of the resource.
pub(super) type Cell = u8;

/// The most copies of a resource that are kept apart.
pub const MOST_COPIES: usize = 8;
const NOWHERE: Cell = Cell::MAX;
const PER_WORKER: usize = MOST_READS as usize + BUFFER;
/// The most workers whose cells can be told apart, which is the most that can be explored.
pub const MOST_WORKERS: usize = 8;

/// A copy of the resource itself.
pub(super) const fn memory(copy: usize) -> Cell {
    copy as Cell
}

/// Where the final value comes from, which is the sum of all copies: a cell for each, a byte each.
pub(super) type Sources = u64;

/// Marks a copy that does not exist.
const NO_COPY: Cell = Cell::MAX - 1;

/// No cell at all.
pub(super) const NO_SOURCE: Sources = Sources::from_le_bytes([NO_COPY; MOST_COPIES]);

/// What the copies hold themselves.
pub(super) fn sources(copies: u64) -> Sources {
    let mut cells = [NO_COPY; MOST_COPIES];
    for (copy, cell) in
        cells.iter_mut().take(usize::try_from(copies).unwrap_or(MOST_COPIES)).enumerate()
    {
        *cell = memory(copy);
    }
    Sources::from_le_bytes(cells)
}

/// How many cells there are with so many workers.
pub(super) const fn cells(workers: usize) -> usize {
    MOST_COPIES + workers * PER_WORKER
}

/// What the `read`-th read of worker `worker`'s section returned.
pub(super) const fn seen(worker: usize, read: u8) -> Cell {
    (MOST_COPIES + worker * PER_WORKER + read as usize) as Cell
}

/// The `entry`-th entry of worker `worker`'s store buffer.
pub(super) const fn stored(worker: usize, entry: usize) -> Cell {
    (MOST_COPIES + worker * PER_WORKER + MOST_READS as usize + entry) as Cell
}

/// What one step does to the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Transfer {
    /// The cell that is written, from `from`.
    to: Cell,
    from: Cell,
    /// Updates that are added to the value.
    pub(super) increments: u8,
    pub(super) decrements: u8,
    /// The worker (from 1) whose store buffer loses its oldest entry.
    drained: u8,
}

impl Transfer {
    /// No value moves.
    pub(super) const NONE: Self =
        Self { to: NOWHERE, from: NOWHERE, increments: 0, decrements: 0, drained: 0 };

    pub(super) const fn new(to: Cell, from: Cell) -> Self {
        Self { to, from, ..Self::NONE }
    }

    pub(super) const fn plus(self, increments: u8, decrements: u8) -> Self {
        Self { increments, decrements, ..self }
    }

    pub(super) const fn draining(self, worker: usize) -> Self {
        Self { drained: worker as u8 + 1, ..self }
    }

    /// Which read of `worker`'s section it is, if it is one.
    pub(super) fn reads(self, worker: usize) -> Option<u8> {
        let own = seen(worker, 0)..stored(worker, 0);
        own.contains(&self.to).then(|| self.to - own.start)
    }

    /// For a write of the resource: the read of `worker`'s section that the value comes from, if
    /// any; and whether it goes to memory at once, and not to a store buffer.
    pub(super) fn writes(self, worker: usize) -> Option<(Option<u8>, bool)> {
        let own = seen(worker, 0)..stored(worker, 0);
        let buffer = stored(worker, 0)..stored(worker, BUFFER);
        let from = own.contains(&self.from).then(|| self.from - own.start);
        let in_memory = usize::from(self.to) < MOST_COPIES;
        (in_memory || buffer.contains(&self.to)).then_some((from, in_memory))
    }

    /// The cell that is written, if one is.
    pub(super) fn to(self) -> Option<Cell> {
        (self.to != NOWHERE).then_some(self.to)
    }

    /// For a read by `worker`: the cells from which and to which it reads.
    pub(super) fn read_by(self, worker: usize) -> Option<(Cell, Cell)> {
        self.reads(worker).map(|_| (self.from, self.to))
    }

    /// Whether the step changes the resource in memory, and not in a store buffer.
    pub(super) fn adds_in_memory(self) -> bool {
        self.to == self.from && self.to != NOWHERE
    }

    /// Whether a store buffer loses its oldest entry.
    pub(super) fn drains(self) -> bool {
        self.drained > 0
    }

    /// What the step adds to the value that it writes.
    pub(super) fn shift(self) -> i32 {
        i32::from(self.increments) - i32::from(self.decrements)
    }

    /// Where the values were before the step that are in these cells after it, and what was added
    /// to them.
    pub(super) fn source(self, after: Sources) -> (Sources, i32) {
        if self.to == NOWHERE && self.drained == 0 {
            return (after, 0);
        }
        let mut all = 0;
        let cells = after.to_le_bytes().map(|cell| {
            let (from, shift) = self.source_of(cell);
            all += shift;
            from
        });
        (Sources::from_le_bytes(cells), all)
    }

    fn source_of(self, cell: Cell) -> (Cell, i32) {
        if cell == self.to {
            return (self.from, self.shift());
        }
        if self.drained > 0 {
            let worker = usize::from(self.drained) - 1;
            if (stored(worker, 0)..stored(worker, BUFFER)).contains(&cell) {
                return (cell + 1, 0);
            }
        }
        (cell, 0)
    }

    /// Moves actual values.
    pub(super) fn apply<V: Copy + Default>(
        self,
        values: &mut [V],
        add: impl FnOnce(V, u8, u8) -> V,
    ) {
        if self.to != NOWHERE {
            let value = add(values[usize::from(self.from)], self.increments, self.decrements);
            values[usize::from(self.to)] = value;
        }
        if self.drained > 0 {
            let worker = usize::from(self.drained) - 1;
            let entries = usize::from(stored(worker, 0))..usize::from(stored(worker, BUFFER));
            values[entries.clone()].rotate_left(1);
            values[entries.end - 1] = V::default();
        }
    }
}

/// The cells of the same things when workers are exchanged.
pub(super) fn exchange(cells: Sources, to: impl Fn(usize) -> usize) -> Sources {
    let cells = cells.to_le_bytes().map(|cell| {
        let of_worker = usize::from(cell).checked_sub(MOST_COPIES);
        match of_worker.filter(|_| cell < NO_COPY) {
            Some(of) => seen(to(of / PER_WORKER), 0) + (of % PER_WORKER) as Cell,
            None => cell,
        }
    });
    Sources::from_le_bytes(cells)
}
