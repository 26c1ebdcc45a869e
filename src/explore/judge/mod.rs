//! The judge: whether a strategy has mutual exclusion, progress and bounded waiting, for any number
//! of updates.
//!
//! Workers go round for ever: where a worker's loop ends, it begins again. Values are left out, since
//! no strategy can look into one. So there are finitely many states, unless a variable grows without
//! bound, as a ticket lock's does. Where one takes more than 300 values, the answer is for up to 6
//! updates of each worker, or as many as fit within the bounds; a state with too many inside that was
//! met until then refutes mutual exclusion all the same. A bound on how often a worker is passed is
//! then taken for one if it was the same for the last three numbers of updates; it is proved for that
//! many updates, and not for more. Where a bound was met and no variable grows, nothing is proved.
//!
//! # Definitions
//!
//! A worker is in its *remainder section* until it has taken the first step of its entry section. It
//! *enters* by the step that ends its entry section.
//!
//! - **Mutual exclusion** (Dijkstra, *Solution of a problem in concurrent programming control*, 1965):
//!   there is never more than one worker inside; of a semaphore with P permits, never more than P.
//! - **Progress** (Dijkstra 1965, his condition (d) and (c): the decision who enters first is not
//!   postponed for ever, and a worker that has stopped outside does not block the others): if some
//!   workers want to enter, one of them does, whatever workers in their remainder section do. It is
//!   broken by a *deadlock*, in which nothing changes any more; a *livelock*, in which steps change
//!   something for ever; or where it needs a step of a worker that stays in its remainder section. A
//!   worker that never comes out of its exit section breaks it as well.
//! - **Bounded waiting** (Knuth, *Additional comments on a problem in concurrent programming control*,
//!   1966, was the first to bound it; the doorway is from Lamport, *A new solution of Dijkstra's
//!   concurrent programming problem*, 1974; r-bounded waiting from Herlihy and Shavit, *The Art of
//!   Multiprocessor Programming*): there is a bound r on how often others enter between a worker's
//!   request and its own entry. The worker has made its request when it has left its *doorway*: the
//!   steps of its entry section before the first step at which it may have to wait, which is one that
//!   can be blocked, or any step of an attempt of `until`. Where that is its very first step, it has
//!   made its request when it stands there and is blocked, or has taken that step.
//!
//! # Fairness
//!
//! Progress assumes *weak fairness*: a worker outside of its remainder section that could always take
//! its next step takes it at some time, and each store in a buffer reaches memory. Nothing is assumed
//! of workers in their remainder section. Bounded waiting assumes no fairness at all: a worker may be
//! passed again and again while it just does not run, or while its stores stay in the buffer. So the
//! answer is about the algorithm, and not about the scheduler; and *yes* here, together with progress,
//! means that no worker starves.
//!
//! Others ask other questions, so verdicts can differ. *Correctness Verification of Mutual Exclusion
//! Algorithms by Model Checking* (Nigro and Cicirelli 2024) counts by-passes (overtaking) in timed
//! automata, where each action takes its time; here steps have no duration, and a worker may be
//! slower than any other. *Just Verification of Mutual Exclusion Algorithms* (van Glabbeek, Luttik and
//! Spronck, CONCUR 2025) asks for starvation freedom under *justness*, with registers that need not
//! be atomic; here every step is atomic, and what is assumed is weak fairness. Some textbooks call
//! Dekker's algorithm free of starvation, which it is under weak fairness. It has no bound r: while a
//! waiting worker has lowered its flag and does not run, the other one enters any number of times.
//!
//! - `phase`: where a worker is on its way through an update
//! - `graph`: all states
//! - `progress`, `waiting`: one question each
//! - `judgement`: the result

mod graph;
mod judgement;
mod phase;
mod progress;
#[cfg(test)]
mod tests;
mod waiting;

use self::graph::{Edge, Ended, Graph};
use self::progress::{Stuck, progress, workers};
use self::waiting::{Passed, waiting};
use super::budget::{Bounds, Budget, Watch};
use super::dataflow::{BUFFER, MOST_WORKERS};
use super::explorable::Explorable;
use super::exploration::Limits;
use super::graph::{Cut, GraphEdge};
use super::local_state::LocalStates;
use super::memory::Memory;
use super::refused::Refused;
use super::space::Space;
use super::stop::Stop;
use super::values::Values;
use crate::machine::{Guard, Program, Schedule, Turn};

pub use judgement::{BoundedWaiting, Exclusion, Judgement, Progress, StuckKind, WitnessSchedule};

/// The most updates of each worker for which it is judged where a variable takes too many values.
const MOST_UPDATES: u64 = 6;

/// The number of passes is taken for a bound if it was the same for so many numbers of updates.
const STEADY: usize = 3;

/// Judges a strategy for so many workers and permits as `program` has. `watch` is told now and then
/// how many states have been met, and may break off.
///
/// ```
/// use std::ops::ControlFlow;
/// use syncdemo::explore::{Bounds, Memory, judge};
/// use syncdemo::machine::{Guard, Program};
/// use syncdemo::catalog::{find, table};
///
/// let peterson = find(table(), "peterson").expect("it is in the table");
/// let program = Program { workers: 2, iters: 1, guard: Guard::Update, count_up: false, permits: 1, copies: 1 };
/// let found = judge(peterson, &program, Memory::Sc, Bounds::default(), &mut |_| ControlFlow::Continue(()))
///     .expect("two workers can be judged");
/// assert_eq!(found.mutual_exclusion.holds, Some(true));
/// assert_eq!(found.bounded_waiting.passed, Some(1));
/// ```
pub fn judge(
    strategy: &dyn Explorable,
    program: &Program,
    memory: Memory,
    bounds: Bounds,
    watch: Watch<'_>,
) -> Result<Judgement, Refused> {
    if program.workers > MOST_WORKERS {
        return Err(Refused::Workers);
    }
    let program = Program { guard: Guard::Update, copies: 1, ..program.clone() };
    let mut judge = Judge { strategy, program, memory, bounds, values: Values::Ignored };
    Ok(judge.judge(&mut Budget::new(&bounds, watch))?)
}

struct Judge<'a> {
    strategy: &'a dyn Explorable,
    program: Program,
    memory: Memory,
    bounds: Bounds,
    values: Values,
}

impl Judge<'_> {
    fn judge(&mut self, budget: &mut Budget<'_>) -> Result<Judgement, Stop> {
        let (any_number, grows) = match self.graph(None, budget) {
            Ok(graph) => {
                let judged = self.judged(&graph, None, budget);
                match graph.ended {
                    None | Some(Ended::By(Cut::Interrupted)) => return Ok(judged),
                    Some(Ended::By(_)) => (Some(judged), None),
                    Some(Ended::Grows(at)) => (Some(judged), Some(self.number(at))),
                }
            }
            // What workers do depends on values, which grow.
            Err(Stop::NeedsMoreDetail) => {
                self.values = Values::Exact;
                (None, Some("counter".into()))
            }
            Err(stop) => return Err(stop),
        };
        let few = self.for_few_updates(grows, budget)?;
        Ok(match any_number {
            Some(met) => with_part(few, met),
            None => few,
        })
    }

    /// For 1 update of each worker, 2, and so on, as far as the bounds allow. `grows` is what is known
    /// to take more and more values.
    fn for_few_updates(
        &self,
        grows: Option<String>,
        budget: &mut Budget<'_>,
    ) -> Result<Judgement, Stop> {
        let (mut passed, mut values) = (Vec::new(), Vec::new());
        let mut last: Option<Judgement> = None;
        for updates in 1..=MOST_UPDATES {
            let graph = self.graph(Some(updates), budget)?;
            if let (Some(_), Some(last)) = (graph.ended, &mut last) {
                last.limits = self.limits(&graph);
                break;
            }
            let judged = self.judged(&graph, Some(updates), budget);
            passed.push(judged.bounded_waiting.passed);
            values.push(graph.values);
            let complete = judged.complete;
            last = Some(judged);
            if !complete {
                break;
            }
        }
        let mut judged = last.expect("there was a first one");
        let steady = passed.iter().rev().take_while(|&&times| times == passed[passed.len() - 1]);
        if steady.count() < STEADY {
            judged.bounded_waiting.holds = None;
        }
        let always_more = |&at: &usize| values.is_sorted_by(|few, more| few[at] < more[at]);
        let numbers = if values.len() > 1 { values[0].len() } else { 0 };
        judged.grows = grows.or_else(|| (0..numbers).find(always_more).map(|at| self.number(at)));
        Ok(judged)
    }

    /// The name of a variable or semaphore, in the order of [`Space::numbers`].
    fn number(&self, at: usize) -> String {
        let needs = self.strategy.needs(&self.program);
        let vars = needs.vars.into_iter().map(|var| var.0);
        let mut names = vars.chain(needs.semaphores.into_iter().map(|semaphore| semaphore.0));
        names.nth(at).unwrap_or_default()
    }

    /// All states, where each worker makes so many updates, or goes round for ever.
    fn graph(&self, updates: Option<u64>, budget: &mut Budget<'_>) -> Result<Graph, Stop> {
        let program = Program { iters: updates.unwrap_or(1), ..self.program.clone() };
        let mut local = LocalStates::new(self.strategy, &program, false)?;
        local.endless = updates.is_none();
        loop {
            let (mut space, first) = Space::new(&mut local, self.memory, self.values, false)?;
            match Graph::new(&mut space, &first, budget) {
                Err(Stop::AnswersMatter) => local.restart(),
                Err(stop) => return Err(stop),
                Ok(graph) => {
                    local.check_again()?;
                    return Ok(graph);
                }
            }
        }
    }

    fn judged(&self, graph: &Graph, updates: Option<u64>, budget: &mut Budget<'_>) -> Judgement {
        let about = self.strategy.about();
        budget.used = graph.bytes();
        let most = about.promise.most_inside(self.program.permits).unwrap_or(1);
        let most_inside = graph.nodes().map(|node| graph.inside(node)).max().unwrap_or(0);
        let crowded = graph.nodes().find(|&node| graph.inside(node) as u64 > most);
        // Of a part of the states, only what was seen is certain.
        let whole = graph.ended.is_none();
        let progress = if whole { progress(graph, budget) } else { Err(()) };
        let waiting = if whole { waiting(graph, budget) } else { Err(()) };
        let mut limits = self.limits(graph);
        limits.interrupted |= budget.is_interrupted_later();
        budget.used = 0;
        let complete = whole && !graph.full && progress.is_ok() && waiting.is_ok();
        let holds = |refuted: bool, known: bool| match refuted {
            true => Some(false),
            false => (known && complete).then_some(true),
        };
        let refuted = matches!(&progress, Ok(Some(_)));
        let unbounded = matches!(&waiting, Ok(Some(Passed { times: None, .. })));
        Judgement {
            strategy: about.name,
            promise: about.promise,
            exhibit: about.exhibit,
            workers: graph.workers,
            memory: self.memory,
            updates,
            grows: None,
            complete,
            limits,
            states: graph.len(),
            mutual_exclusion: Exclusion {
                holds: holds(crowded.is_some(), true),
                most_inside,
                witness: crowded.map(|node| way(&graph.way(node), &[], &[], &[])),
            },
            progress: stuck(graph, holds(refuted, progress.is_ok()), progress.ok().flatten()),
            bounded_waiting: passed(holds(unbounded, waiting.is_ok()), waiting),
        }
    }

    fn limits(&self, graph: &Graph) -> Limits {
        let cut = graph.ended.and_then(|ended| match ended {
            Ended::By(cut) => Some(cut),
            Ended::Grows(_) => None,
        });
        Limits { store_buffer: graph.full.then_some(BUFFER), ..Limits::of(cut, &self.bounds) }
    }
}

/// What is known from `few` updates of each worker, and from the `part` of the states for any number
/// of updates that was met.
fn with_part(few: Judgement, part: Judgement) -> Judgement {
    let few = match part.mutual_exclusion.holds {
        Some(false) if few.mutual_exclusion.holds != Some(false) => {
            Judgement { mutual_exclusion: part.mutual_exclusion.clone(), ..few }
        }
        _ => few,
    };
    if few.grows.is_some() {
        return few;
    }
    // A bound was met, and nothing grows: what is refuted is refuted, and nothing else is known.
    let refuted = |holds: Option<bool>| holds.filter(|holds| !holds);
    let Judgement { mutual_exclusion, progress, bounded_waiting, updates, .. } = few;
    Judgement {
        updates: updates.filter(|_| few.complete),
        mutual_exclusion: Exclusion { holds: refuted(mutual_exclusion.holds), ..mutual_exclusion },
        progress: Progress { holds: refuted(progress.holds), ..progress },
        bounded_waiting: BoundedWaiting {
            holds: refuted(bounded_waiting.holds),
            ..bounded_waiting
        },
        ..part
    }
}

fn stuck(graph: &Graph, holds: Option<bool>, stuck: Option<Stuck>) -> Progress {
    let set = |of: fn(&Stuck) -> u8| workers(stuck.as_ref().map_or(0, of));
    let (never, resting) = (set(|stuck| stuck.stuck), set(|stuck| stuck.resting));
    let kind = stuck.as_ref().map(|stuck| stuck.kind);
    let witness = stuck.as_ref().map(|stuck| {
        // Where nothing changes, all of them have to wait.
        let wait = stuck.round.is_empty() && stuck.kind != StuckKind::Fault;
        let waits: Vec<Turn> = never.clone().filter(|_| wait).map(Turn::wait).collect();
        way(&graph.way(stuck.node), &waits, &[], &stuck.round)
    });
    let from_one = |worker| worker + 1;
    let (never, remainder) = (never.map(from_one).collect(), resting.map(from_one).collect());
    Progress { holds, kind, stuck: never, remainder, witness }
}

fn passed(holds: Option<bool>, waiting: Result<Option<Passed>, ()>) -> BoundedWaiting {
    let passed = match waiting {
        Ok(Some(passed)) => passed,
        Ok(None) => return BoundedWaiting { holds, passed: Some(0), worker: None, witness: None },
        Err(()) => return BoundedWaiting { holds, passed: None, worker: None, witness: None },
    };
    let Passed { times, worker, before, arrives, after, round } = passed;
    let wait = arrives.then_some(Turn::wait(worker));
    let witness = way(&before, wait.as_slice(), &after, &round);
    BoundedWaiting { holds, passed: times, worker: Some(worker + 1), witness: Some(witness) }
}

/// These steps, workers that then have to wait, more steps, and a round if there is one.
fn way(edges: &[Edge], waits: &[Turn], more: &[Edge], round: &[Edge]) -> WitnessSchedule {
    let entries = |worker: usize| {
        let all = edges.iter().chain(more).chain(round);
        all.filter(|edge| edge.enters && edge.is_of(worker)).count() as u64
    };
    let turns = |edges: &[Edge]| edges.iter().map(Edge::turn).collect::<Vec<_>>();
    let schedule = Schedule::from_iter([turns(edges), waits.to_vec(), turns(more)].concat());
    let schedule = match round {
        [] => schedule,
        _ => schedule.then_again_and_again(&turns(round).into_iter().collect()),
    };
    WitnessSchedule { schedule, iters: 1 + (0..MOST_WORKERS).map(entries).max().unwrap_or(0) }
}
