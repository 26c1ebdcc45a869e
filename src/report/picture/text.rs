//! Text in a picture. Nobody knows the reader's fonts, so its width is estimated, rather too large.

use maud::{Markup, html};

/// The size of the type.
pub(super) const TYPE: i64 = 24;
/// Of a heading.
pub(super) const HEAD: i64 = 30;
/// Of what is set like code.
pub(super) const CODE: i64 = 22;

/// How wide a text is at most in a type of this size.
pub(super) fn width(text: &str, size: i64) -> i64 {
    (textwrap::core::display_width(text) as i64 * size * 62).div_euclid(100) + 1
}

/// A text broken into lines of this width.
pub(super) fn lines(text: &str, room: i64, size: i64) -> Vec<String> {
    let columns = usize::try_from(room * 100 / (size * 60)).unwrap_or(1);
    let text = text.replace('\u{a0}', " ");
    let options = textwrap::Options::new(columns)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .word_separator(textwrap::WordSeparator::AsciiSpace);
    textwrap::wrap(&text, options).into_iter().map(|line| line.into_owned()).collect()
}

/// A line of text that starts, has its middle or its end at `x`, with its foot at `y`.
pub(super) fn label(x: i64, y: i64, class: &str, anchor: &str, text: &str) -> Markup {
    let anchor = Some(anchor).filter(|anchor| *anchor != "start");
    html! { text x=(x) y=(y) class=(class) text-anchor=[anchor] { (text) } }
}
