//! What a format of reports is.

use std::io::{self, Write};

use super::page::Page;
use crate::outcome::Outcome;

/// Writes an outcome as text of some kind.
pub(crate) trait Report: Sync {
    /// As `--format` takes it.
    fn name(&self) -> &'static str;
    /// The ending of a file in this format.
    fn ending(&self) -> &'static str {
        self.name()
    }
    /// Whether every run stands in it.
    fn lists_runs(&self) -> bool {
        false
    }
    /// The whole document, with a line end at its end.
    fn write(&self, outcome: &Outcome, page: Page, to: &mut dyn Write) -> io::Result<()>;
    /// The same as one text.
    fn text(&self, outcome: &Outcome, page: Page) -> String {
        let mut text = Vec::new();
        // Memory takes all; where the runs cannot be read back, it is the part before.
        let _ = self.write(outcome, page, &mut text);
        String::from_utf8_lossy(&text).into_owned()
    }
}
