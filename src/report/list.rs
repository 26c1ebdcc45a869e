//! `list`: what the strategies promise.

use super::page::{NAME, Page};
use super::table::{Cell, Table};
use crate::machine::{About, Promise};

/// The tables of strategies.
pub(crate) fn list(abouts: &[About], page: Page) -> String {
    let (exhibits, others): (Vec<&About>, Vec<&About>) =
        abouts.iter().partition(|about| about.exhibit);
    let mut text = table(&others, page);
    // How they fail is the homework.
    let names: Vec<_> = exhibits.iter().map(|about| about.name).collect();
    text += &match (exhibits.is_empty(), page.verbose) {
        (true, _) => String::new(),
        (_, true) => format!("\n{}{}", page.line(CLAIMS), table(&exhibits, page)),
        (_, false) => format!("\n{}{}", page.line(WRONG), page.line(&names.join("  "))),
    };
    if page.verbose {
        text += &format!("\n{}", page.line(CONDITIONS));
    }
    text
}

fn table(abouts: &[&About], page: Page) -> String {
    let mut table = Table::new(3).left("strategy", 10).left("promises", 0);
    // The claims of exhibits, whose names are long, have no room for it.
    let counted = abouts.iter().any(|about| !about.exhibit);
    if counted {
        table = table.left("workers", 0);
    }
    table = if page.verbose {
        table.left("mutual exclusion", 0).left("progress", 0).left("bounded waiting", 0)
    } else {
        table.left("how", 0)
    };
    for about in abouts {
        let mut row = vec![Cell::styled(NAME, about.name), promise(about.promise).into()];
        if counted {
            row.push(about.only.map_or("any".into(), |only| only.workers.to_string()).into());
        }
        if page.verbose {
            row.extend(conditions(about).map(Cell::from));
        } else {
            row.push(about.how.into());
        }
        table.row(row);
    }
    table.draw(page)
}

const WRONG: &str = "Wrong on purpose. Find out why with explore, judge or step:";
const CLAIMS: &str = "Wrong on purpose: at least one of their claims is wrong. Find it with judge.";

const CONDITIONS: &str = "mutual exclusion: while one worker is in the critical section, no \
other may enter it. progress: if nobody is inside, one of those who want to enter does. bounded \
waiting: there is a bound on how often others enter before one that waits. A - stands where \
there is no critical section to be entered.";

/// The lecturer's three conditions.
pub(super) fn conditions(about: &About) -> [&'static str; 3] {
    if !about.promise.has_section() {
        return ["-"; 3];
    }
    let yes = |is| if is { "yes" } else { "no" };
    let exclusion = match about.promise {
        Promise::MutualExclusion => "yes",
        Promise::AtMostPermits => "if P = 1",
        Promise::Nothing | Promise::NoLostUpdate => "no",
    };
    [exclusion, yes(about.progress), yes(about.bounded_waiting)]
}

/// "mutual exclusion"
pub(super) fn promise(promise: Promise) -> &'static str {
    match promise {
        Promise::Nothing => "nothing",
        Promise::NoLostUpdate => "no lost update",
        Promise::AtMostPermits => "at most P inside",
        Promise::MutualExclusion => "mutual exclusion",
    }
}
