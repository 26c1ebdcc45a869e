//! The words of the reports, for outcomes that are made up; and that all of them fit the page.

use textwrap::core::display_width;

use super::Text;
use crate::catalog::table;
use crate::cli::race_args;
use crate::machine::PackedTally;
use crate::outcome::{Asked, Outcome, Run, StrategyResult, Summary, Verdict};
use crate::plan::Plan;
use crate::report::{Page, Report};
use crate::worker::resource::FinalState;
use crate::worker::{RawRun, YieldRate};

fn plan(words: &str) -> Plan {
    let mut plan = Plan::new(&race_args(words, table())).expect("the plan makes sense");
    plan.config.processors = 2;
    plan
}

/// A run in which so many updates of each kind were kept.
fn run(plan: &Plan, which: usize, kept: (u64, u64)) -> Run {
    let raw = RawRun {
        made: plan.config.program.planned(),
        final_state: FinalState {
            copies: vec![PackedTally::from_word(kept.0 | kept.1 << 32)],
            ..FinalState::default()
        },
        deaths: vec![],
        seen_inside: 1,
        complete: true,
        elapsed_ns: Some(123_456),
    };
    Run::new(&plan.strategies[which].about(), &plan.config.program, &raw)
}

fn outcome(plan: &Plan, runs: Vec<Vec<Run>>) -> Outcome {
    let results = plan.strategies.iter().zip(runs).map(|(face, runs)| StrategyResult {
        strategy: face.about().name,
        promise: face.about().promise,
        exhibit: false,
        timing_disturbed: plan.config.yields != YieldRate::Never,
        summary: Summary::of(&runs),
        runs,
    });
    let results: Vec<_> = results.collect();
    Outcome {
        schema: 1,
        version: "0",
        command: vec![],
        exit_status: 0,
        interrupted: false,
        error: None,
        plan: Asked::of(plan),
        verdict: Some(Verdict::of(plan, &results)),
        results,
    }
}

fn text(plan: &Plan, outcome: &Outcome, width: usize) -> String {
    let page = Page { width, verbose: false };
    let text = Text.race(plan, outcome, page).expect("it can be written");
    anstream::adapter::strip_str(&text).to_string()
}

#[test]
fn a_run_that_lost_updates_gives_the_whole_account() {
    let plan = plan("none");
    let outcome = outcome(&plan, vec![vec![run(&plan, 0, (988, 3976))]]);
    assert_eq!(
        text(&plan, &outcome, 80),
        "\
none: 2 threads, 5,000 iterations each, one counter

final value     -2,988
reached zero    NO: 5,036 of 10,000 updates were lost

                  made     kept     lost
increments       5,000      988    4,012
decrements       5,000    3,976    1,024
final value = kept increments - kept decrements = 988 - 3,976 = -2,988

inside at once  2: nothing guards the critical section
start           together; each worker yields after 1 read in 32 (--yield)
"
    );
}

#[test]
fn zero_by_cancellation_does_not_fool_the_reader() {
    let plan = plan("none");
    let outcome = outcome(&plan, vec![vec![run(&plan, 0, (2509, 2509))]]);
    let text = text(&plan, &outcome, 80);
    let line = "reached zero    BY CANCELLATION: 4,982 of 10,000 updates were lost all the same\n";
    assert!(text.contains(line), "{text}");
}

#[test]
fn several_strategies_stand_side_by_side() {
    let plan = plan("none mutex semaphore");
    let kept = [(988, 3976), (5000, 5000), (5000, 5000)];
    let runs = kept.iter().enumerate().map(|(which, &kept)| vec![run(&plan, which, kept)]);
    let outcome = outcome(&plan, runs.collect());
    assert_eq!(
        text(&plan, &outcome, 80),
        "\
2 threads, one counter: worker 1 adds 1, worker 2 subtracts 1, 5,000 times each

strategy      final value   reached zero   lost updates   inside at once
none               -2,988   NO                    5,036                2
mutex                   0   yes                       0                1
semaphore               0   yes                       0                1

none        lost 4,012 increments and 1,024 decrements: 988 - 3,976 = -2,988
mutex       let one worker at a time into the critical section
semaphore   likewise: it has 1 permit (several copies: semaphore --copies 3)

start: together; each worker yields after 1 read in 32 (--yield)
"
    );
}

#[test]
fn the_spread_of_many_runs_says_which_zero_is_one_by_cancellation() {
    let plan = plan("none --runs 4");
    let kept = [(988, 3976), (2509, 2509), (3000, 1000), (3100, 1000)];
    let runs: Vec<_> = kept.iter().map(|&kept| run(&plan, 0, kept)).collect();
    let text = text(&plan, &outcome(&plan, vec![runs]), 80);
    for line in [
        "none: 4 runs of 2 threads, 5,000 iterations each, one counter\n",
        "reached zero    1 of 4 runs, and that one by cancellation\n",
        "lost updates    in 4 of 4 runs: 4,982 to 6,000 of 10,000, median 5,036\n",
        "smallest -2,988, median 0, largest 2,100;",
        "  by cancellation\n",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
}

#[test]
fn nothing_is_wider_than_the_page() {
    for options in ["", "--yield never", "--runs 3"] {
        for names in ["none", "none mutex semaphore peterson cas"] {
            let plan = plan(&format!("{names} {options}"));
            let runs = plan.strategies.iter().enumerate().map(|(which, _)| {
                (0..plan.runs).map(|n| run(&plan, which, (988 * n, 3976))).collect()
            });
            let outcome = outcome(&plan, runs.collect());
            for width in [40, 52, 60, 72, 80, 120] {
                let text = text(&plan, &outcome, width);
                let widest = text.lines().max_by_key(|line| display_width(line)).unwrap_or("");
                assert!(display_width(widest) <= width, "{width}: {widest}\n{text}");
            }
        }
    }
}
