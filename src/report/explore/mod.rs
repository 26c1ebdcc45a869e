//! What an exploration found, as text: the table, the worst outcome step by step, and what is
//! proved.

mod timeline;
mod words;

use num_bigint::BigUint;

use super::page::{BEWARE, NAME, NO, Page, YES, styled};
use super::table::{Cell, Table};
use crate::catalog::DynStrategy;
use crate::explore::{Exploration, trace};
use crate::machine::Schedule;
use crate::outcome::Explored;
use crate::plan::Small;

pub use words::unmet;
use words::{program, share, size};

/// The whole text.
pub(super) fn text(plan: &Small, explored: &Explored, page: Page) -> String {
    let face = |name: &str| plan.strategies.iter().copied().find(|face| face.about().name == name);
    let mut parts = Vec::new();
    for traced in &explored.traces {
        let head = format!("{}, {}", styled(NAME, traced.strategy), program(plan));
        let (schedule, legend) = (&traced.schedule, legend(&traced.schedule));
        let mut part = page.wrap(&format!("{head}: schedule {schedule}{legend}"), 0) + "\n\n";
        part += &timeline::draw(plan, &traced.trace, page);
        let value = traced.trace.value;
        if traced.trace.waiting.is_empty() {
            part += &format!("\nfinal value {value}\n");
        }
        parts.push(part);
    }
    for found in &explored.explorations {
        if let Some(face) = face(found.strategy) {
            parts.push(exploration(plan, face, found, page));
        }
    }
    parts.join("\n")
}

fn exploration(plan: &Small, face: &dyn DynStrategy, found: &Exploration, page: Page) -> String {
    let mut text = String::new();
    if found.limits.interrupted {
        text += &format!(
            "{}: what follows is what was seen until then\n",
            styled(BEWARE, "INTERRUPTED")
        );
    }
    text += &(page.wrap(&words::head(plan, found), 0) + "\n\n");
    if !found.outcomes.is_empty() {
        text += &table(found, page);
        text += &words::shares(found, page);
        text.push('\n');
    }
    text += &words::account(plan, found, page);
    if let Some((title, schedule)) = shown(plan, found)
        && let Ok(trace) = trace(face, &plan.program, plan.memory, schedule)
    {
        let title = format!("{title} (schedule {schedule}{}):", legend(schedule));
        text += &format!("\n{}\n\n", page.wrap(&title, 0));
        text += &timeline::draw(plan, &trace, page);
    }
    text += &words::proof(plan, found, page);
    text
}

/// The schedule that is shown step by step, and why.
fn shown<'a>(plan: &Small, found: &'a Exploration) -> Option<(String, &'a Schedule)> {
    if let Some(value) = plan.witness {
        let outcome = found.outcome(value)?;
        return Some((format!("How {value} comes about"), &outcome.schedule));
    }
    if let Some(deadlock) = &found.deadlock {
        return Some(("How the deadlock comes about".into(), &deadlock.schedule));
    }
    if let Some(fault) = &found.fault {
        return Some(("How it goes wrong".into(), &fault.schedule));
    }
    let worst = found.worst()?;
    Some((format!("How {} comes about", worst.value), &worst.schedule))
}

/// What `4x1` means, where it occurs.
fn legend(schedule: &Schedule) -> String {
    let text = schedule.to_string();
    let block = text.split(' ').find(|block| block.contains('x') && !block.ends_with('d'));
    let mut legend = String::new();
    if let Some((steps, worker)) = block.and_then(|block| block.split_once('x')) {
        legend += &format!("; {steps}x{worker} = {steps} steps of worker {worker}");
    }
    if schedule.drains() {
        legend += "; 1d = a store of worker 1 reaches the memory";
    }
    legend
}

fn table(found: &Exploration, page: Page) -> String {
    let mut table = Table::default().right("final value").right("interleavings").right("share");
    table = table.right("lose nothing").right("preemptions").left("schedule", 0);
    let all = found.interleavings.clone().unwrap_or_default();
    let count = |n: &Option<BigUint>| n.as_ref().map_or_else(|| "?".to_owned(), size);
    // What does not fit on the page is cut: --witness shows it whole.
    let room = page.width.saturating_sub(64).max(15);
    for outcome in &found.outcomes {
        let style = if outcome.value == found.target { YES } else { NO };
        let share = outcome.interleavings.as_ref().map_or_else(|| "?".into(), |n| share(n, &all));
        table.row(vec![
            Cell::styled(style, outcome.value.to_string()),
            count(&outcome.interleavings).into(),
            share.into(),
            count(&outcome.lossless).into(),
            outcome.min_preemptions.to_string().into(),
            cut(&outcome.schedule.to_string(), room).into(),
        ]);
    }
    table.draw(page)
}

fn cut(text: &str, room: usize) -> String {
    if text.len() <= room {
        return text.to_owned();
    }
    let end = text[..room - 3].rfind(' ').unwrap_or(room - 3);
    format!("{} ...", &text[..end])
}
