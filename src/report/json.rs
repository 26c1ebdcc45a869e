//! One JSON document, as `schemas/report.schema.json` describes it.

use anyhow::Result;

use super::{Page, Report};
use crate::outcome::{Explored, Outcome};
use crate::plan::{Plan, Small};

pub(super) struct Json;

impl Report for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn ending(&self) -> &'static str {
        "json"
    }

    fn race(&self, _: &Plan, outcome: &Outcome, _: Page) -> Result<String> {
        Ok(serde_json::to_string_pretty(outcome)? + "\n")
    }

    fn exploration(&self, _: &Small, explored: &Explored, _: Page) -> Result<String> {
        Ok(serde_json::to_string_pretty(explored)? + "\n")
    }
}
