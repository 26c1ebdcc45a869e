//! Common denominators: all numbers of a state's table are parts of one whole, and there are few
//! different ones. So each has a number, and what was computed for two of them is kept.

use std::rc::Rc;

use hashbrown::HashMap;
use num_bigint::BigUint;

use super::super::chance::common_divisor;
use super::super::interner::Interner;

/// A denominator, by number.
pub(super) type Scale = u32;

/// The denominator 1.
pub(super) const ONE: Scale = 0;

/// A number as words, the lowest first.
pub(super) type Words = Rc<[u64]>;

/// All denominators that were met.
#[derive(Default)]
pub(super) struct Scales {
    all: Interner<BigUint>,
    common: HashMap<(Scale, Scale), Scale>,
    factors: HashMap<(Scale, Scale), Words>,
    bytes: usize,
}

impl Scales {
    pub(super) fn new() -> Self {
        let mut scales = Self::default();
        scales.number(1_u8.into());
        scales
    }

    pub(super) fn get(&self, scale: Scale) -> &BigUint {
        self.all.get(scale)
    }

    /// How many words it has.
    pub(super) fn words(&self, scale: Scale) -> usize {
        usize::try_from(self.get(scale).bits().div_ceil(64)).unwrap_or(usize::MAX)
    }

    /// Approximately.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    fn number(&mut self, scale: BigUint) -> Scale {
        // What is kept for it, and for it with others, is about as long as the number itself.
        let (known, bits) = (self.all.len(), scale.bits());
        let number = self.all.number(scale);
        if self.all.len() > known {
            self.bytes += 8 * usize::try_from(bits / 8).unwrap_or(0) + 512;
        }
        number
    }

    /// The smallest denominator of which both are a part.
    fn common(&mut self, one: Scale, other: Scale) -> Scale {
        if one == other || other == ONE {
            return one;
        }
        if one == ONE {
            return other;
        }
        let both = (one.min(other), one.max(other));
        if let Some(&known) = self.common.get(&both) {
            return known;
        }
        let (a, b) = (self.get(one), self.get(other));
        let common = a / common_divisor(a.clone(), b.clone()) * b;
        let common = self.number(common);
        self.common.insert(both, common);
        common
    }

    /// The smallest one of which all are a part.
    pub(super) fn common_of(&mut self, scales: impl Iterator<Item = Scale>) -> Scale {
        scales.fold(ONE, |one, other| self.common(one, other))
    }

    /// So many times as large.
    pub(super) fn times(&mut self, scale: Scale, times: &BigUint) -> Scale {
        self.number(self.get(scale) * times)
    }

    /// By what the numerators are multiplied if the denominator becomes `to`, which is a multiple;
    /// `None` if it is the same.
    pub(super) fn factor(&mut self, from: Scale, to: Scale) -> Option<Words> {
        if from == to {
            return None;
        }
        if let Some(known) = self.factors.get(&(from, to)) {
            return Some(Rc::clone(known));
        }
        let factor: Words = (self.get(to) / self.get(from)).to_u64_digits().into();
        self.factors.insert((from, to), Rc::clone(&factor));
        Some(factor)
    }
}
