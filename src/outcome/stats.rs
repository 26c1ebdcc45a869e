//! How values are spread: quantiles, and a histogram.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::exploration::hidden;
use super::number::number;

/// The quantiles of whole numbers. A quantile is one of the numbers themselves (the nearest rank),
/// so that it can be looked up among the runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "the names say it")]
pub(crate) struct Spread {
    pub min: i64,
    pub lower_quartile: i64,
    pub median: i64,
    pub upper_quartile: i64,
    pub max: i64,
}

/// Minimum, median and maximum of times.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the names say it")]
pub(crate) struct Floats {
    pub min: f64,
    pub median: f64,
    pub max: f64,
}

/// How often each number came. The memory that it takes grows with the different numbers, not with
/// how often they came, and its quantiles are exact.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frequencies(BTreeMap<i64, usize>);

impl Frequencies {
    /// One more.
    pub(crate) fn add(&mut self, number: i64) {
        *self.0.entry(number).or_default() += 1;
    }

    /// How often this number came; it is not counted any more.
    pub(super) fn take(&mut self, number: i64) -> usize {
        self.0.remove(&number).unwrap_or_default()
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.values().sum()
    }

    /// The numbers in their order, each with how often it came.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (i64, usize)> {
        self.0.iter().map(|(number, count)| (*number, *count))
    }

    /// The number at this quarter of them, by nearest rank.
    fn quantile(&self, quarter: usize) -> Option<i64> {
        let rank = (self.count() * quarter).div_ceil(4).max(1);
        let mut passed = 0;
        let mut reached = self.iter().skip_while(|(_, count)| {
            passed += count;
            passed < rank
        });
        reached.next().map(|(number, _)| number)
    }

    /// How they are spread; `None` if there are none.
    pub(crate) fn spread(&self) -> Option<Spread> {
        Some(Spread {
            min: self.quantile(0)?,
            lower_quartile: self.quantile(1)?,
            median: self.quantile(2)?,
            upper_quartile: self.quantile(3)?,
            max: self.quantile(4)?,
        })
    }
}

impl FromIterator<i64> for Frequencies {
    fn from_iter<I: IntoIterator<Item = i64>>(numbers: I) -> Self {
        let mut counts = Self::default();
        numbers.into_iter().for_each(|number| counts.add(number));
        counts
    }
}

impl Serialize for Frequencies {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.spread().serialize(to)
    }
}

/// The same for times, none of which is negative.
#[derive(Clone, Debug, Default)]
pub(crate) struct Times(Frequencies);

impl Times {
    /// One more. The bits of such numbers are in the order of the numbers.
    pub(crate) fn add(&mut self, time: f64) {
        self.0.add(time.to_bits() as i64);
    }

    /// How they are spread; `None` if there are none.
    pub(crate) fn spread(&self) -> Option<Floats> {
        let at = |quarter| Some(f64::from_bits(self.0.quantile(quarter)? as u64));
        Some(Floats { min: at(0)?, median: at(2)?, max: at(4)? })
    }
}

impl Serialize for Times {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.spread().serialize(to)
    }
}

/// One row of a histogram: the numbers from `low` to `high`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bin {
    /// The smallest number that belongs here.
    pub low: i64,
    /// The largest.
    pub high: i64,
    /// How many are here.
    pub count: usize,
}

impl Bin {
    pub(crate) fn has(&self, number: i64) -> bool {
        (self.low..=self.high).contains(&number)
    }

    /// "-4,000 to -3,001"
    pub(crate) fn range(&self) -> String {
        match self.low == self.high {
            true => number(self.low),
            false => format!("{} to {}", number(self.low), number(self.high)),
        }
    }
}

/// A row for each of these values; where they are too many to be read, for a range of them.
pub(crate) fn bins(values: &[i64], centre: i64) -> Vec<Bin> {
    match hidden(values.len()).is_empty() {
        true => singles(values),
        false => histogram(&values.iter().copied().collect(), centre),
    }
}

/// What is said of rows of which each may hold several numbers.
pub(crate) fn in_ranges<'b>(mut bins: impl Iterator<Item = &'b Bin>) -> &'static str {
    if bins.any(|bin| bin.low < bin.high) { ", in ranges" } else { "" }
}

/// A row for each of these values.
pub(crate) fn singles(values: &[i64]) -> Vec<Bin> {
    values.iter().map(|&value| Bin { low: value, high: value, count: 1 }).collect()
}

/// Sorts numbers into at most about a dozen rows. `centre`, the value to reach, has a row of its
/// own, since whether it was reached is the question; the others are equally wide, with round
/// bounds counted from it.
pub(crate) fn histogram(numbers: &Frequencies, centre: i64) -> Vec<Bin> {
    let farthest = |side: fn(i64) -> i64| {
        numbers.iter().map(|(number, _)| side(number - centre)).max().unwrap_or(0).max(0)
    };
    let (below, above) = (farthest(|d| -d), farthest(|d| d));
    let width = round_width(below + above);
    let rows = |reach: i64| (reach + width - 1) / width;
    let mut bins: Vec<Bin> = (-rows(below)..=rows(above))
        .map(|row| match row {
            0 => (0, 0),
            row if row < 0 => (row * width, (row + 1) * width - 1),
            row => ((row - 1) * width + 1, row * width),
        })
        .map(|(low, high)| Bin { low: centre + low, high: centre + high, count: 0 })
        .collect();
    for (number, count) in numbers.iter() {
        if let Some(bin) = bins.iter_mut().find(|bin| bin.has(number)) {
            bin.count += count;
        }
    }
    bins
}

/// The smallest of 1, 2, 5, 10, 20, ... that needs at most ten rows for `range`.
fn round_width(range: i64) -> i64 {
    let powers = std::iter::successors(Some(1_i64), |power| power.checked_mul(10));
    let mut widths = powers.flat_map(|power| [power, power * 2, power * 5]);
    widths.find(|width| range / width < 11).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_spread_has_quartiles_and_that_of_nothing_is_none() {
        let spread = Frequencies::from_iter([5, 1, 4, 2, 3]).spread().expect("five numbers");
        assert_eq!((spread.min, spread.lower_quartile, spread.median), (1, 2, 3));
        assert_eq!(Frequencies::default().spread(), None);
    }

    #[test]
    fn equal_numbers_at_the_centre_have_a_row_of_their_own() {
        let bins = histogram(&Frequencies::from_iter([-3, 0, 0, 4]), 0);
        assert_eq!(bins.iter().map(|bin| bin.count).sum::<usize>(), 4);
        assert!(bins.contains(&Bin { low: 0, high: 0, count: 2 }));
    }

    #[test]
    fn the_median_of_an_even_number_is_the_lower_one() {
        let spread = Frequencies::from_iter([1, 2, 3, 4]).spread();
        assert_eq!(spread.map(|spread| spread.median), Some(2));
        let mut times = Times::default();
        [3.0, 1.5, 0.25, 20.0].into_iter().for_each(|time| times.add(time));
        assert_eq!(times.spread(), Some(Floats { min: 0.25, median: 1.5, max: 20.0 }));
    }

    proptest! {
        #[test]
        fn every_number_is_in_exactly_one_row(
            numbers in prop::collection::vec(-5_000_000_000_i64..5_000_000_000, 1..200),
            centre in -10_000_i64..10_000,
        ) {
            let bins = histogram(&numbers.iter().copied().collect(), centre);
            prop_assert_eq!(bins.iter().map(|bin| bin.count).sum::<usize>(), numbers.len());
            prop_assert!(bins.len() <= 14, "{} rows", bins.len());
            prop_assert!(bins.windows(2).all(|pair| pair[0].high + 1 == pair[1].low));
        }
    }
}
