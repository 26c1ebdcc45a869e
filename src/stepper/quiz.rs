//! What is asked before a step that decides: the answer is what the machine then does.

use crate::explore::{Event, Scene};
use crate::machine::{Step, Var};

/// A question, and the right answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) words: String,
    pub(super) answer: i64,
}

/// What is asked before a step: what is read or written of the resource or of a variable.
pub(super) fn question(event: &Event, scene: &Scene) -> Option<Question> {
    let var = |var: Var| &scene.vars[var.0].0;
    let value = event.value.unwrap_or_default();
    let answered = event.answer.cast_signed();
    let (what, answer) = match event.step? {
        Step::Read => ("reads the counter. Which value?".into(), value),
        Step::Write(_) => ("writes the counter. Which value?".into(), value),
        Step::Add(_) => ("adds to the counter. Which value is in it then?".into(), value),
        Step::Replace { .. } => {
            ("writes the counter if it is unchanged. Does it? 1 is yes, 0 is no".into(), answered)
        }
        Step::Load(of, _) => (format!("loads {}. Which value?", var(of)), answered),
        Step::Store(of, value, _) => {
            (format!("stores into {}. Which value?", var(of)), value.cast_signed())
        }
        Step::Swap(of, ..) => (format!("swaps {}. Which value was in it?", var(of)), answered),
        Step::FetchAdd(of, ..) => {
            (format!("adds to {}. Which value was in it?", var(of)), answered)
        }
        Step::CompareExchange { var: of, seen, new, .. } => {
            let of = var(of);
            (format!("writes {new} into {of} if {seen} is in it. Which value is in it?"), answered)
        }
        Step::Fence(_)
        | Step::Acquire(_)
        | Step::TryAcquire(_)
        | Step::Release(_)
        | Step::Wait(_)
        | Step::TryWait(_)
        | Step::Signal(_)
        | Step::Sleep(..)
        | Step::Wake(..)
        | Step::NotifyOne(_)
        | Step::NotifyAll(_)
        | Step::Claim
        | Step::GiveBack => return None,
    };
    let who = event.turn.worker + 1;
    let words = match event.turn.drains() {
        true => format!("The oldest store of worker {who} reaches the memory. Which value?"),
        false => format!("Worker {who} {what}"),
    };
    Some(Question { words, answer })
}
