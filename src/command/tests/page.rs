//! The stepper of a page: whoever walks the graph in it sees what the stepper says.

use std::collections::{BTreeSet, HashSet};

use fastrand::Rng;
use serde_json::Value;

use super::explore;
use crate::catalog::{DynStrategy, table};
use crate::explore::{Bounds, Memory, Scene, Status};
use crate::outcome::Outcome;
use crate::report::{FORMATS, Page};
use crate::stepper::{Goal, View, in_livelock, press, with_session_of};

/// The graph in the page of an exploration.
fn graph(strategy: &'static dyn DynStrategy, options: &str) -> Value {
    let outcome: Outcome = explore(strategy, &format!("{options} -o page.html"));
    let html = FORMATS.iter().find(|format| format.name == "html").expect("it is there");
    let page = html.text(&outcome, Page { width: 80, verbose: false, brief: false });
    let data = page.split("<script type=\"application/json\">").nth(1);
    let data = data.and_then(|rest| rest.split("</script>").next());
    serde_json::from_str(data.unwrap_or_else(|| panic!("{options}: {page}"))).expect("it is JSON")
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().expect("a number")).expect("it is small")
}

/// The steps from a state: what each says, and the state after it.
fn steps(graph: &Value, at: usize) -> Vec<(&Value, usize)> {
    let flat = graph["states"][at][5].as_array().expect("a list");
    let number = |value: &Value| value.as_i64().expect("a number") as usize;
    let step =
        |pair: &[Value]| (&graph["says"][number(&pair[1])], at.wrapping_add(number(&pair[0])));
    flat.chunks(2).map(step).collect()
}

/// What is shared, as the page says it; of condition variables nothing.
fn shared(scene: &Scene) -> Vec<String> {
    let held = |by: &Option<usize>| by.map_or("free".into(), |by| format!("worker {}", by + 1));
    let vars = scene.vars.iter().map(|(_, value)| value.to_string());
    let locks = scene.locks.iter().map(|(_, by)| held(by));
    let permits = scene.semaphores.iter().map(|(_, permits)| permits.to_string());
    [scene.counter.to_string()].into_iter().chain(vars).chain(locks).chain(permits).collect()
}

/// The final values that can be reached, whether two can be inside, and whether there is a deadlock or
/// a livelock.
fn future(graph: &Value, from: usize) -> (BTreeSet<i64>, bool, bool, bool) {
    let (mut seen, mut open) = (HashSet::new(), vec![from]);
    let (mut values, mut crowded) = (BTreeSet::new(), false);
    let (mut deadlock, mut livelock) = (false, false);
    while let Some(at) = open.pop() {
        if seen.insert(at) {
            let state = &graph["states"][at];
            let [end, endless] = [0, 1].map(|part| &graph["ends"][number(&state[3])][part]);
            values.extend(end["complete"][0].as_i64());
            deadlock |= *end == "deadlock";
            livelock |= *endless == true;
            let inside = state[1].as_array().expect("a list").iter();
            let inside = inside.filter(|&view| graph["views"][number(view)]["inside"] == true);
            crowded |= inside.count() > 1;
            open.extend(steps(graph, at).iter().map(|(_, to)| to));
        }
    }
    (values, crowded, deadlock, livelock)
}

fn assert_same(graph: &Value, at: usize, (view, livelock): (&View, bool), what: &str) {
    let what = format!("{what} after {}", view.schedule);
    let [shares, views, _, end, count, _] =
        [0, 1, 2, 3, 4, 5].map(|part| &graph["states"][at][part]);
    let rows = shared(&view.scene);
    let said = graph["shared"][number(shares)].as_array().expect("a list");
    assert_eq!(said[..rows.len()], rows, "{what}");
    let turns: Vec<_> = steps(graph, at).iter().map(|(says, _)| says["turn"].clone()).collect();
    for (me, worker) in view.scene.workers.iter().enumerate() {
        let takes = |kind: &str| turns.contains(&format!("{}{kind}", me + 1).into());
        let said = &graph["views"][number(&views[me])];
        let status = &worker.status;
        assert_eq!(said["status"] == "", *status == Status::Enabled, "{what}: {said}");
        assert_eq!(takes(""), matches!(status, Status::Enabled | Status::Repeats(_)), "{what}");
        assert_eq!(takes("w"), matches!(status, Status::Waits(..)), "{what}");
        assert_eq!(takes("d"), !worker.buffer.is_empty(), "{what}");
        assert_eq!(said["inside"], worker.inside, "{what}");
    }
    let finished = view.scene.workers.iter().all(|of| of.status == Status::Finished);
    let [end, endless] = [0, 1].map(|part| &graph["ends"][number(end)][part]);
    assert_eq!(end.is_null(), !view.ended, "{what}");
    assert_eq!(*endless, livelock, "{what}");
    if view.ended && finished {
        let expected = [view.scene.counter.into(), Value::from(view.future.keeps)];
        assert_eq!(end["complete"].as_array().expect("a list")[..], expected, "{what}");
    }
    let future = future(graph, at);
    let View { future: expected, .. } = view;
    let stuck = (expected.deadlock, expected.livelock);
    let expected_future = (expected.values.clone(), expected.both_inside, stuck.0, stuck.1);
    assert_eq!(future, expected_future, "{what}");
    let count = count.as_str().map(|count| count.replace(',', ""));
    let counted = expected.interleavings.as_ref().map(ToString::to_string);
    assert!(count == counted || count.is_some_and(|it| it.contains('e')), "{what}: {counted:?}");
}

/// Follows schedules at random, in the page and in the stepper. How many steps that were.
fn walk(
    strategy: &'static dyn DynStrategy,
    options: &str,
    memory: Memory,
    iters: u64,
    rng: &mut Rng,
) -> usize {
    let (name, graph) = (strategy.about().name, &graph(strategy, options));
    // A goal that is never reached: all preemptions count.
    let asked = (Goal::Value(99), false, Bounds::default());
    let mut taken = 0;
    with_session_of(
        strategy,
        |program| program.iters = iters,
        memory,
        asked,
        |session| {
            for _ in 0..3 {
                let (mut at, mut last, mut lost, mut preemptions) = (0, 0, 0, 0);
                let view = press(session, "R");
                assert_same(graph, at, (&view, in_livelock(session)), name);
                for _ in 0..40 {
                    let steps = steps(graph, at);
                    let Some(&(says, to)) = rng.choice(&steps) else { break };
                    let turn = says["turn"].as_str().expect("a turn");
                    let worker: usize = turn[..1].parse().expect("a worker");
                    let views = &graph["states"][at][1];
                    let enabled =
                        |me: usize| graph["views"][number(&views[me - 1])]["enabled"] == true;
                    if turn.len() == 1 {
                        preemptions += usize::from(last != 0 && last != worker && enabled(last));
                        last = worker;
                    }
                    let key =
                        if turn.ends_with('d') { format!("d{worker}") } else { worker.to_string() };
                    lost += number(&says["lost"]);
                    (at, taken) = (to, taken + 1);
                    let view = press(session, &key);
                    assert_same(graph, at, (&view, in_livelock(session)), name);
                    let losses = view.losses.iter().map(|loss| loss.lost.sum());
                    assert_eq!(losses.sum::<u64>(), lost as u64, "{name} after {}", view.schedule);
                    assert_eq!(view.preemptions, preemptions, "{name} after {}", view.schedule);
                }
            }
        },
    );
    taken
}

#[test]
fn the_graph_in_a_page_agrees_with_the_stepper() {
    let mut rng = Rng::with_seed(13);
    let mut taken = 0;
    let polite: &dyn DynStrategy = &super::explore::Polite;
    for strategy in table().iter().chain([&polite]) {
        for (memory, options, iters) in [
            (Memory::Sc, "-i 1", 1),
            (Memory::Tso, "-i 1 --memory tso", 1),
            (Memory::Sc, "-i 2", 2),
        ] {
            taken += walk(*strategy, options, memory, iters, &mut rng);
        }
    }
    assert!(taken > 2_000, "{taken} steps are too few");
}

#[test]
fn the_page_knows_where_steps_can_go_on_for_ever() {
    let graph = graph(&super::explore::Polite, "-i 1");
    let (values, _, _, livelock) = future(&graph, 0);
    assert_eq!((values, livelock), (BTreeSet::from([0]), true));
    assert!(graph["states"][0][4].is_null(), "its interleavings have no number");
    // Where one has finished, the other does as well.
    let finished = |at: &usize| {
        let views = graph["states"][*at][1].as_array().expect("a list");
        views.iter().any(|view| graph["views"][number(view)]["status"] == "has finished")
    };
    let states = 0..graph["states"].as_array().expect("a list").len();
    assert!(states.filter(finished).all(|at| !future(&graph, at).3));
}
