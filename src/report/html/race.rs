//! The page of a race.

use maud::{Markup, html};

use super::element::{facts, figure, table, whole};
use super::timeline::timeline;
use super::words;
use crate::outcome::{Outcome, Run, StrategyResult};
use crate::plan::Asked;
use crate::report::page::Page;
use crate::report::picture::{self, Drawing};
use crate::report::text::race::start::{start, undisturbed};
use crate::report::text::race::{
    account, beside, compare, copies, deaths, distribution, inside, not_caught, single, traced,
};

pub(super) fn raced(outcome: &Outcome, results: &[StrategyResult], page: Page) -> Markup {
    let asked = &outcome.plan;
    if results.iter().all(|result| result.summary.is_none()) {
        return html! {};
    }
    html! {
        @match results {
            [result] => {
                h2 { (if result.only().is_some() { "The account" } else { "The final values" }) }
                (pictures(asked, results))
                @match result.only() {
                    Some(run) => (one_run(asked, result, run)),
                    None => (runs(asked, result)),
                }
            }
            _ => {
                h2 { "The comparison" }
                (compared(asked, results, page))
                (pictures(asked, results))
            }
        }
        @for result in results { (compared_with_model(asked, result, page)) }
        @for said in not_caught(outcome, results) { p class="note" { (whole(&said)) } }
        (words::list(words::RACE))
    }
}

fn pictures(asked: &Asked, results: &[StrategyResult]) -> Markup {
    let drawings: Vec<Drawing> = picture::raced(asked, results);
    let followed = results.iter().filter_map(|result| {
        let (trace, caption) = (result.followed()?, picture::followed(asked, result)?);
        Some(timeline(&asked.config.program, result.promise, trace, &caption))
    });
    let followed: Vec<Markup> = followed.collect();
    // A table is read more easily than the picture of the same, which comes first.
    let others = drawings.iter().skip(followed.len());
    html! {
        @for timeline in &followed { (timeline) }
        @for (number, drawing) in (1..).zip(others) {
            (figure(drawing, &format!("picture-{number}")))
        }
    }
}

/// What `--explore` adds.
fn compared_with_model(asked: &Asked, result: &StrategyResult, page: Page) -> Markup {
    let Some(model) = &result.model else { return html! {} };
    html! {
        section {
            h2 { (result.strategy) ": hardware beside model" }
            (table("Each final value that is possible, or was seen", &beside::table(model, page)))
            @for said in beside::said(asked, result, model, page) { p { (whole(&said)) } }
            (facts("facts", &beside::facts(asked, model, page)))
        }
    }
}

fn one_run(asked: &Asked, result: &StrategyResult, run: &Run) -> Markup {
    let files = copies::files(asked, run).into_iter().map(|said| ("file", said));
    let paper = copies::readable(run).map(|said| ("paper", said));
    let traced = run.trace.as_ref().map(|trace| ("traced", traced::worst(trace)));
    let said = files.chain(paper).chain(deaths::facts(asked, result, run));
    let said: Vec<_> = said.chain(single::facts(asked, result, run)).chain(traced).collect();
    let overwrote = run.trace.as_ref().map(traced::table);
    html! {
        (table("The account of all updates", &account::table(run)))
        @if let Some(sum) = account::made_up(run) { p { (sum) } }
        @if let Some(copies) = copies::table(run) {
            (table("What the copies hold", &copies))
        }
        @if let Some(overwrote) = overwrote.filter(|table| !table.rows.is_empty()) {
            (table("Who overwrote whom", &overwrote))
            @if let Some(own) = run.trace.as_ref().and_then(traced::own) { p { (own) } }
        }
        (facts("facts", &said))
    }
}

fn runs(asked: &Asked, result: &StrategyResult) -> Markup {
    let Some(summary) = &result.summary else { return html! {} };
    let time = summary.ns_per_update.spread().filter(|_| undisturbed(asked));
    let range = summary.value.spread().map(|value| ("final value", distribution::range(value)));
    let start = [("inside at once", inside::inside(asked, result)), ("start", start(asked))];
    let time = time.map(|time| ("time", distribution::times(time)));
    facts("facts", &range.into_iter().chain(start).chain(time).collect::<Vec<_>>())
}

fn compared(asked: &Asked, results: &[StrategyResult], page: Page) -> Markup {
    let mut said = Vec::new();
    let notes: Vec<_> = results
        .iter()
        .map(|result| (result.strategy, compare::note(asked, result, &mut said)))
        .collect();
    html! {
        (table("The strategies", &compare::table(asked, results, page)))
        (facts("facts", &notes))
        (facts("facts", &traced::all(results)))
        p { (whole(&format!("start: {}", start(asked)))) }
    }
}
