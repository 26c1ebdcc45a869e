//! Counts that may have hundreds of digits, for a table.

use num_bigint::BigUint;

use crate::explore::Chance;
use crate::outcome::number;

/// More digits than this are rounded.
const DIGITS: usize = 12;

/// All digits as long as they can be read, else three of them, rounded: "1.08e46"
pub(in crate::report) fn size(count: &BigUint) -> String {
    let digits = count.to_string().len();
    if digits <= DIGITS {
        return number(count);
    }
    let scale = BigUint::from(10_u8).pow(u32::try_from(digits - 3).unwrap_or(u32::MAX));
    let rounded = ((count + &scale / 2_u8) / scale).to_string();
    // 9.996 is rounded to 10.0, which has a digit more.
    let exponent = digits - 1 + (rounded.len() - 3);
    format!("{}.{}e{exponent}", &rounded[..1], &rounded[1..3])
}

/// "1 interleaving", "1.08e46 interleavings"
pub(in crate::report) fn sized(count: &BigUint, one: &str) -> String {
    let s = if *count == BigUint::from(1_u8) { "" } else { "s" };
    format!("{} {one}{s}", size(count))
}

/// A small number in a word.
pub(super) fn in_words(count: u64) -> String {
    const WORDS: [&str; 10] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    let word = usize::try_from(count).ok().and_then(|count| WORDS.get(count));
    word.map_or_else(|| count.to_string(), |word| (*word).into())
}

/// "14.1 %"; only what never happens is "0.0 %", and only what always happens "100.0 %".
pub(in crate::report) fn percent(chance: &Chance) -> String {
    let (part, whole) = (chance.part(), chance.whole());
    let tenths: BigUint = (part * 1000_u32 + whole / 2_u32) / whole;
    match u32::try_from(tenths).unwrap_or(0) {
        0 if *part > BigUint::ZERO => "< 0.1 %".into(),
        1000 if part < whole => "> 99.9 %".into(),
        tenths => format!("{}.{} %", tenths / 10, tenths % 10),
    }
}

#[cfg(test)]
mod tests {
    use crate::explore::Chance;

    #[test]
    fn counts_are_rounded_where_they_are_too_long_to_be_read() {
        let size = |text: &str| super::size(&text.parse().expect("a number"));
        assert_eq!(size("0"), "0");
        assert_eq!(size("137846528820"), "137,846,528,820");
        assert_eq!(size("1375000000000"), "1.38e12");
        assert_eq!(size("1374999999999"), "1.37e12");
        assert_eq!(size("9996000000000"), "1.00e13");
    }

    #[test]
    fn what_may_happen_is_neither_impossible_nor_certain() {
        let percent = |part: u32, whole: u32| super::percent(&Chance::new(part, whole));
        assert_eq!(percent(9, 64), "14.1 %");
        assert_eq!(percent(1, 100_000), "< 0.1 %");
        assert_eq!(percent(99_999, 100_000), "> 99.9 %");
        assert_eq!(percent(0, 70), "0.0 %");
        assert_eq!(percent(70, 70), "100.0 %");
    }
}
