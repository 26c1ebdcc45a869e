//! Faults at random moments: none may end in a hang, in a process or a file left behind, or in a
//! wrong report.
//!
//! Each fault is made a few times. With SYNCDEMO_FAULTS=100 each is made a hundred times, which
//! takes minutes; `--nocapture` shows how they ended:
//! `SYNCDEMO_FAULTS=100 cargo test --test faults -- --nocapture --test-threads 1`

#![cfg(linux)]
#![allow(clippy::print_stdout, reason = "its figures are for people")]

mod harness;

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};
use std::thread;
use std::time::Duration;

use harness::{Session, assert_honest, finish, report, signal, stderr, sum};

/// How often each fault is made.
fn times() -> usize {
    let asked = std::env::var("SYNCDEMO_FAULTS").ok();
    asked.map_or(2, |times| times.parse().expect("SYNCDEMO_FAULTS is a number"))
}

/// How a fault ended, in a few words, for the figures.
fn judge(output: &Output) -> String {
    let status = output.status.to_string();
    if output.stdout.is_empty() {
        return status;
    }
    let report = report(output);
    for result in report["results"].as_array().unwrap_or(&Vec::new()) {
        for run in result["runs"].as_array().expect("runs") {
            assert_honest(run);
            // Half a record of a worker that died makes the next record unreadable.
            let spoiled = run["torn_lines"].is_u64() && run["deaths"][0]["inside"] == true;
            let lost = sum(run, "lost");
            assert!(result["promise"] == "nothing" || lost <= u64::from(spoiled), "{run}");
        }
    }
    let died = report["error"].as_str().is_some_and(|error| error.contains("died"));
    if died { format!("{status}, told that one died") } else { status }
}

/// Makes a fault some times, and prints how often it ended in which way.
fn repeat(name: &str, fault: impl Fn(&Session, &mut fastrand::Rng) -> Output) {
    let mut random = fastrand::Rng::with_seed(7);
    let mut ends = BTreeMap::new();
    let times = times();
    for _ in 0..times {
        let session = Session::new();
        let output = fault(&session, &mut random);
        session.assert_nothing_left();
        *ends.entry(judge(&output)).or_insert(0) += 1;
    }
    println!("{name}: {times} times");
    for (end, count) in ends {
        println!("  {count:>4}  {end}");
    }
}

fn soon(random: &mut fastrand::Rng) {
    thread::sleep(Duration::from_micros(random.u64(0..30_000)));
}

#[test]
fn a_worker_killed_at_a_random_moment() {
    for strategy in ["mutex", "semaphore", "monitor", "spinlock", "none", "atomic"] {
        repeat(&format!("{strategy}: kill -9 of a worker"), |session, random| {
            let args = [strategy, "-p", "3", "-i", "200k", "--timeout", "300ms"];
            let child = session.start(&[&args[..], &["--format", "json"]].concat());
            let workers = session.workers(&child, random.usize(1..4));
            soon(random);
            if let Some(worker) = workers.get(random.usize(0..workers.len().max(1))) {
                signal(*worker, "KILL");
            }
            finish(child)
        });
    }
}

#[test]
fn a_worker_killed_while_it_uses_a_file_or_a_printer() {
    for (strategy, resource) in [("filelock", "file"), ("mutex", "file"), ("mutex", "printer")] {
        repeat(&format!("{strategy}, {resource}: kill -9 of a worker"), |session, random| {
            let args = [strategy, "-p", "3", "-i", "5k", "--timeout", "300ms"];
            let more = ["--resource", resource, "--format", "json"];
            let child = session.start(&[&args[..], &more].concat());
            let workers = session.workers(&child, 3);
            soon(random);
            if let Some(worker) = workers.get(random.usize(0..3)) {
                signal(*worker, "KILL");
            }
            finish(child)
        });
    }
}

#[test]
fn the_parent_killed_at_a_random_moment() {
    for resource in ["variable", "file", "printer"] {
        repeat(&format!("{resource}: kill -9 of the parent"), |session, random| {
            let args = ["mutex", "-p", "8", "-i", "10M", "--resource", resource];
            let child = session.start(&args);
            soon(random);
            signal(child.id(), "KILL");
            finish(child)
        });
    }
}

#[test]
fn a_signal_in_the_middle() {
    for name in ["INT", "TERM"] {
        repeat(&format!("processes: {name}"), |session, random| {
            let args = ["none", "mutex", "-p", "4", "-i", "10M", "--format", "json"];
            let child = session.start(&args);
            thread::sleep(Duration::from_millis(10));
            soon(random);
            signal(child.id(), name);
            finish(child)
        });
    }
    // Stopped and continued, and disturbed by a signal that means nothing.
    repeat("workers stopped and continued", |session, random| {
        let args = ["semaphore", "mutex", "-p", "3", "-i", "100k", "--format", "json"];
        let child = session.start(&args);
        for worker in session.workers(&child, 3) {
            signal(worker, "STOP");
            soon(random);
            signal(worker, "CONT");
        }
        let output = finish(child);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        output
    });
}

#[test]
fn the_death_that_was_asked_for() {
    for (strategy, resource, status) in [
        ("mutex", "variable", 0),
        ("filelock", "file", 0),
        ("none", "variable", 0),
        ("semaphore", "variable", 3),
        ("monitor", "variable", 3),
        ("spinlock", "variable", 3),
        ("ticket", "variable", 3),
        ("peterson", "variable", 3),
    ] {
        repeat(&format!("{strategy}: --kill"), |session, _| {
            let workers = if strategy == "peterson" { "2" } else { "3" };
            // Who can go on does so at once; a busy machine may still keep it waiting for long.
            let timeout = if status == 0 { "20s" } else { "500ms" };
            let args = [strategy, "-p", workers, "-i", "500", "--kill", "--timeout", timeout];
            let more = ["--resource", resource, "--format", "json"];
            let output = finish(session.start(&[&args[..], &more].concat()));
            assert_eq!(output.status.code(), Some(status), "{output:?}");
            output
        });
    }
}

#[test]
fn descriptors_exhausted() {
    repeat("ulimit -n", |session, random| {
        let limit = random.usize(4..40);
        limited(session, &format!("ulimit -n {limit}"), &["mutex", "-p", "16", "-i", "100"])
    });
    repeat("ulimit -n, printers", |session, random| {
        let limit = random.usize(4..40);
        let args = ["mutex", "-p", "4", "-i", "100", "--resource", "printer", "--copies", "8"];
        limited(session, &format!("ulimit -n {limit}"), &args)
    });
}

#[test]
fn processes_exhausted() {
    // The limit counts all processes of a user, and root has none: somebody else is needed.
    let nobody = ["--reuid", "65534", "--clear-groups", "true"];
    if !Command::new("setpriv").args(nobody).status().is_ok_and(|status| status.success()) {
        println!("no more processes: not tried, this user cannot become another");
        return;
    }
    repeat("no more processes", |session, random| {
        let limit = random.usize(1..20);
        let limit = format!("exec setpriv --reuid 65534 --clear-groups prlimit --nproc={limit} --");
        let place = session.place.path();
        std::fs::set_permissions(place, std::fs::Permissions::from_mode(0o777))
            .expect("it is ours");
        shell(session, &format!("{limit} \"$0\" \"$@\""), &["mutex", "-p", "16", "-i", "100"])
    });
}

#[test]
fn limits_of_the_shell() {
    let endless: [&[&str]; 3] = [
        &["mutex", "-i", "4000M"],
        &["none", "--runs", "1M", "-i", "50"],
        &[
            "explore",
            "none",
            "-t",
            "8",
            "--memory",
            "tso",
            "--max-states",
            "1000M",
            "--max-memory",
            "4G",
        ],
    ];
    for args in endless {
        repeat(&format!("ulimit -t 1: {args:?}"), |session, _| {
            let output = limited(session, "ulimit -t 1", args);
            assert_eq!(output.status.code(), Some(3), "{output:?}");
            assert!(
                stderr(&output).contains("the limit of the time of the processor"),
                "{output:?}"
            );
            output
        });
    }
    repeat("ulimit -v", |session, random| {
        let limit = random.usize(20_000..60_000);
        let args = ["explore", "none", "-i", "300"];
        limited(session, &format!("ulimit -v {limit}"), &args)
    });
    repeat("ulimit -s", |session, random| {
        // The system itself needs some of it to start a program.
        let limit = random.usize(40..200);
        limited(session, &format!("ulimit -s {limit}"), &["mutex", "-i", "100"])
    });
    for resource in ["variable", "file"] {
        repeat(&format!("ulimit -f 0, {resource}"), |session, _| {
            let args = ["mutex", "-p", "2", "-i", "100", "--resource", resource];
            let output = limited(session, "ulimit -f 0", &args);
            assert_eq!(output.status.code(), Some(3), "{output:?}");
            assert!(!stderr(&output).contains("Use fewer"), "that does not help: {output:?}");
            output
        });
    }
}

/// Runs the command under a limit of the shell.
fn limited(session: &Session, limit: &str, args: &[&str]) -> Output {
    shell(session, &format!("{limit} && exec \"$0\" \"$@\""), args)
}

/// Runs the command by a script. It ends with 0 where the limit was none, and else with a sentence.
fn shell(session: &Session, script: &str, args: &[&str]) -> Output {
    let command = session.command(&[args, &["--format", "json"]].concat());
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    let output = shell.output().expect("there is a shell");
    let said = stderr(&output);
    match output.status.code() {
        Some(0) => {}
        // Below some number even the loader, or the shell, cannot begin.
        Some(127 | 126) => {}
        // Where memory ends, Rust's own library says so before the command does.
        Some(3 | 4) if said.starts_with("memory allocation of ") => {
            let sentence =
                " error: none was aborted, and what was found until then is lost: there was";
            assert!(said.contains(sentence), "{said}");
        }
        Some(3 | 4) => assert!(said.starts_with("error: "), "{said}"),
        _ => panic!("{output:?}"),
    }
    output
}

#[test]
fn a_full_disk() {
    let place = tempfile::tempdir().expect("a directory");
    let path = place.path().to_str().expect("text");
    let mounted =
        Command::new("mount").args(["-t", "tmpfs", "-o", "size=4k", "none", path]).status();
    if !mounted.is_ok_and(|status| status.success()) {
        println!("a full disk: not tried, this user may not mount");
        return;
    }
    std::fs::write(place.path().join("all"), [0; 4096]).expect("it fits");
    repeat("a full disk", |session, _| {
        let mut command = session.command(&["mutex", "--resource", "file", "--format", "json"]);
        let output = finish(command.env("TMPDIR", path).spawn().expect("it is built"));
        assert_eq!(output.status.code(), Some(3), "{output:?}");
        assert!(stderr(&output).contains("No space left"), "{output:?}");
        output
    });
    let unmounted = Command::new("umount").arg(path).status();
    assert!(unmounted.is_ok_and(|status| status.success()));
}
