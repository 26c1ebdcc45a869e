//! `--trace`: a variable that says who wrote it last. Each write goes into a log, from which its
//! order among all writes, what it was computed from and what it overwrote follow, without a clock.
//!
//! The shared word holds the *identity* of the last write: its place in the log, from 1; 0 is the
//! state before the first. A read notes the identity that it found, under a number. The value that it
//! returns holds this number in its highest bits, and what a strategy adds stands below it. So each
//! value that is written says from which write it was computed, as long as the strategy has not found
//! 255 other ones since. A write is an atomic exchange, whose answer is the identity that it
//! overwrote. All accesses stay relaxed, as those of [`Variable`](super::Variable): the end of a worker
//! orders its writes before what the supervisor reads. Of a worker that has not ended, an entry may
//! be missing, which the supervisor sees.

use std::cell::Cell;
use std::io::Error;
use std::rc::Rc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use crossbeam_utils::CachePadded;

use super::Resource;
use crate::machine::{PackedTally, Program, Tally};
use crate::worker::Stop;

/// Entries of one worker, next to each other. All bits of an entry are 0 until it is written.
pub(crate) type LogLine = [AtomicU64; LINE];
const LINE: usize = 16;
/// From here on a value says which of the last [`READS`] reads it is from. Below it has 24 bits for
/// decrements, and 32 for increments.
const READ: u32 = 56;
const READS: usize = 1 << (u64::BITS - READ);
/// In an entry: the identity that was overwritten, plus 1; what the value was computed from; what
/// was added, of each kind.
const IDENTITY: u32 = 40;
const SEEN: u32 = 16;
const DECREMENTS: u32 = 8;
/// As what a value was computed from: what its write overwrites. No write has this identity.
const OVERWRITTEN: u64 = (1 << (64 - IDENTITY)) - 1;

/// The log of a run: each worker has as many lines as its updates fill.
#[derive(Clone, Copy)]
pub(crate) struct Log<'a>(pub(crate) &'a [CachePadded<LogLine>]);

/// How many lines each worker has; the last one may have more.
fn share(program: &Program) -> usize {
    usize::try_from(program.iters).unwrap_or(usize::MAX).div_ceil(LINE)
}

impl<'a> Log<'a> {
    /// No more updates can be traced: so an identity, even with the rest of each worker's last
    /// line, fits into 24 bits.
    pub(crate) const MOST: u64 = 10_000_000;

    /// How many lines the log of a traced run has.
    pub(crate) fn lines(program: &Program) -> usize {
        let last = program.updates(program.workers - 1).div_ceil(LINE as u64);
        share(program) * (program.workers - 1) + usize::try_from(last).unwrap_or(usize::MAX)
    }

    fn entry(self, identity: u64) -> Option<&'a AtomicU64> {
        let place = usize::try_from(identity).ok()?.checked_sub(1)?;
        Some(&self.0.get(place / LINE)?[place % LINE])
    }
}

/// The variable, as one worker uses it.
pub(crate) struct TracedVariable<'a> {
    word: &'a AtomicU64,
    log: Log<'a>,
    /// The identity of this worker's next write, to whatever copy, and the one after its last.
    next: Rc<Cell<u64>>,
    end: u64,
    /// The identities that its reads found; the last one is at `last`.
    reads: [u64; READS],
    last: u8,
}

impl<'a> TracedVariable<'a> {
    /// For worker `me`. All copies have the same `next`, which is 0 at first.
    pub(crate) fn new(
        word: &'a AtomicU64,
        log: Log<'a>,
        program: &Program,
        me: usize,
        next: &Rc<Cell<u64>>,
    ) -> Self {
        let first = (share(program) * LINE * me) as u64 + 1;
        next.set(next.get().max(first));
        let end = first + program.updates(me);
        Self { word, log, next: next.clone(), end, reads: [0; READS], last: 0 }
    }

    /// The identity that the read found from which this value was computed.
    fn seen(&self, value: PackedTally) -> u64 {
        self.reads[(value.word() >> READ) as usize]
    }

    /// Writes what adds `value` to `seen` by `exchange`, which gets the new identity and returns the
    /// one that it overwrote; not if it did not write.
    fn write_by(
        &self,
        seen: u64,
        value: PackedTally,
        exchange: impl FnOnce(&AtomicU64, u64) -> Option<u64>,
    ) -> Result<bool, Stop> {
        let added = PackedTally::from_word(value.word() & ((1 << READ) - 1)).unpack();
        let Tally { increments, decrements } = added;
        let next = self.next.get();
        let fits = next < self.end && increments.max(decrements) < 256;
        let Some(entry) = self.log.entry(next).filter(|_| fits) else {
            let why = "it writes more than once in an update, or adds or subtracts more than 255 at \
                       once, which cannot be traced: leave out --trace";
            return Err(Stop::Failed(Error::other(why)));
        };
        let Some(overwritten) = exchange(self.word, next) else { return Ok(false) };
        let identities = (overwritten + 1) << IDENTITY | seen << SEEN;
        entry.store(identities | decrements << DECREMENTS | increments, Relaxed);
        self.next.set(next + 1);
        Ok(true)
    }
}

impl Resource for TracedVariable<'_> {
    fn read(&mut self) -> Result<PackedTally, Stop> {
        let found = self.word.load(Relaxed);
        if self.reads[usize::from(self.last)] != found {
            // Number 0 stays that of the state before the first write.
            self.last = self.last.checked_add(1).unwrap_or(1);
            self.reads[usize::from(self.last)] = found;
        }
        Ok(PackedTally::from_word(u64::from(self.last) << READ))
    }

    fn write(&mut self, value: PackedTally) -> Result<(), Stop> {
        let exchange = |word: &AtomicU64, next| Some(word.swap(next, Relaxed));
        self.write_by(self.seen(value), value, exchange).map(drop)
    }

    /// An exchange reads and writes in one step: it adds to what it overwrites.
    fn add(&mut self, one: PackedTally) -> Result<(), Stop> {
        self.write_by(OVERWRITTEN, one, |word, next| Some(word.swap(next, Relaxed))).map(drop)
    }

    /// Compares who wrote, and not the value: it never takes an equal value for the same.
    fn replace(&mut self, seen: PackedTally, new: PackedTally) -> Result<bool, Stop> {
        let seen = self.seen(seen);
        let exchange =
            |word: &AtomicU64, next| word.compare_exchange(seen, next, Relaxed, Relaxed).ok();
        self.write_by(self.seen(new), new, exchange)
    }
}

/// One write, as it is found in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Write {
    /// From 0.
    pub worker: u32,
    /// The number of the write whose value it was computed from, in the order of all writes to this
    /// copy, from 1; 0 is the state before the first.
    pub seen: u32,
    pub increments: u8,
    pub decrements: u8,
}

impl Write {
    /// What it added, as a [`PackedTally`] has it.
    pub(crate) fn word(self) -> u64 {
        u64::from(self.increments) | u64::from(self.decrements) << 32
    }

    pub(crate) fn tally(self) -> Tally {
        PackedTally::from_word(self.word()).unpack()
    }
}

/// All writes to each copy in their order, back from the last: each says what it overwrote. `None`
/// if an entry is missing, since its worker died between the exchange and the entry.
pub(crate) fn writes(
    words: &[CachePadded<AtomicU64>],
    log: Log<'_>,
    program: &Program,
) -> Option<Vec<Vec<Write>>> {
    let entries = log.0.len() * LINE;
    let order = |word: &CachePadded<AtomicU64>| {
        let mut chain = Vec::new();
        let mut identity = word.load(Relaxed);
        while identity != 0 {
            let entry = log.entry(identity)?.load(Relaxed);
            chain.push((identity, entry));
            identity = (entry >> IDENTITY).checked_sub(1).filter(|_| chain.len() <= entries)?;
        }
        chain.reverse();
        let mut numbers = vec![0_u32; entries + 1];
        for (number, (identity, _)) in (1..).zip(&chain) {
            numbers[usize::try_from(*identity).ok()?] = number;
        }
        let write = |(number, (identity, entry)): (u32, &(u64, u64))| {
            let seen = match entry >> SEEN & OVERWRITTEN {
                OVERWRITTEN => number - 1,
                0 => 0,
                seen => *numbers.get(usize::try_from(seen).ok()?).filter(|&&seen| seen > 0)?,
            };
            let worker = (usize::try_from(*identity).ok()? - 1) / (share(program) * LINE);
            let [increments, decrements, ..] = entry.to_le_bytes();
            let worker = u32::try_from(worker.min(program.workers - 1)).ok()?;
            (seen < number).then_some(Write { worker, seen, increments, decrements })
        };
        (1..).zip(&chain).map(write).collect()
    };
    words.iter().map(order).collect()
}

/// The updates that are in the value of the last write: its own, and those in what it was computed
/// from.
pub(super) fn kept(writes: &[Write]) -> PackedTally {
    let mut number = writes.len();
    let mut kept = 0;
    while let Some(write) = number.checked_sub(1).map(|last| writes[last]) {
        kept += write.word();
        number = write.seen as usize;
    }
    PackedTally::from_word(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::{Delta, Guard};

    #[test]
    fn a_value_names_the_write_it_was_read_from_however_often_another_one_was_read_since() {
        let (guard, count_up) = (Guard::Update, true);
        let program = Program { workers: 2, iters: 2, guard, count_up, permits: 1, copies: 1 };
        let lines: Vec<CachePadded<LogLine>> =
            (0..Log::lines(&program)).map(|_| CachePadded::default()).collect();
        let words = [CachePadded::new(AtomicU64::new(0))];
        let worker = |me| TracedVariable::new(&words[0], Log(&lines), &program, me, &Rc::default());
        let (mut one, mut other) = (worker(0), worker(1));
        assert!(one.write(PackedTally::one(Delta::Increment)).is_ok());
        let from_the_first = one.read().expect("memory can be read");
        let from_the_same = other.read().expect("memory can be read");
        assert!(other.write(from_the_same + Delta::Increment).is_ok());
        for _ in 0..2 * READS {
            assert!(one.read().is_ok());
        }
        assert!(one.write(from_the_first + Delta::Increment).is_ok());
        let writes = writes(&words, Log(&lines), &program).expect("no entry is missing");
        let seen: Vec<_> = writes[0].iter().map(|write| (write.worker, write.seen)).collect();
        assert_eq!(seen, [(0, 0), (1, 1), (0, 1)]);
        assert_eq!(kept(&writes[0]).value(), 2);
    }
}
