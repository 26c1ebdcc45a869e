//! The page of a judgement: the table, and how each "NO" comes about.

use maud::{Markup, html};

use super::element::{marked, table};
use super::timeline::timeline;
use super::words;
use crate::outcome::JudgementResult;
use crate::plan::Asked;
use crate::report::page::Page;
use crate::report::text::judge::{self, judged_as, note, shown};

pub(super) fn judged(asked: &Asked, judgements: &[JudgementResult], page: Page) -> Markup {
    if judgements.is_empty() {
        return html! {};
    }
    html! {
        (table("The strategies", &judge::table(asked, judgements, page)))
        @for note in judgements.iter().filter_map(|judged| note(&judged.found)) {
            p { (marked(&note)) }
        }
        @for judged in judgements {
            @for shown in shown(judged, page) {
                section {
                    h2 { (judged.found.strategy) ": " (shown.said) }
                    @if let Some(trace) = shown.trace {
                        @let program = shown.program(asked);
                        @let schedule = shown.schedule().unwrap_or_default();
                        (timeline(&program, judged_as(&judged.found), trace, &schedule))
                    }
                }
            }
        }
        (words::list(words::JUDGE))
    }
}
