//! Counts that may have hundreds of digits, for a table.

use num_bigint::BigUint;

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

/// "17.1 %"
pub(in crate::report) fn share(part: &BigUint, all: &BigUint) -> String {
    let none = BigUint::ZERO;
    if *all == none {
        return "-".into();
    }
    let tenths: BigUint = (part * 1000_u32 + all / 2_u32) / all;
    let tenths = u32::try_from(tenths).unwrap_or(0);
    match tenths {
        0 if *part > none => "< 0.1 %".into(),
        _ => format!("{}.{} %", tenths / 10, tenths % 10),
    }
}

#[cfg(test)]
mod tests {

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
    fn a_small_share_is_not_called_none() {
        let share = |part: u32, all: u32| super::share(&part.into(), &all.into());
        assert_eq!(share(12, 70), "17.1 %");
        assert_eq!(share(1, 100_000), "< 0.1 %");
        assert_eq!(share(0, 70), "0.0 %");
        assert_eq!(share(0, 0), "-");
    }
}
