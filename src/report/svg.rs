//! Pictures, one under the other, in one file: for slides, and for a README.

use std::io::{self, Write};

use super::contents;
use super::format::ReportFormat;
use super::headline::{Headline, caption};
use super::page::{Page, plain};
use super::picture::{Drawing, Group, document, drawn};
use super::sheet::{Fact, Sheet};
use super::table::Table;
use super::timeline::Timeline;
use crate::outcome::{Found, Outcome};

pub(super) const FORMAT: ReportFormat =
    ReportFormat { name: "svg", ending: "svg", lists_runs: false, write };

fn write(outcome: &Outcome, page: Page, to: &mut dyn Write) -> io::Result<()> {
    let mut svg = Svg {
        page: Page { brief: false, ..page },
        head: Headline::default(),
        groups: vec![Group::default()],
        rows: Vec::new(),
    };
    contents::write(outcome, &mut svg);
    svg.groups.retain(|group| !group.drawings.is_empty());
    let Headline { title, answers } = svg.head.with(outcome);
    let answers = answers.iter().map(|(label, answer)| {
        let colon = if label.is_empty() { "" } else { ": " };
        plain(&format!("{label}{colon}{answer}"))
    });
    // Of races and explorations the pictures say the same.
    let rows = match outcome.found {
        Found::Judge { .. } | Found::Selftest { .. } => svg.rows,
        Found::Race { .. } | Found::Explore { .. } => Vec::new(),
    };
    let said: Vec<String> = answers.chain(rows).collect();
    to.write_all(document(&title, &said, &svg.groups).as_bytes())
}

struct Svg {
    page: Page,
    head: Headline,
    groups: Vec<Group>,
    /// The rows of all tables as sentences.
    rows: Vec<String>,
}

impl Sheet for Svg {
    fn page(&self) -> Page {
        self.page
    }

    fn heading(&mut self, said: &str) {
        if !self.head.begin(said) {
            self.groups.push(Group { heading: caption(said), drawings: Vec::new() });
        }
    }

    fn answers(&mut self, facts: &[Fact]) {
        self.head.answer(facts);
    }

    fn table(&mut self, _: &str, table: &Table) {
        self.rows.extend(table.sentences());
    }

    fn timeline(&mut self, title: &str, timeline: Timeline) {
        self.drawing(drawn(&timeline.folded(""), caption(title)));
    }

    fn not_in_text(&mut self, show: &dyn Fn(&mut dyn Sheet)) {
        show(self);
    }

    fn drawing(&mut self, drawing: Drawing) {
        if let Some(group) = self.groups.last_mut() {
            group.drawings.push(drawing);
        }
    }
}
