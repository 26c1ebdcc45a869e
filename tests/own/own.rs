//! Strategies of a class, with the mistakes that a class makes: each is answered by a sentence.

#[path = "../harness/mod.rs"]
mod harness;

use harness::{Session, one_line, stderr, stdout};

fn own() -> Session {
    Session::of(env!("CARGO_BIN_EXE_own"))
}

#[test]
fn a_loop_without_a_step_is_ended_with_a_sentence() {
    for args in [&["show", "no-step"][..], &["no-step", "-i", "5"], &["explore", "no-step"]] {
        let output = own().run(args);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(3), "{args:?}: {said}");
        assert!(said.starts_with("error: no-step ran for "), "{args:?}: {said}");
        assert!(said.contains("without taking a step"), "{args:?}: {said}");
    }
}

/// The statuses that say that the strategy cannot be used.
const UNUSABLE: [Option<i32>; 2] = [Some(2), Some(3)];

fn assert_one_sentence(args: &[&str], strategy: &str, reason: &str) {
    let output = own().run(args);
    let said = stderr(&output);
    assert!(UNUSABLE.contains(&output.status.code()), "{args:?}: {output:?}");
    assert!(said.starts_with("error: ") && said.contains(strategy), "{args:?}: {said}");
    assert!(said.contains(reason) && !said.contains("stack backtrace"), "{args:?}: {said}");
}

/// The strategies that cannot take a step, and why.
const BROKEN: [(&str, &str); 5] = [
    ("unfinished", "not implemented: the entry section"),
    ("undeclared", "uses variable 3 (counted from 0) in its entry section"),
    ("wrong-order", "uses Release for a load in its entry section"),
    ("many-permits", "declares 18446744073709551615 permits of seats in needs: declare 2147483647"),
    ("own-loop", "more than a section may have: let it wait by `until`, and not in a loop"),
];

/// The strategies that take a step at their second update which they cannot take, and why.
const BROKEN_LATER: [(&str, &str); 13] = [
    ("late-panic", "saying \"no further\". Fix the strategy."),
    ("late-variable", "uses variable 7 (counted from 0) in its entry section, but `needs`"),
    ("late-lock", "uses lock 7 (counted from 0) in its entry section, but `needs` declares 1"),
    ("late-semaphore", "uses semaphore 7 (counted from 0) in its entry section, but `needs`"),
    ("late-condition", "uses condition 7 (counted from 0) in its entry section, but `needs`"),
    ("late-load", "uses AcqRel for a load in its entry section, but a load has no such order"),
    ("late-store", "uses Acquire for a store in its entry section, but a store has no such order"),
    ("late-fence", "uses Relaxed for a fence in its entry section, but a fence has no such order"),
    ("late-private", "uses private variable 7 (counted from 0) in its entry section, but `needs`"),
    ("late-attempt", "sets a private variable within an attempt of `until` in its entry section"),
    ("late-loop", "loop inside an update without `until`"),
    ("late-sleep", "sleeps with lock 0 (counted from 0) in its entry section, without holding it"),
    ("late-release", "releases lock 0 (counted from 0) in its entry section, without holding it"),
];

/// How workers can be started here.
const KINDS: &[&str] =
    if cfg!(all(target_os = "linux", not(portable))) { &["-t", "-p"] } else { &["-t"] };

#[test]
fn step_says_in_one_sentence_why_a_strategy_cannot_be_used() {
    for (strategy, reason) in BROKEN.iter().chain(&BROKEN_LATER[..1]) {
        assert_one_sentence(&["step", strategy, "--script", "1"], strategy, reason);
    }
}

#[test]
fn show_says_in_one_sentence_why_a_strategy_cannot_be_used() {
    for (strategy, reason) in BROKEN {
        assert_one_sentence(&["show", strategy], strategy, reason);
    }
}

#[test]
fn explore_says_in_one_sentence_why_a_strategy_cannot_be_used() {
    for (strategy, reason) in BROKEN {
        assert_one_sentence(&["explore", strategy], strategy, reason);
    }
}

#[test]
fn a_race_says_in_one_sentence_why_a_strategy_cannot_be_used() {
    for (strategy, reason) in BROKEN {
        assert_one_sentence(&[strategy, "-i", "10", "--timeout", "500ms"], strategy, reason);
    }
}

#[test]
fn a_mistake_that_shows_late_is_one_sentence_for_threads_and_for_processes() {
    for (strategy, reason) in BROKEN_LATER {
        for kind in KINDS {
            let args = [strategy, kind, "2", "-i", "10", "--timeout", "500ms"];
            let name = if strategy == "late-loop" { "" } else { strategy };
            assert_one_sentence(&args, name, reason);
        }
    }
}

#[test]
fn a_mistake_that_shows_late_is_one_sentence_where_it_is_explored() {
    // `until` is named in other words, and what is released and not held is a fault with a way there.
    for (strategy, reason) in &BROKEN_LATER[..10] {
        for more in [&[][..], &["--memory", "tso"], &["-i", "1", "--schedule", "3x1 3x2 1 2"]] {
            assert_one_sentence(&[&["explore", strategy], more].concat(), strategy, reason);
        }
    }
    assert_one_sentence(&["explore", "late-loop"], "late-loop", "wait by m.until");
}

#[cfg(target_os = "linux")]
#[cfg(all(target_os = "linux", not(portable)))]
#[test]
fn a_stack_that_is_used_up_is_one_sentence_and_status_3() {
    let cases: [&[&str]; 4] = [
        &["deep", "-i", "10"],
        &["deep", "-p", "2", "-i", "10"],
        &["explore", "deep"],
        &["explore", "deep", "-i", "1", "--schedule", "3x1 3x2 1 2"],
    ];
    for args in cases {
        assert_one_sentence(args, "deep", "used up its stack: a function calls itself");
    }
    for kind in ["-t", "-p"] {
        let output = own().run(&["mutex", "deep", kind, "2", "-i", "10"]);
        assert_eq!(output.status.code(), Some(3), "{output:?}");
    }
}

#[cfg(target_os = "linux")]
#[cfg(all(target_os = "linux", not(portable)))]
#[test]
fn a_strategy_that_ends_the_program_is_one_sentence_and_status_3() {
    for args in
        [&["aborts"][..], &["aborts", "-p", "2"], &["show", "aborts"], &["explore", "aborts"]]
    {
        assert_one_sentence(args, "aborts", "was aborted, and what was found until then is lost");
    }
}

#[test]
fn a_race_says_who_releases_what_it_does_not_hold() {
    let reason = "releases lock 0 (counted from 0) in its exit section";
    assert_one_sentence(&["releases-only", "-i", "10"], "releases-only", reason);
}

#[test]
fn explore_refuses_two_mutexes_for_one_condition_variable() {
    let reason = "sleeps on condition 0 (counted from 0) with two mutexes";
    assert_one_sentence(&["explore", "two-mutexes"], "two-mutexes", reason);
}

#[test]
fn explore_shows_who_sleeps_with_a_mutex_that_it_does_not_hold() {
    let (report, status) = own().json(&["explore", "late-sleep"]);
    let fault = &report["explorations"][0]["fault"];
    assert_eq!((status, fault["lock"].as_str()), (1, Some("key")), "{report:#}");
}

#[test]
fn a_lock_that_is_still_held_at_the_end_stays_held_for_threads_and_for_processes() {
    for kind in KINDS {
        let args = ["leak", kind, "2", "-i", "1", "--schedule", "3x1", "--timeout", "500ms"];
        let (report, status) = own().json(&args);
        assert_eq!(status, 3, "{report:#}");
        harness::runs(&report).for_each(|run| assert_eq!(harness::sum(run, "made"), 1));
    }
}

#[test]
fn a_livelock_is_shown_with_the_way_there_and_the_steps_that_repeat() {
    let output = own().run(&["explore", "polite"]);
    assert_eq!(output.status.code(), Some(1));
    let text = one_line(&stdout(&output));
    let begin = "polite, 2 workers x 2 updates: some schedules have no end, so interleavings are not \
                 counted";
    assert!(text.starts_with(begin), "{text}");
    let livelock = text.split("livelock ").nth(1).expect("it is shown");
    assert!(livelock.contains(" again and again: workers take steps for ever"), "{text}");
    assert!(text.contains("How the livelock comes about (schedule "), "{text}");
    assert!(!text.contains("Proved"), "{text}");
    assert!(stderr(&output).contains("polite: "), "{output:?}");
    let (report, _) = own().json(&["explore", "polite"]);
    let livelock = &report["explorations"][0]["livelock"];
    assert!(livelock["cycle"].as_str().is_some_and(|cycle| !cycle.is_empty()), "{report:#}");
    let rounds = livelock["rounds"].as_str().expect("they can be pasted back");
    let followed = one_line(&stdout(&own().run(&["explore", "polite", "--schedule", rounds])));
    assert!(followed.ends_with("it can be repeated for ever."), "{followed}");
}

#[test]
fn a_fault_is_shown_with_the_step_that_the_worker_would_take() {
    let output = own().run(&["explore", "releases-only"]);
    assert_eq!(output.status.code(), Some(1));
    let text = stdout(&output);
    let fault = "fault           worker 1 releases key, which it does not hold; chance 100.0 %\n";
    assert!(text.contains(fault), "{text}");
    assert!(text.contains("How it goes wrong (schedule 2x1"), "{text}");
    assert!(
        text.ends_with("The next step of worker 1 would release key, which it does not hold.\n"),
        "{text}"
    );
    assert!(stderr(&output).contains("releases-only: it releases what it does not hold"));
    let (report, _) = own().json(&["explore", "releases-only"]);
    let fault = &report["explorations"][0]["fault"];
    assert_eq!((&fault["worker"], &fault["lock"]), (&1.into(), &"key".into()), "{report:#}");
}

#[test]
fn own_strategies_stand_in_the_list_and_run_as_threads_and_as_processes() {
    let list = stdout(&own().run(&["list"]));
    assert!(list.contains("\npolite") && list.contains("each lets the other go first"), "{list}");
    for kind in KINDS {
        let (report, status) = own().json(&["polite", kind, "2", "-i", "50"]);
        assert_eq!(status, 0, "{report:#}");
        harness::runs(&report).for_each(|run| assert_eq!(harness::sum(run, "kept"), 100));
    }
}

#[test]
fn an_own_name_that_is_taken_or_cannot_be_typed_is_refused() {
    let named = |name: &str, args: &[&str]| own().run_with(args, &[("OWN_NAME", name)]);
    let (taken, command) = ("is the name of another strategy", "is a command");
    let typed =
        "a name has at most 20 lower case letters, digits and hyphens, and begins with a letter";
    for (name, why) in [("mutex", taken), ("list", command), ("explore", command)]
        .into_iter()
        .chain(["", "Mine", "my lock", "a-name-that-is-far-too-long"].map(|name| (name, typed)))
        .chain(["-", "-x", "-h", "--help", "2-locks"].map(|name| (name, typed)))
    {
        for args in [&["none"][..], &["list"], &["explore", "none"]] {
            let output = named(name, args);
            assert_eq!(output.status.code(), Some(2), "{name}: {output:?}");
            let sentence = format!("a strategy cannot be named '{name}'");
            let said = one_line(&stderr(&output));
            assert!(said.contains(&sentence) && said.contains(why), "{said}");
            assert!(output.stdout.is_empty(), "{output:?}");
        }
    }
    for name in ["mine", "lock-2"] {
        assert_eq!(named(name, &[name, "-i", "10"]).status.code(), Some(0), "{name}");
    }
}

#[test]
fn hints_name_the_program_that_was_called() {
    for (args, hint) in [
        (&["show", "mutex"][..], "own show mutex --guard loop"),
        (&["show", "hyman"], "own step hyman"),
        (&["explore", "mutex"], "own judge mutex"),
        (&["step", "mutex", "--script", "1"], "own explore mutex --schedule"),
        (&["explore", "mutex", "-o", "page.html"], "own explore mutex --schedule"),
        (&["judge", "atomic"], "own explore atomic"),
        (&["mutx"], "own list"),
    ] {
        let session = own();
        let output = session.run(args);
        let page = std::fs::read_to_string(session.place.path().join("page.html"));
        let text = one_line(&(stdout(&output) + &stderr(&output) + &page.unwrap_or_default()));
        assert!(text.contains(hint), "{args:?}: {text}");
        assert!(!text.contains("syncdemo explore") && !text.contains("syncdemo list"), "{text}");
    }
}

#[test]
fn how_a_strategy_works_is_said_in_few_characters() {
    for (how, status) in [("x".repeat(39), 0), ("x".repeat(40), 2), ("two\nlines".into(), 2)] {
        let output = own().run_with(&["list"], &[("OWN_NAME", "mine"), ("OWN_HOW", &how)]);
        assert_eq!(output.status.code(), Some(status), "{output:?}");
        let sentence = "mine says how it works in more than 39 characters or in several lines";
        assert_eq!(one_line(&stderr(&output)).contains(sentence), status == 2, "{output:?}");
    }
}
