//! A user's text (a name, a value, a file's name), made safe to repeat on a terminal.

use std::fmt::Write;

/// `text` with control characters, bidirectional marks and all else that cannot be seen written as
/// escapes such as `\u{1b}`. Escapes in `text` stay as they are.
pub(crate) fn printable(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // Rust's escapes are for string literals, in which these have a meaning.
            '\'' | '"' | '\\' => safe.push(c),
            _ => _ = write!(safe, "{}", c.escape_debug()),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn control_characters_are_written_as_escapes() {
        for (text, safe) in [
            ("a\r\nb\tc", r"a\r\nb\tc"),
            ("\0\x07\x1b\x7f", r"\0\u{7}\u{1b}\u{7f}"),
            ("\u{85}\u{9b}2J", r"\u{85}\u{9b}2J"),
            ("\u{61c}\u{200e}\u{200f}\u{202e}\u{2066}", r"\u{61c}\u{200e}\u{200f}\u{202e}\u{2066}"),
            ("\u{200b}\u{feff}\u{2028}", r"\u{200b}\u{feff}\u{2028}"),
            ("naïve 뮤텍스 -5 'x'", "naïve 뮤텍스 -5 'x'"),
        ] {
            assert_eq!(printable(text), safe);
            assert_eq!(printable(safe), safe, "the second time changes nothing");
        }
    }
}
