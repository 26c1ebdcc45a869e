//! An exploration: the table, the worst outcome step by step, and what is proved.

pub(super) mod account;
pub(super) mod count;
mod head;
pub(super) mod overwritten;
mod proof;
pub(super) mod title;

use self::count::{percent, size};
use crate::explore::Exploration;
use crate::outcome::{ExplorationResult, ScheduleResult, Witness, WitnessOf, hidden};
use crate::plan::{Asked, Task};
use crate::report::page::{LABEL, NAME, NO, Page, YES, styled};
use crate::report::picture::values;
use crate::report::sheet::Sheet;
use crate::report::table::{Cell, Table};
use crate::report::timeline::Timeline;

pub(super) fn write(
    asked: &Asked,
    explorations: &[ExplorationResult],
    traces: &[ScheduleResult],
    sheet: &mut dyn Sheet,
) {
    if explorations.len() + traces.len() != 1 {
        let one = asked.config.schedule.is_some();
        let what = if one { "One schedule" } else { "All interleavings" };
        let title = format!("{what} of {}", head::program(asked));
        sheet.not_in_text(&|sheet| sheet.heading(&title));
    }
    traces.iter().for_each(|traced| trace(asked, traced, sheet));
    explorations.iter().for_each(|explored| exploration(asked, explored, sheet));
}

/// The schedule that was asked for.
fn trace(asked: &Asked, traced: &ScheduleResult, sheet: &mut dyn Sheet) {
    let ScheduleResult { strategy, promise, schedule, trace, .. } = traced;
    let ends = trace.round.is_none();
    let program = if ends { head::program(asked) } else { head::going_round(asked) };
    let (name, schedule) = (styled(NAME, strategy), title::legend(schedule));
    sheet.heading(&format!("{name}, {program}: schedule {schedule}"));
    let value = trace.value;
    let ended = trace.ended && !traced.stuck();
    if ended {
        sheet.not_in_text(&|sheet| sheet.answers(&[("final value", value.to_string())]));
    }
    sheet.timeline("", Timeline::of(&asked.config.program, *promise, trace));
    sheet.blank();
    if ends && !trace.ended {
        sheet.sentence(&format!("value so far {value}: the workers have not finished"));
    } else if ended {
        sheet.lines(&format!("final value {value}\n"));
    }
}

fn exploration(asked: &Asked, explored: &ExplorationResult, sheet: &mut dyn Sheet) {
    let (found, page) = (&explored.found, sheet.page());
    sheet.heading(&head::head(asked, explored));
    sheet.stepper(asked, explored);
    sheet.subheading("The final values");
    sheet.not_in_text(&|sheet| {
        let witnesses = || explored.witnesses.iter().chain(&explored.witness);
        let is_there = |to: &&str| witnesses().any(|of| end(of) == *to);
        let link = |to: &str| sheet.link(&place(found.strategy, Some(to).filter(is_there)?));
        if let Some(drawing) = values(found, link) {
            sheet.drawing(drawing);
        }
    });
    if !found.outcomes.is_empty() {
        sheet.table(&format!("{}: the final values", found.strategy), &table(found, page));
    }
    let lossy = !explored.has_surplus(&asked.config.program);
    let cancelled = account::cancelled(found).filter(|_| lossy);
    let below = [cancelled, account::chance(explored)];
    below.into_iter().flatten().for_each(|said| sheet.sentence(&said));
    sheet.blank();
    sheet.facts(LABEL, &account::facts(asked, found, page));
    let wanted = matches!(&asked.task, Task::Explore(task) if task.witness.is_some());
    if !page.brief || wanted {
        sheet.subheading("How they come about");
        witnesses(asked, explored, sheet);
    }
    let proof = proof::proof(asked, explored, page.verbose);
    if let Some(proof) = proof.filter(|_| !(page.brief && found.complete)) {
        sheet.blank();
        sheet.sentence(&proof);
    }
}

/// Those that all show, and for a page one for each final value.
fn witnesses(asked: &Asked, explored: &ExplorationResult, sheet: &mut dyn Sheet) {
    let (found, shown) = (&explored.found, shown(asked, explored));
    let of_a_value = |of: &Witness| explored.witnesses.iter().any(|at| at.schedule == of.schedule);
    let is_new = |of: &&Witness| shown.iter().all(|it| it.schedule != of.schedule);
    let more = explored.witnesses.iter().filter(is_new);
    for (of, is_shown) in shown.iter().map(|of| (*of, true)).chain(more.map(|of| (of, false))) {
        let named = of_a_value(of) || of.of == WitnessOf::Deadlock;
        let place = named.then(|| place(found.strategy, &end(of)));
        let (what, schedule) = (title::what(asked, found, of), title::schedule(&of.schedule));
        let draw = || Timeline::of(&asked.config.program, found.promise, &of.trace);
        sheet.witness(is_shown, place.as_deref(), &what, &schedule, &draw);
    }
}

/// Where a witness ends, which names its place in the page.
fn end(witness: &Witness) -> String {
    match witness.of {
        WitnessOf::Deadlock => "deadlock".into(),
        _ => witness.trace.value.to_string(),
    }
}

/// The place of a witness in the page.
pub(super) fn place(strategy: &str, end: &str) -> String {
    format!("{strategy}-ends-at-{end}")
}

/// The witnesses in the order in which they are drawn. Where too many workers can be inside, that is
/// shown and not the worst value.
fn shown<'a>(asked: &Asked, explored: &'a ExplorationResult) -> Vec<&'a Witness> {
    let more = explored.more_witnesses.iter();
    let crowded = more.clone().any(|witness| witness.of == WitnessOf::Crowded);
    let value = |witness: &&Witness| witness.of == WitnessOf::Value;
    let first = explored.witness.iter().filter(|witness| !(crowded && value(witness)));
    let mut shown: Vec<&Witness> = first.chain(more).collect();
    if shown.iter().all(value) {
        // Of two ways to one value, the one without a loss comes first.
        shown.sort_by_key(|witness| witness.trace.kept != asked.config.program.planned());
    }
    shown
}

fn table(found: &Exploration, page: Page) -> Table {
    let mut table = Table::new(2).right("final value", 0).right("interleavings", 0);
    table = match page.brief {
        true => table.right("chance", 0).right("preemptions", 0),
        false => table
            .right("chance", 7)
            .right("lose nothing", 0)
            .right("preemptions", 0)
            .left("schedule", 0),
    };
    let mut row = |cells: [Cell; 6]| {
        let [value, interleavings, chance, lossless, preemptions, schedule] = cells;
        table.row(match page.brief {
            true => vec![value, interleavings, chance, preemptions],
            false => vec![value, interleavings, chance, lossless, preemptions, schedule],
        });
    };
    // What does not fit on the page is cut: --witness shows it whole.
    let room = page.width.saturating_sub(64).max(15);
    let hidden = if page.verbose { 0..0 } else { hidden(found.outcomes.len()) };
    for (at, outcome) in found.outcomes.iter().enumerate() {
        if hidden.contains(&at) {
            if at == hidden.start {
                let more = format!("{} values more (-v)", hidden.len());
                row(["...", "", "", "", "", &more].map(Cell::from));
            }
            continue;
        }
        let style = if outcome.value == found.target { YES } else { NO };
        row([
            Cell::styled(style, outcome.value.to_string()),
            outcome.interleavings.as_ref().map_or("?".into(), size).into(),
            outcome.chance.as_ref().map_or("-".into(), percent).into(),
            outcome.lossless.as_ref().map_or("?".into(), size).into(),
            outcome.min_preemptions.to_string().into(),
            cut(&outcome.schedule.to_string(), room).into(),
        ]);
    }
    table
}

/// A text, or as much of it as there is room for.
pub(super) fn cut(text: &str, room: usize) -> String {
    if text.len() <= room {
        return text.to_owned();
    }
    let end = text[..room - 3].rfind(' ').unwrap_or(room - 3);
    format!("{} ...", &text[..end])
}
