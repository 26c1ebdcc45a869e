//! How likely something is, exactly.

use std::fmt::{self, Display, Formatter};

use num_bigint::BigUint;
use serde::{Serialize, Serializer, ser::SerializeStruct};

/// A probability, as a fraction in lowest terms.
///
/// At each step every enabled worker is as likely to go on as any other. With store buffers, so is
/// the oldest entry of each buffer that is not empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chance {
    part: BigUint,
    whole: BigUint,
}

impl Chance {
    /// `whole` is not 0, and `part` is not larger.
    pub(crate) fn new(part: impl Into<BigUint>, whole: impl Into<BigUint>) -> Self {
        let (part, whole) = (part.into(), whole.into());
        let common = common_divisor(part.clone(), whole.clone());
        Self { part: part / &common, whole: whole / common }
    }

    /// What happens always.
    pub(super) fn certain() -> Self {
        Self { part: 1_u8.into(), whole: 1_u8.into() }
    }

    /// What never happens.
    pub(super) fn never() -> Self {
        Self { part: BigUint::ZERO, whole: 1_u8.into() }
    }

    /// Of ends that exclude each other: that it is any of them, if each is known.
    pub(crate) fn sum<'c>(mut chances: impl Iterator<Item = Option<&'c Self>>) -> Option<Self> {
        chances.try_fold(Self::never(), |sum, chance| {
            let part = &sum.part * &chance?.whole + &chance?.part * &sum.whole;
            Some(Self::new(part, sum.whole * &chance?.whole))
        })
    }

    /// The numerator.
    pub fn part(&self) -> &BigUint {
        &self.part
    }

    /// The denominator.
    pub fn whole(&self) -> &BigUint {
        &self.whole
    }

    /// As a floating-point number.
    pub fn number(&self) -> f64 {
        // The quotient gets at least as many digits as a floating-point number has.
        let shift = 64 + self.whole.bits() - self.part.bits();
        let quotient = (&self.part << shift) / &self.whole;
        let quotient = u128::try_from(quotient).unwrap_or(u128::MAX) as f64;
        quotient * (-(shift as f64)).exp2()
    }
}

impl Display for Chance {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.whole)
    }
}

impl Serialize for Chance {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut both = to.serialize_struct("Chance", 2)?;
        both.serialize_field("fraction", &self.to_string())?;
        both.serialize_field("number", &self.number())?;
        both.end()
    }
}

/// The largest number that divides both (Euclid).
pub(super) fn common_divisor(mut one: BigUint, mut other: BigUint) -> BigUint {
    while other != BigUint::ZERO {
        (one, other) = (other.clone(), one % other);
    }
    one
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chance_is_in_lowest_terms_and_close_to_its_number() {
        let chance = |part: u64, whole: u64| Chance::new(part, whole);
        assert_eq!(chance(16, 64).to_string(), "1/4");
        assert_eq!(chance(0, 64).to_string(), "0/1");
        assert_eq!(chance(0, 64).number(), 0.0);
        assert_eq!(chance(9, 64).number(), 9.0 / 64.0);
        assert_eq!(chance(1, 3).number(), 1.0 / 3.0);
        assert_eq!(Chance::certain().number(), 1.0);
        let tiny = Chance::new(1_u8, BigUint::from(1_u8) << 1000);
        assert_eq!(tiny.number(), (-1000_f64).exp2());
    }
}
