//! A table that fits: its columns move together where the page is narrow, and where that is not
//! enough, each row becomes a short list.

use anstyle::Style;
use textwrap::core::display_width;

use super::page::{Page, pad, styled};

/// One entry.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    /// Without colour.
    pub(super) text: String,
    /// Its colour.
    pub(super) style: Style,
}

impl Cell {
    /// In a colour.
    pub(super) fn styled(style: Style, text: impl Into<String>) -> Self {
        Self { text: text.into(), style }
    }

    /// With its colour.
    pub(super) fn drawn(&self) -> String {
        if self.style == Style::new() { self.text.clone() } else { styled(self.style, &self.text) }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { text: text.into(), style: Style::new() }
    }
}

/// A heading, and whether its column stands flush right.
#[derive(Clone, Debug)]
pub(super) struct Column {
    heading: String,
    right: bool,
    /// The column is this wide where the page allows it.
    wish: usize,
}

/// Columns and rows; the first column names its row.
#[derive(Clone, Debug)]
pub(super) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    /// Columns stand no farther apart than this.
    widest_gap: usize,
}

impl Default for Table {
    fn default() -> Self {
        Self { columns: Vec::new(), rows: Vec::new(), widest_gap: 3 }
    }
}

impl Table {
    /// Columns stand no farther apart than two blanks.
    pub(super) fn narrow(mut self) -> Self {
        self.widest_gap = 2;
        self
    }

    /// A column of words.
    pub(super) fn left(self, heading: impl Into<String>, wish: usize) -> Self {
        self.column(heading.into(), false, wish)
    }

    /// A column of numbers.
    pub(super) fn right(self, heading: impl Into<String>) -> Self {
        self.column(heading.into(), true, 0)
    }

    /// A column of numbers that is this wide where the page allows it.
    pub(super) fn right_wide(self, heading: impl Into<String>, wish: usize) -> Self {
        self.column(heading.into(), true, wish)
    }

    fn column(mut self, heading: String, right: bool, wish: usize) -> Self {
        self.columns.push(Column { heading, right, wish });
        self
    }

    /// One more row; it has as many cells as there are columns.
    pub(super) fn row(&mut self, cells: Vec<Cell>) {
        debug_assert_eq!(cells.len(), self.columns.len(), "a cell for each column");
        self.rows.push(cells);
    }

    /// The lines of the table, each with its line end.
    pub(super) fn draw(&self, page: Page) -> String {
        // As wide as wished first, then ever narrower.
        let layouts = [(3, true), (2, true), (2, false), (1, false)];
        let fits = |&(gap, wish): &(usize, bool)| {
            let widths = self.widths(wish);
            gap <= self.widest_gap
                && widths.iter().sum::<usize>() + gap * (widths.len() - 1) <= page.width
        };
        match layouts.into_iter().find(fits) {
            Some((gap, wish)) => self.draw_columns(gap, &self.widths(wish)),
            None => self.draw_lists(page),
        }
    }

    fn widths(&self, wish: bool) -> Vec<usize> {
        let width = |(at, column): (usize, &Column)| {
            let cells = self.rows.iter().map(|row| display_width(&row[at].text));
            let widest = cells.max().unwrap_or(0).max(display_width(&column.heading));
            if wish { widest.max(column.wish) } else { widest }
        };
        self.columns.iter().enumerate().map(width).collect()
    }

    fn draw_columns(&self, gap: usize, widths: &[usize]) -> String {
        let headings: Vec<Cell> =
            self.columns.iter().map(|column| Cell::from(column.heading.as_str())).collect();
        let mut text = String::new();
        for row in std::iter::once(&headings).chain(&self.rows) {
            let mut line = String::new();
            for ((cell, column), &width) in row.iter().zip(&self.columns).zip(widths) {
                let blanks = " ".repeat(width.saturating_sub(display_width(&cell.text)));
                let (before, after) =
                    if column.right { (blanks, String::new()) } else { (String::new(), blanks) };
                line += &format!("{before}{}{after}", cell.drawn());
                line += &" ".repeat(gap);
            }
            text += line.trim_end();
            text.push('\n');
        }
        text
    }

    fn draw_lists(&self, page: Page) -> String {
        let at = self.columns.iter().map(|column| display_width(&column.heading)).max();
        let at = at.unwrap_or(0) + 4;
        let mut text = String::new();
        for row in &self.rows {
            for (cell, column) in row.iter().zip(&self.columns) {
                if std::ptr::eq(cell, &raw const row[0]) {
                    text += &format!("{}\n", cell.drawn());
                } else {
                    let label = format!("  {}", column.heading);
                    let line = format!("{label}{}{}", pad(&label, at), cell.drawn());
                    text += &page.wrap(&line, at.min(page.width / 2));
                    text.push('\n');
                }
            }
        }
        text
    }
}
