//! Lines on a page of some width: prose that is broken, numbers that are grouped, colour that only
//! repeats what the words say.

use std::fmt::Display;

use anstyle::{AnsiColor, Style};
use indicatif::HumanCount;
use textwrap::core::display_width;

/// Good news.
pub const YES: Style = AnsiColor::Green.on_default();
/// Bad news.
pub const NO: Style = AnsiColor::Red.on_default().bold();
/// News that fool the eye.
pub const BEWARE: Style = AnsiColor::Yellow.on_default().bold();
/// Names.
pub const NAME: Style = Style::new().bold();

/// A blank at which no line is broken.
const TIED: char = '\u{a0}';

/// `text` as one piece, which is not broken at the end of a line.
#[must_use]
pub fn tied(text: &str) -> String {
    text.replace(' ', &TIED.to_string())
}

/// What a report is to fit on.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// In columns.
    pub width: usize,
    /// Whether to say more.
    pub verbose: bool,
}

impl Page {
    /// `text`, broken into lines that fit, each but the first with `indent` blanks before it.
    #[must_use]
    pub fn wrap(self, text: &str, indent: usize) -> String {
        let blanks = " ".repeat(indent);
        let options = textwrap::Options::new(self.width.max(indent + 20))
            .subsequent_indent(&blanks)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .word_separator(textwrap::WordSeparator::AsciiSpace);
        textwrap::fill(text, options).replace(TIED, " ")
    }

    /// A line that begins with a label, `at` columns wide.
    #[must_use]
    pub fn labelled(self, at: usize, label: &str, text: &str) -> String {
        self.wrap(&format!("{label}{}{text}", pad(label, at)), at)
    }
}

/// `text` in `style`.
#[must_use]
pub fn styled(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// The blanks that fill `text` up to `width` columns, at least one.
#[must_use]
pub fn pad(text: &str, width: usize) -> String {
    " ".repeat(width.saturating_sub(display_width(text)).max(1))
}

/// A number, in groups of three digits, with an ASCII hyphen, so that it can be copied.
///
/// ```
/// use syncdemo::report::number;
/// assert_eq!(number(-2988), "-2,988");
/// ```
#[must_use]
pub fn number(number: impl TryInto<i128>) -> String {
    let number = number.try_into().unwrap_or_default();
    let sign = if number < 0 { "-" } else { "" };
    let digits = u64::try_from(number.unsigned_abs()).unwrap_or(u64::MAX);
    format!("{sign}{}", HumanCount(digits))
}

/// "1 increment", "2 increments"
#[must_use]
pub fn several(count: u64, one: &str) -> String {
    format!("{} {one}{}", number(count), if count == 1 { "" } else { "s" })
}
