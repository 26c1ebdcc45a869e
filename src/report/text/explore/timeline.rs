//! One schedule as a timeline: a column for each worker, the value at the side, preemptions drawn
//! across.

use super::overwritten::{decisive, sentence, were_lost};
use crate::explore::{Event, Trace};
use crate::machine::{Delta, Program};
use crate::report::page::{NO, Page, styled};

/// The timeline, what the workers wait for at its end, and a sentence for the step that decides.
pub(super) fn draw(program: &Program, trace: &Trace, page: Page) -> String {
    let headings: Vec<String> = (0..program.workers).map(|me| heading(program, me)).collect();
    let widest = |(me, heading): (usize, &String)| {
        let own = trace.events.iter().filter(|event| event.turn.worker == me);
        own.map(|event| cell(event).len()).max().unwrap_or(0).max(heading.len()) + 3
    };
    let widths: Vec<usize> = headings.iter().enumerate().map(widest).collect();
    let columns = headings.iter().zip(&widths).map(|(text, width)| format!("{text:<width$}"));
    let mut text = format!(" step   {}counter\n", columns.collect::<String>());
    let decisive = decisive(trace);
    for (at, event) in trace.events.iter().enumerate() {
        if let Some(worker) = event.preempted {
            let label = format!(" preemption: worker {worker} ");
            text += &format!("        {}\n", centred(&label, widths.iter().sum()));
        }
        text += &row(at, event, &widths);
        if let Some((_, lost)) = decisive.filter(|(decisive, _)| *decisive == at) {
            text += &format!("   {}", styled(NO, format!("<- {}", were_lost(lost))));
        }
        text.push('\n');
    }
    let ends = ends(trace);
    for (at, said) in ends.iter().enumerate() {
        text += &format!("{}{}", if at == 0 { "\n" } else { "" }, page.line(said));
    }
    if let Some((at, lost)) = decisive {
        text += &format!("\n{}", page.line(&sentence(trace, at, lost)));
    }
    text
}

/// What is to be said below the timeline.
pub(in crate::report) fn said(trace: &Trace) -> Vec<String> {
    let decisive = decisive(trace).map(|(at, lost)| sentence(trace, at, lost));
    ends(trace).into_iter().chain(decisive).collect()
}

/// "    6                   write -1             -1"
fn row(at: usize, event: &Event, widths: &[usize]) -> String {
    let own = |(me, width): (usize, &usize)| {
        let own = if event.turn.worker == me { cell(event) } else { String::new() };
        format!("{own:<width$}")
    };
    let columns: String = widths.iter().enumerate().map(own).collect();
    format!("{:>5}   {columns}{:>7}", at + 1, event.counter)
}

/// Why no worker goes on, if so.
fn ends(trace: &Trace) -> Vec<String> {
    let waits = trace.waiting.iter().map(|held| {
        let holds = if held.holds.is_empty() { "nothing".into() } else { held.holds.join(" and ") };
        format!("Worker {} holds {holds}, and waits {}.", held.worker, held.waits_for)
    });
    let fault = trace.fault.as_ref().map(|(worker, lock)| {
        format!("Worker {worker} would now release {lock}, which it does not hold.")
    });
    waits.chain(fault).collect()
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
    format!("{}{again}", event.words)
}

fn centred(text: &str, width: usize) -> String {
    let dashes = width.saturating_sub(text.len() + 3);
    let before = dashes / 2;
    format!("{}{text}{}", "-".repeat(before), "-".repeat(dashes - before))
}
