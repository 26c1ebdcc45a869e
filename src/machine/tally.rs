//! The counter: how many updates of each kind it holds.

use std::iter::Sum;
use std::ops::{Add, Sub};

use serde::Serialize;

/// What one update adds to the resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Delta {
    /// +1
    Increment,
    /// -1
    Decrement,
}

/// Numbers of updates, of both kinds.
///
/// ```
/// use syncdemo::machine::Tally;
/// let made = Tally { increments: 5, decrements: 3 };
/// let kept = Tally { increments: 4, decrements: 3 };
/// assert_eq!((made - kept).sum(), 1);
/// assert_eq!(kept.value(), 1);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// By +1.
    pub increments: u64,
    /// By -1.
    pub decrements: u64,
}

impl Tally {
    /// Of both kinds together.
    pub fn sum(self) -> u64 {
        self.increments + self.decrements
    }

    /// The value of a counter in which these updates are.
    pub fn value(self) -> i64 {
        self.increments as i64 - self.decrements as i64
    }

    /// Of each kind, the smaller number.
    pub fn min(self, other: Self) -> Self {
        self.each(other, u64::min)
    }

    /// Of each kind, the larger number.
    pub fn max(self, other: Self) -> Self {
        self.each(other, u64::max)
    }

    fn each(self, other: Self, of: fn(u64, u64) -> u64) -> Self {
        Self {
            increments: of(self.increments, other.increments),
            decrements: of(self.decrements, other.decrements),
        }
    }
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.each(other, u64::add)
    }
}

impl Sub for Tally {
    type Output = Self;

    /// What is missing in `other`: 0 where it has more.
    fn sub(self, other: Self) -> Self {
        self.each(other, u64::saturating_sub)
    }
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

/// A [`Tally`] in one word, so that one load or store moves both halves.
///
/// An update adds to its half and leaves the other as it found it, which is the same single
/// instruction that a plain counter needs. The final value is the difference of the halves; the
/// updates made, less those in the halves, are exactly the updates lost, even where the losses of
/// both kinds cancel out in the value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PackedTally(u64);

impl PackedTally {
    /// The most updates of one kind that fit into a half.
    pub const LIMIT: u64 = u32::MAX as u64;

    /// From the word that [`word`](Self::word) gave.
    #[inline]
    pub const fn from_word(word: u64) -> Self {
        Self(word)
    }

    /// Both halves as one word: increments below, decrements above.
    #[inline]
    pub const fn word(self) -> u64 {
        self.0
    }

    /// A word in which one update of this kind has been made. Adding such words adds the tallies,
    /// as long as no half overflows, which the plan has made sure of.
    #[inline]
    pub const fn one(delta: Delta) -> Self {
        match delta {
            Delta::Increment => Self(1),
            Delta::Decrement => Self(1 << 32),
        }
    }

    /// Both halves.
    pub const fn unpack(self) -> Tally {
        Tally { increments: self.0 & Self::LIMIT, decrements: self.0 >> 32 }
    }

    /// The value of the counter.
    pub fn value(self) -> i64 {
        self.unpack().value()
    }
}

impl Add<Delta> for PackedTally {
    type Output = Self;

    #[inline]
    fn add(self, delta: Delta) -> Self {
        Self(self.0.wrapping_add(Self::one(delta).0))
    }
}
