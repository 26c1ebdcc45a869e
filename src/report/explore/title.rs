//! What is said above a timeline.

use super::count::in_words;
use super::head;
use crate::explore::{Exploration, Trace};
use crate::machine::{Schedule, Turn, TurnKind};
use crate::outcome::{Witness, WitnessOf};
use crate::plan::Asked;

/// "How -2 comes about"
pub(super) fn what(asked: &Asked, found: &Exploration, witness: &Witness) -> String {
    let program = &asked.config.program;
    let most = found.promise.most_inside(program.permits);
    let mut what = match witness.of {
        WitnessOf::Value => {
            format!("How {} comes about{}", witness.trace.value, way(asked, found, witness))
        }
        WitnessOf::Deadlock => "How the deadlock comes about".into(),
        WitnessOf::Livelock => "How the livelock comes about".into(),
        WitnessOf::Fault => "How it goes wrong".into(),
        WitnessOf::Crowded => {
            let inside = witness.trace.inside().into_iter().max().unwrap_or(0);
            format!("How {inside} workers get inside")
        }
        WitnessOf::Waiting => match most {
            Some(most) if most > 1 => format!("How it lets no more than {most} inside"),
            _ => "How it keeps them apart".into(),
        },
    };
    if witness.iters != program.iters {
        what += &format!(", with {} each", head::updates(program, witness.iters));
    }
    what
}

/// The value to reach may be reached in two ways.
fn way(asked: &Asked, found: &Exploration, witness: &Witness) -> &'static str {
    let Trace { kept, value, .. } = witness.trace;
    match (kept == asked.config.program.planned(), value) {
        _ if value != found.target || found.lossless() => "",
        (true, _) => ", and nothing is lost",
        (false, 0) => " by cancellation",
        (false, _) => ", although updates are lost",
    }
}

/// "schedule 2 4x1 3x2; 4x1 = four steps of worker 1"
pub(in crate::report) fn schedule(schedule: &Schedule) -> String {
    match schedule.turns() {
        [] => "before any step".into(),
        _ => format!("schedule {}", legend(schedule)),
    }
}

/// A schedule, and what `4x1` means in it.
pub(super) fn legend(schedule: &Schedule) -> String {
    let mut text = schedule.to_string();
    let several = |block: &(Turn, usize)| block.1 > 1 && block.0.kind == TurnKind::Step;
    if let Some((turn, steps)) = schedule.blocks().find(several) {
        let (count, worker) = (in_words(steps as u64), turn.worker + 1);
        text += &format!("; {steps}x{turn} = {count} steps of worker {worker}");
    }
    if let Some(turn) = schedule.turns().iter().find(|turn| turn.waits()) {
        text += &format!("; {turn} = worker {} has to wait", turn.worker + 1);
    }
    if schedule.drains() {
        text += "; 1d = the oldest store of worker 1 reaches the memory";
    }
    text
}
