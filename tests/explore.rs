//! `explore` and `--schedule` as others use them.

mod harness;

use std::fs;

use harness::{Session, json, run, runs, stderr, stdout};
use serde_json::Value;

fn printed(args: &[&str]) -> (String, i32) {
    // The default of a race would be far too large.
    let output = Session::new().run_with(args, &[("SYNCDEMO_ITERS", "5000")]);
    (stdout(&output), output.status.code().expect("it ends by itself"))
}

fn said(args: &[&str]) -> (String, i32) {
    let output = run(args);
    (stderr(&output), output.status.code().expect("it ends by itself"))
}

const NONE: &str = "\
none, 2 workers x 2 updates: 64 of 70 interleavings lose updates

final value  interleavings   chance  lose nothing  preemptions  schedule
         -2             12   14.1 %             0            1  2 4x1 3x2
         -1             16   23.4 %             0            2  3x1 2 1 3x2
          0             14   25.0 %             6            0  4x1 4x2
          1             16   23.4 %             0            2  3x1 2x2 1 2x2
          2             12   14.1 %             0            1  3x1 4x2 1
Zero: 6 lose nothing, 8 are zero by cancellation.
chance: if at each step each enabled worker is as likely to go on as any other

inside at once  up to 2
deadlock        never

How -2 comes about (schedule 2 4x1 3x2; 4x1 = four steps of worker 1):

 step   worker 1 (+1)   worker 2 (-1)   counter
    1                   read 0                0
        --- preemption: worker 2 ----
    2   read 0                                0
    3   write 1                               1
    4   read 1                                1
    5   write 2                               2
    6                   write -1             -1   <- both increments lost
    7                   read -1              -1
    8                   write -2             -2

Step 6: worker 2 wrote 0 - 1, but the 0 was from step 1, two increments ago.
";

#[test]
fn the_table_and_the_timeline_of_the_worst_outcome() {
    assert_eq!(printed(&["explore", "none"]), (NONE.to_owned(), 0));
    let spelled = ["--threads", "2", "explore", "-s", "none", "--iters", "2"];
    assert_eq!(printed(&spelled).0, NONE);
}

const BRIEF: &str = "\
none, 2 workers x 2 updates: 64 of 70 interleavings lose
updates

final value  interleavings  chance  preemptions
         -2             12  14.1 %            1
         -1             16  23.4 %            2
          0             14  25.0 %            0
          1             16  23.4 %            2
          2             12  14.1 %            1
Zero: 6 lose nothing, 8 are zero by cancellation.
chance: if at each step each enabled worker is as likely to
go on as any other
";

#[test]
fn a_brief_report_has_the_table_and_no_schedule() {
    assert_eq!(printed(&["explore", "none", "--brief"]), (BRIEF.to_owned(), 0));
    let (text, _) = printed(&["explore", "none", "--brief", "--witness", "-1"]);
    assert!(text.contains("How -1 comes about"), "it was asked for: {text}");
    let (text, _) = printed(&["explore", "none", "--brief", "--max-preemptions", "1"]);
    assert!(text.contains("not searched beyond"), "{text}");
}

#[test]
fn chances_are_exact_fractions_and_add_up_with_that_of_a_deadlock() {
    let chances = |strategy| {
        let found = json(&["explore", strategy]).0["explorations"][0].take();
        let outcomes = found["outcomes"].as_array().expect("there are some");
        let ends = outcomes.iter().chain([&found["deadlock"]]).filter(|end| !end.is_null());
        let chance = |end: &Value| {
            let chance = &end["chance"];
            (chance["fraction"].to_string(), chance["number"].as_f64().expect("it is known"))
        };
        ends.map(chance).collect::<Vec<_>>()
    };
    assert_eq!(chances("none")[0], ("\"9/64\"".to_owned(), 0.140625));
    let (text, _) = printed(&["explore", "two-locks"]);
    for strategy in ["none", "mutex", "two-locks", "lost-wakeup"] {
        let sum: f64 = chances(strategy).iter().map(|(_, number)| number).sum();
        assert!((sum - 1.0).abs() < 1e-9, "{strategy}: {sum}");
    }
    assert!(text.contains("the first with 1 preemption; chance"), "{text}");
}

#[test]
fn no_chance_is_known_where_a_bound_was_met() {
    let bounded = ["explore", "none", "--max-preemptions", "1"];
    let found = &json(&bounded).0["explorations"][0];
    assert!(found["outcomes"][0]["chance"].is_null(), "{found}");
    let (text, status) = printed(&bounded);
    assert!(text.contains("       -  ") && !text.contains("chance:"), "{text}");
    assert_eq!(status, 4);
}

#[test]
fn what_is_chosen_from_is_said() {
    let (text, _) = printed(&["explore", "flag", "--memory", "tso"]);
    let text = text.replace('\n', " ");
    let says = "chance: if at each step each enabled worker and each store buffer that is not \
                empty is as likely to go on as any other; a failed attempt is a step here";
    assert!(text.contains(says), "{text}");
}

#[test]
fn what_real_workers_showed_is_possible_in_the_model() {
    for args in [
        &["none", "-i", "2", "--runs", "20", "--explore"][..],
        &["none", "flag", "-i", "2", "--count-up", "--runs", "5", "--processes", "3", "--explore"],
    ] {
        if args.contains(&"--processes") && !cfg!(linux) {
            continue;
        }
        let (report, status) = json(args);
        // flag may break its promise; 3 would be a value that the model does not have.
        assert!(matches!(status, 0 | 1), "{report}");
        for result in report["results"].as_array().expect("a list") {
            let model = &result["model"];
            let values = model["values"].as_array().expect("a list");
            let sum = |key: fn(&Value) -> Option<f64>| values.iter().filter_map(key).sum::<f64>();
            assert_eq!(sum(|value| value["runs"].as_f64()), model["runs"].as_f64().expect("few"));
            assert!((sum(|value| value["chance"]["number"].as_f64()) - 1.0).abs() < 1e-9);
            assert!(values.iter().all(|value| value["possible"] == true), "{model}");
        }
    }
}

#[test]
fn a_guarded_strategy_is_proved_within_its_bounds() {
    let (text, status) = printed(&["explore", "mutex"]);
    assert_eq!(status, 0);
    assert!(text.contains("none of 6 interleavings loses an update"), "{text}");
    assert!(text.contains("Proved for 2 workers x 2 updates, all interleavings"), "{text}");
}

#[test]
fn the_json_is_as_the_schema_says() {
    let (report, status) = json(&["explore", "none"]);
    assert_eq!(status, 0);
    let found = &report["explorations"][0];
    assert_eq!(found["interleavings"], "70");
    assert_eq!(found["outcomes"][0]["schedule"], "2 4x1 3x2");
    assert_eq!(json(&["explore"]).0["explorations"].as_array().map(Vec::len), Some(3));
    assert_eq!(json(&["explore", "monitor"]).1, 0, "it waits for a condition");
    assert_eq!(json(&["explore", "two-locks"]).1, 1);
    assert_eq!(json(&["explore", "no-signal", "--iters", "1"]).1, 1);
    assert_eq!(json(&["explore", "flag", "--memory", "tso"]).1, 1);
    let (report, _) = json(&["explore", "none", "--schedule", "2 4x1 3x2"]);
    assert_eq!(report["traces"][0]["final"], -2);
    assert_eq!(report["traces"][0]["steps"].as_array().map(Vec::len), Some(8));
    let large = json(&["explore", "none", "--iters", "40"]).0;
    let count = large["explorations"][0]["interleavings"].as_str().expect("a text");
    assert_eq!(count.len(), 47, "10^46 and some");
}

#[test]
fn the_exit_status_is_the_answer() {
    let status = |args: &[&str]| said(&[&["explore"], args].concat()).1;
    assert_eq!(status(&["mutex"]), 0);
    assert_eq!(status(&["own-lock"]), 1);
    assert_eq!(status(&["peterson-unfenced"]), 0);
    assert_eq!(status(&["peterson-unfenced", "--memory", "tso"]), 1);
    assert_eq!(status(&["none", "--expect", "lossless"]), 1);
    assert_eq!(status(&["none", "--expect", "loss"]), 0);
    assert_eq!(status(&["mutex", "--expect", "missed"]), 1);
    assert_eq!(status(&["none", "--iters", "50", "--max-states", "500"]), 4);
    assert_eq!(status(&["mutex", "--max-preemptions", "1", "--iters", "4"]), 4);
    assert_eq!(status(&["mutex", "--max-preemptions", "99"]), 0);
    assert_eq!(status(&["none", "--max-preemptions", "0", "--expect", "lossless"]), 4);
    let (said, status) = said(&["explore", "none", "--threads", "4", "--max-states", "100"]);
    assert_eq!(status, 4);
    assert!(said.starts_with("error: stopped after 100 states: part of"), "{said}");
}

#[test]
fn a_witness_is_shown_for_the_value_that_is_asked_for() {
    let (text, status) = printed(&["explore", "none", "--witness", "1"]);
    assert_eq!(status, 0);
    assert!(text.contains("How 1 comes about (schedule 3x1 2x2 1 2x2; "), "{text}");
    let (said, status) = said(&["explore", "none", "--witness", "7"]);
    assert_eq!(status, 1);
    assert_eq!(said, "none: no interleaving ends at 7: use one of -2, -1, 0, 1, 2");
    let (said, _) = self::said(&["explore", "none", "-i", "10", "--witness", "11"]);
    assert!(said.ends_with("use one of the 21 values from -10 to 10"), "{said}");
}

#[test]
fn a_deadlock_is_shown_with_who_waits_for_what() {
    let (text, status) = printed(&["explore", "two-locks"]);
    assert_eq!(status, 1);
    assert!(text.contains("Worker 1 holds left, and waits for right.\n"), "{text}");
    assert!(text.contains("Worker 2 holds right, and waits for left.\n"), "{text}");
}

#[test]
fn what_makes_no_sense_is_one_sentence() {
    for (args, sentence) in [
        (&["explore", "none", "--runs", "3"][..], "--runs has no meaning for explore"),
        (&["explore", "none", "--yield", "never"], "--yield has no meaning for explore"),
        (&["explore", "none", "--threads", "9"], "explore follows at most 8 workers, not 9"),
        (&["explore", "none", "--schedule", "2x"], "'2x' is no step"),
        (
            &["explore", "none", "--schedule", "9x1"],
            "none cannot follow --schedule '9x1': step 5 names worker 1, which has finished; could \
             go on: 2",
        ),
        (&["explore", "mutex", "--schedule", "1 2"], "step 2 names worker 2, which waits for lock"),
        (&["explore", "none", "--schedule", "4x1"], "it ends before the workers have finished"),
        (&["none", "-i2", "--schedule", "1d"], "drain by themselves"),
        (
            &["explore", "mutex", "--schedule", "2w 8x1 8x2"],
            "before step 1 worker 2 does not have to",
        ),
        (
            &["mutex", "-i2", "--schedule", "8x1 1w 8x2"],
            "step 9 names worker 1, which has finished",
        ),
        (
            &["mutex", "-i2", "--schedule", "1 2w then 4x1 again and again"],
            "real workers come to an",
        ),
        (&["explore", "none", "--schedule", "1 then 2"], "a round is written as in 1 then"),
        (
            &["none", "-i2", "--resource", "printer", "--schedule", "2 4x1 3x2"],
            "--schedule cannot be followed on a printer",
        ),
        (&["none", "-i2", "--schedule", "5x1"], "none cannot follow --schedule '5x1'"),
        (&["none", "--schedule", "4x1"], "Add steps, or use a smaller --iters."),
        (&["none", "--seed", "1", "--schedule", "1"], "--seed and --schedule exclude each other"),
        (&["none", "--memory", "tso"], "--memory has no meaning for a race"),
        (&["none", "--explore", "--work", "1us"], "--explore has no model of --work"),
        (&["none", "--explore", "-t", "9"], "--explore follows at most 8 workers, not 9"),
        (&["none", "--explore", "--schedule", "1"], "--explore and --schedule exclude each other"),
        (&["explore", "none", "--witness", "x"], "--witness is 'x', not a final value"),
        #[cfg(linux)]
        (&["none", "--explore", "--resource", "file"], "--explore has no model of --resource file"),
    ] {
        let (said, status) = said(args);
        assert_eq!(status, 2, "{args:?}: {said}");
        assert!(said.contains(sentence), "{args:?}: {said}");
    }
}

#[test]
fn zero_without_a_loss_and_zero_by_cancellation_are_both_shown() {
    let (text, status) = printed(&["explore", "none", "--witness", "0"]);
    let whole = text.find("\nHow 0 comes about, and nothing is lost (schedule 4x1 4x2; ");
    let cancelled = text.find("\nHow 0 comes about by cancellation (schedule 1 2x2 2x1 2 1 2; ");
    assert!(whole.is_some() && whole < cancelled && status == 0, "{text}");
    let (report, _) = json(&["explore", "none", "--witness", "0"]);
    let found = &report["explorations"][0];
    assert_eq!(found["witness"]["kept"], serde_json::json!({ "increments": 2, "decrements": 2 }));
    let more = found["more_witnesses"].as_array().expect("it is there");
    let [cancelled] = &more[..] else { panic!("{report:#}") };
    assert_eq!((&cancelled["final"], &cancelled["of"]), (&0.into(), &"value".into()));
    for args in [["explore", "mutex", "--witness", "0"], ["explore", "none", "--witness", "1"]] {
        assert_eq!(printed(&args).0.matches("\nHow ").count(), 1, "{args:?}");
    }
}

#[test]
fn a_broken_lock_is_shown_with_the_fewest_updates_and_the_steps_at_which_two_are_inside() {
    let args = ["explore", "peterson-unfenced", "--memory", "tso"];
    let (text, status) = printed(&args);
    assert!(text.contains("2 workers x 2 updates, memory tso: "), "{text}");
    assert!(text.contains("\nHow 2 workers get inside, with 1 update each (schedule "), "{text}");
    assert_eq!((text.matches("\nHow ").count(), text.matches("<- 2 inside\n").count()), (1, 2));
    assert!(text.contains("<- 1 decrement lost\n") && status == 1, "{text}");
    assert!(text.lines().all(|line| line.len() <= 80), "{text}");
    let (report, _) = json(&args);
    let found = &report["explorations"][0];
    assert_eq!((&found["witness"]["of"], &found["witness"]["iters"]), (&"value".into(), &2.into()));
    let crowded = &found["more_witnesses"][0];
    assert_eq!((&crowded["of"], &crowded["iters"]), (&"crowded".into(), &1.into()));
    let schedule = crowded["schedule"].as_str().expect("it can be pasted back");
    let (pasted, _) = json(&[&args[..], &["-i", "1", "--schedule", schedule]].concat());
    assert_eq!(pasted["traces"][0]["steps"], crowded["steps"]);
}

const WAITING: &str = "\
mutex, 2 workers x 1 update: schedule 2x1 2w 2x1 4x2; 2x1 = two steps of worker
1; 2w = worker 2 has to wait

 step   worker 1 (+1)   worker 2 (-1)    counter
    1   acquire lock                           0
    2   read 0                                 0
        ---- preemption: worker 1 ----
                        waits for lock         0   worker 1 holds it
    3   write 1         .                      1
    4   release lock    .                      1
    5                   acquire lock           1
    6                   read 1                 1
    7                   write 0                0
    8                   release lock           0

final value 0
";

#[test]
fn a_worker_that_has_to_wait_is_drawn_and_takes_no_step() {
    let waiting = "2x1 2w 2x1 4x2";
    assert_eq!(printed(&["explore", "mutex", "-i1", "--schedule", waiting]), (WAITING.into(), 0));
    let args = ["explore", "peterson", "-i1", "--schedule", "5x1 2x2 2w 2x1 5x2"];
    let (report, _) = json(&args);
    let steps = report["traces"][0]["steps"].as_array().expect("it was followed");
    let waits: Vec<_> = steps.iter().filter(|step| step["number"].is_null()).collect();
    let [waits] = waits[..] else { panic!("{report:#}") };
    assert_eq!((&waits["turn"], &waits["waits"]["for"]["kind"]), (&"2w".into(), &"until".into()));
    assert_eq!(steps.last().expect("it has steps")["number"], 14);
    for kind in ["--threads", "--processes"].into_iter().take(if cfg!(linux) { 2 } else { 1 }) {
        let args = ["mutex", "-i1", "--schedule", waiting, kind, "2"];
        assert_eq!(said(&args), (String::new(), 0));
    }
}

#[test]
fn the_columns_of_four_workers_stand_closer_so_that_they_fit_on_80() {
    let (text, _) = printed(&["explore", "ticket", "-t4", "-i1", "--schedule", "6x1 6x2 6x3 6x4"]);
    assert!(text.contains("load serving 0") && text.lines().all(|line| line.len() <= 80), "{text}");
}

#[test]
fn a_round_is_drawn_once_and_it_is_said_whether_it_can_be_repeated() {
    let ends = |strategy: &str, schedule: &str, end: &str| {
        let (text, _) = printed(&["explore", strategy, "--schedule", schedule]);
        assert_eq!(text.matches(" again and again -").count(), 1, "{text}");
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.ends_with(end), "{text}");
    };
    let for_ever =
        "leads back to the same state, but for the counter: it can be repeated for ever.";
    ends("mutex", "1 2w then 4x1 again and again", for_ever);
    ends("mutex", "1 2w then 2w 4x1 again and again", for_ever);
    ends("spinlock", "2x1 2w then 5x1 again and again", for_ever);
    ends("none", "2 then 2x1 again and again", for_ever);
    ends("none", "1 then 2 again and again", "but for the counter: they can be repeated for ever.");
    ends("ticket", "1 then 1 again and again", "within 64 rounds no state comes again.");
    ends("ticket", "6x1 again and again", "next is 1 after one round, and 2 after two.");
    ends(
        "mutex",
        "4x1 2 again and again",
        "It cannot be repeated: the second time, step 6 names \
         worker 1, which waits for lock; could go on: 2.",
    );
    ends(
        "mutex",
        "4x1 4x2 4x1 1 again and again",
        "step 18 names worker 2, which waits for lock; could go on: 1.",
    );
}

#[test]
fn threads_processes_and_a_file_take_the_steps_of_a_schedule_in_its_order() {
    let kinds: &[&[&str]] = if cfg!(linux) {
        &[&["--threads", "2"], &["--processes", "2"], &["--resource", "file"]]
    } else {
        &[&["--threads", "2"]]
    };
    for kind in kinds {
        for (schedule, value, increments, decrements) in
            [("2 4x1 3x2", -2, 2, 0), ("3x1 2x2 1 2x2", 1, 0, 1), ("4x1 4x2", 0, 0, 0)]
        {
            let args = ["none", "--iters", "2", "--schedule", schedule, "--runs", "10"];
            let (report, status) = json(&[&args[..], kind].concat());
            assert_eq!((status, runs(&report).count()), (0, 10));
            assert_eq!(report["plan"]["schedule"], schedule);
            for run in runs(&report) {
                assert_eq!(run["final"], value, "{kind:?}: {schedule}");
                assert_eq!(run["lost"]["increments"], increments, "{kind:?}: {schedule}");
                assert_eq!(run["lost"]["decrements"], decrements, "{kind:?}: {schedule}");
            }
        }
    }
}

#[test]
fn work_inside_changes_no_schedule_and_takes_no_step() {
    let args = ["none", "-i", "2", "--work", "1000", "--schedule", "2 4x1 3x2"];
    let (report, status) = json(&args);
    assert_eq!((status, &report["plan"]["work_ns"]), (0, &Value::from(1000)));
    assert_eq!(report["results"][0]["runs"][0]["final"], -2);
}

#[test]
fn an_exploration_is_also_written_to_files_by_their_endings() {
    let session = Session::new();
    let outputs = ["-o", "a.json", "-o", "a.csv", "-o", "a.txt"];
    let output = session.run(&[&["explore", "none", "mutex", "-q"], &outputs[..]].concat());
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(0), ""));
    let read = |name: &str| fs::read_to_string(session.place.path().join(name)).expect("written");
    let report: Value = serde_json::from_str(&read("a.json")).expect("JSON");
    harness::assert_valid(&report);
    assert_eq!(report["explorations"][0]["interleavings"], "70");
    let csv = read("a.csv");
    assert_eq!(csv, stdout(&run(&["explore", "none", "mutex", "--format", "csv"])));
    let rows: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    // A heading, the five final values of none, and the one of mutex.
    assert_eq!(rows.len(), 7, "{csv}");
    assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{csv}");
    let text = read("a.txt");
    assert!(text.starts_with(NONE.trim_end()), "{text}");
    assert!(text.contains("Proved for 2 workers x 2 updates"), "{text}");
}
