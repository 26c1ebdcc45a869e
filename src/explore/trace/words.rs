//! A step as a timeline says it: the method that the strategy calls, with the change or the answer.
//! `compare_exchange` and `fetch_add` would need most of a column, and are shortened to `cas` and `add`.
//! `docs/exploring.md` has a table of the words.

use super::super::model::Token;
use super::tracer::Tracer;
use crate::machine::{Condition, Lock, Semaphore, Step, Turn, Var};

impl Tracer<'_, '_> {
    pub(super) fn words(
        &self,
        turn: Turn,
        step: Step<Token>,
        before: i64,
        value: Option<i64>,
        answer: u64,
    ) -> String {
        let var = |var: Var| &self.space.needs().vars[var.0].0;
        let lock = |lock: Lock| &self.space.needs().locks[lock.0];
        let semaphore = |of: Semaphore| &self.space.needs().semaphores[of.0].0;
        let condition = |of: Condition| &self.space.needs().conditions[of.0];
        let value = value.map_or_else(String::new, |value| value.to_string());
        let words = match step {
            Step::Read => format!("read {value}"),
            Step::Write(_) => format!("write {value}"),
            Step::Add(_) => format!("add {before} -> {value}"),
            Step::Replace { .. } if answer == 1 => format!("replace {before} -> {value}"),
            Step::Replace { .. } => "replace fails".into(),
            Step::Load(of, _) => format!("load {} {answer}", var(of)),
            Step::Store(of, value, _) => format!("store {} {value}", var(of)),
            Step::Swap(of, value, _) => format!("swap {} {answer} -> {value}", var(of)),
            Step::FetchAdd(of, more, _) => {
                format!("add {} {answer} -> {}", var(of), answer.wrapping_add(more))
            }
            Step::CompareExchange { var: of, seen, new, .. } if answer == seen => {
                format!("cas {} {seen} -> {new}", var(of))
            }
            Step::CompareExchange { var: of, seen, .. } => {
                format!("cas {} {answer} != {seen}", var(of))
            }
            Step::Fence(_) => "fence".into(),
            Step::Acquire(of) => format!("acquire {}", lock(of)),
            Step::TryAcquire(of) => format!("try_acquire {}: {}", lock(of), yes(answer)),
            Step::Release(of) => format!("release {}", lock(of)),
            Step::Wait(of) => format!("wait {}", semaphore(of)),
            Step::TryWait(of) => format!("try_wait {}: {}", semaphore(of), yes(answer)),
            Step::Signal(of) => format!("signal {}", semaphore(of)),
            Step::Sleep(on, of) => format!("release {}, sleep on {}", lock(of), condition(on)),
            Step::Wake(_, of) => format!("wake, acquire {}", lock(of)),
            Step::NotifyOne(of) => format!("notify_one {}", condition(of)),
            Step::NotifyAll(of) => format!("notify_all {}", condition(of)),
            Step::Claim => {
                format!("claim copy {}", self.space.copy(&self.at.state, turn.worker) + 1)
            }
            Step::GiveBack => "give the copy back".into(),
        };
        if turn.drains() { format!("drain: {words}") } else { words }
    }
}

fn yes(answer: u64) -> &'static str {
    if answer == 1 { "yes" } else { "no" }
}
