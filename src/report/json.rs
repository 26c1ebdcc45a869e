//! The outcome as one JSON document, as `schemas/` describes it.

use std::io::{self, Write};

use super::format::Report;
use super::page::Page;
use crate::outcome::Outcome;

pub(super) struct Json;

impl Report for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn lists_runs(&self) -> bool {
        true
    }

    fn write(&self, outcome: &Outcome, _: Page, to: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *to, outcome)?;
        writeln!(to)
    }
}
