//! The stepper of a page: its elements. The script knows no strategy: what a step does was found out
//! by the model, and stands in the data.

mod data;

use maud::{Markup, PreEscaped, html};

use self::data::{Data, embedded, listings};
use super::element::whole;
use super::timeline;
use crate::cli::called;
use crate::explore::{Exploration, Memory};
use crate::outcome::ExplorationResult;
use crate::plan::Asked;
use crate::report::explore::place;
use crate::report::scene::{options, shared};
use crate::report::timeline::{columns as timeline_columns, heading};
use crate::stepper::{Goal, SceneGraph};

/// The script of all steppers of a page.
pub(super) const SCRIPT: &str = include_str!("stepper.js");

/// Why there is no stepper.
pub(super) fn missing(asked: &Asked, found: &Exploration) -> Markup {
    let why = match found.complete {
        true => "All states would take more than 1 MB here",
        false => "Not all states were seen",
    };
    let options = options(&asked.config.program, asked.memory());
    html! {
        p {
            (why) ", so this page shows schedules only. To step through all: "
            code { (whole(&format!("{} step {}{options}", called(), found.strategy))) }
        }
    }
}

/// The stepper, which is shown as soon as the script runs.
pub(super) fn stepper(
    asked: &Asked,
    explored: &ExplorationResult,
    heading: &Markup,
) -> Option<Markup> {
    let graph = explored.scenes.as_ref()?;
    let data = embedded(&Data::new(asked, explored, graph))?;
    Some(html! {
        div class="stepper" role="group" aria-label={ "Stepper of " (explored.found.strategy) } hidden {
            (heading)
            p class="goal" {
                label { "Your goal: " select {
                    @for (at, goal) in graph.goals.iter().enumerate() {
                        option value=(at) selected[at == begin(graph)] { (goal) }
                    }
                } }
            }
            (columns(asked, graph))
            (buttons(asked))
            div role="status" {
                p class="key-note" data-says="note" {}
                p data-says="chance" {}
                p data-says="future" {}
            }
            p class="again" { span data-says="count" {} ". To follow the schedule again: " code data-says="command" {} }
            (plays(explored))
            (steps(asked))
            script type="application/json" { (PreEscaped(data)) }
        }
    })
}

/// The goal to begin with: what must not happen, if it can.
fn begin(graph: &SceneGraph) -> usize {
    let can = |goal: usize| graph.states.iter().any(|state| state.met >> goal & 1 == 1);
    let mut goals = graph.goals.iter().enumerate();
    let found = goals.find(|(at, goal)| !matches!(goal, Goal::Value(_)) && can(*at));
    found.map_or(0, |(at, _)| at)
}

/// The program of each worker, and what they share.
fn columns(asked: &Asked, graph: &SceneGraph) -> Markup {
    let program = &asked.config.program;
    let shared = shared(&graph.states[0].scene, &graph.recordings[0].needs);
    html! {
        div class="columns" {
            @for (me, listing) in listings(program, graph).iter().enumerate() {
                div class="worker" role="group" aria-label=(heading(program, me)) {
                    div class="name" { (heading(program, me)) }
                    ol { @for (_, row) in listing { li { (row) } } }
                    p class="next" {}
                    p class="status" {}
                    p class="values" {}
                }
            }
            div class="shared" role="group" aria-label="shared" {
                div class="name" { "shared" }
                dl {
                    @for (name, _) in shared { div { dt { (name) } dd {} } }
                    div { dt { "lost" } dd {} }
                }
            }
        }
    }
}

/// Each with its key.
fn buttons(asked: &Asked) -> Markup {
    let workers = 1..=asked.config.program.workers;
    let button = |key: &str, said: &str| {
        html! { button type="button" data-key=(key) { kbd { (key) } " " (said) } " " }
    };
    html! {
        div class="keys" role="group" aria-label="Keys" {
            @for me in workers.clone() { (button(&me.to_string(), &format!("step worker {me}"))) }
            @for me in workers.clone() { (button(&format!("s{me}"), &format!("run worker {me}"))) }
            @if asked.memory() == Memory::Tso {
                @for me in workers { (button(&format!("d{me}"), &format!("drain worker {me}"))) }
            }
            @for (key, said) in [("u", "undo"), ("r", "redo"), ("h", "hint"), ("R", "restart")] {
                (button(key, said))
            }
        }
    }
}

/// A button for each schedule that the page knows.
fn plays(explored: &ExplorationResult) -> Markup {
    let values = explored.witnesses.iter().map(|of| of.trace.value.to_string());
    let deadlock = explored.found.deadlock.iter().map(|_| "deadlock".to_owned());
    html! {
        p class="plays" {
            "Play a schedule that ends at: "
            @for end in values.chain(deadlock) {
                button type="button" data-plays=(place(explored.found.strategy, &end)) { (end) } " "
            }
        }
    }
}

/// The schedule as it stands.
fn steps(asked: &Asked) -> Markup {
    let program = &asked.config.program;
    html! {
        div class="scroll" tabindex="0" role="region" aria-label="The schedule so far" {
            table class="timeline" {
                caption { "The schedule so far" }
                thead { (timeline::head("step", &timeline_columns(program))) }
                tbody {}
            }
        }
    }
}
