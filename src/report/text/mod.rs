//! For people: plain text, of which colour only repeats what the words say.

#[cfg(test)]
pub(super) mod tests;
mod timeline;

use std::io::{self, Write};

use textwrap::core::display_width;

use super::contents::{self, headed};
use super::format::ReportFormat;
use super::page::{LABEL, Page, plain};
use super::sheet::{Fact, Sheet};
use super::table::Table;
use super::timeline::Timeline;
use crate::outcome::Outcome;

pub(super) const FORMAT: ReportFormat =
    ReportFormat { name: "text", ending: "txt", lists_runs: false, write };

fn write(outcome: &Outcome, page: Page, to: &mut dyn Write) -> io::Result<()> {
    let mut text = Text { page, text: String::new(), blank: false };
    contents::write(outcome, &mut text);
    to.write_all((headed(outcome) + &text.text).as_bytes())
}

struct Text {
    page: Page,
    text: String,
    /// A blank line is to be written before the next one.
    blank: bool,
}

impl Sheet for Text {
    fn page(&self) -> Page {
        self.page
    }

    fn heading(&mut self, said: &str) {
        self.blank();
        self.sentence(said);
        self.blank();
    }

    fn answers(&mut self, facts: &[Fact]) {
        if let [("", said)] = facts {
            // It stands right below the heading.
            self.blank = false;
            return self.sentence(said);
        }
        self.facts(LABEL, facts);
    }

    fn facts(&mut self, at: usize, facts: &[Fact]) {
        for (label, said) in facts {
            let at = at.max(display_width(&plain(label)) + 2);
            self.lines(&self.page.hanging(at, label, said));
        }
    }

    fn table(&mut self, _: &str, table: &Table) {
        self.blank();
        self.lines(&table.draw(self.page));
    }

    fn sentence(&mut self, said: &str) {
        self.lines(&self.page.line(said));
    }

    fn note(&mut self, said: &str) {
        self.lines(&self.page.indented(4, said));
    }

    fn lines(&mut self, lines: &str) {
        if self.blank && !self.text.is_empty() {
            self.text.push('\n');
        }
        self.blank = false;
        self.text += lines;
    }

    fn blank(&mut self) {
        self.blank = true;
    }

    fn timeline(&mut self, title: &str, timeline: Timeline) {
        if !title.is_empty() {
            self.heading(title);
        }
        let timeline = if self.page.verbose { timeline } else { timeline.folded(" (-v)") };
        self.lines(&timeline::drawn(&timeline, self.page));
    }
}
