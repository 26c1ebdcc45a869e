//! The page of an exploration: every final value, and a schedule that leads to it.

use maud::{Markup, html};

use super::element::{facts, figure, marked, table};
use super::timeline::timeline;
use super::words;
use crate::outcome::{ExplorationResult, ScheduleResult, Witness, WitnessOf, number};
use crate::plan::Asked;
use crate::report::page::Page;
use crate::report::picture::values;
use crate::report::text::explore;
use crate::report::text::explore::{account, head, legend, proof, title};

pub(super) fn explored(
    asked: &Asked,
    explorations: &[ExplorationResult],
    traces: &[ScheduleResult],
    page: Page,
) -> Markup {
    html! {
        @for traced in traces {
            section {
                @if traces.len() > 1 { h2 { (traced.strategy) } }
                (timeline(&asked.config.program, &traced.trace, "The schedule, step by step"))
            }
        }
        @for explored in explorations {
            section {
                @if explorations.len() > 1 { h2 { (marked(&head::head(asked, &explored.found))) } }
                (exploration(asked, explored, page))
            }
        }
        @if !(explorations.is_empty() && traces.is_empty()) { (words::list(words::EXPLORE)) }
    }
}

fn exploration(asked: &Asked, explored: &ExplorationResult, page: Page) -> Markup {
    let found = &explored.found;
    let name = found.strategy;
    let shown = |value: i64| explored.witnesses.iter().any(|of| of.trace.value == value);
    let drawing = values(found, |value| shown(value).then(|| format!("#{}", id(name, value))));
    let said: Vec<_> = account::facts(asked, found)
        .into_iter()
        .map(|(label, said)| (label.to_owned(), said))
        .collect();
    html! {
        // The stepper, which walks the state graph, comes here.
        @if let Some(drawing) = drawing {
            (figure(&drawing, &format!("{name}-values")))
        }
        @if !found.outcomes.is_empty() {
            (table(&format!("{name}: the final values"), &explore::table(found, page)))
            p { (account::shares(found, page)) }
        }
        (facts("facts", &said))
        (witnesses(asked, explored))
        p { (proof::proof(asked, explored, page).trim()) }
    }
}

/// A schedule for each final value; the one that tells most is open.
fn witnesses(asked: &Asked, explored: &ExplorationResult) -> Markup {
    let (found, program) = (&explored.found, &asked.config.program);
    let stuck = explored.witness.as_ref().filter(|of| of.of != WitnessOf::Value);
    let open = explored.witness.as_ref().filter(|of| of.of == WitnessOf::Value);
    let is_open = |of: &Witness| open.is_some_and(|open| open.trace.value == of.trace.value);
    // Of all final values, or of the one that was asked for where that is hidden among many.
    let hidden =
        open.filter(|open| !explored.witnesses.iter().any(|of| of.schedule == open.schedule));
    let all = explored.witnesses.iter().chain(hidden);
    html! {
        @if let Some(stuck) = stuck {
            (timeline(program, &stuck.trace, &title(stuck).replace("):", ")")))
        }
        @for of in all {
            details open[is_open(of)] {
                summary { "How " (number(of.trace.value)) " comes about" }
                // A link that leads into it opens it.
                div id=(id(found.strategy, of.trace.value)) {
                    (timeline(program, &of.trace, &format!("Schedule {}", legend(&of.schedule))))
                }
            }
        }
    }
}

fn id(strategy: &str, value: i64) -> String {
    format!("{strategy}-ends-at-{value}")
}
