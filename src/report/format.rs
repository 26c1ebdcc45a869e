//! What a format of reports is.

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
    /// The whole document, with a line end at its end.
    fn write(&self, outcome: &Outcome, page: Page) -> String;
}
