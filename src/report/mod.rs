//! What an outcome looks like: one format a file. A report is made of the outcome and nothing else.
//!
//! To add a format: write its file, and add two lines here, its `mod` and its row in [`FORMATS`];
//! `--output` follows by the ending. To offer it to `--format` as well: a variant of
//! [`Format`](crate::cli::Format).

mod closed;
mod contents;
mod csv;
mod explore;
mod format;
mod headline;
mod html;
mod json;
mod judge;
mod list;
mod page;
mod picture;
mod race;
mod scene;
mod screen;
mod selftest;
mod sheet;
mod show;
mod svg;
mod table;
mod text;
mod timeline;
mod unmet;
mod words;
mod write;

pub(crate) use contents::headed;
pub(crate) use format::ReportFormat;
pub(crate) use list::list;
pub(crate) use page::Page;
pub use picture::bar_charts;
pub(crate) use screen::{draw, result, text as screen};
pub(crate) use show::show;
pub(crate) use unmet::unmet;
pub(crate) use write::{Output, colored, page, to_stderr, to_stdout, write_to_stdout};

/// All formats.
pub(crate) const FORMATS: &[ReportFormat] =
    &[text::FORMAT, json::FORMAT, csv::FORMAT, html::FORMAT, svg::FORMAT];
