//! What an outcome looks like: one format a file. A report is made of the outcome and nothing else.
//!
//! To add a format: write its file, and add two lines here, its `mod` and its row in [`FORMATS`];
//! `--output` follows by the ending. To offer it to `--format` as well: a variant of
//! [`Format`](crate::cli::Format).

mod csv;
mod json;
mod list;
mod page;
mod show;
mod table;
mod text;
mod unmet;
mod write;

use crate::outcome::Outcome;

pub use list::list;
pub use page::Page;
pub use show::show;
pub use text::headed;
pub use unmet::unmet;
pub use write::{Output, page, to_stderr, to_stdout};

/// Writes an outcome as text of some kind.
pub trait Report: Sync {
    /// As `--format` takes it.
    fn name(&self) -> &'static str;
    /// The ending of a file in this format.
    fn ending(&self) -> &'static str;
    /// The whole document, with a line end at its end.
    fn write(&self, outcome: &Outcome, page: Page) -> String;
}

/// All formats.
pub const FORMATS: &[&dyn Report] = &[&text::Text, &json::Json, &csv::Csv];
