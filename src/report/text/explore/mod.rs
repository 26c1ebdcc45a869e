//! An exploration as text: the table, the worst outcome step by step, and what is proved.

pub(in crate::report) mod account;
pub(in crate::report) mod count;
pub(in crate::report) mod head;
pub(in crate::report) mod overwritten;
pub(in crate::report) mod proof;
pub(in crate::report) mod timeline;

use self::count::{share, size};
use crate::explore::Exploration;
use crate::machine::{Schedule, Turn};
use crate::outcome::{ExplorationResult, ScheduleResult, Witness, WitnessOf, hidden};
use crate::plan::Asked;
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
    let head = format!("{}, {}", styled(NAME, traced.strategy), head::program(asked));
    let mut text = page.line(&format!("{head}: schedule {}", legend(&traced.schedule))) + "\n";
    text += &timeline::draw(&asked.config.program, &traced.trace, page);
    if !traced.stuck() {
        text += &format!("\nfinal value {}\n", traced.trace.value);
    }
    text
}

fn exploration(asked: &Asked, explored: &ExplorationResult, page: Page) -> String {
    let found = &explored.found;
    let mut text = page.line(&head::head(asked, found)) + "\n";
    if !found.outcomes.is_empty() {
        text += &format!("{}{}\n", table(found, page).draw(page), account::shares(found, page));
    }
    text += &account::account(asked, found, page);
    if let Some(witness) = &explored.witness {
        text += &format!("\n{}\n", page.line(&title(witness)));
        text += &timeline::draw(&asked.config.program, &witness.trace, page);
    }
    text + &proof::proof(asked, explored, page)
}

/// "How -2 comes about (schedule 2 4x1 3x2; 4x1 = four steps of worker 1):"
pub(in crate::report) fn title(witness: &Witness) -> String {
    let what = match witness.of {
        WitnessOf::Value => format!("How {} comes about", witness.trace.value),
        WitnessOf::Deadlock => "How the deadlock comes about".into(),
        WitnessOf::Fault => "How it goes wrong".into(),
    };
    match witness.schedule.turns() {
        [] => format!("{what} (before any step):"),
        _ => format!("{what} (schedule {}):", legend(&witness.schedule)),
    }
}

/// A schedule, and what `4x1` means in it.
pub(in crate::report) fn legend(schedule: &Schedule) -> String {
    const WORDS: [&str; 10] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    let mut text = schedule.to_string();
    let several = |block: &(Turn, usize)| block.1 > 1 && !block.0.drain;
    if let Some((turn, steps)) = schedule.blocks().find(several) {
        let count = WORDS.get(steps).map_or_else(|| steps.to_string(), |word| (*word).into());
        text += &format!("; {steps}x{turn} = {count} steps of worker {turn}");
    }
    if schedule.drains() {
        text += "; 1d = the oldest store of worker 1 reaches the memory";
    }
    text
}

pub(in crate::report) fn table(found: &Exploration, page: Page) -> Table {
    let mut table = Table::new(3).right("final value", 0).right("interleavings", 0);
    table = table.right("share", 0).right("lose nothing", 0).right("preemptions", 0);
    table = table.left("schedule", 0);
    // What does not fit on the page is cut: --witness shows it whole.
    let room = page.width.saturating_sub(64).max(15);
    let hidden = if page.verbose { 0..0 } else { hidden(found.outcomes.len()) };
    for (at, outcome) in found.outcomes.iter().enumerate() {
        if hidden.contains(&at) {
            if at == hidden.start {
                let more = format!("{} values more (-v)", hidden.len());
                table.row(["...", "", "", "", "", &more].map(Cell::from).into());
            }
            continue;
        }
        let style = if outcome.value == found.target { YES } else { NO };
        let share = outcome.interleavings.as_ref().zip(found.interleavings.as_ref());
        table.row(vec![
            Cell::styled(style, outcome.value.to_string()),
            outcome.interleavings.as_ref().map_or("?".into(), size).into(),
            share.map_or("?".into(), |(part, all)| self::share(part, all)).into(),
            outcome.lossless.as_ref().map_or("?".into(), size).into(),
            outcome.min_preemptions.to_string().into(),
            cut(&outcome.schedule.to_string(), room).into(),
        ]);
    }
    table
}

fn cut(text: &str, room: usize) -> String {
    if text.len() <= room {
        return text.to_owned();
    }
    let end = text[..room - 3].rfind(' ').unwrap_or(room - 3);
    format!("{} ...", &text[..end])
}
