//! Exact numbers of schedules, for each value that they end with: a row of large whole numbers.
//!
//! All numbers of a row have the same length, so that adding rows is one loop over words; the row
//! is made longer before it can overflow.

use num_bigint::BigUint;

/// A word at the top of a number stays below this, so that adding up as many rows as a state has
/// steps, with a few values each, cannot overflow it.
const HEADROOM: u64 = 1 << 54;

/// How many schedules end with each value, from `low` on.
#[derive(Clone, Debug)]
pub(super) struct CountRow {
    low: i32,
    /// Words of each number, the lowest first.
    words: usize,
    row: Vec<u64>,
}

impl CountRow {
    /// One schedule, whose value is 0.
    pub(super) fn one() -> Self {
        Self { low: 0, words: 1, row: vec![1] }
    }

    /// No schedule, for values in `low..high`, with room for numbers of so many words.
    pub(super) fn none(low: i32, high: i32, words: usize) -> Self {
        Self { low, words, row: vec![0; high.abs_diff(low) as usize * words] }
    }

    pub(super) fn low(&self) -> i32 {
        self.low
    }

    pub(super) fn high(&self) -> i32 {
        #[allow(clippy::cast_possible_truncation, reason = "values are as small as programs")]
        let len = (self.row.len() / self.words) as i32;
        self.low + len
    }

    pub(super) fn words(&self) -> usize {
        self.words
    }

    /// Adds all of `other`, whose values are shifted; they must lie within, and its numbers must
    /// not be longer.
    pub(super) fn add(&mut self, other: &Self, shift: i32) {
        let from = (other.low + shift).abs_diff(self.low) as usize * self.words;
        match (self.words, other.words) {
            (1, 1) => {
                for (sum, more) in self.row[from..].iter_mut().zip(&other.row) {
                    *sum += more;
                }
            }
            (words, others) => {
                let sums = self.row[from..].chunks_exact_mut(words);
                sums.zip(other.row.chunks_exact(others)).for_each(|(sum, more)| add(sum, more));
            }
        }
    }

    /// Makes room for what may be added to it.
    pub(super) fn settle(&mut self) {
        let words = self.words;
        let top = self.row.iter().skip(words - 1).step_by(words).fold(0, |all, top| all | top);
        if top >= HEADROOM {
            let longer = |number: &[u64]| number.iter().copied().chain([0]).collect::<Vec<_>>();
            self.row = self.row.chunks_exact(words).flat_map(longer).collect();
            self.words += 1;
        }
    }

    /// The values that some schedule ends with, and how many do.
    pub(super) fn numbers(&self) -> impl Iterator<Item = (i32, BigUint)> {
        let numbers = (self.low..).zip(self.row.chunks_exact(self.words));
        numbers.filter(|(_, words)| words.iter().any(|&word| word > 0)).map(|(value, words)| {
            let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
            (value, BigUint::from_bytes_le(&bytes))
        })
    }
}

/// Adds a number to one that is at least as long, and has room for the sum.
fn add(sum: &mut [u64], more: &[u64]) {
    let mut carry = false;
    for (to, from) in sum.iter_mut().zip(more) {
        let (low, over) = to.overflowing_add(*from);
        let (low, over_again) = low.overflowing_add(u64::from(carry));
        *to = low;
        carry = over | over_again;
    }
    for to in &mut sum[more.len()..] {
        if !carry {
            break;
        }
        (*to, carry) = to.overflowing_add(1);
    }
}
