//! The pictures of a judgement: how each "NO" comes about.

use super::Drawing;
use super::timeline::timeline;
use crate::outcome::JudgementResult;
use crate::plan::Asked;
use crate::report::page::Page;
use crate::report::text::judge::{Shown, judged_as, shown};

/// Of one strategy.
pub(in crate::report) fn judged(asked: &Asked, of: &JudgementResult, page: Page) -> Vec<Drawing> {
    let name = of.found.strategy;
    let draw = |shown: &Shown<'_>| {
        let title = shown.title(name).trim_end_matches(':').to_owned();
        Some(timeline(&shown.program(asked), judged_as(&of.found), shown.trace?, title))
    };
    shown(of, page).iter().filter_map(draw).collect()
}
