//! The words of the reports, for outcomes that are made up; and that all of them fit the page.

use std::ops::ControlFlow;

use textwrap::core::display_width;

use super::FORMAT;
use crate::catalog::table;
use crate::cli::race_args;
use crate::explore::{Bounds, Memory, explore};
use crate::machine::{PackedTally, Tally};
use crate::outcome::{Description, ExplorationResult, Found, Outcome, Run, StrategyResult};
use crate::plan::{Chosen, Plan};
use crate::report::Page;
use crate::worker::resource::{FinalState, Write};
use crate::worker::{Death, RawRun, YieldRate};

pub(in crate::report) fn plan(words: &str) -> Plan {
    let mut plan = Plan::race(&race_args(words, table())).expect("the plan makes sense");
    plan.asked.config.processors = 2;
    plan
}

fn strategies(plan: &Plan) -> &[Chosen] {
    plan.strategies.as_ref().expect("all can be described")
}

/// What is left of a run in which so many updates of each kind were kept.
fn raw(plan: &Plan, kept: (u64, u64)) -> RawRun {
    let word = kept.0 | kept.1 << 32;
    RawRun {
        made: plan.asked.config.program.planned(),
        final_state: FinalState {
            copies: vec![PackedTally::from_word(word)],
            ..FinalState::default()
        },
        deaths: vec![],
        seen_inside: 1,
        complete: true,
        elapsed_ns: Some(123_456),
    }
}

fn of_raw(plan: &Plan, which: usize, raw: &RawRun) -> Run {
    Run::new(strategies(plan)[which].about.promise, &plan.asked.config.program, raw)
}

pub(in crate::report) fn run(plan: &Plan, which: usize, kept: (u64, u64)) -> Run {
    of_raw(plan, which, &raw(plan, kept))
}

pub(in crate::report) fn outcome(plan: &Plan, runs: Vec<Vec<Run>>) -> Outcome {
    let disturbed = plan.asked.config.yields != YieldRate::Never;
    let results = strategies(plan).iter().zip(runs);
    let results = results.map(|(chosen, runs)| of_runs(plan, chosen, disturbed, runs));
    of_results(plan, results.collect())
}

fn of_runs(plan: &Plan, chosen: &Chosen, disturbed: bool, runs: Vec<Run>) -> StrategyResult {
    let mut result = StrategyResult::new(chosen, disturbed);
    for run in runs {
        result.add(&run, &plan.asked.config.program, true).expect("there is room");
    }
    result
}

fn of_results(plan: &Plan, results: Vec<StrategyResult>) -> Outcome {
    Outcome::new(plan.asked.clone(), vec![], Found::Race { results }, None)
}

/// Runs that are made up, beside an exploration of at most so many states.
fn beside_model(plan: &Plan, kept: &[(u64, u64)], states: u64) -> Outcome {
    let chosen = &strategies(plan)[0];
    let bounds = Bounds { states, ..Bounds::default() };
    let program = &plan.asked.config.program;
    let go_on = &mut |_| ControlFlow::Continue(());
    let explored = ExplorationResult {
        found: explore(chosen.strategy, program, Memory::Sc, bounds, go_on).expect("it is small"),
        description: Description::of(chosen),
        witness: None,
        more_witnesses: vec![],
        witnesses: vec![],
        scenes: None,
    };
    let runs = kept.iter().map(|&kept| run(plan, 0, kept)).collect();
    let mut result = of_runs(plan, chosen, true, runs);
    result.compare(explored);
    of_results(plan, vec![result])
}

fn text(outcome: &Outcome, width: usize) -> String {
    text_on(outcome, Page { width, verbose: false, brief: false })
}

fn text_on(outcome: &Outcome, page: Page) -> String {
    let text = FORMAT.text(outcome, page);
    anstream::adapter::strip_str(&text).to_string()
}

/// A traced run of two workers: the second reads once, and writes when the first has made `away`
/// updates more; so it goes on, until the first has made all.
pub(in crate::report) fn traced(plan: &Plan, away: usize) -> Run {
    let mut writes = Vec::new();
    let mut seen = 0;
    for made in 1..=plan.asked.config.program.iters {
        let before = writes.len() as u32;
        writes.push(Write { worker: 0, seen: before, increments: 1, decrements: 0 });
        if made % away as u64 == 0 {
            writes.push(Write { worker: 1, seen, increments: 0, decrements: 1 });
            seen = writes.len() as u32;
        }
    }
    let mut raw = raw(plan, (0, writes.len() as u64 / (away as u64 + 1)));
    raw.final_state.writes = Some(vec![writes]);
    of_raw(plan, 0, &raw)
}

#[test]
fn an_update_that_a_dead_worker_had_written_and_not_counted_was_made() {
    let plan = plan("mutex --iters 10");
    let (made, unmade) =
        (Tally { increments: 10, decrements: 3 }, Tally { increments: 0, decrements: 7 });
    let cause = "signal: 9 (SIGKILL)".into();
    let death =
        Death { worker: 2, cause, asked: false, inside: true, unmade, inherited_by: Some(1) };
    let raw = RawRun { made, deaths: vec![death], complete: false, ..raw(&plan, (10, 4)) };
    let run = of_raw(&plan, 0, &raw);
    assert_eq!((run.made.decrements, run.deaths[0].unmade.decrements), (4, 6));
    let text = text(&outcome(&plan, vec![vec![run]]), 80);
    assert!(text.contains("NO: worker 2 died with 6 decrements still to make"), "{text}");
}

#[test]
fn a_traced_run_shows_the_write_that_overwrote_the_most() {
    let plan = plan("none --trace --iters 192");
    let report = text(&outcome(&plan, vec![vec![traced(&plan, 96)]]), 80);
    let expected = "
who overwrote   whose updates   lost   away at most
worker 2        worker 1         192      96 writes

The worst of 2 writes that overwrote updates:

write   worker 1 (+1)   worker 2 (-1)   counter
    0                   read 0                0
    1   write 1                               1
    2   write 2                               2
    3   write 3                               3
        90 writes
   94   write 94                             94
   95   write 95                             95
   96   write 96                             96
   97                   write -1             -1   <- 96 updates of worker 1 lost

Write 97: worker 2 read 0, was away for 96 writes, and wrote -1: 96 updates of
worker 1 were lost.

inside at once";
    assert!(report.contains(expected), "{report}");
    let mut kept = raw(&plan, (192, 192));
    let write = |number| {
        let decrements = u8::from(number < 192);
        let worker = decrements.into();
        Write { worker, seen: number, increments: 1 - decrements, decrements }
    };
    kept.final_state.writes = Some(vec![(0..384).map(write).collect()]);
    let report = text(&outcome(&plan, vec![vec![of_raw(&plan, 0, &kept)]]), 80);
    let said = "traced          nothing was overwritten: each of 384 updates was computed from\n";
    assert!(report.contains(said), "{report}");
}

#[test]
fn a_run_that_lost_updates_gives_the_whole_account() {
    let plan = plan("none");
    let outcome = outcome(&plan, vec![vec![run(&plan, 0, (988, 3976))]]);
    assert_eq!(
        text(&outcome, 80),
        "\
none: 2 threads, 5,000 iterations each, one counter

final value     -2,988
reached zero    NO: 5,036 of 10,000 updates were lost

                  made     kept     lost
increments       5,000      988    4,012
decrements       5,000    3,976    1,024
final value = kept increments - kept decrements = 988 - 3,976 = -2,988

inside at once  2: nothing guards the critical section
start           all at once; each worker yields after about 1 step in 32
                (--yield)
"
    );
}

#[test]
fn zero_by_cancellation_does_not_fool_the_reader() {
    let plan = plan("none");
    let outcome = outcome(&plan, vec![vec![run(&plan, 0, (2509, 2509))]]);
    let text = text(&outcome, 80);
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
        text(&outcome, 80),
        "\
2 threads, one counter: worker 1 adds 1, worker 2 subtracts 1, 5,000 times each

strategy      final value   reached zero   lost updates   inside at once
none               -2,988   NO                    5,036                2
mutex                   0   yes                       0                1
semaphore               0   yes                       0                1

none        lost 4,012 increments and 1,024 decrements: 988 - 3,976 = -2,988
mutex       let one worker at a time into the critical section
semaphore   likewise: it has 1 permit (several copies: semaphore --copies 3)

start: all at once; each worker yields after about 1 step in 32 (--yield)
"
    );
}

#[test]
fn the_spread_of_many_runs_says_which_zero_is_one_by_cancellation() {
    let plan = plan("none --runs 4");
    let kept = [(988, 3976), (2509, 2509), (3000, 1000), (3100, 1000)];
    let runs: Vec<_> = kept.iter().map(|&kept| run(&plan, 0, kept)).collect();
    let text = text(&outcome(&plan, vec![runs]), 80);
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
fn runs_that_end_alike_have_no_spread() {
    let plan = plan("none --runs 3");
    let runs = (0..3).map(|_| run(&plan, 0, (3000, 1000))).collect();
    let text = text(&outcome(&plan, vec![runs]), 80);
    for line in ["lost updates    in 3 of 3 runs: 6,000 of 10,000\n", "\n2,000 in every run\n"] {
        assert!(text.contains(line), "{line} in {text}");
    }
}

#[test]
fn the_hardware_stands_beside_the_model() {
    let plan = plan("none -i 2 --runs 4 --explore");
    let outcome = beside_model(&plan, &[(2, 2), (1, 2), (1, 2), (1, 1)], 1000);
    assert_eq!((outcome.exit_status, &outcome.error), (0, &None));
    let text = text(&outcome, 80);
    let table = "
final value  runs    share   chance  schedule
         -2     0    never   14.1 %  2 4x1 3x2
         -1     2   50.0 %   23.4 %  3x1 2 1 3x2
          0     2   50.0 %   25.0 %  4x1 4x2
          1     0    never   23.4 %  3x1 2x2 1 2x2
          2     0    never   14.1 %  3x1 4x2 1
Possible, and never seen: -2, 1, 2.
chance: if at each step each enabled worker is as likely to go on as any other
";
    assert!(text.contains(table), "{text}");
}

#[test]
fn a_value_that_is_seen_and_not_possible_is_a_bug_and_status_3() {
    let plan = plan("mutex -i 2 --runs 3 --explore");
    let outcome = beside_model(&plan, &[(2, 2), (2, 1), (2, 1)], 1000);
    assert_eq!(outcome.exit_status, 3);
    let error = outcome.error.as_ref().expect("it is said");
    assert!(error.starts_with("mutex: 2 runs ended at 1, and no interleaving"), "{error}");
    let text = text(&outcome, 80);
    assert!(text.contains("          1     2   66.7 %  IMPOSSIBLE\n"), "{text}");
}

#[test]
fn what_a_bounded_exploration_has_not_met_may_be_possible() {
    let plan = plan("none -i 20 --runs 2 --explore");
    let outcome = beside_model(&plan, &[(20, 20), (13, 20)], 10);
    assert_eq!(outcome.exit_status, 4);
    let error = outcome.error.as_ref().expect("it is said");
    assert!(error.starts_with("none has too many interleavings"), "{error}");
    let text = text(&outcome, 80);
    assert!(text.contains("         -7     1   50.0 %        ?\n"), "{text}");
    assert!(!text.contains("IMPOSSIBLE"), "{text}");
}

#[test]
fn many_values_are_folded_into_ranges() {
    let plan = plan("none -i 20 --runs 2 --explore");
    let text = text(&beside_model(&plan, &[(20, 20), (13, 20)], 100_000), 80);
    assert!(text.contains("  -10 to -6     1   50.0 %   12.7 %\n"), "{text}");
    assert!(text.contains("-v."), "{text}");
}

#[test]
fn nothing_is_wider_than_the_page() {
    for options in ["", "--yield never", "--runs 3"] {
        for names in ["none", "none mutex semaphore peterson cas"] {
            let plan = plan(&format!("{names} {options}"));
            let runs = plan.strategies.iter().enumerate().map(|(which, _)| {
                (0..plan.asked.runs()).map(|n| run(&plan, which, (988 * n, 3976))).collect()
            });
            let outcome = outcome(&plan, runs.collect());
            for width in [40, 52, 60, 72, 80, 120] {
                let text = text(&outcome, width);
                let widest = text.lines().max_by_key(|line| display_width(line)).unwrap_or("");
                assert!(display_width(widest) <= width, "{width}: {widest}\n{text}");
            }
        }
    }
}

#[test]
fn a_brief_report_fits_on_sixty_columns_and_twenty_lines() {
    for options in ["", "--yield never", "--runs 3"] {
        for names in ["none", "none mutex semaphore peterson cas"] {
            let plan = plan(&format!("{names} {options}"));
            let runs = plan.strategies.iter().enumerate().map(|(which, _)| {
                (0..plan.asked.runs()).map(|n| run(&plan, which, (2509, 2509 + 988 * n))).collect()
            });
            let page = Page { width: 80, verbose: false, brief: false }.with_brief(true);
            let text = text_on(&outcome(&plan, runs.collect()), page);
            assert!(text.lines().count() <= 20, "{text}");
            assert!(text.lines().all(|line| display_width(line) <= 60), "{text}");
        }
    }
}

#[test]
fn what_could_not_be_read_is_called_unknown() {
    let plan = plan("none mutex");
    let mut unread = raw(&plan, (0, 0));
    unread.final_state.unreadable = true;
    let run = of_raw(&plan, 0, &unread);
    assert!(!run.reached && !run.cancelled());
    assert_eq!((run.value, run.kept, run.lost), (None, None, None));
    let alone = text(&outcome(&self::plan("none"), vec![vec![run.clone()]]), 80);
    assert!(alone.contains("final value     unknown\n"), "{alone}");
    assert!(alone.contains("reached zero    unknown: the resource could not be read"), "{alone}");
    let both = outcome(&plan, vec![vec![run], vec![self::run(&plan, 1, (5000, 5000))]]);
    let both = text(&both, 80);
    assert!(both.contains("what is lost is unknown"), "{both}");
    assert!(!both.contains("CANCELLATION"), "{both}");
}

#[test]
fn a_value_that_is_not_final_is_not_called_so() {
    let plan = plan("mutex");
    let mut stopped = raw(&plan, (100, 100));
    (stopped.complete, stopped.made) = (false, crate::machine::Tally::default());
    let run = of_raw(&plan, 0, &stopped);
    assert_eq!(run.made.sum(), 200, "what is kept was made");
    let text = text(&outcome(&plan, vec![vec![run]]), 80);
    assert!(text.contains("final value     0 so far\n"), "{text}");
    assert!(text.contains("NO: 9,800 updates still to be made, nothing was lost"), "{text}");
}

#[test]
fn several_copies_promise_that_nothing_is_lost() {
    let plan = plan("none semaphore --copies 3 -t 4");
    let runs = (0..2).map(|which| vec![run(&plan, which, (10_000, 10_000))]);
    let text = text(&outcome(&plan, runs.collect()), 80);
    assert!(text.contains("semaphore   let 3 workers in at once, each on a copy\n"), "{text}");
    assert!(text.contains("none        lost nothing this time, and promises nothing"), "{text}");
}
