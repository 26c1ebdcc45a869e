//! Which line of the textbook's text a worker is at.

use super::model::Token;
use super::recorder::Recording;
use super::trace::NextStep;
use crate::machine::Step;

impl Recording {
    /// The line of a step: the one at its place in its section. Where the code has gone another way
    /// than when it was recorded, the nearest line of the section with the same step.
    pub fn line(&self, next: &NextStep) -> Option<usize> {
        let first = *self.sections.get(next.section)?;
        let end = self.sections.get(next.section + 1).copied().unwrap_or(self.lines.len());
        let same = |at: usize| Some((at, bare(*self.lines[at].step()?) == bare(next.step)));
        let steps = (first..end).filter_map(same);
        let same = steps.enumerate().filter(|(_, (_, same))| *same);
        let nearest = same.min_by_key(|(at, _)| at.abs_diff(next.at));
        nearest.map(|(_, (line, _))| line)
    }
}

/// A step without the values in it, which may be others than those that were recorded.
fn bare(mut step: Step<Token>) -> Step<Token> {
    match &mut step {
        Step::Write(new) => *new = Token::default(),
        Step::Replace { seen, new } => (*seen, *new) = Default::default(),
        Step::Store(_, new, _) | Step::Swap(_, new, _) | Step::FetchAdd(_, new, _) => *new = 0,
        Step::CompareExchange { seen, new, .. } => (*seen, *new) = (0, 0),
        Step::Read
        | Step::Add(_)
        | Step::Load(..)
        | Step::Fence(_)
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
        | Step::GiveBack => {}
    }
    step
}
