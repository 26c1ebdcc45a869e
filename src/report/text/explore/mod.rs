//! An exploration as text: the table, the worst outcome step by step, and what is proved.

pub(in crate::report) mod account;
pub(in crate::report) mod count;
pub(in crate::report) mod head;
pub(in crate::report) mod overwritten;
pub(in crate::report) mod proof;
pub(super) mod timeline;
pub(in crate::report) mod title;

use self::count::{percent, size};
use crate::explore::Exploration;
use crate::outcome::{ExplorationResult, ScheduleResult, Witness, WitnessOf, hidden};
use crate::plan::{Asked, Task};
use crate::report::page::{NAME, NO, Page, YES, styled};
use crate::report::table::{Cell, Table};

pub(super) fn report(
    asked: &Asked,
    explorations: &[ExplorationResult],
    traces: &[ScheduleResult],
    page: Page,
) -> String {
    let traces = traces.iter().map(|traced| trace(asked, traced, page));
    let explorations = explorations.iter().map(|explored| exploration(asked, explored, page));
    traces.chain(explorations).collect::<Vec<_>>().join("\n")
}

/// The schedule that was asked for.
fn trace(asked: &Asked, traced: &ScheduleResult, page: Page) -> String {
    let ends = traced.trace.round.is_none();
    let program = if ends { head::program(asked) } else { head::going_round(asked) };
    let head = format!("{}, {program}", styled(NAME, traced.strategy));
    let mut text =
        page.line(&format!("{head}: schedule {}", title::legend(&traced.schedule))) + "\n";
    let program = &asked.config.program;
    text += &timeline::draw(program, traced.promise, &traced.trace, page);
    if ends && !traced.trace.ended {
        let so_far = format!("value so far {}: the workers have not finished", traced.trace.value);
        text += &format!("\n{}", page.line(&so_far));
    } else if traced.trace.ended && !traced.stuck() {
        text += &format!("\nfinal value {}\n", traced.trace.value);
    }
    text
}

fn exploration(asked: &Asked, explored: &ExplorationResult, page: Page) -> String {
    let found = &explored.found;
    let mut text = page.line(&head::head(asked, found)) + "\n";
    if !found.outcomes.is_empty() {
        text += &(table(found, page).draw(page) + &account::cancelled(found, page));
    }
    text += &account::chance(explored, page);
    let account = page.facts(&account::facts(asked, found, page));
    if !account.is_empty() && !text.ends_with("\n\n") {
        text.push('\n');
    }
    text += &account;
    let wanted = matches!(&asked.task, Task::Explore(task) if task.witness.is_some());
    let witnesses = if page.brief && !wanted { Vec::new() } else { shown(asked, explored) };
    for witness in witnesses {
        text += &format!("\n{}\n", page.line(&title::title(asked, found, witness)));
        text += &timeline::draw(&asked.config.program, found.promise, &witness.trace, page);
    }
    match page.brief && found.complete {
        true => text,
        false => text + &proof::proof(asked, explored, page),
    }
}

/// The witnesses in the order in which they are drawn. Where too many workers can be inside, that is
/// shown and not the worst value.
pub(in crate::report) fn shown<'a>(
    asked: &Asked,
    explored: &'a ExplorationResult,
) -> Vec<&'a Witness> {
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

pub(in crate::report) fn table(found: &Exploration, page: Page) -> Table {
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
pub(in crate::report) fn cut(text: &str, room: usize) -> String {
    if text.len() <= room {
        return text.to_owned();
    }
    let end = text[..room - 3].rfind(' ').unwrap_or(room - 3);
    format!("{} ...", &text[..end])
}
