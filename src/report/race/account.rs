//! The account of a run: planned, made, kept, lost, and how they make up the final value.

use crate::machine::Delta;
use crate::outcome::{Run, number, several};
use crate::report::page::tied;
use crate::report::table::Table;

/// "final value = kept increments - kept decrements = 988 - 3,976 = -2,988"
pub(super) fn made_up(run: &Run) -> Option<String> {
    sum(run).map(|sum| format!("final value = kept increments - kept decrements = {sum}"))
}

/// A row for each kind of updates.
pub(super) fn table(run: &Run) -> Table {
    let unfinished = run.planned != run.made;
    let mut columns = vec![("planned", Some(run.planned))];
    columns.retain(|_| unfinished);
    columns.extend([("made", Some(run.made)), ("kept", run.kept), ("lost", run.lost)]);
    let mut table = Table::new(2).left("", 13);
    for (heading, _) in &columns {
        table = table.right(*heading, 7);
    }
    for (name, kind) in [("increments", Delta::Increment), ("decrements", Delta::Decrement)] {
        let counts = columns.iter().map(|(_, tally)| match (tally, kind) {
            (None, _) => "?".into(),
            (Some(tally), Delta::Increment) => number(tally.increments).into(),
            (Some(tally), Delta::Decrement) => number(tally.decrements).into(),
        });
        table.row(std::iter::once(name.into()).chain(counts).collect());
    }
    table
}

/// "988 - 3,976 = -2,988"
pub(super) fn sum(run: &Run) -> Option<String> {
    let kept = run.kept?;
    let (up, down) = (number(kept.increments), number(kept.decrements));
    Some(tied(&format!("{up} - {down} = {}", number(kept.value()))))
}

/// "lost 4,012 increments and 1,024 decrements"
pub(super) fn lost(run: &Run) -> String {
    let Some(lost) = run.lost else { return "what is lost is unknown".into() };
    let (up, down) = (several(lost.increments, "increment"), several(lost.decrements, "decrement"));
    format!("lost {up} and {down}")
}
