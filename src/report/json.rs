//! The outcome as one JSON document, as `schemas/` describes it.

use std::io::{self, Write};

use super::format::ReportFormat;
use super::page::Page;
use crate::outcome::Outcome;

pub(super) const FORMAT: ReportFormat =
    ReportFormat { name: "json", ending: "json", lists_runs: true, write };

fn write(outcome: &Outcome, _: Page, to: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *to, outcome)?;
    writeln!(to)
}
