//! The stepper of a page: its elements, and the state graph as the data that its script walks. The
//! script knows no strategy: what a step does was found out by the model.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use maud::{Markup, PreEscaped, html};
use serde::Serialize;

use super::element::whole;
use super::timeline;
use crate::explore::{End, Event, Memory, Recording, Status};
use crate::machine::{Program, Schedule};
use crate::outcome::ExplorationResult;
use crate::plan::Asked;
use crate::report::scene::{options, shared, values, why};
use crate::report::show::{code, listing, marked};
use crate::report::text::explore::count::size;
use crate::report::timeline::{heading, remark, words};
use crate::stepper::{Goal, Loss, SceneGraph, SceneState};

/// The script of all steppers of a page.
pub(super) const SCRIPT: &str = include_str!("stepper.js");

/// A larger graph is left out.
const MOST_BYTES: usize = 1_000_000;

/// The graph; each list holds once what states or steps refer to by number.
#[derive(Serialize)]
struct Data {
    workers: usize,
    /// How many may be inside, if that is promised.
    most: Option<u64>,
    /// Followed by a schedule it is the command that follows it.
    command: String,
    /// Each as "an update is lost", "loses an update".
    goals: Vec<(String, String)>,
    says: Vec<Says>,
    /// What the workers share, in the order of the elements.
    shared: Vec<Vec<String>>,
    views: Vec<View>,
    ends: Vec<Option<Ended>>,
    states: Vec<State>,
    /// A schedule for each final value, and for the deadlock, by the place in the page.
    witnesses: BTreeMap<String, Vec<String>>,
}

/// A step, or that a worker has to wait.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
struct Says {
    /// As a schedule has it.
    turn: String,
    words: String,
    remark: Option<String>,
    wrong: bool,
    /// How many updates it loses.
    lost: u64,
}

/// A worker.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
struct View {
    /// The first and the last row of its program that are next.
    rows: Option<(usize, usize)>,
    next: Option<String>,
    status: String,
    values: Vec<String>,
    /// In the sense of a preemption.
    enabled: bool,
    inside: bool,
}

/// What is shared; the views of the workers; which goals are met (a bit each); the end; how many
/// interleavings remain; and for each step, one after the other, how much higher the number of the state
/// after it is, and what it says.
type State = (usize, Vec<usize>, u32, usize, Option<String>, Vec<isize>);

#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
enum Ended {
    Complete(i64, bool),
    Deadlock,
    Fault,
}

/// Things of which each is kept once.
struct Once<T> {
    all: Vec<T>,
    numbers: HashMap<T, usize>,
}

impl<T: Clone + Eq + Hash> Once<T> {
    fn new() -> Self {
        Self { all: Vec::new(), numbers: HashMap::new() }
    }

    fn number(&mut self, thing: T) -> usize {
        *self.numbers.entry(thing).or_insert_with_key(|thing| {
            self.all.push(thing.clone());
            self.all.len() - 1
        })
    }
}

impl Data {
    fn new(asked: &Asked, explored: &ExplorationResult, graph: &SceneGraph) -> Self {
        let (program, found) = (&asked.config.program, &explored.found);
        let (mut says, mut shares, mut views, mut ends) =
            (Once::new(), Once::new(), Once::new(), Once::new());
        let listings = listings(program, graph);
        let needs = &graph.recordings[0].needs;
        let state = |(at, state): (usize, &SceneState)| {
            let shared = shared(&state.scene, needs).into_iter().map(|(_, value)| value).collect();
            let views = listings
                .iter()
                .enumerate()
                .map(|(me, listing)| views.number(view(&graph.recordings[me], state, listing, me)));
            let end = state.end.map(|end| match end {
                End::Complete { value, kept } => Ended::Complete(value, kept),
                End::Deadlock => Ended::Deadlock,
                End::Fault => Ended::Fault,
            });
            let count = state.interleavings.as_ref().map(size);
            let by = |to: usize| to.cast_signed() - at.cast_signed();
            let steps = state.events.iter();
            let steps =
                steps.flat_map(|(event, to)| [by(*to), says.number(said(event)).cast_signed()]);
            let (shared, end) = (shares.number(shared), ends.number(end));
            (shared, views.collect(), state.met, end, count, steps.collect())
        };
        let states = graph.states.iter().enumerate().map(state).collect();
        let options = options(program, asked.memory());
        Self {
            workers: program.workers,
            most: found.promise.most_inside(program.permits),
            command: format!("syncdemo explore {}{options} --schedule", found.strategy),
            goals: graph.goals.iter().map(|goal| (goal.to_string(), goal.verb())).collect(),
            says: says.all,
            shared: shares.all,
            views: views.all,
            ends: ends.all,
            states,
            witnesses: witnesses(explored),
        }
    }
}

/// As JSON, if that is not too large. Within a script element only its end has a meaning for the
/// browser, and that begins with `<`.
fn embedded(data: &impl Serialize) -> Option<String> {
    let text = serde_json::to_string(data).ok()?.replace('<', "\\u003c");
    (text.len() <= MOST_BYTES).then_some(text)
}

/// The rows of a worker's program.
type Listing = [(usize, String)];

fn listings(program: &Program, graph: &SceneGraph) -> Vec<Vec<(usize, String)>> {
    let recordings = graph.recordings.iter().enumerate();
    recordings.map(|(me, recording)| listing(recording, program, me)).collect()
}

fn said(event: &Event) -> Says {
    let remark = remark(event, None);
    Says {
        turn: event.turn.to_string(),
        words: words(event),
        wrong: remark.as_ref().is_some_and(|remark| remark.wrong),
        remark: remark.map(|remark| remark.said),
        lost: Loss::of(event).map_or(0, |loss| loss.increments + loss.decrements),
    }
}

fn view(recording: &Recording, of: &SceneState, listing: &Listing, me: usize) -> View {
    let worker = &of.scene.workers[me];
    let line = worker.next.as_ref().and_then(|next| recording.line(next));
    View {
        rows: marked(listing, line),
        next: worker.next.map(|next| code(&next.step, &recording.needs)),
        status: status(&worker.status),
        values: values(worker),
        enabled: of.enabled >> me & 1 == 1,
        inside: worker.inside,
    }
}

/// What stands behind "worker 1", if it is not enabled.
fn status(status: &Status) -> String {
    match status {
        Status::Enabled => String::new(),
        Status::Repeats(_) | Status::Waits(..) => {
            format!("waits {}", why(status).unwrap_or_default())
        }
        Status::Undrained => "first has to drain its store buffer".into(),
        Status::Fault(lock) => format!("would release {lock}, which it does not hold"),
        Status::Finished => "has finished".into(),
    }
}

fn witnesses(explored: &ExplorationResult) -> BTreeMap<String, Vec<String>> {
    let turns =
        |schedule: &Schedule| schedule.turns().iter().map(ToString::to_string).collect::<Vec<_>>();
    let name = explored.found.strategy;
    let values = explored.witnesses.iter();
    let values = values.map(|of| (id(name, &of.trace.value.to_string()), turns(&of.schedule)));
    let deadlock = explored.found.deadlock.as_ref();
    let deadlock = deadlock.map(|of| (id(name, "deadlock"), turns(&of.schedule)));
    values.chain(deadlock).collect()
}

/// The stepper, which is shown as soon as the script runs; or why there is none.
pub(super) fn stepper(asked: &Asked, explored: &ExplorationResult, heading: &Markup) -> Markup {
    let found = &explored.found;
    let graph = explored.scenes.as_ref();
    let data = graph.and_then(|graph| embedded(&Data::new(asked, explored, graph)));
    let (Some(graph), Some(data)) = (graph, data) else {
        let why = match found.complete {
            true => "All states would take more than 1 MB here",
            false => "Not all states were seen",
        };
        let options = options(&asked.config.program, asked.memory());
        return html! {
            p {
                (why) ", so this page shows schedules only. To step through all: "
                code { (whole(&format!("syncdemo step {}{options}", found.strategy))) }
            }
        };
    };
    html! {
        div class="stepper" role="group" aria-label={ "Stepper of " (found.strategy) } hidden {
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
    }
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
                button type="button" data-plays=(id(explored.found.strategy, &end)) { (end) } " "
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
                thead { (timeline::head(program)) }
                tbody {}
            }
        }
    }
}

/// The place of a witness in the page.
pub(super) fn id(strategy: &str, end: &str) -> String {
    format!("{strategy}-ends-at-{end}")
}

#[cfg(test)]
mod tests {
    use super::embedded;

    #[test]
    fn no_name_ends_the_element_that_the_data_is_in() {
        let name = "</script><script>alert(1)<!--";
        let data = embedded(&[name]).expect("it is small");
        assert!(!data.contains('<'), "{data}");
        assert_eq!(serde_json::from_str::<[String; 1]>(&data).expect("it is JSON"), [name]);
        assert_eq!(embedded(&"x".repeat(1_000_000)), None, "too large");
    }
}
