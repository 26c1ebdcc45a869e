//! `syncdemo judge`: proofs and witnesses, and what may be asked for.

mod harness;

use std::fs;

use harness::{json, run, stderr, stdout};

const MUTEX: &str = "\
2 workers, any number of updates, every interleaving, sequential consistency

strategy  mutual exclusion  progress  bounded waiting
mutex     yes               yes       NO   passed without bound
ticket    yes               yes       yes  passed at most once  (6 updates each)
peterson  yes               yes       yes  passed at most once

ticket: next takes more and more values, so not all states can be met. Each yes
holds for up to 6 updates of each worker.

mutex: nothing bounds the waiting. Worker 2 waits for lock, and is passed again
and again (schedule 1 2w then 4x1 again and again; 4x1 = four steps of worker 1;
2w = worker 2 has to wait):

 step   worker 1 (+1)   worker 2 (-1)    counter
    1   acquire lock                           0
        ---- preemption: worker 1 ----
                        waits for lock         0   worker 1 holds it
        ------ again and again -------
    2   read 0          .                      0
    3   write 1         .                      1
    4   release lock    .                      1
    5   acquire lock    .                      1

Each round leads back to the same state, but for the counter: it can be repeated
for ever.
";

#[test]
fn each_answer_is_a_proof_or_has_a_witness() {
    let output = run(&["judge", "mutex", "ticket", "peterson"]);
    assert_eq!((stdout(&output).as_str(), output.status.code()), (MUTEX, Some(0)));
    let verbose = stdout(&run(&["judge", "peterson", "-v"]));
    assert!(verbose.contains("worker 2 is passed once before it enters (schedule "), "{verbose}");
}

#[test]
fn a_brief_judgement_is_the_table_only() {
    let brief = stdout(&run(&["judge", "mutex", "ticket", "peterson", "--brief"]));
    assert!(brief.lines().all(|line| line.chars().count() <= 60), "{brief}");
    assert!(brief.contains("\nmutex      yes                yes        NO\n"), "{brief}");
    assert!(!brief.contains("schedule"), "{brief}");
}

#[test]
fn a_strategy_that_claims_what_is_refuted_has_status_1() {
    let status = |name: &str| run(&["judge", name]).status.code();
    assert_eq!(status("none"), Some(0), "it claims nothing");
    assert_eq!(status("hyman"), Some(1));
    let output = run(&["judge", "two-locks"]);
    assert_eq!(output.status.code(), Some(1));
    let text = stdout(&output);
    assert!(text.contains("no progress: a deadlock. Workers 1 and 2 wait for ever"), "{text}");
    assert_eq!(stderr(&output), "two-locks: it claims progress: it can be in a deadlock");
}

#[test]
fn without_a_name_all_are_judged_that_promise_mutual_exclusion() {
    let names = |args: &[&str], expected| {
        let (report, status) = json(&[&["judge"], args].concat());
        assert_eq!(status, expected, "{report}");
        let judged = report["judgements"].as_array().expect("judgements").clone();
        judged.iter().map(|of| of["strategy"].as_str().expect("a name").to_owned()).collect()
    };
    let two: Vec<String> = names(&[], 0);
    for name in ["mutex", "semaphore", "spinlock", "ticket", "peterson"] {
        assert!(two.iter().any(|judged| judged == name), "{two:?}");
    }
    assert!(two.iter().all(|name| name != "none" && name != "atomic" && name != "hyman"));
    let three: Vec<String> = names(&["--threads", "3", "--max-states", "3k"], 4);
    assert!(three.iter().all(|name| name != "peterson"), "it serves two: {three:?}");
}

#[test]
fn the_json_is_as_the_schema_says() {
    let (report, status) = json(&["judge", "mutex", "lost-wakeup", "ticket"]);
    assert_eq!(status, 1);
    let [mutex, lost, ticket] = [0, 1, 2].map(|at| &report["judgements"][at]);
    assert_eq!(mutex["mutual_exclusion"]["holds"], true);
    assert_eq!(mutex["updates"], serde_json::Value::Null);
    let witness = &mutex["bounded_waiting"]["witness"];
    assert_eq!(witness["schedule"], "1 2w then 4x1 again and again");
    assert_eq!(lost["progress"]["kind"], "needs_other");
    assert_eq!(lost["progress"]["remainder"], serde_json::json!([1]));
    assert_eq!((&ticket["updates"], &ticket["bounded_waiting"]["passed"]), (&6.into(), &1.into()));
    json(&["judge", "peterson-unfenced", "flag", "own-lock", "--memory", "tso"]);
    let csv = stdout(&run(&["judge", "mutex", "--format", "csv"]));
    let row = "mutex,2,,true,1,true,false,,true\n";
    assert!(csv.starts_with("strategy,workers,updates,") && csv.ends_with(row), "{csv}");
}

#[test]
fn a_bound_that_was_met_has_status_4_also_where_few_updates_are_proved() {
    for states in ["50", "100", "300"] {
        let output = run(&["judge", "ticket", "--max-states", states]);
        assert_eq!(output.status.code(), Some(4), "{states}: {output:?}");
    }
}

#[test]
fn a_round_can_be_pasted_back() {
    for name in ["mutex", "semaphore", "spinlock", "flag", "hyman"] {
        let (report, _) = json(&["judge", name]);
        let witness = &report["judgements"][0]["bounded_waiting"]["witness"];
        let schedule = witness["schedule"].as_str().expect("a schedule");
        let (report, _) = json(&["explore", name, "--schedule", schedule]);
        assert_eq!(report["traces"][0]["round"]["repeats"], true, "{name} {schedule}");
    }
}

#[test]
fn a_witness_that_ends_early_can_be_pasted_back_with_partial() {
    for (name, question) in [("hyman", "mutual_exclusion"), ("peterson", "bounded_waiting")] {
        let (report, _) = json(&["judge", name]);
        let witness = &report["judgements"][0][question]["witness"];
        let schedule = witness["schedule"].as_str().expect("a schedule");
        let iters = witness["iters"].to_string();
        let typed = ["explore", name, "--iters", &iters, "--schedule", schedule, "--partial"];
        let (report, _) = json(&typed);
        assert_eq!(report["traces"][0]["ended"], false, "{name} {schedule}");
        assert_eq!(run(&typed[..6]).status.code(), Some(2), "it is not the whole schedule");
    }
}

#[test]
fn what_cannot_be_judged_is_refused_in_a_sentence() {
    let refused = |args: &[&str], status, sentence: &str| {
        let output = run(&[&["judge"], args].concat());
        assert_eq!(output.status.code(), Some(status), "{output:?}");
        assert_eq!(stderr(&output), format!("error: {sentence}"));
    };
    refused(
        &["atomic"],
        2,
        "atomic has no critical section that workers could enter: use syncdemo explore atomic",
    );
    refused(
        &["peterson", "--threads", "3"],
        2,
        "peterson serves 2 workers, not 3. Use --threads 2, or ticket.",
    );
    refused(&["mutex", "-t", "5"], 2, "--threads is '5', and at most 4 are possible");
    refused(
        &["mutex", "-t", "1"],
        2,
        "--threads is '1', and at least 2 are needed: one has nobody to wait for",
    );
    refused(&["mutex", "--iters", "3"], 2, "--iters has no meaning for judge: leave it out");
    refused(
        &["mutex", "--max-states", "3"],
        4,
        "stopped after 3 states: no proof. Use fewer --threads, or a larger --max-states.",
    );
}

#[test]
fn a_semaphore_may_have_as_many_inside_as_permits() {
    let (report, status) = json(&["judge", "semaphore", "--threads", "3", "--permits", "2"]);
    assert_eq!(status, 0);
    assert_eq!(report["judgements"][0]["mutual_exclusion"]["most_inside"], 2);
}

#[test]
fn the_report_goes_to_files_as_well() {
    let file = std::env::temp_dir().join(format!("syncdemo-judge-{}.json", std::process::id()));
    let output = run(&["judge", "mutex", "-q", "-o", file.to_str().expect("a path")]);
    assert_eq!((stdout(&output).as_str(), output.status.code()), ("", Some(0)));
    let report = fs::read_to_string(&file).expect("it was written");
    fs::remove_file(&file).expect("it is there");
    let report = serde_json::from_str(&report).expect("JSON");
    harness::assert_valid(&report);
}
