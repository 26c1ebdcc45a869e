//! `syncdemo selftest`: the whole of it once, as text and as JSON.

mod harness;

use std::fs;

use harness::{Session, stdout};
use serde_json::Value;

#[test]
fn every_strategy_is_checked_or_it_is_said_why_not() {
    let session = Session::new();
    let (report, status) =
        session.json(&["selftest", "-o", "s.txt", "-o", "s.svg", "-o", "s.html"]);
    let read = |name| fs::read_to_string(session.place.path().join(name)).expect("it is written");
    let (text, picture, page) = (read("s.txt"), read("s.svg"), read("s.html"));
    roxmltree::Document::parse(&picture).expect("it is well-formed");
    assert!(picture.contains("mutex: threads ") && page.contains(">proved<"), "{page}");
    let checks = report["checks"].as_array().expect("checks");
    let count = |state: &str| checks.iter().filter(|check| check["state"] == state).count();
    // A control that sees no race in many tries is a finding, and no fault of the program.
    let unseen = checks.iter().any(|it| it["aim"] == "control" && it["state"] == "failed");
    let expected = match (unseen, count("skipped") + count("bound")) {
        (true, _) => 1,
        (false, 0) => 0,
        (false, _) => 4,
    };
    assert_eq!((status, count("failed")), (expected, usize::from(unseen)), "{text}");
    for (state, number) in report["counts"].as_object().expect("counts") {
        assert_eq!(Value::from(count(state)), *number, "{text}");
    }
    // No check without its why, and none that says nothing.
    assert!(checks.iter().all(|check| (check["state"] == "held") == check["why"].is_null()));
    for name in strategies(&session) {
        let ways = |aim: &str| -> Vec<&str> {
            let of = checks.iter().filter(|it| it["strategy"] == name[..] && it["aim"] == aim);
            of.map(|check| check["way"].as_str().expect("a way")).collect()
        };
        let (promise, exhibit) = (ways("promise"), ways("exhibit"));
        let raced = ["threads", "processes", "file"].iter().any(|way| promise.contains(way));
        let kept = raced && promise.contains(&"explore");
        let shown = promise.is_empty() && exhibit.len() == 1;
        assert!(kept || shown || name == "none", "{name}: {promise:?} {exhibit:?}");
        assert!(text.contains(&format!("\n{name} ")), "{name} has no row: {text}");
    }
    assert_eq!(checks.iter().filter(|check| check["aim"] == "schedule").count(), 10);
    assert_eq!(text.contains("skipped: --processes works on Linux only"), cfg!(not(linux)));
}

/// The names of all strategies.
fn strategies(session: &Session) -> Vec<String> {
    let list = stdout(&session.run(&["list"]));
    let (table, exhibits) = list.split_once("\nWrong on purpose").expect("two parts");
    let rows = table.lines().skip(1).filter_map(|line| line.split_whitespace().next());
    let exhibits = exhibits.lines().skip(1).flat_map(str::split_whitespace);
    rows.chain(exhibits).map(str::to_owned).collect()
}
