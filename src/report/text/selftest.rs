//! A selftest as text: a row for each strategy, and what could not be tried.

use anstyle::Style;

use crate::outcome::{CheckResult, CheckState, Counts, number, several};
use crate::plan::{Aim, Asked, Task, Way};
use crate::report::page::{BEWARE, NAME, NO, Page, YES};
use crate::report::table::{Cell, Table};

pub(super) fn report(asked: &Asked, checks: &[CheckResult], counts: &Counts, page: Page) -> String {
    let mut text = page.line(&head(asked)) + "\n" + &table(checks).draw(page) + "\n";
    if page.verbose {
        for check in checks {
            let command = check.command.as_deref().unwrap_or(check.strategy);
            text += &page.hanging(9, cell(check.aim, check.way, check.state), command);
        }
        text += "\n";
    }
    if !page.brief {
        text += WORDS;
    }
    text += &page.line(&summary(counts));
    text + &open(checks).map(|said| page.line(&said)).collect::<String>()
}

const WORDS: &str = "\
lost    nothing guards it: updates must be lost, and were (the negative control)
same    five schedules, each followed by real workers: the final value of the model
kept    in no run was the promise broken
proved  in no interleaving can it be broken
broken  wrong on purpose, and shown to be: in some interleaving it is broken

";

/// The question.
pub(in crate::report) fn head(asked: &Asked) -> String {
    let thorough =
        if matches!(asked.task, Task::Selftest { thorough: true }) { "thoroughly, " } else { "" };
    let processors = several(asked.config.processors, "processor");
    format!("Can this machine show a race, and do the guards hold? ({thorough}{processors})")
}

/// "96 held, 0 failed, 3 skipped"
pub(in crate::report) fn summary(counts: &Counts) -> String {
    let Counts { held, failed, skipped, bound, not_reached } = *counts;
    let mut text =
        format!("{} held, {} failed, {} skipped", number(held), number(failed), number(skipped));
    for (count, what) in [(bound, "stopped by a bound"), (not_reached, "not reached")] {
        if count > 0 {
            text += &format!(", {} {what}", number(count));
        }
    }
    text
}

/// "14 skipped: processes: ..."
fn open(checks: &[CheckResult]) -> impl Iterator<Item = String> {
    let mut reasons: Vec<(CheckState, &str, usize)> = Vec::new();
    for CheckResult { state, why, .. } in checks {
        let (CheckState::Skipped | CheckState::Bound, Some(why)) = (state, why) else { continue };
        match reasons.iter_mut().find(|(of, reason, _)| of == state && reason == why) {
            Some((_, _, count)) => *count += 1,
            None => reasons.push((*state, why, 1)),
        }
    }
    let said = |(state, why, count): (CheckState, &str, usize)| {
        format!("{} {}: {why}", number(count), state.name())
    };
    reasons.into_iter().map(said)
}

/// The worst of each strategy, for each way.
pub(in crate::report) fn table(checks: &[CheckResult]) -> Table {
    let mut table = Table::new(3).left("strategy", 10);
    for way in Way::ALL {
        table = table.left(way.name(), 0);
    }
    let mut rows: Vec<(&str, Aim)> =
        checks.iter().map(|check| (check.strategy, check.aim)).collect();
    rows.dedup();
    for (strategy, aim) in rows {
        let name =
            if aim == Aim::Schedule { format!("{strategy} --schedule") } else { strategy.into() };
        let of = |way| {
            checks.iter().filter(move |it| (it.strategy, it.aim, it.way) == (strategy, aim, way))
        };
        let worst = |way| of(way).map(|check| check.state).max();
        let cells = Way::ALL.map(|way| match worst(way) {
            Some(state) => Cell::styled(style(state), cell(aim, way, state)),
            None => "-".into(),
        });
        table.row([Cell::styled(NAME, name)].into_iter().chain(cells).collect());
    }
    table
}

/// What came of it, in a word.
fn cell(aim: Aim, way: Way, state: CheckState) -> &'static str {
    match (state, aim, way) {
        (CheckState::Failed, ..) => "FAILED",
        (CheckState::Skipped | CheckState::Bound, ..) => state.name(),
        (CheckState::Held, Aim::Control, _) => "lost",
        (CheckState::Held, Aim::Schedule, _) => "same",
        (CheckState::Held, Aim::Exhibit, _) => "broken",
        (CheckState::Held, Aim::Promise, Way::Explore | Way::Judge) => "proved",
        (CheckState::Held, Aim::Promise, _) => "kept",
    }
}

fn style(state: CheckState) -> Style {
    match state {
        CheckState::Held => YES,
        CheckState::Skipped | CheckState::Bound => BEWARE,
        CheckState::Failed => NO,
    }
}
