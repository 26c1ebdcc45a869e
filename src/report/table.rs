//! A table that fits: its columns move together where the page is narrow, and where that is not
//! enough, each row becomes a short list.

use anstyle::Style;
use textwrap::core::display_width;

use super::page::{Page, styled};

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

/// A heading, whether its column stands flush right, and how wide it is where the page allows it.
type Column = (String, bool, usize);

/// Columns and rows; the first column names its row.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<Cell>>,
    /// Columns stand no farther apart than this.
    widest_gap: usize,
}

impl Table {
    /// Without columns, which stand no farther apart than `widest_gap`.
    pub(super) fn new(widest_gap: usize) -> Self {
        Self { columns: Vec::new(), rows: Vec::new(), widest_gap }
    }

    /// A column of words.
    pub(super) fn left(mut self, heading: impl Into<String>, wish: usize) -> Self {
        self.columns.push((heading.into(), false, wish));
        self
    }

    /// A column of numbers.
    pub(super) fn right(mut self, heading: impl Into<String>, wish: usize) -> Self {
        self.columns.push((heading.into(), true, wish));
        self
    }

    /// One more row; it has as many cells as there are columns.
    pub(super) fn row(&mut self, cells: Vec<Cell>) {
        debug_assert_eq!(cells.len(), self.columns.len(), "a cell for each column");
        self.rows.push(cells);
    }

    /// Each row as a sentence: "mutex: progress yes, bounded waiting NO"
    pub(super) fn sentences(&self) -> impl Iterator<Item = String> {
        self.rows.iter().map(|row| {
            let said = row.iter().zip(&self.columns).skip(1);
            let said = said.map(|(cell, (heading, ..))| format!("{heading} {}", cell.text));
            format!("{}: {}", row[0].text, said.collect::<Vec<_>>().join(", "))
        })
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
        let width = |(at, (heading, _, wished)): (usize, &Column)| {
            let cells = self.rows.iter().map(|row| display_width(&row[at].text));
            let widest = cells.max().unwrap_or(0).max(display_width(heading));
            if wish { widest.max(*wished) } else { widest }
        };
        self.columns.iter().enumerate().map(width).collect()
    }

    fn draw_columns(&self, gap: usize, widths: &[usize]) -> String {
        let headings: Vec<Cell> =
            self.columns.iter().map(|(heading, ..)| Cell::from(heading.as_str())).collect();
        let mut text = String::new();
        for row in std::iter::once(&headings).chain(&self.rows) {
            let mut line = String::new();
            for ((cell, (_, right, _)), &width) in row.iter().zip(&self.columns).zip(widths) {
                let blanks = " ".repeat(width.saturating_sub(display_width(&cell.text)));
                let cell = cell.drawn();
                line += &if *right { blanks + &cell } else { cell + &blanks };
                line += &" ".repeat(gap);
            }
            text += &format!("{}\n", line.trim_end());
        }
        text
    }

    fn draw_lists(&self, page: Page) -> String {
        let at = self.columns.iter().map(|(heading, ..)| display_width(heading)).max();
        let at = (at.unwrap_or(0) + 4).min(page.width / 2);
        let mut text = String::new();
        for row in &self.rows {
            text += &format!("{}\n", row[0].drawn());
            for (cell, (heading, ..)) in row.iter().zip(&self.columns).skip(1) {
                text += &page.hanging(at, &format!("  {heading}"), &cell.drawn());
            }
        }
        text
    }
}
