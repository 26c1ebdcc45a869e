//! What the outcome looks like: one format a file.
//!
//! To add a format: write its file, and add two lines here, its `mod` and its row in [`FORMATS`];
//! `--output` follows by the ending. To offer it to `--format` as well: a variant of
//! [`Format`](crate::cli::Format).

mod csv;
pub mod explore;
mod json;
pub mod listing;
pub mod page;
pub mod table;
pub mod text;
pub mod write;

use anyhow::Result;

use crate::outcome::{Explored, Outcome};
use crate::plan::{Plan, Small};

pub use page::{NO, Page, YES, number};

/// Writes an outcome as text of some kind.
pub trait Report: Sync {
    /// As `--format` takes it.
    fn name(&self) -> &'static str;
    /// The ending of a file in this format.
    fn ending(&self) -> &'static str;
    /// The whole document, with a line end at its end.
    ///
    /// # Errors
    ///
    /// It cannot be written in this format.
    fn race(&self, plan: &Plan, outcome: &Outcome, page: Page) -> Result<String>;
    /// Likewise, of an exploration.
    ///
    /// # Errors
    ///
    /// It cannot be written in this format.
    fn exploration(&self, plan: &Small, explored: &Explored, page: Page) -> Result<String>;
}

/// All formats.
pub const FORMATS: &[&dyn Report] = &[&text::Text, &json::Json, &csv::Csv];
