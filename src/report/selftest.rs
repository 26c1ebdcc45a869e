//! A selftest: a row for each strategy, and what could not be tried.

use crate::outcome::{CheckResult, CheckState, Counts, number, several, word};
use crate::plan::{Aim, Asked, Method, Task};
use crate::report::page::{BEWARE, NAME, NO, YES};
use crate::report::sheet::Sheet;
use crate::report::table::{Cell, Table};

pub(super) fn write(asked: &Asked, checks: &[CheckResult], counts: &Counts, sheet: &mut dyn Sheet) {
    let page = sheet.page();
    sheet.heading(&head(asked));
    sheet.answers(&[("", summary(counts))]);
    if page.brief {
        return;
    }
    sheet.table("The checks, and what came of them", &table(checks));
    if page.verbose {
        sheet.blank();
        for check in checks {
            let command = check.command.as_deref().unwrap_or(check.strategy);
            let state = cell(check.aim, check.method, check.state).drawn();
            sheet.facts(WORD, &[(&state, command.into())]);
        }
    }
    sheet.blank();
    sheet.facts(WORD, &WORDS.map(|(word, means)| (word, means.into())));
    sheet.blank();
    open(checks).for_each(|said| sheet.sentence(&said));
}

/// Where a text explains a word.
const WORD: usize = 9;

const WORDS: [(&str, &str); 5] = [
    ("lost", "nothing guards it, so updates must be lost: the negative control"),
    ("same", "real workers followed five schedules, and ended where the model ends"),
    ("kept", "in no run was the promise broken"),
    ("proved", "in no interleaving can it be broken"),
    ("broken", "wrong on purpose: there is an interleaving that breaks what it claims"),
];

/// The question.
fn head(asked: &Asked) -> String {
    let thorough =
        if matches!(asked.task, Task::Selftest { thorough: true }) { "thoroughly, " } else { "" };
    let processors = several(asked.config.processors, "processor");
    format!("Can this machine show a race, and do the guards hold? ({thorough}{processors})")
}

/// "yes: 106 held, 0 failed, 0 skipped"
fn summary(counts: &Counts) -> String {
    let Counts { held, failed, skipped, bound, not_reached } = *counts;
    let answer = match (failed, skipped + bound + not_reached) {
        (0, 0) => "yes",
        (0, _) => "PARTIAL",
        _ => "NO",
    };
    let [held, failed, skipped] = [held, failed, skipped].map(number);
    let mut text = format!("{answer}: {held} held, {failed} failed, {skipped} skipped");
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
        format!("{} {}: {why}", number(count), word(state))
    };
    reasons.into_iter().map(said)
}

/// The worst of each strategy, for each method.
fn table(checks: &[CheckResult]) -> Table {
    let mut table = Table::new(3).left("strategy", 10);
    for method in Method::ALL {
        table = table.left(word(method), 0);
    }
    let mut rows: Vec<(&str, Aim)> =
        checks.iter().map(|check| (check.strategy, check.aim)).collect();
    rows.dedup();
    for (strategy, aim) in rows {
        let name =
            if aim == Aim::Schedule { format!("{strategy} --schedule") } else { strategy.into() };
        let of = |method| {
            checks
                .iter()
                .filter(move |it| (it.strategy, it.aim, it.method) == (strategy, aim, method))
        };
        let worst = |method| of(method).map(|check| check.state).max();
        let cells = Method::ALL.map(|method| match worst(method) {
            Some(state) => cell(aim, method, state),
            None => "-".into(),
        });
        table.row([Cell::styled(NAME, name)].into_iter().chain(cells).collect());
    }
    table
}

/// What came of it, in a word.
fn cell(aim: Aim, method: Method, state: CheckState) -> Cell {
    let (style, word) = match (state, aim, method) {
        (CheckState::Failed, ..) => (NO, "FAILED"),
        (CheckState::Skipped, ..) => (BEWARE, "skipped"),
        (CheckState::Bound, ..) => (BEWARE, "bound"),
        (CheckState::Held, Aim::Control, _) => (YES, "lost"),
        (CheckState::Held, Aim::Schedule, _) => (YES, "same"),
        (CheckState::Held, Aim::Exhibit, _) => (YES, "broken"),
        (CheckState::Held, Aim::Promise, Method::Explore | Method::Judge) => (YES, "proved"),
        (CheckState::Held, Aim::Promise, _) => (YES, "kept"),
    };
    Cell::styled(style, word)
}
