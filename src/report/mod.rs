//! What an outcome looks like: one format a file. A report is made of the outcome and nothing else.
//!
//! To add a format: write its file, and add two lines here, its `mod` and its row in [`FORMATS`];
//! `--output` follows by the ending. To offer it to `--format` as well: a variant of
//! [`Format`](crate::cli::Format).

mod closed;
mod csv;
mod format;
mod json;
mod list;
mod page;
mod show;
mod table;
mod text;
mod unmet;
mod write;

pub use format::Report;
pub use list::list;
pub use page::Page;
pub use show::show;
pub use text::headed;
pub use unmet::unmet;
pub use write::{Output, page, to_stderr, to_stdout};

/// All formats.
pub const FORMATS: &[&dyn Report] = &[&text::Text, &json::Json, &csv::Csv];
