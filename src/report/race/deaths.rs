//! Processes that were killed, or died: who, where, and what the others made of it.

use std::collections::BTreeSet;

use super::account;
use crate::machine::{Needs, Tally};
use crate::outcome::{Run, StrategyResult, number};
use crate::plan::Asked;
use crate::report::sheet::Fact;
use crate::report::words::{updates, workers};
use crate::worker::Death;

/// "; worker 2 killed", where one was in any of the runs.
pub(super) fn heading<'r>(results: impl IntoIterator<Item = &'r StrategyResult>) -> String {
    let summaries = results.into_iter().filter_map(|result| result.summary.as_ref());
    let deaths: BTreeSet<_> = summaries.flat_map(|summary| &summary.deaths).collect();
    let said = deaths.iter().map(|(worker, asked)| format!("; worker {worker} {}", how(*asked)));
    said.collect()
}

fn how(asked: bool) -> &'static str {
    if asked { "killed" } else { "died" }
}

/// "worker 2 died with 2,500 decrements still to make", where that is all that is missing.
pub(super) fn only_unmade(run: &Run, missing: u64) -> Option<String> {
    let [death] = &run.deaths[..] else { return None };
    let unmade = updates(death.unmade);
    (!run.reached && death.unmade.sum() == missing)
        .then(|| format!("worker {} died with {unmade} still to make", death.worker))
}

/// Who died, what the others made of it, and how it ended, each with its label.
pub(super) fn facts(asked: &Asked, result: &StrategyResult, run: &Run) -> Vec<Fact<'static>> {
    if run.deaths.is_empty() {
        return Vec::new();
    }
    let died = run.deaths.iter().map(|death| (how(death.asked), place(death)));
    let then = then(result, run).filter(|_| others_finished(run)).map(|then| ("then", then));
    died.chain(then).chain([("end", end(asked, run))]).collect()
}

/// Whether all that is missing is what the dead had still to make.
fn others_finished(run: &Run) -> bool {
    let unmade: u64 = run.deaths.iter().map(|death| death.unmade.sum()).sum();
    (run.planned - run.made).sum() <= unmade
}

/// "workers 1 and 3 finished; no update that was made is lost", of a run in which some died
pub(super) fn end(asked: &Asked, run: &Run) -> String {
    let dead = |me: &usize| run.deaths.iter().any(|death| death.worker == *me);
    let others: Vec<usize> = (1..=asked.config.program.workers).filter(|me| !dead(me)).collect();
    let did = if others_finished(run) { "finished" } else { "did not finish" };
    let lost = match run.lost.map(Tally::sum) {
        None => account::lost(run),
        Some(0) => "no update that was made is lost".into(),
        Some(1) => "1 update that was made is lost".into(),
        Some(some) => format!("{} updates that were made are lost", number(some)),
    };
    format!("{} {did}; {lost}", workers(&others))
}

fn place(death: &Death) -> String {
    let place = match (death.inside, death.asked) {
        (_, true) => "in the critical section, after read, before write".to_owned(),
        (true, false) => format!("in the critical section ({})", death.cause),
        (false, false) => format!("outside of the critical section ({})", death.cause),
    };
    format!("worker {}, {place}", death.worker)
}

/// How the next one entered.
fn then(result: &StrategyResult, run: &Run) -> Option<String> {
    let needs = &result.description.needs;
    if let Some(owner) = run.deaths.iter().find_map(|death| death.inherited_by) {
        return Some(format!("worker {owner} acquired, learned that the owner had died, went on"));
    }
    let asked = run.deaths.iter().any(|death| death.asked);
    let then = if needs.on_file && asked {
        "the system released the lock silently; the next worker was not told"
    } else if !needs.semaphores.is_empty() && asked {
        "its permit is gone for good; the others went on with the rest"
    } else if *needs == Needs::default() {
        "the others never waited for it"
    } else {
        return None;
    };
    Some(then.into())
}
