//! The page of an exploration: every final value, and a schedule that leads to it.

use maud::{Markup, PreEscaped, html};

use super::element::{facts, figure, marked, table, whole};
use super::stepper::{SCRIPT, id, stepper};
use super::timeline::timeline;
use super::words;
use crate::outcome::{ExplorationResult, ScheduleResult, Witness, WitnessOf};
use crate::plan::Asked;
use crate::report::page::Page;
use crate::report::picture::values;
use crate::report::text::explore;
use crate::report::text::explore::title::{legend, title, what};
use crate::report::text::explore::{account, head, proof};

pub(super) fn explored(
    asked: &Asked,
    explorations: &[ExplorationResult],
    traces: &[ScheduleResult],
    page: Page,
) -> Markup {
    let program = &asked.config.program;
    html! {
        @for traced in traces {
            section {
                @if traces.len() > 1 { h2 { (traced.strategy) } }
                (timeline(program, traced.promise, &traced.trace, "The schedule, step by step"))
            }
        }
        @for explored in explorations {
            section {
                @if explorations.len() > 1 { h2 { (marked(&head::head(asked, &explored.found))) } }
                (exploration(asked, explored, explorations.len() == 1, page))
            }
        }
        @if !(explorations.is_empty() && traces.is_empty()) { (words::list(words::EXPLORE)) }
        @if !explorations.is_empty() { script { (PreEscaped(SCRIPT)) } }
    }
}

/// `alone`: no heading stands above it.
fn exploration(asked: &Asked, explored: &ExplorationResult, alone: bool, page: Page) -> Markup {
    let found = &explored.found;
    let name = found.strategy;
    let shown = explored.witnesses.iter().chain(&explored.witness);
    let places: Vec<String> = shown.map(|of| id(name, &end(of))).collect();
    let link = |end: &str| Some(id(name, end)).filter(|id| places.contains(id));
    let drawing = values(found, |end| link(end).map(|id| format!("#{id}")));
    html! {
        (stepper(asked, explored, &heading(alone, "Step through it")))
        (heading(alone, "The final values"))
        @if let Some(drawing) = drawing {
            (figure(&drawing, &format!("{name}-values")))
        }
        @if !found.outcomes.is_empty() {
            (table(&format!("{name}: the final values"), &explore::table(found, page)))
            p { (account::cancelled(found, page)) }
            p { (account::chance(explored, page)) }
        }
        (facts("facts", &account::facts(asked, found, page)))
        (heading(alone, "How they come about"))
        (witnesses(asked, explored))
        p { (whole(proof::proof(asked, explored, page).trim())) }
    }
}

fn heading(alone: bool, said: &str) -> Markup {
    if alone {
        html! { h2 { (said) } }
    } else {
        html! { h3 { (said) } }
    }
}

/// What the text shows as well, and a schedule for each final value; the one that tells most is open.
fn witnesses(asked: &Asked, explored: &ExplorationResult) -> Markup {
    let (found, shown) = (&explored.found, explore::shown(asked, explored));
    let (values, others): (Vec<_>, Vec<_>) =
        shown.into_iter().partition(|of| of.of == WitnessOf::Value);
    let is_open = |of: &Witness| values.iter().any(|open| open.schedule == of.schedule);
    let is_new = |of: &&Witness| explored.witnesses.iter().all(|it| it.schedule != of.schedule);
    let more = values.iter().copied().filter(is_new);
    let draw = |of: &Witness, caption: &str| {
        timeline(&asked.config.program, found.promise, &of.trace, caption)
    };
    html! {
        @for of in others {
            @let place = (of.of == WitnessOf::Deadlock).then(|| id(found.strategy, &end(of)));
            div id=[place] { (draw(of, &title(asked, found, of).replace("):", ")"))) }
        }
        @for of in more {
            details open {
                summary { (what(asked, found, of)) }
                (draw(of, &format!("Schedule {}", legend(&of.schedule))))
            }
        }
        @for of in &explored.witnesses {
            details open[is_open(of)] {
                summary { (what(asked, found, of)) }
                // A link that leads into it opens it.
                div id=(id(found.strategy, &end(of))) {
                    (draw(of, &format!("Schedule {}", legend(&of.schedule))))
                }
            }
        }
    }
}

/// Where a witness ends, which names its place in the page.
fn end(witness: &Witness) -> String {
    match witness.of {
        WitnessOf::Deadlock => "deadlock".into(),
        _ => witness.trace.value.to_string(),
    }
}
