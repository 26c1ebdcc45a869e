//! Your locks: whatever `about` claims is held to what a race shows and what `explore` and `judge`
//! find. `cargo test --release -p homework --test locks`

use homework::{First, Second, Third};
use syncdemo::strategy::{Promise, Strategy};
use syncdemo::{Printed, run};

/// The command with one of the locks; it must end with status 0.
fn holds(words: &str) {
    let Printed { status, text } = run(&[&First, &Second, &Third], words);
    assert_eq!(status, 0, "syncdemo {words}\n{text}");
}

const LOCKS: [&str; 3] = ["first", "second", "third"];

#[test]
fn a_race_breaks_no_promise() {
    for lock in LOCKS {
        holds(&format!("{lock} --iters 1000 --runs 20"));
    }
}

#[test]
fn no_interleaving_breaks_a_promise() {
    for lock in LOCKS {
        holds(&format!("explore {lock}"));
        holds(&format!("explore {lock} --memory tso"));
    }
}

#[test]
fn the_judge_refutes_no_claim() {
    for lock in LOCKS {
        holds(&format!("judge {lock}"));
    }
}

#[test]
#[ignore = "fails until the exercises are solved"]
fn the_homework_is_done() {
    for about in [First.about(), Second.about(), Third.about()] {
        let name = about.name;
        let claims = about.promise == Promise::MutualExclusion;
        assert!(claims, "{name} does not promise mutual exclusion yet: see `about`");
        assert!(about.progress, "{name} does not claim progress yet: see `about`");
        holds(&format!("judge {name}"));
    }
    let claims = Third.about().bounded_waiting;
    assert!(claims, "third does not claim bounded waiting yet: see `about`");
}
