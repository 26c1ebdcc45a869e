//! One schedule as a timeline: a column for each worker, the value at the side, preemptions drawn
//! across.

use super::overwritten::{decisive, sentence, were_lost};
use crate::explore::{Event, Trace, WaitsFor};
use crate::machine::{Delta, Program, Promise};
use crate::report::page::{NO, Page, styled};

/// The timeline, what the workers wait for at its end, and a sentence for the step that decides.
pub(in crate::report::text) fn draw(
    program: &Program,
    promise: Promise,
    trace: &Trace,
    page: Page,
) -> String {
    let headings: Vec<String> = (0..program.workers).map(|me| heading(program, me)).collect();
    let widest = |(me, heading): (usize, &String)| {
        let own = trace.events.iter().filter(|event| event.turn.worker == me);
        own.map(|event| cell(event).len()).max().unwrap_or(0).max(heading.len()) + 3
    };
    let widths: Vec<usize> = headings.iter().enumerate().map(widest).collect();
    let columns = headings.iter().zip(&widths).map(|(text, width)| format!("{text:<width$}"));
    let mut text = format!(" step   {}counter\n", columns.collect::<String>());
    let most = promise.most_inside(program.permits).unwrap_or(u64::MAX);
    let inside = trace.inside();
    let mut waiting = vec![false; program.workers];
    for (at, event) in trace.events.iter().enumerate() {
        for label in before(trace, at) {
            text += &format!("        {}\n", centred(&label, widths.iter().sum()));
        }
        waiting[event.turn.worker] = event.waits.is_some();
        let row = row(event, &waiting, &widths);
        let crowded = Some(inside[at]).filter(|&inside| inside as u64 > most);
        text += &match (wrong(event, crowded), held_by(event)) {
            (Some(wrong), _) => remarked(&row, &wrong, true, page),
            (None, Some(holder)) => remarked(&row, &holder, false, page),
            (None, None) => row,
        };
        text.push('\n');
    }
    let ends = [waits_until(trace, page), end(trace, page), round(trace, page)].concat();
    if !ends.is_empty() {
        text += &format!("\n{ends}");
    }
    if let Some((at, lost)) = decisive(trace) {
        text += &format!("\n{}", page.line(&sentence(trace, at, lost)));
    }
    text
}

/// What is drawn across before an event.
fn before(trace: &Trace, at: usize) -> impl Iterator<Item = String> {
    let event = &trace.events[at];
    let round = trace.round.as_ref().filter(|round| round.from == at);
    let again = round.map(|_| " again and again ".to_owned());
    // A worker that had to wait has taken no step: then it is the same preemption.
    let drawn = at.checked_sub(1).map(|before| &trace.events[before]);
    let drawn = drawn.filter(|before| before.waits.is_some()).and_then(|of| of.preempted);
    let preempted = event.preempted.filter(|&worker| drawn != Some(worker));
    let preempted = preempted.map(|worker| format!(" preemption: worker {worker} "));
    again.into_iter().chain(preempted)
}

/// "<- 2 inside"
fn wrong(event: &Event, crowded: Option<usize>) -> Option<String> {
    let crowded = crowded.map(|inside| format!("{inside} inside"));
    let wrong: Vec<String> =
        [crowded, event.overwritten.map(were_lost)].into_iter().flatten().collect();
    (!wrong.is_empty()).then(|| format!("<- {}", wrong.join(", ")))
}

/// "    6                   write -1             -1"
fn row(event: &Event, waiting: &[bool], widths: &[usize]) -> String {
    let own = |(me, width): (usize, &usize)| {
        let own = match event.turn.worker == me {
            true => cell(event),
            false => if waiting[me] { "." } else { "" }.into(),
        };
        format!("{own:<width$}")
    };
    let columns: String = widths.iter().enumerate().map(own).collect();
    let number = event.number.map_or_else(String::new, |number| number.to_string());
    format!("{number:>5}   {columns}{:>7}", event.counter)
}

/// A row with a remark, on a line of its own where it does not fit on the page.
fn remarked(row: &str, remark: &str, bad: bool, page: Page) -> String {
    let styled = if bad { styled(NO, remark) } else { remark.to_owned() };
    match row.len() + 3 + remark.len() <= page.width {
        true => format!("{row}   {styled}"),
        false => {
            let indent = page.width.saturating_sub(remark.len());
            format!("{row}\n{:indent$}{styled}", "")
        }
    }
}

/// "worker 1 holds it"
fn held_by(event: &Event) -> Option<String> {
    let waits = event.waits.as_ref()?;
    match (&waits.waits_for, &waits.held_by[..]) {
        (WaitsFor::Lock(_), [holder]) => Some(format!("worker {holder} holds it")),
        (WaitsFor::Semaphore(_), _) => Some("no permit is left".into()),
        _ => None,
    }
}

/// What workers that spin wait for.
fn waits_until(trace: &Trace, page: Page) -> String {
    let mut lines: Vec<String> = Vec::new();
    for event in &trace.events {
        if let Some(WaitsFor::Until(words)) = event.waits.as_ref().map(|waits| &waits.waits_for) {
            let line = page.line(&format!("Worker {} waits until {words}.", event.turn.worker + 1));
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    lines.concat()
}

/// Why no worker goes on, if so.
fn end(trace: &Trace, page: Page) -> String {
    let mut text = String::new();
    for held in &trace.waiting {
        let holds = if held.holds.is_empty() { "nothing".into() } else { held.holds.join(" and ") };
        text += &page
            .line(&format!("Worker {} holds {holds}, and waits {}.", held.worker, held.waits_for));
    }
    if let Some((worker, lock)) = &trace.fault {
        let said = format!("Worker {worker} would now release {lock}, which it does not hold.");
        text += &page.line(&said);
    }
    text
}

/// Whether the round can be repeated for ever.
fn round(trace: &Trace, page: Page) -> String {
    let Some(round) = &trace.round else { return String::new() };
    let why_not = round.why_not.as_deref().unwrap_or_default();
    page.line(&match round.repeats {
        Some(true) => "Each round leads back to the same state, but for the counter: it can be \
                       repeated for ever."
            .to_owned(),
        Some(false) => format!("It cannot be repeated: {why_not}."),
        None => format!("Whether it can be repeated for ever is not certain: {why_not}."),
    })
}

/// "worker 1 (+1)"
fn heading(program: &Program, me: usize) -> String {
    let sign = |delta: &Delta| match delta {
        Delta::Increment => "+1",
        Delta::Decrement => "-1",
    };
    let updates: Vec<&str> = program.deltas(me).iter().map(sign).collect();
    format!("worker {} ({})", me + 1, updates.join(", "))
}

fn cell(event: &Event) -> String {
    let again = if event.failed { " (again)" } else { "" };
    match event.waits.as_ref().map(|waits| &waits.waits_for) {
        Some(WaitsFor::Lock(name) | WaitsFor::Semaphore(name)) => format!("waits for {name}"),
        Some(WaitsFor::Condition(name)) => format!("sleeps on {name}"),
        Some(WaitsFor::Until(_)) => "waits".into(),
        None => format!("{}{again}", event.words),
    }
}

fn centred(text: &str, width: usize) -> String {
    let dashes = width.saturating_sub(text.len() + 3);
    let before = dashes / 2;
    format!("{}{text}{}", "-".repeat(before), "-".repeat(dashes - before))
}
