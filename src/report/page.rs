//! Lines on a page of some width: prose that is broken, colour that only repeats what the words say.

use std::fmt::Display;

use anstyle::{AnsiColor, Style};
use textwrap::core::display_width;

/// Good news.
pub(super) const YES: Style = AnsiColor::Green.on_default();
/// Bad news.
pub(super) const NO: Style = AnsiColor::Red.on_default().bold();
/// News that fool the eye.
pub(super) const BEWARE: Style = AnsiColor::Yellow.on_default().bold();
/// Names.
pub(super) const NAME: Style = Style::new().bold();

/// Where the text after a label begins.
pub(super) const LABEL: usize = 16;

/// A blank at which no line is broken.
const TIED: char = '\u{a0}';

/// `text` as one piece, which is not broken at the end of a line.
pub(super) fn tied(text: &str) -> String {
    text.replace(' ', &TIED.to_string())
}

/// What a report is to fit on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    /// In columns.
    pub width: usize,
    /// Whether to say more.
    pub verbose: bool,
    /// Whether to say the answer only.
    pub brief: bool,
}

/// The most columns of a brief report: it is to be read from the last row.
const BRIEF: usize = 60;

impl Page {
    /// For the answer only, if so.
    pub(crate) fn with_brief(self, brief: bool) -> Self {
        Self { brief, width: if brief { self.width.min(BRIEF) } else { self.width }, ..self }
    }

    /// `text`, broken into lines that fit, each but the first with `indent` blanks before it.
    pub(crate) fn wrap(self, text: &str, indent: usize) -> String {
        let blanks = " ".repeat(indent);
        let options = textwrap::Options::new(self.width.max(indent + 20))
            .subsequent_indent(&blanks)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .word_separator(textwrap::WordSeparator::AsciiSpace);
        textwrap::fill(text, options).replace(TIED, " ")
    }

    /// A line that begins with a label.
    pub(crate) fn labelled(self, label: &str, text: &str) -> String {
        self.hanging(LABEL, label, text)
    }

    /// A line whose text begins, and goes on where it is broken, in column `at`.
    pub(crate) fn hanging(self, at: usize, label: &str, text: &str) -> String {
        self.wrap(&format!("{label}{}{text}", pad(label, at)), at) + "\n"
    }

    /// A sentence of its own, with its line end.
    pub(crate) fn line(self, text: &str) -> String {
        self.wrap(text, 0) + "\n"
    }

    /// A sentence of its own, with `indent` blanks before each line but the first.
    pub(crate) fn indented(self, indent: usize, text: &str) -> String {
        self.wrap(text, indent) + "\n"
    }
}

/// `text` in `style`.
pub(super) fn styled(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// The blanks that fill `text` up to `width` columns, at least one.
pub(super) fn pad(text: &str, width: usize) -> String {
    " ".repeat(width.saturating_sub(display_width(text)).max(1))
}

/// `text` without its styles.
pub(super) fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}
