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
    pub(super) low: i32,
    /// Words of each number, the lowest first.
    pub(super) words: usize,
    row: Vec<u64>,
}

impl CountRow {
    /// One schedule, with this value.
    pub(super) fn one(value: i32) -> Self {
        Self { low: value, words: 1, row: vec![1] }
    }

    /// No schedule, for values in `low..high`, with room for numbers of so many words.
    pub(super) fn none(low: i32, high: i32, words: usize) -> Self {
        Self { low, words, row: vec![0; high.abs_diff(low) as usize * words] }
    }

    pub(super) fn high(&self) -> i32 {
        self.low + (self.row.len() / self.words) as i32
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

    /// Adds all of `other`, times a number; the sums must not be longer than this row's numbers.
    pub(super) fn add_times(&mut self, other: &Self, shift: i32, times: &[u64]) {
        let from = (other.low + shift).abs_diff(self.low) as usize * self.words;
        let sums = self.row[from..].chunks_exact_mut(self.words);
        for (sum, more) in sums.zip(other.row.chunks_exact(other.words)) {
            for (at, &times) in times.iter().enumerate().take(sum.len()) {
                add_product(&mut sum[at..], more, times);
            }
        }
    }

    /// Makes room for what may be added to it.
    pub(super) fn settle(&mut self) {
        let words = self.words;
        let top = self.row.iter().skip(words - 1).step_by(words).fold(0, |all, top| all | top);
        if top >= HEADROOM {
            self.row = longer(&self.row, words);
            self.words += 1;
        }
    }

    pub(super) fn bytes(&self) -> usize {
        8 * self.row.capacity() + 64
    }

    /// The values that some schedule ends with, each with the number of such schedules.
    pub(super) fn numbers(&self) -> impl Iterator<Item = (i32, BigUint)> {
        let numbers = (self.low..).zip(self.row.chunks_exact(self.words));
        let numbers = numbers.filter(|(_, words)| words.iter().any(|&word| word > 0));
        numbers.map(|(value, words)| (value, big(words)))
    }
}

/// Many numbers of the same length; each can be freed.
pub(super) struct Numbers {
    words: usize,
    all: Vec<u64>,
    free: Vec<u32>,
}

impl Numbers {
    pub(super) fn new() -> Self {
        Self { words: 1, all: Vec::new(), free: Vec::new() }
    }

    pub(super) fn bytes(&self) -> usize {
        8 * self.all.capacity() + 4 * self.free.capacity()
    }

    pub(super) fn get(&self, number: u32) -> BigUint {
        big(&self.all[self.words * number as usize..][..self.words])
    }

    pub(super) fn free(&mut self, number: u32) {
        self.free.push(number);
    }

    pub(super) fn one(&mut self) -> u32 {
        let new = self.zero();
        self.all[self.words * new as usize] = 1;
        new
    }

    /// The sum of some of them; `none` if there are none.
    pub(super) fn sum(&mut self, mut parts: impl Iterator<Item = u32>, none: u32) -> u32 {
        let Some(first) = parts.next() else { return none };
        let new = self.zero();
        let (words, to) = (self.words, self.words * new as usize);
        self.all.copy_within(words * first as usize..words * (first as usize + 1), to);
        for part in parts {
            let from = words * part as usize;
            let both = self.all.get_disjoint_mut([to..to + words, from..from + words]);
            let [sum, more] = both.expect("the sum is a new number");
            add(sum, more);
        }
        if self.all[to + words - 1] >= HEADROOM {
            self.all = longer(&self.all, words);
            self.words += 1;
        }
        new
    }

    fn zero(&mut self) -> u32 {
        let new = self.free.pop().unwrap_or((self.all.len() / self.words) as u32);
        let from = self.words * new as usize;
        match from == self.all.len() {
            true => self.all.resize(from + self.words, 0),
            false => self.all[from..][..self.words].fill(0),
        }
        new
    }
}

/// Numbers of so many words, with one word more each.
fn longer(numbers: &[u64], words: usize) -> Vec<u64> {
    let longer = |number: &[u64]| number.iter().copied().chain([0]).collect::<Vec<_>>();
    numbers.chunks_exact(words).flat_map(longer).collect()
}

fn big(words: &[u64]) -> BigUint {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    BigUint::from_bytes_le(&bytes)
}

/// Adds a number to one that is at least as long, and has room for the sum.
#[inline]
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

/// Adds a number, times a word, to one that has room for the sum.
fn add_product(sum: &mut [u64], more: &[u64], times: u64) {
    let mut carry = 0;
    for (at, to) in sum.iter_mut().enumerate() {
        let more = match more.get(at) {
            Some(&more) => more,
            None if carry == 0 => break,
            None => 0,
        };
        let all = u128::from(more) * u128::from(times) + u128::from(*to) + u128::from(carry);
        (*to, carry) = (all as u64, (all >> 64) as u64);
    }
}
