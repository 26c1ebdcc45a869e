//! The values that options take: how each is written, and the error where it is not.
//!
//! Each error is the rest of a sentence that begins with "--option is 'text', ".

use std::str::FromStr;
use std::time::Duration;

use clap::ValueEnum;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};

use crate::worker::{MOST_PROCESSES, YieldRate};

/// How often workers are to yield, as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum YieldSetting {
    /// As often as it takes for the race to show.
    Auto,
    /// This often.
    Fixed(YieldRate),
}

/// What a report is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
    Csv,
}

/// What makes the exit status 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Expect {
    /// No run broke what its strategy promises
    Promise,
    /// Every run ended at the value to reach (0, or N x iters with --count-up)
    #[value(alias = "zero")]
    Reached,
    /// Of each strategy, at least one run did not end at the value to reach
    #[value(alias = "nonzero")]
    Missed,
    /// No run lost an update
    Lossless,
    /// Of each strategy, at least one run lost an update
    Loss,
}

/// What completions offer for an option that takes other values too.
pub(super) fn offer(values: &'static [&'static str]) -> ArgValueCandidates {
    ArgValueCandidates::new(|| values.iter().map(CompletionCandidate::new).collect())
}

/// A whole number: `5000`, `5_000`, `5,000`, `5k`, `1M`.
pub(super) fn count(text: &str) -> Option<u64> {
    let (digits, unit) = match text.strip_suffix(['k', 'K']) {
        Some(digits) => (digits, 1_000),
        None => text.strip_suffix('M').map_or((text, 1), |digits| (digits, 1_000_000)),
    };
    let plain = digits.starts_with(|first: char| first.is_ascii_digit());
    let number: u64 = ungrouped(digits)?.parse().ok()?;
    number.checked_mul(unit).filter(|_| plain)
}

/// The digits without separators. A comma needs three digits after it: it could be a decimal
/// comma.
fn ungrouped(digits: &str) -> Option<String> {
    let mut groups = digits.split(',');
    let first = groups.next().is_some_and(|group| !group.is_empty());
    let grouped = first && groups.all(|group| group.len() == 3);
    grouped.then(|| digits.replace([',', '_'], ""))
}

/// A whole number from 1 to `most`, of `what`.
pub(super) fn from_one(
    most: u64,
    what: &'static str,
    example: &'static str,
) -> impl Fn(&str) -> Result<u64, String> + Clone + Send + Sync {
    move |text| match count(text) {
        Some(0) => Err(format!("and at least 1 is needed, such as {example}")),
        Some(number) if number <= most => Ok(number),
        // A number that does not fit into 64 bits is too large as well.
        Some(_) => Err(format!("and at most {most} are possible")),
        None if text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty() => {
            Err(format!("and at most {most} are possible"))
        }
        None => Err(format!("not a number of {what} such as {example}")),
    }
}

pub(super) fn processes(text: &str) -> Result<u64, String> {
    let number = from_one(MOST_PROCESSES, "processes", "2 or 8")(text)?;
    at_least_two(number, "one has nothing to race with")
}

/// Workers of the judge.
pub(super) fn judged(text: &str) -> Result<u64, String> {
    at_least_two(from_one(4, "threads", "2 or 3")(text)?, "one has nobody to wait for")
}

fn at_least_two(number: u64, why: &str) -> Result<u64, String> {
    if number > 1 { Ok(number) } else { Err(format!("and at least 2 are needed: {why}")) }
}

/// Bytes, in units of 1,024: `500M`, `2G`.
pub(super) fn size(text: &str) -> Result<u64, String> {
    let units = [('k', 10), ('K', 10), ('M', 20), ('G', 30), ('T', 40)];
    let unit = units.iter().find_map(|(unit, power)| Some((text.strip_suffix(*unit)?, power)));
    let bytes = unit.and_then(|(digits, power)| {
        digits.parse::<u64>().ok()?.checked_mul(1 << power).filter(|_| !digits.starts_with('+'))
    });
    match bytes {
        Some(bytes) if bytes >= 1 << 20 => Ok(bytes),
        Some(_) => Err("and at least 1M is needed".into()),
        None => Err("not a size of memory with its unit, such as 500M or 2G".into()),
    }
}

pub(super) fn preemptions(text: &str) -> Result<u32, String> {
    let number = count(text).and_then(|number| u32::try_from(number).ok());
    number.filter(|&n| n <= 1000).ok_or_else(|| "not a number of preemptions such as 2".into())
}

pub(super) fn witness(text: &str) -> Result<i64, String> {
    text.parse().map_err(|_| "not a final value such as -2".to_owned())
}

pub(super) fn seed(text: &str) -> Result<u64, String> {
    let seed = text.parse().ok().filter(|_| !text.starts_with('+'));
    seed.ok_or_else(|| "not a seed: a whole number such as 42".to_owned())
}

/// `auto`, `never` or a rate such as `1/32`.
pub(super) fn yield_setting(text: &str) -> Result<YieldSetting, String> {
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

/// `100us`, `1.5ms`, `1s`; a number without a unit is in nanoseconds.
pub(super) fn work(text: &str) -> Result<Duration, String> {
    match seconds(text, 1e-9) {
        Some(seconds) if seconds > 1.0 => Err("and at most 1s is possible".into()),
        Some(seconds) if seconds > 0.0 && seconds < 1e-9 => {
            Err("and at least 1ns is needed".into())
        }
        Some(seconds) => Ok(Duration::from_secs_f64(seconds)),
        None => Err("not a time such as 100us or 20k (nanoseconds)".into()),
    }
}

/// `2s`, `500ms`, `1m`; a number without a unit is in seconds.
pub(super) fn timeout(text: &str) -> Result<Duration, String> {
    match seconds(text, 1.0) {
        Some(seconds) if seconds < 0.001 => Err("and at least 1ms is needed".into()),
        Some(seconds) if seconds > 1e7 => Err("and at most 100 days are possible".into()),
        Some(seconds) => Ok(Duration::from_secs_f64(seconds)),
        None => Err("not a time such as 2s or 500ms".into()),
    }
}

/// A number with a unit of time, or without one: then `unit` is its unit, in seconds.
fn seconds(text: &str, unit: f64) -> Option<f64> {
    let units = [("ns", 1e-9), ("us", 1e-6), ("\u{b5}s", 1e-6), ("\u{3bc}s", 1e-6), ("ms", 1e-3)];
    let units = units.into_iter().chain([("s", 1.0), ("m", 60.0), ("h", 3600.0), ("", unit)]);
    let split = |(unit, scale)| Some((text.strip_suffix(unit)?, scale));
    let (number, scale) = units.filter_map(split).next()?;
    let number = number.trim_end();
    let decimal = || f64::from_str(number).ok().filter(|_| number.bytes().all(is_decimal));
    let number = count(number).map(|whole| whole as f64).or_else(decimal)?;
    Some(number * scale)
}

fn is_decimal(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'.'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_written_in_many_ways() {
        for (text, number) in [
            ("5000", 5000),
            ("5_000", 5000),
            ("5,000", 5000),
            ("1,000,000", 1_000_000),
            ("5k", 5000),
            ("5K", 5000),
            ("1M", 1_000_000),
            ("1,000k", 1_000_000),
        ] {
            assert_eq!(count(text), Some(number), "{text}");
        }
        for text in ["", "k", "-5", "+5", "1e99", "5.5", "_5", "5kk", "0x10", "99999999999999M"] {
            assert_eq!(count(text), None, "{text}");
        }
        for text in [",", ",000", "5,", "5,00", "5,5", "5,0000", "5,+00", "1,-00"] {
            assert_eq!(count(text), None, "{text}");
        }
    }

    #[test]
    fn durations_have_units() {
        assert_eq!(timeout("2s"), Ok(Duration::from_secs(2)));
        assert_eq!(timeout("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(timeout("1.5m"), Ok(Duration::from_secs(90)));
        assert_eq!(timeout("3"), Ok(Duration::from_secs(3)));
        for text in ["", "s", "-2s", "0", "0s", "1e99", "1e3s", "nan", "inf", "999999h", "100us"] {
            assert!(timeout(text).is_err(), "{text}");
        }
    }

    #[test]
    fn work_is_in_nanoseconds_where_no_unit_is_said() {
        for (text, nanoseconds) in [
            ("0", 0),
            ("500", 500),
            ("20k", 20_000),
            ("1M", 1_000_000),
            ("100us", 100_000),
            ("100\u{b5}s", 100_000),
            ("1.5ms", 1_500_000),
            ("5,000ns", 5000),
            ("1s", 1_000_000_000),
        ] {
            assert_eq!(work(text), Ok(Duration::from_nanos(nanoseconds)), "{text}");
        }
        for text in ["", "us", "-1us", "2s", "1m", "2000M", "0.5", "fast", "1e3"] {
            assert!(work(text).is_err(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_a_value_or_refused_in_the_rest_of_a_sentence(
            text in "\\PC{0,3}[-+.,_/0-9]{0,24}([a-zA-Z]|\\PC){0,3}",
            number: u32,
        ) {
            let refused = [
                timeout(&text).err(),
                work(&text).err(),
                yield_setting(&text).err(),
                size(&text).err(),
                preemptions(&text).err(),
                from_one(9, "things", "1")(&text).err(),
            ];
            for why in refused.into_iter().flatten() {
                assert!(why.starts_with("and ") || why.starts_with("not "), "{text}: {why}");
            }
            assert_eq!(count(&number.to_string()), Some(number.into()));
            let seconds = u64::from(number % 10_000_000 + 1);
            assert_eq!(timeout(&format!("{seconds}s")), Ok(Duration::from_secs(seconds)));
        }
    }

    #[test]
    fn rates_are_one_in_many() {
        assert_eq!(yield_setting("1/32"), Ok(YieldSetting::Fixed(YieldRate::OneIn(32))));
        assert_eq!(yield_setting("never"), Ok(YieldSetting::Fixed(YieldRate::Never)));
        for text in ["1/0", "2/3", "1/", "1/-4", "often", "1/9999999999"] {
            assert!(yield_setting(text).is_err(), "{text}");
        }
    }
}
