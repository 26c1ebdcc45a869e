//! How a line of the screen looks.

use ratatui::style::{Color, Modifier, Style};

/// What is to be seen first.
pub(super) const BOLD: Style = Style::new().add_modifier(Modifier::BOLD);

/// In a colour, where colours are wanted.
pub(super) fn style(color: Color, colored: bool) -> Style {
    if colored { Style::new().fg(color) } else { Style::new() }
}
