//! Sessions: exercises that can be solved, and keys at random.

use std::ops::ControlFlow;

use proptest::prelude::*;

use super::script::Script;
use super::{After, Goal, Key, Reachability, Session, Stepper, View};
use crate::catalog::{DynStrategy, find, table};
use crate::explore::{Bounds, Line, Memory, Status, TracedProgram, explore, trace};
use crate::machine::{Guard, Program, Schedule};

/// A session over a strategy, with a program of two iterations for each of two workers.
pub(crate) fn with_session<T>(
    name: &str,
    change: impl FnOnce(&mut Program),
    memory: Memory,
    asked: (Goal, bool, Bounds),
    run: impl FnOnce(&mut Session<'_, '_>) -> T,
) -> T {
    with_session_of(find(table(), name).expect(name), change, memory, asked, run)
}

pub(crate) fn with_session_of<T>(
    strategy: &dyn DynStrategy,
    change: impl FnOnce(&mut Program),
    memory: Memory,
    (goal, quiz, bounds): (Goal, bool, Bounds),
    run: impl FnOnce(&mut Session<'_, '_>) -> T,
) -> T {
    let guard = Guard::Update;
    let mut program =
        Program { workers: 2, iters: 2, guard, count_up: false, permits: 1, copies: 1 };
    change(&mut program);
    let mut traced = TracedProgram::new(strategy, &program, memory).expect("it can be explored");
    let tracer = traced.start().expect("it has a start");
    let go_on = &mut |_| ControlFlow::Continue(());
    let stepper = Stepper::new(tracer, &bounds, go_on).expect("it can be explored");
    let recordings = (0..program.workers).map(|me| strategy.record(&program, me)).collect();
    let about = strategy.about();
    run(&mut Session::new(stepper, about, (&program, memory), recordings, goal, quiz))
}

/// Presses the keys of a script.
pub(crate) fn press(session: &mut Session<'_, '_>, script: &str) -> View {
    let script: Script = script.parse().expect("it is a script");
    for key in script.0.iter().flat_map(|(_, keys)| keys) {
        session.key(*key).expect("it can be followed");
    }
    session.view()
}

/// Whether the state that the schedule has led to belongs to a livelock.
pub(crate) fn in_livelock(session: &Session<'_, '_>) -> bool {
    let stepper = &session.stepper;
    stepper.outlook.livelocks[stepper.at().expect("it is known")]
}

/// An exercise: a strategy, its program, a goal, the fewest preemptions, and a solution.
type Exercise = (&'static str, fn(&mut Program), Memory, Goal, u32, &'static str);

const EXERCISES: [Exercise; 3] = [
    ("none", |_| {}, Memory::Sc, Goal::Loss, 1, "1 4x2 3x1"),
    (
        "none",
        |program| (program.count_up, program.iters) = (true, 3),
        Memory::Sc,
        Goal::Value(2),
        4,
        "1 4x2 1 2 4x1 2",
    ),
    ("peterson-unfenced", |_| {}, Memory::Tso, Goal::BothInside, 1, "4x1 4x2"),
];

#[test]
fn each_exercise_is_solved_by_its_hints() {
    for (name, change, memory, goal, fewest, _) in EXERCISES {
        with_session(name, change, memory, (goal, false, Bounds::default()), |session| {
            for _ in 0..100 {
                if matches!(session.view().reachability, Reachability::Reached(_)) {
                    break;
                }
                let hint = press(session, "h").note;
                let turn = hint.strip_prefix("Hint: ").and_then(|hint| hint.split(' ').next());
                press(session, turn.unwrap_or_else(|| panic!("{name}: {hint}")));
            }
            let view = session.view();
            assert!(
                matches!(view.reachability, Reachability::Reached(_)),
                "{name}: {}",
                view.schedule
            );
            assert_eq!(view.least, Some(fewest), "{name}");
            assert_eq!(view.preemptions, fewest as usize, "{name}: {}", view.schedule);
        });
    }
}

#[test]
fn each_exercise_is_solved_by_a_script() {
    for (name, change, memory, goal, _, script) in EXERCISES {
        with_session(name, change, memory, (goal, false, Bounds::default()), |session| {
            let view = press(session, script);
            assert!(
                matches!(view.reachability, Reachability::Reached(_)),
                "{name}: {:?}",
                view.reachability
            );
        });
    }
}

#[test]
fn what_cannot_be_broken_is_said_to_be_so() {
    with_session(
        "mutex",
        |_| {},
        Memory::Sc,
        (Goal::Loss, false, Bounds::default()),
        |session| {
            let view = press(session, "2x1 2");
            assert_eq!(view.reachability, Reachability::Never);
            assert_eq!(view.note, "Worker 2 waits for lock. Worker 1 holds it.");
            assert_eq!(view.schedule.to_string(), "2x1 2w");
            assert_eq!(press(session, "2").schedule.to_string(), "2x1 2w", "it still waits");
            assert_eq!(view.future.interleavings, Some(3_u8.into()));
        },
    );
}

#[test]
fn as_many_interleavings_go_on_from_the_start_as_the_explorer_counts() {
    for (strategy, memory) in table().iter().flat_map(|it| [(it, Memory::Sc), (it, Memory::Tso)]) {
        let what = format!("{} {memory:?}", strategy.about().name);
        let one = |program: &mut Program| program.iters = 1;
        let asked = (Goal::Loss, false, Bounds::default());
        let guard = Guard::Update;
        let program =
            Program { workers: 2, iters: 1, guard, count_up: false, permits: 1, copies: 1 };
        let go_on = &mut |_| ControlFlow::Continue(());
        let found = explore(*strategy, &program, memory, Bounds::default(), go_on).expect(&what);
        let here =
            with_session_of(*strategy, one, memory, asked, |it| it.view().future.interleavings);
        assert!(here.is_some() && here == found.interleavings, "{what}: {here:?}");
    }
}

#[test]
fn a_loss_that_has_become_impossible_can_be_undone() {
    with_session(
        "none",
        |_| {},
        Memory::Sc,
        (Goal::Loss, false, Bounds::default()),
        |session| {
            assert_eq!(press(session, "4x1").reachability, Reachability::NotFromHere);
            assert_eq!(press(session, "u").reachability, Reachability::Open(1));
            let view = press(session, "2 R r r");
            assert_eq!(view.schedule.to_string(), "2x1");
        },
    );
}

#[test]
fn a_worker_runs_until_others_can_notice() {
    with_session(
        "peterson",
        |_| {},
        Memory::Sc,
        (Goal::Loss, false, Bounds::default()),
        |session| {
            assert_eq!(press(session, "s1").schedule.to_string(), "1", "its flag");
            assert_eq!(press(session, "s1").schedule.to_string(), "2x1", "the turn");
            assert_eq!(press(session, "s1").schedule.to_string(), "6x1", "the counter");
        },
    );
}

#[test]
fn the_quiz_knows_what_will_be_read_and_written() {
    with_session(
        "none",
        |_| {},
        Memory::Sc,
        (Goal::Loss, true, Bounds::default()),
        |session| {
            let view = press(session, "1");
            let (question, _) = view.question.expect("it asks");
            assert_eq!(question, "Worker 1 reads the counter. Which value?");
            assert_eq!(view.schedule, Schedule::default(), "first the answer");
            let view = press(session, "=0 2 =0 1 =1 2 =5");
            assert_eq!(view.quiz, Some((3, 4)));
            assert!(view.note.starts_with("No: -1."), "{}", view.note);
            assert_eq!(view.schedule.to_string(), "1 2 1 2");
        },
    );
}

#[test]
fn where_not_all_states_can_be_seen_it_says_so() {
    let few = Bounds { states: 10, ..Bounds::default() };
    let large = |program: &mut Program| (program.workers, program.iters) = (4, 20);
    with_session("none", large, Memory::Sc, (Goal::Deadlock, false, few), |session| {
        let view = press(session, "1 2");
        assert_eq!(view.reachability, Reachability::Unknown);
        assert_eq!(view.least, None);
        assert_eq!(view.future.interleavings, None);
    });
    // Near its end everything is known.
    with_session(
        "none",
        |_| {},
        Memory::Sc,
        (Goal::Loss, false, few),
        |session| {
            let view = press(session, "1 2");
            assert_eq!(view.reachability, Reachability::Open(0));
            assert_eq!(press(session, "2x1 u u u").reachability, Reachability::Open(1));
        },
    );
}

#[test]
fn a_worker_goes_down_the_lines_of_its_program() {
    for strategy in table() {
        let (name, once) = (strategy.about().name, |program: &mut Program| program.iters = 1);
        let asked = (Goal::Loss, false, Bounds::default());
        with_session(name, once, Memory::Sc, asked, |session| {
            for me in [0, 1] {
                let recording = strategy.record(&session.view().program, me);
                let step = |line: &Line| line.step().is_some();
                let first = recording.lines.iter().position(step);
                let mut lines = vec![session.view().lines[me]];
                assert_eq!(lines[0], first, "{name}, worker {me}");
                for _ in 0..recording.lines.len() {
                    let view = press(session, &(me + 1).to_string());
                    lines.push(view.lines[me]);
                }
                // It goes back only to the beginning of an attempt, where it has been before.
                let finished = session.view().scene.workers[me].status == Status::Finished;
                let gone: Vec<_> = lines.into_iter().flatten().collect();
                let mut pairs = gone.windows(2).enumerate();
                let down = pairs.all(|(at, of)| of[0] < of[1] || gone[..=at].contains(&of[1]));
                assert!(!finished || down, "{name}, worker {me}: {gone:?}");
                press(session, "R");
            }
        });
    }
}

fn any_key() -> impl Strategy<Value = Key> {
    let keys = "112233ddsurhgR?-50x9";
    let char = prop::sample::select(keys.chars().collect::<Vec<_>>()).prop_map(Key::Char);
    prop_oneof![9 => char, 1 => Just(Key::Enter), 1 => Just(Key::Escape), 1 => Just(Key::Backspace)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn whatever_keys_come_the_schedule_leads_to_the_same_again(
        name in prop::sample::select(vec!["none", "mutex", "peterson-unfenced", "two-locks", "hyman", "semaphore"]),
        keys in prop::collection::vec(any_key(), 0..60),
        (tso, quiz, few) in any::<(bool, bool, bool)>(),
    ) {
        let memory = if tso { Memory::Tso } else { Memory::Sc };
        let bounds = if few { Bounds { states: 20, ..Bounds::default() } } else { Bounds::default() };
        with_session(name, |program| program.iters = 1, memory, (Goal::Loss, quiz, bounds), |session| {
            let mut program = None;
            for key in keys {
                let before = (session.stepper.tracer.position(), session.stepper.scene().clone());
                let steps = session.stepper.events().len();
                assert_eq!(session.key(key).expect("it can be followed"), After::GoOn);
                let view = session.view();
                program = Some(view.program.clone());
                if session.stepper.events().len() == steps + 1 {
                    session.stepper.undo().expect("it can be followed");
                    assert_eq!(session.stepper.tracer.position(), before.0);
                    assert_eq!(session.stepper.scene(), &before.1);
                    session.stepper.redo().expect("it can be followed");
                }
            }
            let strategy = find(table(), name).expect(name);
            if let Some(program) = program {
                let view = session.view();
                let again = trace(strategy, &program, memory, &view.schedule, true);
                let again = again.expect("it can be followed");
                assert_eq!((again.value, again.ended), (view.scene.counter, view.ended));
                assert_eq!(again.events.len(), view.schedule.turns().len());
            }
        });
    }
}
