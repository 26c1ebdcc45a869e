//! What a race was about: so many workers, what they share, who adds and who subtracts.

use super::deaths;
use crate::machine::{Delta, Guard, Program, Promise};
use crate::outcome::{StrategyResult, number, several};
use crate::plan::Asked;
use crate::report::page::{NAME, styled};
use crate::worker::resource;

/// "2 threads"
pub(super) fn workers(asked: &Asked) -> String {
    let count = asked.config.program.workers;
    let kind = if count == 1 { asked.config.kind.one() } else { asked.config.kind.name() };
    format!("{} {kind}", number(count))
}

/// "mutex: 20 runs of 2 threads, 5,000 iterations each, one counter; worker 2 killed"
pub(super) fn of(asked: &Asked, result: &StrategyResult) -> String {
    let program = program(asked, result.promise == Promise::AtMostPermits);
    let (name, died) = (styled(NAME, result.strategy), deaths::heading([result]));
    match result.count() {
        0 => format!("{name}: {program}, not run"),
        1 => format!("{name}: {program}{died}"),
        runs => format!("{name}: {} of {program}{died}", several(runs, "run")),
    }
}

/// "2 threads, 5,000 iterations each, one counter"
fn program(asked: &Asked, permits: bool) -> String {
    let (workers, iters) = (workers(asked), several(asked.config.program.iters, "iteration"));
    format!("{workers}, {iters} each, {}{}", shared(asked, permits), whole(asked))
}

/// ", the whole loop guarded", where it is.
pub(super) fn whole(asked: &Asked) -> &'static str {
    match asked.config.program.guard {
        Guard::Update => "",
        Guard::Loop => ", the whole loop guarded",
    }
}

/// "one counter", "3 copies of the counter, 3 permits"
pub(super) fn shared(asked: &Asked, permits: bool) -> String {
    let what = match asked.config.resource {
        resource::ResourceKind::Variable => "counter",
        resource::ResourceKind::File => "file",
        resource::ResourceKind::Printer => "printer",
    };
    let Program { copies, permits: count, .. } = asked.config.program;
    let permits = if permits { format!(", {}", several(count, "permit")) } else { String::new() };
    match copies {
        1 => format!("one {what}"),
        _ => format!("{} copies of the {what}{permits}", number(copies)),
    }
}

/// "worker 1 adds 1, worker 2 subtracts 1"
pub(super) fn who_does_what(program: &Program) -> String {
    let count = |deltas: &[Delta]| {
        (0..program.workers).filter(|&me| program.deltas(me) == deltas).count() as u64
    };
    let up = count(&[Delta::Increment]);
    let down = count(&[Delta::Decrement]);
    let both = count(&[Delta::Increment, Delta::Decrement]);
    let s = |count: u64| if count == 1 { "s" } else { "" };
    match (up, down, both) {
        (1, 1, 0) => "worker 1 adds 1, worker 2 subtracts 1".into(),
        (_, 0, 0) => "each adds 1".into(),
        (0, 0, _) => "it adds 1, then subtracts 1".into(),
        (_, _, 0) => format!("{} add 1, {} subtract 1", number(up), number(down)),
        _ => format!(
            "{} add{} 1, {} subtract{} 1, the last does both",
            number(up),
            s(up),
            number(down),
            s(down)
        ),
    }
}
