//! How values are spread: quantiles, and a histogram.

use serde::Serialize;

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

impl Spread {
    /// Of these numbers, in any order; `None` if there are none.
    pub(crate) fn of(mut numbers: Vec<i64>) -> Option<Self> {
        numbers.sort_unstable();
        let last = numbers.len().checked_sub(1)?;
        let at =
            |quarter: usize| numbers[(numbers.len() * quarter).div_ceil(4).clamp(1, last + 1) - 1];
        Some(Self {
            min: at(0),
            lower_quartile: at(1),
            median: at(2),
            upper_quartile: at(3),
            max: at(4),
        })
    }
}

/// Minimum, median and maximum of times.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the names say it")]
pub(crate) struct Floats {
    pub min: f64,
    pub median: f64,
    pub max: f64,
}

impl Floats {
    /// Of these numbers, in any order; `None` if there are none.
    pub(crate) fn of(mut numbers: Vec<f64>) -> Option<Self> {
        numbers.sort_unstable_by(f64::total_cmp);
        let last = numbers.len().checked_sub(1)?;
        Some(Self { min: numbers[0], median: numbers[last / 2], max: numbers[last] })
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
        false => histogram(values, centre),
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
pub(crate) fn histogram(numbers: &[i64], centre: i64) -> Vec<Bin> {
    let farthest = |side: fn(i64) -> i64| {
        numbers.iter().map(|&number| side(number - centre)).max().unwrap_or(0).max(0)
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
    for &number in numbers {
        if let Some(bin) = bins.iter_mut().find(|bin| bin.has(number)) {
            bin.count += 1;
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
        let spread = Spread::of(vec![5, 1, 4, 2, 3]).expect("five numbers");
        assert_eq!((spread.min, spread.lower_quartile, spread.median), (1, 2, 3));
        assert_eq!(Spread::of(vec![]), None);
    }

    #[test]
    fn equal_numbers_at_the_centre_have_a_row_of_their_own() {
        let bins = histogram(&[-3, 0, 0, 4], 0);
        assert_eq!(bins.iter().map(|bin| bin.count).sum::<usize>(), 4);
        assert!(bins.contains(&Bin { low: 0, high: 0, count: 2 }));
    }

    #[test]
    fn the_median_of_an_even_number_is_the_lower_one() {
        assert_eq!(Spread::of(vec![1, 2, 3, 4]).map(|spread| spread.median), Some(2));
        assert_eq!(Floats::of(vec![3.0, 1.0]).map(|floats| floats.median), Some(1.0));
    }

    proptest! {
        #[test]
        fn every_number_is_in_exactly_one_row(
            numbers in prop::collection::vec(-5_000_000_000_i64..5_000_000_000, 1..200),
            centre in -10_000_i64..10_000,
        ) {
            let bins = histogram(&numbers, centre);
            prop_assert_eq!(bins.iter().map(|bin| bin.count).sum::<usize>(), numbers.len());
            prop_assert!(bins.len() <= 14, "{} rows", bins.len());
            prop_assert!(bins.windows(2).all(|pair| pair[0].high + 1 == pair[1].low));
        }
    }
}
