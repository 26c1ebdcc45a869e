//! Numbers as all reports and sentences print them.

use std::fmt::Display;

/// A whole number, in groups of three digits, with an ASCII hyphen, so that it can be copied.
///
/// ```
/// use syncdemo::outcome::number;
/// assert_eq!(number(-2988), "-2,988");
/// ```
pub(crate) fn number(number: impl Display) -> String {
    let text = number.to_string();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let (first, rest) = digits.split_at((digits.len() + 2) % 3 + 1);
    let groups = rest.as_bytes().chunks(3).map(|group| format!(",{}", group.escape_ascii()));
    format!("{sign}{first}{}", groups.collect::<String>())
}

/// "1 increment", "2 increments"
pub(crate) fn several(count: impl Display, one: &str) -> String {
    let count = number(count);
    let s = if count == "1" { "" } else { "s" };
    format!("{count} {one}{s}")
}
