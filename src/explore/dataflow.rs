//! Where values go when a step is taken.
//!
//! Nobody can look into a value, so what workers do never depends on it; a step only moves values
//! between *spots*: the memory, what a worker has read, what waits in a store buffer. What a final
//! value is made of can therefore be followed on its own, apart from the states in which the
//! workers are. That is what makes the explorer fast: see [`count`](super::count).

use super::model::MOST_READS;

/// Entries that a store buffer holds.
pub(super) const BUFFER: usize = 8;

/// A place that holds a value of the resource.
pub(super) type Spot = u8;

/// The most copies of a resource that are kept apart.
pub const MOST_COPIES: usize = 8;
const NOWHERE: Spot = Spot::MAX;
const PER_WORKER: usize = MOST_READS as usize + BUFFER;
/// The most workers whose spots can be told apart, which is the most that can be explored.
pub const MOST_WORKERS: usize = 8;

/// A copy of the resource itself.
#[allow(clippy::cast_possible_truncation, reason = "there are fewer than 256 spots")]
pub(super) const fn memory(copy: usize) -> Spot {
    copy as Spot
}

/// Where the final value comes from, which is the sum of all copies: a spot for each, a byte each.
pub(super) type Demand = u64;

/// No copy: neither a spot nor nowhere.
const NO_COPY: Spot = Spot::MAX - 1;

/// What the copies hold themselves.
pub(super) fn demand(copies: u64) -> Demand {
    let mut spots = [NO_COPY; MOST_COPIES];
    for (copy, spot) in
        spots.iter_mut().take(usize::try_from(copies).unwrap_or(MOST_COPIES)).enumerate()
    {
        *spot = memory(copy);
    }
    Demand::from_le_bytes(spots)
}

/// How many spots there are with so many workers.
pub(super) const fn spots(workers: usize) -> usize {
    MOST_COPIES + workers * PER_WORKER
}

/// What the `read`-th read of worker `worker`'s section returned.
#[allow(clippy::cast_possible_truncation, reason = "there are fewer than 256 spots")]
pub(super) const fn seen(worker: usize, read: u8) -> Spot {
    (MOST_COPIES + worker * PER_WORKER + read as usize) as Spot
}

/// The `entry`-th entry of worker `worker`'s store buffer.
#[allow(clippy::cast_possible_truncation, reason = "there are fewer than 256 spots")]
pub(super) const fn stored(worker: usize, entry: usize) -> Spot {
    (MOST_COPIES + worker * PER_WORKER + MOST_READS as usize + entry) as Spot
}

/// What one step does to the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Flow {
    /// The spot that is written, from `from`.
    to: Spot,
    from: Spot,
    /// Updates that are added on the way.
    pub(super) increments: u8,
    pub(super) decrements: u8,
    /// The worker (from 1) whose store buffer moves up by one entry.
    drained: u8,
}

impl Flow {
    /// No value moves.
    pub(super) const NONE: Self =
        Self { to: NOWHERE, from: NOWHERE, increments: 0, decrements: 0, drained: 0 };

    pub(super) const fn new(to: Spot, from: Spot) -> Self {
        Self { to, from, ..Self::NONE }
    }

    pub(super) const fn plus(self, increments: u8, decrements: u8) -> Self {
        Self { increments, decrements, ..self }
    }

    #[allow(clippy::cast_possible_truncation, reason = "there are at most 8 workers")]
    pub(super) const fn draining(self, worker: usize) -> Self {
        Self { drained: worker as u8 + 1, ..self }
    }

    /// Which read of `worker`'s section it is, if it is one.
    pub(super) fn reads(self, worker: usize) -> Option<u8> {
        let own = seen(worker, 0)..stored(worker, 0);
        own.contains(&self.to).then(|| self.to - own.start)
    }

    /// If it writes the resource: which read of `worker`'s section the value comes from, if from
    /// one; and whether it is in memory at once, and not in a store buffer.
    pub(super) fn writes(self, worker: usize) -> Option<(Option<u8>, bool)> {
        let own = seen(worker, 0)..stored(worker, 0);
        let buffer = stored(worker, 0)..stored(worker, BUFFER);
        let from = own.contains(&self.from).then(|| self.from - own.start);
        let in_memory = usize::from(self.to) < MOST_COPIES;
        (in_memory || buffer.contains(&self.to)).then_some((from, in_memory))
    }

    /// The spot that is written, if one is.
    pub(super) fn to(self) -> Option<Spot> {
        (self.to != NOWHERE).then_some(self.to)
    }

    /// From and to which spot `worker` reads, if it does.
    pub(super) fn read_by(self, worker: usize) -> Option<(Spot, Spot)> {
        self.reads(worker).map(|_| (self.from, self.to))
    }

    /// Whether the resource is changed where it is, and not written back.
    pub(super) fn adds_in_memory(self) -> bool {
        self.to == self.from && self.to != NOWHERE
    }

    /// Whether a store buffer moves up.
    pub(super) fn drains(self) -> bool {
        self.drained > 0
    }

    /// What the step adds to the value that it writes.
    pub(super) fn shift(self) -> i32 {
        i32::from(self.increments) - i32::from(self.decrements)
    }

    /// Where the values were before the step that are in these spots after it, and what was added
    /// to them.
    pub(super) fn source(self, demand: Demand) -> (Demand, i32) {
        if self.to == NOWHERE && self.drained == 0 {
            return (demand, 0);
        }
        let mut all = 0;
        let spots = demand.to_le_bytes().map(|spot| {
            let (from, shift) = self.source_of(spot);
            all += shift;
            from
        });
        (Demand::from_le_bytes(spots), all)
    }

    fn source_of(self, spot: Spot) -> (Spot, i32) {
        if spot == self.to {
            return (self.from, self.shift());
        }
        if self.drained > 0 {
            let worker = usize::from(self.drained) - 1;
            if (stored(worker, 0)..stored(worker, BUFFER)).contains(&spot) {
                return (spot + 1, 0);
            }
        }
        (spot, 0)
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
