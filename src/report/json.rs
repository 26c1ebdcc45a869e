//! The outcome as one JSON document, as `schemas/` describes it.

use super::format::Report;
use super::page::Page;
use crate::outcome::Outcome;

pub(super) struct Json;

impl Report for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn write(&self, outcome: &Outcome, _: Page) -> String {
        // An outcome has nothing that JSON cannot say.
        serde_json::to_string_pretty(outcome).unwrap_or_default() + "\n"
    }
}
