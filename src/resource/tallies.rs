//! The counter and its receipt: increments in one half of a word, decrements in the other.

use std::ops::Add;

use crate::machine::Delta;

/// Two tallies in one word, so that one load or store moves both.
///
/// An update adds to its half and leaves the other as it found it, which is the same single
/// instruction that a plain counter needs. The final value is the difference of the halves; the
/// updates made, less those in the halves, are exactly the updates lost, even where the losses of
/// both kinds cancel out in the value.
///
/// ```
/// use syncdemo::machine::Delta::*;
/// use syncdemo::resource::Tallies;
/// let counter = Tallies::default() + Increment + Increment + Decrement;
/// assert_eq!((counter.increments(), counter.decrements()), (2, 1));
/// assert_eq!(counter.value(), 1);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Tallies(u64);

impl Tallies {
    /// The most updates of one kind that fit into a half.
    pub const LIMIT: u64 = u32::MAX as u64;

    /// From the word that [`word`](Self::word) gave.
    #[must_use]
    pub const fn from_word(word: u64) -> Self {
        Self(word)
    }

    /// Both halves as one word: increments below, decrements above.
    #[must_use]
    pub const fn word(self) -> u64 {
        self.0
    }

    /// A word in which one update of this kind has been made. Adding such words adds the tallies,
    /// as long as no half overflows, which the plan has made sure of.
    #[must_use]
    pub const fn one(delta: Delta) -> Self {
        match delta {
            Delta::Increment => Self(1),
            Delta::Decrement => Self(1 << 32),
        }
    }

    /// Increments that are in the value.
    #[must_use]
    pub const fn increments(self) -> u64 {
        self.0 & Self::LIMIT
    }

    /// Decrements that are in the value.
    #[must_use]
    pub const fn decrements(self) -> u64 {
        self.0 >> 32
    }

    /// The value of the counter.
    #[must_use]
    pub const fn value(self) -> i64 {
        self.increments() as i64 - self.decrements() as i64
    }
}

impl Add<Delta> for Tallies {
    type Output = Self;

    fn add(self, delta: Delta) -> Self {
        Self(self.0.wrapping_add(Self::one(delta).0))
    }
}
