//! Whole commands, from what is typed to the outcome.

mod explore;
mod misuse;
mod page;
mod race;
mod selftest;
mod typed;

use std::ffi::OsString;

use serde_json::Value;

use super::console::Console;
use super::pipeline::outcome;
use crate::catalog::DynStrategy;
use crate::cli::{Command, parse, race_args};
use crate::machine::Tally;
use crate::outcome::{ExplorationResult, Found, Outcome};
use crate::plan::Plan;
use crate::report::{FORMATS, Page};
use crate::worker::Interrupt;

/// A plan, carried out without a signal.
fn carried_out(plan: &Plan) -> Outcome {
    outcome(plan, vec![], true, &mut Console::new(true, Interrupt::default()))
}

/// A short race, with further options as they would be typed.
fn race(own: &'static dyn DynStrategy, options: &str) -> Outcome {
    let mut words = format!("{} --timeout 3s {options}", own.about().name);
    if !options.contains("--iters") {
        words += " --iters 100";
    }
    carried_out(&Plan::race(&race_args(&words, &[own])).expect("the plan makes sense"))
}

/// An exploration, with further options as they would be typed.
fn explore(own: &'static dyn DynStrategy, options: &str) -> Outcome {
    carried_out(&explore_plan(&format!("{} {options}", own.about().name), &[own]))
}

fn explore_plan(words: &str, table: &[&'static dyn DynStrategy]) -> Plan {
    let argv = ["syncdemo", "explore"].into_iter().chain(words.split_whitespace());
    let argv: Vec<OsString> = argv.map(OsString::from).collect();
    match parse(&argv, table, &|_| None) {
        Ok(Command::Explore(args)) => Plan::explore(&args).expect("the plan makes sense"),
        Ok(_) => panic!("{words} is no exploration"),
        Err(error) => panic!("{words}: {error}"),
    }
}

/// The runs of the first strategy, as JSON.
fn runs(outcome: &Outcome) -> Vec<Value> {
    match &outcome.found {
        Found::Race { results } => {
            let runs = results[0].runs.iter().expect("it can be read");
            let texts = runs.map(|run| run.expect("it can be read"));
            texts.map(|text| serde_json::from_str(&text).expect("it is JSON")).collect()
        }
        _ => panic!("it is no race"),
    }
}

/// The updates of each kind.
fn tally(of: &Value) -> Tally {
    let number = |kind| of[kind].as_u64().unwrap_or_else(|| panic!("{of} has no {kind}"));
    Tally { increments: number("increments"), decrements: number("decrements") }
}

/// The first exploration.
fn explored(outcome: &Outcome) -> &ExplorationResult {
    match &outcome.found {
        Found::Explore { explorations, .. } => &explorations[0],
        _ => panic!("it is no exploration"),
    }
}

/// What is printed, without colours.
fn text(outcome: &Outcome) -> String {
    let text = FORMATS[0].text(outcome, Page { width: 80, verbose: false, brief: false });
    anstream::adapter::strip_str(&text).to_string()
}
