//! `step` without a terminal, as a user runs it.

mod harness;

use harness::{json, run, stderr, stdout};

/// What is printed by a script.
fn stepped(args: &[&str], script: &str) -> String {
    let output = run(&[&["step"], args, &["--script", script]].concat());
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""), "{args:?}");
    stdout(&output)
}

/// As the README and the mock-up of the screen have it.
const MUTEX: &str = "\
key 2
 syncdemo step mutex                                  goal: two inside at once
 +- worker 1 (+1) ------------+- worker 2 (-1) ------------+- shared ---------+
 |   repeat 2 times           |   repeat 2 times           | counter        0 |
 |     acquire(lock)          | >   acquire(lock)  waits   | lock    worker 1 |
 |   | seen <- counter        |   | seen <- counter        | lost           0 |
 | > | seen <- seen + 1       |   | seen <- seen - 1       |                  |
 | > | counter <- seen        |   | counter <- seen        |                  |
 |     release(lock)          |     release(lock)          |                  |
 |  seen = 0                  |  for lock: held by 1       |                  |
 +----------------------------+----------------------------+------------------+
 schedule  2x1 2w   step 2
 No schedule from here has two inside at once: 3 interleavings, none does.
 From here 3 interleavings: final value 0.
 Worker 2 waits for lock. Worker 1 holds it.
";

#[test]
fn a_script_shows_each_state() {
    let text = stepped(&["mutex", "--goal", "both-inside"], "2x1 2");
    assert!(text.contains(MUTEX), "{text}");
    assert!(text.ends_with("\nsyncdemo explore mutex --schedule '2x1 2w' --partial\n"), "{text}");
}

#[test]
fn what_is_printed_at_the_end_can_be_followed_again() {
    for (args, script, ended) in [
        (&["none"][..], "2 4x1 3x2", true),
        (&["none", "--count-up", "--iters", "3"], "1 4x2 1 2 4x1 2", true),
        (&["peterson-unfenced", "--memory", "tso"], "4x1 4x2 d1", false),
        (&["semaphore", "--threads", "3", "--copies", "2"], "2x1 3", false),
        (&["two-locks"], "1 2", true),
    ] {
        let text = stepped(args, script);
        let last: Vec<&str> = text.lines().filter(|line| line.starts_with("syncdemo ")).collect();
        assert!(last[0].starts_with("syncdemo explore "), "{text}");
        for line in last {
            let (options, rest) = line.split_once(" --schedule '").expect("it has a schedule");
            let (schedule, partial) = rest.split_once('\'').expect("it is quoted");
            let mut words: Vec<&str> = options.split(' ').skip(1).collect();
            words.extend(["--schedule", schedule]);
            words.extend(partial.split_whitespace());
            let (report, status) = json(&words);
            assert_ne!(status, 2, "{line}: {report}");
            if let Some(traces) = report["traces"].as_array() {
                assert_eq!(traces[0]["ended"], ended, "{line}");
            }
        }
    }
}

#[test]
fn a_question_is_answered_and_counted() {
    let text = stepped(&["none", "--quiz"], "1 =0 2 =7 q 1");
    assert!(text.contains(" Worker 1 reads the counter. Which value? _\n"), "{text}");
    assert!(text.contains(" Right. Step 1, worker 1: read 0.\n"), "{text}");
    assert!(text.contains(" No: 0. Step 2, worker 2: read 0.\n"), "{text}");
    assert!(text.contains("\nquiz            1 of 2 right\n"), "{text}");
    assert!(text.contains("\nschedule        1 2\n"), "q leaves: {text}");
}

#[test]
fn what_makes_no_sense_is_one_sentence() {
    for (args, sentence) in [
        (&["step", "none"][..], "step needs a terminal. Without one, give it the keys: --script"),
        (&["step"], "step takes one strategy, such as in: syncdemo step none"),
        (&["step", "none", "mutex"], "'mutex' is not expected here: leave it out"),
        (&["step", "none", "-s", "mutex"], "step takes one strategy"),
        (&["step", "none", "--threads", "9"], "step follows at most 8 workers, not 9"),
        (&["step", "peterson", "--threads", "3"], "peterson serves 2 workers, not 3"),
        (&["step", "none", "--goal", "win"], "a goal is one of: loss, value=-2, both-inside"),
        (&["step", "none", "--goal", "value=x"], "a final value is a whole number: value=-2"),
        (&["step", "atomic", "--goal", "both-inside"], "atomic has no section"),
        (&["step", "none", "--script", "1 x"], "'x' is no key: write them as in 1 2 4x1"),
        (&["step", "none", "--runs", "3"], "--runs has no meaning for step: leave it out"),
        (&["explore", "none", "--partial"], "--partial has no meaning without a schedule"),
        (&["none", "--partial"], "--partial has no meaning for a race"),
    ] {
        let output = run(args);
        let said = stderr(&output).replace('\n', " ");
        assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(2), ""), "{said}");
        assert!(said.contains(sentence), "{args:?}: {said}");
    }
}

#[test]
fn a_partial_schedule_is_judged_as_far_as_it_goes() {
    let explore = |schedule: &str, expect: &str| {
        let args = ["explore", "none", "--partial", "--schedule", schedule, "--expect", expect];
        let (report, status) = json(&args);
        let trace = &report["traces"][0];
        (trace["final"].as_i64(), trace["ended"].as_bool(), status)
    };
    assert_eq!(explore("1 2 1", "lossless"), (Some(1), Some(false), 0));
    assert_eq!(explore("1 2 1 2", "lossless"), (Some(-1), Some(false), 1));
    assert_eq!(explore("1 2 1 2", "reached"), (Some(-1), Some(false), 0), "it is not at its end");
    assert_eq!(explore("4x1 4x2", "reached"), (Some(0), Some(true), 0));
    let text = stdout(&run(&["explore", "none", "--partial", "--schedule", "3x1"]));
    assert!(text.ends_with("\nvalue so far 1: the workers have not finished\n"), "{text}");
}

#[cfg(all(target_os = "linux", not(portable)))]
#[test]
fn a_terminal_that_cannot_be_drawn_on_is_left_alone() {
    use std::io::Write;
    use std::os::fd::{FromRawFd, OwnedFd};
    use std::ptr::null_mut;

    let (mut user, mut terminal) = (0, 0);
    // SAFETY: it writes two numbers, and reads nothing.
    let opened =
        unsafe { libc::openpty(&mut user, &mut terminal, null_mut(), null_mut(), null_mut()) };
    assert_eq!(opened, 0);
    // SAFETY: nobody else has them.
    let (user, terminal) = unsafe { (OwnedFd::from_raw_fd(user), OwnedFd::from_raw_fd(terminal)) };
    // Who would wait for a key is to end.
    let mut user = std::fs::File::from(user);
    user.write_all(b"q").expect("it has room");
    let session = harness::Session::new();
    let mut command = session.command(&["step", "none"]);
    command.env("TERM", "dumb").stdin(terminal.try_clone().expect("another")).stdout(terminal);
    let output = harness::finish(command.spawn().expect("it is built"));
    let sentence = "error: step needs a terminal that can be drawn on: use --script";
    assert_eq!((output.status.code(), stderr(&output).starts_with(sentence)), (Some(2), true));
}
