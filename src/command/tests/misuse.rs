//! Strategies whose code cannot be run: one sentence, whatever they were to do.

use super::{carried_out, explore, explore_plan, race, runs, tally, text};
use crate::cli::{Command, parse, race_args};
use crate::command::own;
use crate::machine::{About, Delta, Machine, Needs, Program, Promise, Strategy, Var};
use crate::outcome::Outcome;
use crate::plan::{Plan, Unfit, shown};
use crate::report::unmet;

/// Not written yet.
pub(super) struct Unwritten;

impl Strategy for Unwritten {
    fn about(&self) -> About {
        About::new("unwritten", Promise::MutualExclusion, "homework")
    }
    fn enter<M: Machine>(&self, _: &mut M) -> Result<(), M::Stop> {
        panic!("the entry section is not written yet")
    }
}

fn assert_one_sentence(outcome: &Outcome, words: [&str; 2]) {
    assert_eq!((outcome.exit_status, outcome.verdict), (3, None));
    let error = outcome.error.as_ref().expect("it is said");
    assert!(words.iter().all(|word| error.contains(word)), "{error}");
    assert_eq!(text(outcome), "");
    assert_eq!(unmet(outcome), [format!("error: {error}")]);
    let json = serde_json::to_value(outcome).expect("it can be written");
    assert_eq!(json["schema"], 1);
    assert_eq!(json["error"], **error);
}

#[test]
fn a_strategy_that_panics_is_one_sentence_in_race_explore_and_show() {
    let words = ["unwritten panicked in its entry section", "is not written yet"];
    assert_one_sentence(&race(&Unwritten, ""), words);
    assert_one_sentence(&explore(&Unwritten, ""), words);
    let argv = ["syncdemo", "show", "unwritten"].map(Into::into);
    let Ok(Command::Show(args)) = parse(&argv, &[&Unwritten], &|_| None) else { panic!("typed") };
    let Err(Unfit::Strategy(sentence)) = shown(&args) else { panic!("it panics") };
    assert!(words.iter().all(|word| sentence.contains(word)), "{sentence}");
}

/// Panics where it is asked what it shares.
struct BadNeeds;

impl Strategy for BadNeeds {
    fn about(&self) -> About {
        About::new("bad-needs", Promise::Nothing, "homework")
    }
    fn needs(&self, _: &Program) -> Needs {
        panic!("no idea")
    }
}

/// Panics where it is asked what it is.
struct BadAbout;

impl Strategy for BadAbout {
    fn about(&self) -> About {
        panic!("who knows")
    }
}

#[test]
fn a_strategy_that_cannot_be_described_is_named_as_far_as_it_can_be() {
    assert_one_sentence(&race(&BadNeeds, ""), ["bad-needs panicked", "no idea"]);
    assert_one_sentence(&explore(&BadNeeds, ""), ["bad-needs panicked", "no idea"]);
    let error = own::check(&[&BadNeeds, &BadAbout]).expect_err("it panics").to_string();
    assert!(error.starts_with("strategy 2 of those that were added panicked"), "{error}");
    assert!(error.contains("who knows"), "{error}");
}

/// Takes another step each time that it is run.
struct Forgetful;

impl Strategy for Forgetful {
    fn about(&self) -> About {
        About::new("forgetful", Promise::MutualExclusion, "homework")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("left", 0).var("right", 0)
    }
    fn enter<M: Machine>(&self, m: &mut M) -> Result<(), M::Stop> {
        use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
        static RUNS: AtomicUsize = AtomicUsize::new(0);
        m.load(Var(RUNS.fetch_add(1, SeqCst) % 2), SeqCst).map(drop)
    }
}

#[test]
fn a_strategy_that_cannot_be_judged_does_not_hide_what_is_refuted_of_others() {
    let judged = crate::run(&[&Forgetful], "judge forgetful flag mutex");
    assert_eq!(judged.status, 3, "{}", judged.text);
    for said in [
        "PARTIAL: 2 of 3 judgements",
        "error: forgetful cannot be judged: it keeps state outside",
        "\nflag: it promises mutual exclusion: ",
    ] {
        assert!(judged.text.contains(said), "{said} in {}", judged.text);
    }
}

#[test]
fn a_strategy_that_cannot_be_explored_does_not_hide_what_others_do() {
    let explored = crate::run(&[&Forgetful], "explore forgetful flag mutex --brief");
    assert_eq!(explored.status, 3, "{}", explored.text);
    for said in [
        "PARTIAL: 2 of 3 explorations",
        "error: forgetful cannot be explored: it keeps state outside",
        "\nmutex, 2 workers x 2 updates: none of ",
        "\nflag: it promises mutual exclusion and breaks it: ",
    ] {
        assert!(explored.text.contains(said), "{said} in {}", explored.text);
    }
}

#[test]
fn a_race_beside_the_model_goes_on_after_a_strategy_that_cannot_be_explored() {
    let raced = crate::run(&[&Forgetful], "none forgetful mutex --explore -i 2");
    assert_eq!(raced.status, 3, "{}", raced.text);
    for said in [
        "PARTIAL: an exploration is missing",
        "\nnone, hardware beside model:",
        "\nmutex, hardware beside model:",
        "error: forgetful cannot be explored: it keeps state outside",
    ] {
        assert!(raced.text.contains(said), "{said} in {}", raced.text);
    }
}

#[test]
fn each_strategy_without_an_answer_has_its_reason() {
    let text = crate::run(&[&Forgetful, &OnlyReads], "judge forgetful only-reads").text;
    for name in ["forgetful", "only-reads"] {
        assert!(text.contains(&format!("{name} cannot be judged: ")), "{name} in {text}");
    }
}

/// Reads more often than the model follows.
struct OnlyReads;

impl Strategy for OnlyReads {
    fn about(&self) -> About {
        About::new("only-reads", Promise::MutualExclusion, "homework")
    }
    fn update<M: Machine>(&self, m: &mut M, delta: Delta) -> Result<(), M::Stop> {
        for _ in 0..9 {
            m.read()?;
        }
        m.add(delta)
    }
}

#[test]
fn a_judgement_without_an_answer_prints_the_error_only() {
    let judged = crate::run(&[&Forgetful], "judge forgetful").text;
    assert!(judged.starts_with("error: forgetful cannot be judged: "), "{judged}");
}

/// Shares something whose name cannot be printed.
struct Nameless(fn(Needs) -> Needs);

impl Strategy for Nameless {
    fn about(&self) -> About {
        About::new("nameless", Promise::MutualExclusion, "homework")
    }
    fn needs(&self, _: &Program) -> Needs {
        self.0(Needs::default().var("flag", 0))
    }
}

#[test]
fn a_name_that_no_report_can_print_is_one_sentence() {
    for (own, name) in [
        (&Nameless(|needs| needs.var("", 0)), ""),
        (&Nameless(|needs| needs.lock(" ")), " "),
        (&Nameless(|needs| needs.semaphore("two\nlines", 1)), "two\\nlines"),
        (&Nameless(|needs| needs.condition("a\tb")), "a\\tb"),
        (&Nameless(|needs| needs.private("\u{7f}")), "\\u{7f}"),
    ] {
        let said = format!(
            "error: nameless declares '{name}' in needs: use a name that can be read, in one line"
        );
        for words in ["show nameless", "explore nameless"] {
            let crate::Printed { status, text } = crate::run(&[own], words);
            assert_eq!((status, text.trim_end()), (3, said.as_str()), "{words}");
        }
    }
}

/// Needs more than the model has: so many loads, so many reads, or so many updates at once.
struct TooMuch(usize, usize, usize);

impl Strategy for TooMuch {
    fn about(&self) -> About {
        About::new("too-much", Promise::Nothing, "homework")
    }
    fn needs(&self, _: &Program) -> Needs {
        Needs::default().var("flag", 0)
    }
    fn update<M: Machine>(&self, m: &mut M, delta: Delta) -> Result<(), M::Stop> {
        for _ in 0..self.0 {
            m.load(Var(0), std::sync::atomic::Ordering::SeqCst)?;
        }
        let mut seen = m.read()?;
        for _ in 1..self.1 {
            seen = m.read()?;
        }
        m.write((0..self.2).fold(seen, |value, _| value + delta))
    }
}

#[test]
fn of_the_limits_of_the_model_the_one_that_was_met_is_named() {
    for (own, why) in [
        (&TooMuch(501, 1, 1), "it takes more than 500 steps in one section"),
        (&TooMuch(0, 9, 1), "it reads more than 8 times in one section"),
        (&TooMuch(0, 1, 255), "it adds more than 254 at once"),
    ] {
        let said = crate::run(&[own], "explore too-much").text;
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        let sentence = format!("error: too-much cannot be explored: {why}, which is more than the");
        assert!(said.starts_with(&sentence), "{said}");
    }
    let said = crate::run(&[], "explore none -i 10M").text;
    assert!(said.contains("more iterations than the model supports: use a smaller"), "{said}");
}

/// Makes two updates where one is wanted.
struct Twice;

impl Strategy for Twice {
    fn about(&self) -> About {
        About::new("twice", Promise::Nothing, "adds twice")
    }
    fn update<M: Machine>(&self, m: &mut M, delta: Delta) -> Result<(), M::Stop> {
        m.add(delta)?;
        m.add(delta)
    }
}

#[test]
fn a_strategy_that_updates_twice_breaks_every_promise_and_loses_nothing() {
    let outcome = race(&Twice, "");
    assert_eq!(outcome.exit_status, 1);
    let run = &runs(&outcome)[0];
    assert_eq!(["made", "lost", "surplus"].map(|key| tally(&run[key]).sum()), [200, 0, 200]);
    assert!(text(&outcome).contains("it holds 200 updates more than were made"));
    let explored = explore(&Twice, "");
    assert_eq!(explored.exit_status, 1);
    let said = text(&explored);
    assert!(said.contains(" do not keep just the"), "{said}");
    assert!(!said.contains("cancellation"), "{said}");
    let words = ["syncdemo", "explore", "twice", "-i", "1", "--schedule", "2x1 2x2"];
    let Ok(Command::Explore(args)) = parse(&words.map(Into::into), &[&Twice], &|_| None) else {
        panic!("typed")
    };
    let traced = carried_out(&Plan::explore(&args).expect("the plan makes sense"));
    for outcome in [outcome, explored, traced] {
        let said = unmet(&outcome);
        let why = "it makes more than one update at a time";
        assert!(said[0].starts_with("twice: ") && said[0].contains(why), "{said:?}");
    }
}

/// Adds many updates of one kind at once.
struct Much(Delta);

impl Strategy for Much {
    fn about(&self) -> About {
        About::new("much", Promise::Nothing, "adds 256 at once")
    }
    fn update<M: Machine>(&self, m: &mut M, _: Delta) -> Result<(), M::Stop> {
        let (first, _) = (m.read()?, m.read()?);
        m.write((0..256).fold(first, |value, _| value + self.0))
    }
}

#[test]
fn a_write_that_is_far_from_its_read_is_neither_traced_nor_explored() {
    for much in [&Much(Delta::Increment), &Much(Delta::Decrement)] {
        assert_eq!(race(much, "").exit_status, 1, "more updates than were made");
        let said = unmet(&race(much, "--trace"));
        assert!(said[0].contains("more than 255 at once, which cannot be traced"), "{said:?}");
        let said = unmet(&explore(much, ""));
        assert!(said[0].contains("it adds more than 254 at once"), "{said:?}");
    }
}

#[test]
fn a_plan_that_makes_no_sense_is_a_usage_error_before_any_code_is_run() {
    let args = race_args("peterson --threads 3", crate::catalog::table());
    let error = Plan::race(&args).err().expect("it serves two").to_string();
    assert_eq!(error, "peterson serves 2 workers, not 3. Use --threads 2, or ticket.");
}

#[test]
fn a_signal_between_two_explorations_is_honoured() {
    use crate::command::console::Console;
    use crate::command::pipeline::outcome;
    use crate::outcome::Found;
    use crate::worker::Interrupt;

    let plan = explore_plan("mutex none ticket", crate::catalog::table());
    let whole = carried_out(&plan);
    assert_eq!((whole.exit_status, whole.interrupted), (0, false));
    let interrupt = Interrupt::signalled(15);
    let outcome = outcome(&plan, vec![], true, &mut Console::new(true, interrupt));
    assert_eq!((outcome.exit_status, outcome.interrupted), (143, true));
    assert_eq!(outcome.verdict, None, "not all was looked at");
    let Found::Explore { explorations, not_explored, .. } = &outcome.found else { panic!() };
    assert_eq!(explorations.len() + not_explored.len(), 3);
    assert!(!not_explored.is_empty());
    assert!(text(&outcome).starts_with("INTERRUPTED: 1 of 3 explorations\n"), "{}", text(&outcome));
}
