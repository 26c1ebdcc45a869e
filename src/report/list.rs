//! `list`: what the strategies promise.

use super::page::{NAME, Page};
use super::table::{Cell, Table};
use crate::machine::{About, Promise};

/// The table of strategies.
pub(crate) fn list(abouts: &[About], page: Page) -> String {
    let mut table = Table::new(3).left("strategy", 10).left("promises", 0).left("workers", 0);
    table = if page.verbose {
        table.left("mutual exclusion", 0).left("progress", 0).left("bounded waiting", 0)
    } else {
        table.left("how", 0)
    };
    for about in abouts.iter().filter(|about| !about.exhibit) {
        let workers = about.only.map_or("any".into(), |only| only.workers.to_string());
        let name = Cell::styled(NAME, about.name);
        let mut row = vec![name, promise(about.promise).into(), workers.into()];
        if page.verbose {
            row.extend(conditions(about).map(Cell::from));
        } else {
            row.push(about.how.into());
        }
        table.row(row);
    }
    let mut text = table.draw(page);
    let exhibits = abouts.iter().filter(|about| about.exhibit).map(|about| about.name);
    let exhibits: Vec<_> = exhibits.collect();
    if !exhibits.is_empty() {
        // How they fail is the homework.
        text += "\nWrong on purpose. Find out why with explore or judge:\n";
        text += &page.line(&exhibits.join("  "));
    }
    if page.verbose {
        text += &format!("\n{}", page.line(CONDITIONS));
    }
    text
}

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
