//! A schedule as the rows of a timeline, for all formats.

use crate::explore::{Event, Trace};
use crate::machine::{Delta, Program};
use crate::report::text::explore::overwritten::{decisive, were_lost};

/// One row.
pub(super) enum Row {
    /// A worker (from 1) could have gone on, and another did.
    Preemption(usize),
    /// A step.
    Step {
        /// From 1.
        number: usize,
        /// From 0.
        worker: usize,
        /// What is done.
        words: String,
        /// The value after it.
        counter: i64,
        /// What it lost, where it is the step that decides.
        lost: Option<String>,
    },
    /// Steps of one worker (from 0) that are not shown.
    Folded {
        /// Whose.
        worker: usize,
        /// How many.
        steps: usize,
    },
}

/// Of more steps than this, those in the midst of what a worker does without a break are folded.
const MANY: usize = 40;
/// So many stay, at the beginning and at the end of what one worker does.
const ENDS: usize = 3;

/// The rows.
pub(super) fn rows(trace: &Trace) -> Vec<Row> {
    let decisive = decisive(trace);
    let many = trace.events.len() > MANY;
    let (mut rows, mut at) = (Vec::new(), 0);
    for block in trace.events.chunk_by(|one, next| one.turn == next.turn) {
        let mut folded = 0;
        for (within, event) in block.iter().enumerate() {
            let worker = event.turn.worker;
            let decides = decisive.filter(|(decisive, _)| *decisive == at);
            let at_an_end = within < ENDS || within + ENDS >= block.len();
            at += 1;
            if many && !at_an_end && decides.is_none() {
                folded += 1;
                continue;
            }
            rows.extend(event.preempted.map(Row::Preemption));
            rows.extend((folded > 0).then_some(Row::Folded { worker, steps: folded }));
            folded = 0;
            let lost = decides.map(|(_, lost)| were_lost(lost));
            let (words, counter) = (words(event), event.counter);
            rows.push(Row::Step { number: at, worker, words, counter, lost });
        }
    }
    rows
}

fn words(event: &Event) -> String {
    let again = if event.failed { " (again)" } else { "" };
    format!("{}{again}", event.words)
}

/// "worker 1 (+1)"
pub(super) fn heading(program: &Program, me: usize) -> String {
    let sign = |delta: &Delta| match delta {
        Delta::Increment => "+1",
        Delta::Decrement => "-1",
    };
    let updates: Vec<&str> = program.deltas(me).iter().map(sign).collect();
    format!("worker {} ({})", me + 1, updates.join(", "))
}
