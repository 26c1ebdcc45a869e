//! How a line of the screen looks.

use anstyle::{AnsiColor, Style};
use textwrap::core::display_width;

use super::super::page::styled;

/// What is to be seen first.
pub(super) const BOLD: Style = Style::new().bold();

/// A piece of text, and how it looks.
pub(super) type Cell = (String, Style);

/// A line of the screen.
pub(super) type Line = Vec<Cell>;

/// In a colour, where colours are wanted.
pub(super) fn style(color: AnsiColor, colored: bool) -> Style {
    Style::new().fg_color(colored.then_some(color.into()))
}

/// A line in one style.
pub(super) fn line(text: impl Into<String>, style: Style) -> Line {
    vec![(text.into(), style)]
}

/// A line as wide as the screen: it is cut, or filled with blanks.
pub(super) fn row(line: Line, width: usize) -> String {
    let (mut row, mut left) = (String::new(), width);
    for (text, style) in line {
        let text = cut(&text, left);
        left -= display_width(&text);
        row += &styled(style, text);
    }
    row + &" ".repeat(left)
}

/// A text of exactly this width: it is cut, or filled with blanks.
pub(super) fn fit(text: &str, width: usize) -> String {
    let text = cut(text, width);
    let blanks = width - display_width(&text);
    text + &" ".repeat(blanks)
}

/// What fits into this width, with a mark where something is missing. A class's names may have
/// control characters, which would move the cursor: they are left out.
fn cut(text: &str, width: usize) -> String {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    if display_width(text.trim_end()) <= width {
        return begin(&text, width);
    }
    begin(&text, width.saturating_sub(1)) + if width > 0 { "…" } else { "" }
}

fn begin(text: &str, width: usize) -> String {
    let mut left = width;
    let fits = |c: &char| {
        let rest = left.checked_sub(display_width(c.encode_utf8(&mut [0; 4])));
        left = rest.unwrap_or(0);
        rest.is_some()
    };
    text.chars().take_while(fits).collect()
}
