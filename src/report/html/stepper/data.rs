//! The state graph as the data that the script walks.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use serde::Serialize;

use crate::cli::called;
use crate::explore::{End, Event, Recording, Status};
use crate::machine::{Program, Schedule};
use crate::outcome::ExplorationResult;
use crate::plan::Asked;
use crate::report::explore::count::size;
use crate::report::explore::place;
use crate::report::scene::{options, shared, values, why};
use crate::report::show::{code, listing, marked};
use crate::report::timeline::{remark, words};
use crate::stepper::{SceneGraph, SceneState, StepLoss};

/// A larger graph is left out.
const MOST_BYTES: usize = 1_000_000;

/// The graph.
#[derive(Serialize)]
pub(super) struct Data {
    workers: usize,
    /// How many may be inside, if that is promised.
    most: Option<u64>,
    /// The command that follows a schedule, up to the schedule.
    command: String,
    /// Each as "an update is lost", "loses an update".
    goals: Vec<(String, String)>,
    #[serde(flatten)]
    lists: Lists,
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
    /// It ended an attempt that failed.
    failed: bool,
    /// How many updates it loses.
    lost: u64,
}

/// A worker.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
struct WorkerView {
    /// The first and the last row of its program that are next.
    rows: Option<(usize, usize)>,
    next: Option<String>,
    status: String,
    values: Vec<String>,
    /// In the sense of a preemption.
    enabled: bool,
    inside: bool,
}

/// What is shared; the views of the workers; which goals are met (a bit each); the end, and whether the
/// state belongs to a livelock; how many interleavings remain; and for each step, one after the other,
/// how much higher the number of the state after it is, and what it says.
type State = (usize, Vec<usize>, u32, usize, Option<String>, Vec<isize>);

#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
enum Ended {
    Complete(i64, bool),
    Deadlock,
    Fault,
}

/// What states and steps refer to by number.
#[derive(Default, Serialize)]
struct Lists {
    says: Once<Says>,
    /// What the workers share, in the order of the elements.
    shared: Once<Vec<String>>,
    views: Once<WorkerView>,
    /// The end, and whether steps can lead back here for ever.
    ends: Once<(Option<Ended>, bool)>,
}

/// Things of which each is kept once.
#[derive(Serialize)]
#[serde(transparent)]
struct Once<T> {
    all: Vec<T>,
    #[serde(skip)]
    numbers: HashMap<T, usize>,
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self { all: Vec::new(), numbers: HashMap::new() }
    }
}

impl<T: Clone + Eq + Hash> Once<T> {
    fn number(&mut self, thing: T) -> usize {
        *self.numbers.entry(thing).or_insert_with_key(|thing| {
            self.all.push(thing.clone());
            self.all.len() - 1
        })
    }
}

impl Data {
    pub(super) fn new(asked: &Asked, explored: &ExplorationResult, graph: &SceneGraph) -> Self {
        let (program, found) = (&asked.config.program, &explored.found);
        let (mut lists, listings) = (Lists::default(), listings(program, graph));
        let states = 0..graph.states.len();
        Self {
            workers: program.workers,
            most: found.promise.most_inside(program.permits),
            command: format!(
                "{} explore {}{} --schedule",
                called(),
                found.strategy,
                options(program, asked.memory())
            ),
            goals: graph.goals.iter().map(|goal| (goal.to_string(), goal.verb())).collect(),
            states: states.map(|at| lists.state(graph, &listings, at)).collect(),
            lists,
            witnesses: witnesses(explored),
        }
    }
}

impl Lists {
    fn state(&mut self, graph: &SceneGraph, listings: &[Listing], at: usize) -> State {
        let (state, needs) = (&graph.states[at], &graph.recordings[0].needs);
        let shared = shared(&state.scene, needs).into_iter().map(|(_, value)| value).collect();
        let view = |(me, listing): (usize, &Listing)| {
            self.views.number(view(&graph.recordings[me], state, listing, me))
        };
        let views = listings.iter().enumerate().map(view).collect();
        let end = state.end.map(|end| match end {
            End::Complete { value, kept } => Ended::Complete(value, kept),
            End::Deadlock => Ended::Deadlock,
            End::Fault => Ended::Fault,
        });
        let end = self.ends.number((end, state.livelock));
        let count = state.interleavings.as_ref().map(size);
        let by = |to: usize| to.cast_signed() - at.cast_signed();
        let mut says = |event: &Event| self.says.number(said(event)).cast_signed();
        let steps = state.events.iter().flat_map(|(event, to)| [by(*to), says(event)]).collect();
        (self.shared.number(shared), views, state.met, end, count, steps)
    }
}

/// As JSON, if that is not too large. Within a script element only its end has a meaning for the
/// browser, and that begins with `<`.
pub(super) fn embedded(data: &impl Serialize) -> Option<String> {
    let text = serde_json::to_string(data).ok()?.replace('<', "\\u003c");
    (text.len() <= MOST_BYTES).then_some(text)
}

/// The rows of a worker's program.
type Listing = Vec<(usize, String)>;

pub(super) fn listings(program: &Program, graph: &SceneGraph) -> Vec<Listing> {
    let recordings = graph.recordings.iter().enumerate();
    recordings.map(|(me, recording)| listing(recording, program, me)).collect()
}

fn said(event: &Event) -> Says {
    let remark = remark(event, None);
    Says {
        turn: event.turn.to_string(),
        words: words(event),
        failed: event.failed,
        wrong: remark.as_ref().is_some_and(|remark| remark.wrong),
        remark: remark.map(|remark| remark.said),
        lost: StepLoss::of(event).map_or(0, |loss| loss.lost.sum()),
    }
}

fn view(recording: &Recording, of: &SceneState, listing: &Listing, me: usize) -> WorkerView {
    let worker = &of.scene.workers[me];
    let line = worker.next.as_ref().and_then(|next| recording.line(next));
    WorkerView {
        rows: marked(listing, line),
        next: worker.next.map(|next| code(&next.step, &recording.needs)),
        status: status(&worker.status),
        values: values(worker),
        enabled: of.enabled >> me & 1 == 1,
        inside: worker.inside,
    }
}

/// What stands after "worker 1", if it is not enabled.
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
    let values = values.map(|of| (place(name, &of.trace.value.to_string()), turns(&of.schedule)));
    let deadlock = explored.found.deadlock.as_ref();
    let deadlock = deadlock.map(|of| (place(name, "deadlock"), turns(&of.schedule)));
    values.chain(deadlock).collect()
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
