//! One schedule as a timeline: a column for each worker, the value at the side, preemptions drawn
//! across.

use crate::explore::{Event, Overwritten, Trace};
use crate::machine::Delta;
use crate::plan::Small;
use crate::report::page::{NO, Page, styled};

/// The timeline, and a sentence for the step that decides.
pub(super) fn draw(plan: &Small, trace: &Trace, page: Page) -> String {
    let workers = plan.program.workers;
    let headings: Vec<String> = (0..workers).map(|me| heading(plan, me)).collect();
    let widest = |me: usize| {
        let own = trace.events.iter().filter(|event| event.turn.worker == me);
        let texts = own.map(|event| cell(event).len());
        texts.max().unwrap_or(0).max(headings[me].len()) + 3
    };
    let widths: Vec<usize> = (0..workers).map(widest).collect();
    let mut text = String::from(" step   ");
    for (heading, width) in headings.iter().zip(&widths) {
        text += &format!("{heading:<width$}");
    }
    text += "counter\n";
    let decisive = decisive(trace);
    for (at, event) in trace.events.iter().enumerate() {
        if let Some(worker) = event.preempted {
            let across = widths.iter().sum::<usize>();
            text += &format!(
                "        {}\n",
                centred(&format!(" preemption: worker {worker} "), across)
            );
        }
        let mut line = format!("{:>5}   ", at + 1);
        for (me, width) in widths.iter().enumerate() {
            let own = if event.turn.worker == me { cell(event) } else { String::new() };
            line += &format!("{own:<width$}");
        }
        line += &format!("{:>7}", event.counter);
        if let Some((_, lost)) = decisive.filter(|(decisive, _)| *decisive == at) {
            line += &format!("   {}", styled(NO, format!("<- {}", were_lost(lost))));
        }
        text += &(line + "\n");
    }
    for held in &trace.waiting {
        let holds = match held.holds.join(" and ") {
            holds if holds.is_empty() => "nothing".to_owned(),
            holds => holds,
        };
        let sentence =
            format!("Worker {} holds {holds}, and waits {}.", held.worker, held.waits_for);
        text += &format!("\n{}", page.wrap(&sentence, 0));
    }
    if !trace.waiting.is_empty() {
        text += "\n";
    }
    if let Some((worker, lock)) = &trace.fault {
        text += &format!("\nWorker {worker} would now release {lock}, which it does not hold.\n");
    }
    if let Some((at, lost)) = decisive {
        text += &format!("\n{}\n", page.wrap(&sentence(trace, at, lost), 0));
    }
    text
}

/// "worker 1 (+1)"
fn heading(plan: &Small, me: usize) -> String {
    let updates: Vec<&str> = plan.program.deltas(me).iter().map(|delta| sign(*delta)).collect();
    format!("worker {} ({})", me + 1, updates.join(", "))
}

fn sign(delta: Delta) -> &'static str {
    match delta {
        Delta::Increment => "+1",
        Delta::Decrement => "-1",
    }
}

fn cell(event: &Event) -> String {
    let again = if event.failed { " (again)" } else { "" };
    format!("{}{again}", event.words)
}

fn centred(text: &str, width: usize) -> String {
    let dashes = width.saturating_sub(text.len() + 3);
    let before = dashes / 2;
    format!("{}{text}{}", "-".repeat(before), "-".repeat(dashes - before))
}

/// The step that wrote over the most updates.
fn decisive(trace: &Trace) -> Option<(usize, Overwritten)> {
    let losses = trace.events.iter().enumerate();
    let losses = losses.filter_map(|(at, event)| Some((at, event.overwritten?)));
    losses.rev().max_by_key(|(_, lost)| lost.increments.max(0) + lost.decrements.max(0))
}

/// "both increments lost"
fn were_lost(lost: Overwritten) -> String {
    let kind = |count: i64, one: &str| match count {
        ..=0 => None,
        1 => Some(format!("1 {one}")),
        2 if lost.increments <= 0 || lost.decrements <= 0 => Some(format!("both {one}s")),
        _ => Some(format!("{count} {one}s")),
    };
    let kinds = [kind(lost.increments, "increment"), kind(lost.decrements, "decrement")];
    let kinds: Vec<String> = kinds.into_iter().flatten().collect();
    match kinds.is_empty() {
        true => "older updates come back".into(),
        false => format!("{} lost", kinds.join(" and ")),
    }
}

/// "Step 6: worker 2 wrote 0 - 1, but the 0 was from step 1, two increments ago."
fn sentence(trace: &Trace, at: usize, lost: Overwritten) -> String {
    let event = &trace.events[at];
    let written = event.value.unwrap_or_default();
    let change = match written - lost.seen {
        change if change < 0 => format!("- {}", -change),
        change => format!("+ {change}"),
    };
    let verb = if event.turn.drain { "'s buffer wrote" } else { " wrote" };
    let ago = ago(lost);
    format!(
        "Step {}: worker {}{verb} {} {change}, but the {} was from step {}{ago}.",
        at + 1,
        event.turn.worker + 1,
        lost.seen,
        lost.seen,
        lost.read_at,
    )
}

fn ago(lost: Overwritten) -> String {
    const WORDS: [&str; 4] = ["no", "one", "two", "three"];
    let kind = |count: i64, one: &str| {
        let word = usize::try_from(count).ok().filter(|&count| count > 0)?;
        let word = WORDS.get(word).map_or_else(|| word.to_string(), |word| (*word).into());
        Some(format!("{word} {one}{}", if count == 1 { "" } else { "s" }))
    };
    let kinds = [kind(lost.increments, "increment"), kind(lost.decrements, "decrement")];
    let kinds: Vec<String> = kinds.into_iter().flatten().collect();
    if kinds.is_empty() { String::new() } else { format!(", {} ago", kinds.join(" and ")) }
}
