//! The values that options take: how they are written, and what is said where they are not.
//!
//! Each error is the rest of a sentence that begins with "--option is 'text', ".

use std::time::Duration;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};

use crate::worker::YieldRate;

/// How often workers are to yield, as typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum YieldSetting {
    /// Whatever it takes for the race to show.
    #[default]
    Auto,
    /// This often.
    Fixed(YieldRate),
}

/// A whole number: `5000`, `5_000`, `5k`, `1M`.
#[must_use]
pub fn count(text: &str) -> Option<u64> {
    let (digits, unit) = match text.strip_suffix(['k', 'K']) {
        Some(digits) => (digits, 1_000),
        None => text.strip_suffix('M').map_or((text, 1), |digits| (digits, 1_000_000)),
    };
    let plain = digits.starts_with(|first: char| first.is_ascii_digit());
    let number: u64 = digits.replace('_', "").parse().ok()?;
    number.checked_mul(unit).filter(|_| plain)
}

/// A whole number from 1 to `most`, of `what`.
fn from_one(text: &str, most: u64, what: &str, example: &str) -> Result<u64, String> {
    match count(text) {
        Some(0) => Err(format!("and at least 1 is needed, such as {example}")),
        Some(number) if number <= most => Ok(number),
        // A number in digits alone that does not fit is too large, whatever its size.
        Some(_) => Err(format!("and at most {most} are possible")),
        None if text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty() => {
            Err(format!("and at most {most} are possible"))
        }
        None => Err(format!("not a number of {what} such as {example}")),
    }
}

pub(super) fn iters(text: &str) -> Result<u64, String> {
    from_one(text, crate::machine::PackedTally::LIMIT, "iterations", "5000 or 5k")
}

pub(super) fn threads(text: &str) -> Result<u64, String> {
    from_one(text, 100_000, "threads", "2 or 8")
}

pub(super) fn processes(text: &str) -> Result<u64, String> {
    match from_one(text, 64, "processes", "2 or 8")? {
        1 => Err("and at least 2 are needed: one has nothing to race with".into()),
        number => Ok(number),
    }
}

pub(super) fn copies(text: &str) -> Result<u64, String> {
    from_one(text, crate::machine::Program::MOST_COPIES, "copies", "1 or 3")
}

pub(super) fn work(text: &str) -> Result<u64, String> {
    if count(text) == Some(0) {
        return Ok(0);
    }
    from_one(text, 1_000_000_000, "nanoseconds", "500 or 20k")
}

pub(super) fn runs(text: &str) -> Result<u64, String> {
    from_one(text, 1_000_000, "runs", "200 or 1k")
}

pub(super) fn permits(text: &str) -> Result<u64, String> {
    from_one(text, i32::MAX as u64, "permits", "1 or 3")
}

/// States of a search: below 2^32, since a state is a number of so many bits.
pub(super) fn states(text: &str) -> Result<u64, String> {
    from_one(text, 1_000_000_000, "states", "500k or 2M")
}

pub(super) fn preemptions(text: &str) -> Result<u32, String> {
    let number = count(text).and_then(|number| u32::try_from(number).ok());
    number.filter(|&n| n <= 1000).ok_or_else(|| "not a number of preemptions such as 2".into())
}

pub(super) fn witness(text: &str) -> Result<i64, String> {
    text.parse().map_err(|_| "not a final value such as -2".to_owned())
}

pub(super) fn schedule(text: &str) -> Result<crate::machine::Schedule, String> {
    text.parse()
}

pub(super) fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "not a seed: a whole number such as 42".to_owned())
}

/// `auto`, `never` or a rate such as `1/32`.
///
/// # Errors
///
/// What it should have been.
pub fn pace(text: &str) -> Result<YieldSetting, String> {
    match text {
        "auto" => Ok(YieldSetting::Auto),
        "never" => Ok(YieldSetting::Fixed(YieldRate::Never)),
        _ => {
            let one_in = text.strip_prefix("1/").and_then(count);
            let one_in = one_in.and_then(|n| u32::try_from(n).ok()).filter(|&n| n > 0);
            let one_in = one_in.ok_or("not auto, never or a rate such as 1/32")?;
            Ok(YieldSetting::Fixed(YieldRate::OneIn(one_in)))
        }
    }
}

/// `2s`, `500ms`, `1m`; a number alone is in seconds.
///
/// # Errors
///
/// What it should have been.
pub fn duration(text: &str) -> Result<Duration, String> {
    let units = [("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0), ("", 1.0)];
    let split = |(unit, scale)| Some((text.strip_suffix(unit)?, scale));
    let (digits, scale) = units.into_iter().find_map(split).unwrap_or((text, 1.0));
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let seconds = digits.parse().ok().filter(|_| plain).map(|number: f64| number * scale);
    match seconds {
        Some(seconds) if seconds < 0.001 => Err("and at least 1ms is needed".into()),
        Some(seconds) if seconds > 1e7 => Err("and at most 100 days are possible".into()),
        Some(seconds) => Ok(Duration::from_secs_f64(seconds)),
        None => Err("not a time such as 2s or 500ms".into()),
    }
}

/// Takes any text, and offers the names of the strategies to help and completions.
#[derive(Clone)]
pub(super) struct Names(pub(super) Vec<PossibleValue>);

impl TypedValueParser for Names {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.0.iter().cloned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_written_in_many_ways() {
        for (text, number) in [("5000", 5000), ("5_000", 5000), ("5k", 5000), ("1M", 1_000_000)] {
            assert_eq!(count(text), Some(number), "{text}");
        }
        for text in ["", "k", "-5", "+5", "1e99", "5.5", "_5", "5kk", "0x10", "99999999999999M"] {
            assert_eq!(count(text), None, "{text}");
        }
    }

    #[test]
    fn durations_have_units() {
        assert_eq!(duration("2s"), Ok(Duration::from_secs(2)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("1.5m"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("3"), Ok(Duration::from_secs(3)));
        for text in ["", "s", "-2s", "0", "0s", "1e99", "1e3s", "nan", "inf", "999999h"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn rates_are_one_in_many() {
        assert_eq!(pace("1/32"), Ok(YieldSetting::Fixed(YieldRate::OneIn(32))));
        assert_eq!(pace("never"), Ok(YieldSetting::Fixed(YieldRate::Never)));
        for text in ["1/0", "2/3", "1/", "1/-4", "often", "1/9999999999"] {
            assert!(pace(text).is_err(), "{text}");
        }
    }
}
