//! Files, a printer, and several copies of the resource, shared by threads and by processes.

#![cfg(linux)]

mod harness;

use std::fs;
use std::os::unix::fs::FileExt;
use std::thread;
use std::time::Duration;

use harness::{
    Session, assert_honest, entries, finish, report, runs, signal, stderr, stdout, sum, wait_until,
};

#[test]
fn a_file_is_kept_under_its_name_and_says_what_the_report_says() {
    let session = Session::new();
    let path = session.place.path().join("counter.txt");
    let name = path.to_str().expect("text");
    for kind in ["-t", "-p"] {
        for strategy in ["none", "mutex", "semaphore", "filelock"] {
            let args = [strategy, kind, "2", "-i", "300", "--resource", "file", "--file", name];
            let (report, status) = session.json(&args);
            assert_eq!(status, 0, "{report:#}");
            let run = &report["results"][0]["runs"][0];
            assert_honest(run);
            let (value, kept) = (&run["final"], &run["kept"]);
            let text = format!("{value} = +{} -{}", kept["increments"], kept["decrements"]);
            assert_eq!(fs::read_to_string(&path).expect("it is kept").trim_end(), text);
            assert!(strategy == "none" || sum(run, "lost") == 0, "{strategy} {kind}");
        }
    }
    assert_eq!(entries(session.place.path()), ["counter.txt"]);
    let text =
        stdout(&session.run(&["filelock", "-i", "100", "--resource", "file", "--file", name]));
    assert!(text.contains("holds 0 = +100 -100\n"), "{text}");
}

#[test]
fn a_file_without_a_name_leaves_nothing_and_one_that_cannot_be_made_is_status_3() {
    let session = Session::new();
    let (report, status) = session.json(&["mutex", "--resource", "file", "-i", "200"]);
    assert_eq!((status, runs(&report).count()), (0, 1));
    let nowhere = [("TMPDIR", "/nowhere")];
    let output = session.run_with(&["mutex", "--resource", "file", "-i", "200"], &nowhere);
    assert_eq!(output.status.code(), Some(0), "a file without a name needs no place: {output:?}");
    let there = session.place.path().join("missing/counter.txt");
    let args = ["mutex", "--resource", "file", "--file", there.to_str().expect("text")];
    let output = session.run(&args);
    assert_eq!(output.status.code(), Some(3));
    let said = stderr(&output);
    assert!(said.contains("missing/counter.txt") && said.contains("Name another file"), "{said}");
}

#[test]
fn a_counter_that_is_also_an_output_is_a_usage_error_and_is_not_created() {
    let session = Session::new();
    let name = session.place.path().join("a.csv");
    let path = name.to_str().expect("text");
    let output = session.run(&["--resource", "file", "--file", path, "-o", path]);
    assert_eq!((output.status.code(), name.exists()), (Some(2), false));
    let said = stderr(&output);
    assert!(said.contains("a.csv is also the --file: name another file"), "{said}");
    // A second copy, by way of a link to the folder.
    let (folder, link) = (session.place.path().join("folder"), session.place.path().join("link"));
    fs::create_dir(&folder).expect("a folder");
    std::os::unix::fs::symlink(&folder, &link).expect("a link");
    let counter = folder.join("a").to_str().expect("text").to_owned();
    let report = link.join("a.2").to_str().expect("text").to_owned();
    let shared = ["semaphore", "--copies", "2", "--resource", "file", "--file", &counter];
    let output = session.run(&[&shared[..], &["-o", &report]].concat());
    assert!(stderr(&output).contains("a.2 is also the --file: name another file"), "{output:?}");
    assert_eq!(output.status.code(), Some(2));
    // A link to a file that is yet to be made.
    std::os::unix::fs::symlink("a.csv", link.join("b.csv")).expect("a link");
    let (counter, report) = (folder.join("a.csv"), link.join("b.csv"));
    let files = ["--file", counter.to_str().expect("text"), "-o", report.to_str().expect("text")];
    let output = session.run(&[&["--resource", "file"], &files[..]].concat());
    assert!(stderr(&output).contains("b.csv is also the --file: name another file"), "{output:?}");
    assert_eq!((output.status.code(), counter.exists()), (Some(2), false));
}

#[test]
fn a_file_that_vanishes_or_is_changed_to_nonsense_is_status_3_and_a_sentence() {
    for nonsense in [false, true] {
        let session = Session::new();
        let path = session.place.path().join("counter.txt");
        let name = path.to_str().expect("text").to_owned();
        let args =
            ["mutex", "-p", "2", "-i", "1000", "--work", "1M", "--resource", "file", "--file"];
        let child = session.start(&[&args[..], &[&name, "--format", "json"]].concat());
        wait_until("the file is there", || path.exists());
        session.workers(&child, 2);
        thread::sleep(Duration::from_millis(50));
        if nonsense {
            // Not longer than the counter, which the next write would make whole again.
            let file = fs::OpenOptions::new().write(true).open(&path).expect("it is there");
            file.set_len(3).and_then(|()| file.write_all_at(b"boo", 0)).expect("it is ours");
            file.set_len(1000).expect("it is ours");
        } else {
            fs::remove_file(&path).expect("it is there");
            signal(child.id(), "INT");
        }
        let output = finish(child);
        session.assert_nothing_left();
        let report = report(&output);
        assert_honest(&report["results"][0]["runs"][0]);
        if nonsense {
            assert_eq!(output.status.code(), Some(3));
            assert!(stderr(&output).contains("another program has changed it"), "{output:?}");
        }
    }
}

#[test]
fn a_file_that_has_vanished_by_the_end_is_missed() {
    let session = Session::new();
    let path = session.place.path().join("counter.txt");
    let name = path.to_str().expect("text").to_owned();
    let args = ["mutex", "-i", "300", "--work", "1M", "--resource", "file", "--file", &name];
    let child = session.start(&args);
    // Both workers have opened it once both have made an update.
    let both = |text: String| !text.is_empty() && !text.contains("+0") && !text.contains("-0");
    wait_until("both have made an update", || fs::read_to_string(&path).is_ok_and(both));
    fs::remove_file(&path).expect("it is there");
    let output = finish(child);
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains("counter.txt vanished during the run"), "{output:?}");
    assert!(stdout(&output).contains("increments         300      300"), "{output:?}");
}

/// The strategies that read and write in steps of their own, for two workers.
const IN_STEPS: [&str; 10] = [
    "none",
    "mutex",
    "semaphore",
    "spinlock",
    "ticket",
    "clh",
    "dekker",
    "peterson",
    "bakery",
    "filter",
];

#[test]
fn guarded_records_come_out_whole_and_a_guarded_file_keeps_everything() {
    let session = Session::new();
    for resource in ["printer", "file"] {
        for kind in ["-t", "-p"] {
            let common = [kind, "2", "-i", "200", "--resource", resource];
            let (report, status) = session.json(&[&IN_STEPS[..], &common].concat());
            assert_eq!(status, 0);
            runs(&report).for_each(assert_honest);
            for run in runs(&report).skip(1) {
                assert_eq!((sum(run, "made"), sum(run, "lost")), (400, 0), "{run}");
                assert!(run["torn_lines"].as_u64().unwrap_or(0) == 0, "{run}");
            }
        }
    }
    let text = stdout(&session.run(&["mutex", "-i", "100", "--resource", "printer"]));
    assert!(text.contains("paper           200 records can be read, 0 lines cannot\n"), "{text}");
}

#[test]
fn as_many_copies_as_permits_lose_nothing_and_the_sum_counts() {
    let session = Session::new();
    for (resource, kind) in
        ["variable", "file", "printer"].into_iter().flat_map(|r| [(r, "-t"), (r, "-p")])
    {
        let common = ["--copies", "3", kind, "8", "-i", "200", "--resource", resource];
        let (report, status) = session.json(&[&["semaphore", "mutex"], &common[..]].concat());
        assert_eq!(status, 0);
        assert_eq!(report["plan"]["permits"], 3);
        for run in runs(&report) {
            assert_eq!(sum(run, "lost"), 0, "{resource} {kind}");
            assert_eq!((&run["reached"], &run["made"]), (&true.into(), &run["planned"]));
            assert!(run["peak_inside"].as_u64() <= Some(3), "{run}");
            let copies = run["copies"].as_array().expect("there are three");
            let sum: i64 = copies.iter().filter_map(|copy| copy["value"].as_i64()).sum();
            assert_eq!((copies.len(), Some(sum)), (3, run["final"].as_i64()));
        }
        assert!(report["results"][1]["runs"][0]["peak_inside"] == 1, "mutex lets one in");
    }
    let (report, _) = session.json(&["none", "--copies", "4", "-t", "4", "-i", "2000"]);
    assert!(runs(&report).all(|run| sum(run, "lost") == 0), "a copy for each: nothing is shared");
    let text = stdout(&session.run(&["show", "semaphore", "--copies", "3"]));
    let steps =
        ["wait(permits)", "take a free copy", "seen <- counter", "give the copy back", "signal"];
    let places: Vec<_> = steps.iter().map(|step| text.find(step).expect("it is shown")).collect();
    assert!(places.is_sorted(), "{text}");
}

/// The counter as it stands in the file.
fn counter(path: &std::path::Path) -> String {
    fs::read_to_string(path).unwrap_or_default().trim_end().to_owned()
}

/// Runs two processes on a file, stops their supervisor until they have finished, and lets `disturb`
/// change the file before it is read.
fn disturbed_at_the_end(disturb: impl Fn(&std::path::Path)) -> std::process::Output {
    let session = Session::new();
    let path = session.place.path().join("counter.txt");
    let name = path.to_str().expect("text");
    let args = ["mutex", "-p", "2", "-i", "500", "--work", "1ms", "--format", "json"];
    let child = session.start(&[&args[..], &["--resource", "file", "--file", name]].concat());
    assert_eq!(session.workers(&child, 2).len(), 2);
    signal(child.id(), "STOP");
    wait_until("the workers have finished", || counter(&path) == "0 = +500 -500");
    disturb(&path);
    signal(child.id(), "CONT");
    let output = finish(child);
    session.assert_nothing_left();
    output
}

#[test]
fn a_value_that_cannot_be_read_at_the_end_is_unknown_and_nobody_is_accused() {
    let output = disturbed_at_the_end(|path| {
        fs::OpenOptions::new().write(true).truncate(true).open(path).expect("it is ours");
    });
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(stderr(&output).contains("another program has changed it"), "{output:?}");
    let report = report(&output);
    let run = &report["results"][0]["runs"][0];
    for unknown in ["final", "kept", "lost"] {
        assert!(run[unknown].is_null(), "{unknown}: {run}");
    }
    assert_eq!((&run["reached"], run["made"]["increments"].as_u64()), (&false.into(), Some(500)));
    assert!(report["verdict"].is_null(), "{report:#}");
}

#[test]
fn updates_that_nobody_made_are_those_of_another_program() {
    let output = disturbed_at_the_end(|path| {
        let file = fs::OpenOptions::new().write(true).open(path).expect("it is ours");
        file.write_all_at(b"7 = +507 -500", 0).expect("it is ours");
    });
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let said = stderr(&output);
    assert!(said.contains("holds 7 updates more than were made: another program has"), "{said}");
    assert!(report(&output)["verdict"].is_null(), "{output:?}");
}

#[test]
fn a_second_program_on_one_file_is_refused_and_sets_nothing_back() {
    for strategy in ["mutex", "filelock"] {
        let session = Session::new();
        let path = session.place.path().join("counter.txt");
        let common = ["--format", "json", "--resource", "file", "--file", "counter.txt"];
        let endless = [strategy, "-i", "1M", "--work", "1ms"];
        let first = session.start(&[&endless[..], &common].concat());
        wait_until("both have made an update", || {
            let text = counter(&path);
            !text.is_empty() && !text.contains("+0") && !text.contains("-0")
        });
        let second = Session::new();
        let name = path.to_str().expect("text");
        let args = ["none", "-i", "10", "--resource", "file", "--file", name];
        let (refused, status) = second.json(&args);
        assert_eq!((status, runs(&refused).count()), (3, 0), "{refused:#}");
        let error = refused["error"].as_str().expect("it is said");
        let begin = format!("another syncdemo counts in {name}: wait for its end, or name another");
        assert!(error.starts_with(&begin), "{error}");
        let there = counter(&path);
        assert!(!there.contains("+0") && !there.contains("-0"), "it was set back: {there}");
        signal(first.id(), "INT");
        let report = report(&finish(first));
        let run = &report["results"][0]["runs"][0];
        assert_honest(run);
        assert_eq!(
            (sum(run, "lost"), &report["error"]),
            (0, &serde_json::Value::Null),
            "{report:#}"
        );
        let (_, status) = second.json(&[&["mutex"], &args[1..]].concat());
        assert_eq!(status, 0, "the first has given it back");
    }
}
