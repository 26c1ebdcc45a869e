//! What a format of reports is.

use std::io::{self, Write};

use super::page::Page;
use crate::outcome::Outcome;

/// A format of reports.
pub(crate) struct ReportFormat {
    /// As `--format` takes it.
    pub name: &'static str,
    /// The ending of a file in this format.
    pub ending: &'static str,
    /// Whether every run stands in it.
    pub lists_runs: bool,
    /// Writes the whole document, with a line end at its end.
    pub write: fn(&Outcome, Page, &mut dyn Write) -> io::Result<()>,
}

impl ReportFormat {
    /// The same as one text.
    pub(crate) fn text(&self, outcome: &Outcome, page: Page) -> String {
        let mut text = Vec::new();
        // Memory takes all; where the runs cannot be read back, it is the part before.
        let _ = (self.write)(outcome, page, &mut text);
        String::from_utf8_lossy(&text).into_owned()
    }
}
