//! Who overwrote whom, in a traced run.

use crate::outcome::{Loss, Overwrote, RunTrace, number, several};
use crate::report::table::Table;

/// So many pairs of workers are shown.
const SHOWN: usize = 8;

/// What has to be said of a worker that overwrote its own updates.
pub(super) fn own(trace: &RunTrace) -> Option<&'static str> {
    trace.overwrote.iter().any(|pair| pair.by == pair.of).then_some(
        "A worker overwrites updates of its own that had been lost, and that another worker had \
         written back.",
    )
}

/// A row for each pair of workers.
pub(super) fn table(trace: &RunTrace) -> Table {
    let mut table = Table::new(3)
        .left("who overwrote", 13)
        .left("whose updates", 0)
        .right("lost", 0)
        .right("away at most", 0);
    let all = &trace.overwrote;
    let (shown, more) = all.split_at(if all.len() > SHOWN { SHOWN - 1 } else { all.len() });
    let lost = |pairs: &[Overwrote]| number(pairs.iter().map(|pair| pair.lost.sum()).sum::<u64>());
    let away = |pairs: &[Overwrote]| {
        several(pairs.iter().map(|pair| pair.most_away).max().unwrap_or(0), "write")
    };
    for pair in shown {
        let [by, of] = [pair.by, pair.of].map(|worker| format!("worker {worker}").into());
        table.row(vec![by, of, lost(&[*pair]).into(), away(&[*pair]).into()]);
    }
    if !more.is_empty() {
        let pairs = format!("{} pairs more", number(more.len()));
        table.row(vec![pairs.into(), "".into(), lost(more).into(), away(more).into()]);
    }
    table
}

/// What is most to be said, in a sentence.
pub(super) fn worst(trace: &RunTrace) -> String {
    let made = trace.made.sum();
    match trace.largest.first() {
        Some(loss) => sentence(loss),
        None if made < 2 => format!("nothing was overwritten: {} in all", several(made, "update")),
        None => format!(
            "nothing was overwritten: each of {} was computed from the one before it",
            several(made, "update")
        ),
    }
}

/// "Write 907: worker 2 read 812, was away for 96 writes, and wrote 811: 96 updates of worker 1 were
/// lost."
pub(in crate::report) fn sentence(loss: &Loss) -> String {
    let Loss { copy, write, worker, read, wrote, away, older, .. } = loss;
    let copy = copy.map_or(String::new(), |copy| format!(" to copy {copy}"));
    let away = several(*away, "write");
    let older = match older {
        0 => String::new(),
        older => format!(
            " Of these, {} had been lost before its read, and written back after it.",
            number(*older)
        ),
    };
    let were = if loss.all() == 1 { "was" } else { "were" };
    format!(
        "Write {}{copy}: worker {worker} read {}, was away for {away}, and wrote {}: {} {were} \
         lost.{older}",
        number(*write),
        number(*read),
        number(*wrote),
        lost(loss),
    )
}

/// "96 updates of worker 1 and 2 updates of worker 3"
pub(in crate::report) fn lost(loss: &Loss) -> String {
    let of =
        |pair: &Overwrote| format!("{} of worker {}", several(pair.lost.sum(), "update"), pair.of);
    match &loss.lost[..] {
        [one] => of(one),
        [one, two] => format!("{} and {}", of(one), of(two)),
        all => {
            let workers = several(all.len(), "worker");
            format!("{} of {workers}", several(loss.all(), "update"))
        }
    }
}
