//! All states that a schedule can lead to, with everything that there is to see in each: what a page
//! walks.

use num_bigint::BigUint;

use super::goal::Goal;
use super::outlook::Outlook;
use crate::explore::{Bounds, End, Event, Explorable, Memory, Recording, Refused, Scene, Status};
use crate::explore::{TracedProgram, Tracer, Watch};
use crate::machine::{Program, Promise, Turn};

/// More states do not fit into a page, however small they are.
const MOST_STATES: u64 = 30_000;

/// The states, and the steps between them. The first is where it begins.
#[derive(Clone, Debug)]
pub(crate) struct SceneGraph {
    pub states: Vec<SceneState>,
    pub goals: Vec<Goal>,
    /// The program of each worker.
    pub recordings: Vec<Recording>,
}

/// A state.
#[derive(Clone, Debug)]
pub(crate) struct SceneState {
    pub scene: Scene,
    /// A bit for each worker: whether it is enabled in the sense of a preemption.
    pub enabled: u8,
    pub end: Option<End>,
    /// Whether it belongs to a livelock.
    pub livelock: bool,
    /// A bit for each of the goals: whether it is met here.
    pub met: u32,
    /// How many interleavings go on from here, if that is known.
    pub interleavings: Option<BigUint>,
    /// Each step that can be taken, and the state after it; also that a worker has to wait.
    pub events: Vec<(Event, usize)>,
}

impl SceneGraph {
    /// Of a program; `None` if there are too many states for a page.
    pub(crate) fn new(
        strategy: &dyn Explorable,
        (program, memory, promise): (&Program, Memory, Promise),
        bounds: Bounds,
        watch: Watch<'_>,
    ) -> Result<Option<Self>, Refused> {
        let bounds = Bounds { states: MOST_STATES, ..bounds };
        let mut traced = TracedProgram::new(strategy, program, memory)?;
        let mut tracer = traced.start()?;
        let outlook = Outlook::new(tracer.graph(&bounds, watch)?, program.workers);
        if !outlook.graph.complete {
            return Ok(None);
        }
        let goals = Goal::all(promise.has_section(), &outlook.future(0).values);
        let Some(states) = states(&mut tracer, &outlook, &goals)? else { return Ok(None) };
        let recordings = (0..program.workers).map(|me| strategy.record(program, me)).collect();
        Ok(Some(Self { states, goals, recordings }))
    }
}

/// Goes to each state by one of its schedules. A step leads to a state that was met before, or to
/// the next one.
fn states(
    tracer: &mut Tracer<'_, '_>,
    outlook: &Outlook,
    goals: &[Goal],
) -> Result<Option<Vec<SceneState>>, Refused> {
    let mut positions = vec![None; outlook.graph.states.len()];
    positions[0] = Some(tracer.position());
    let mut states = Vec::new();
    for (at, state) in outlook.graph.states.iter().enumerate() {
        let Some(position) = positions[at].take() else { return Ok(None) };
        tracer.go_to(position.clone());
        let scene = tracer.scene()?;
        let mut events = Vec::new();
        for edge in &state.edges {
            let Ok(event) = tracer.take(edge.turn) else { return Ok(None) };
            events.push((event, edge.to));
            if edge.to > at && positions[edge.to].is_none() {
                positions[edge.to] = Some(tracer.position());
            }
            tracer.go_to(position.clone());
        }
        let waits = |me: &usize| matches!(scene.workers[*me].status, Status::Waits(..));
        for worker in (0..scene.workers.len()).filter(waits) {
            events.extend(tracer.take(Turn::wait(worker)).ok().map(|event| (event, at)));
        }
        let met = goals.iter().enumerate().filter(|(_, goal)| goal.met_by(state));
        states.push(SceneState {
            scene,
            enabled: state.enabled,
            end: state.end,
            livelock: outlook.livelocks[at],
            met: met.fold(0, |met, (goal, _)| met | 1 << goal),
            interleavings: outlook.interleavings(at).cloned(),
            events,
        });
    }
    Ok(Some(states))
}
