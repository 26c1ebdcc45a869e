//! Whether a round of a schedule can be repeated for ever.

use super::event::{Event, Round};
use super::tracer::Tracer;
use crate::machine::Turn;

impl Tracer<'_, '_> {
    /// Whether a round that was taken once can be repeated for ever: if it can be taken once more, by
    /// the same steps, and leads back to the same state.
    pub(super) fn round(&mut self, from: usize, turns: &[Turn], events: &[Event]) -> Round {
        let before = self.state.clone();
        let same =
            |(one, other): (&Event, &Event)| (one.step, one.failed) == (other.step, other.failed);
        let (repeats, why_not) = match self.follow(turns) {
            Err(refusal) => (Some(false), Some(format!("the second time, {refusal}"))),
            Ok(again) => {
                let same = again.iter().zip(&events[from..]).all(same);
                let other = || (!same).then(|| "the second time, it has other steps".into());
                let why_not = self.difference(&before).or_else(other);
                (why_not.is_none().then_some(true), why_not)
            }
        };
        Round { from, repeats, why_not }
    }

    /// What is different for workers that go round their loops for ever.
    fn difference(&self, before: &[u32]) -> Option<String> {
        let var = |var: &usize| self.space.var(before, *var) != self.space.var(&self.state, *var);
        if let Some(var) = (0..self.needs.vars.len()).find(var) {
            let (name, before) = (&self.needs.vars[var].0, self.space.var(before, var));
            let now = self.space.var(&self.state, var);
            return Some(format!("{name} is {before} after one round, and {now} after two"));
        }
        let same = self.space.same_in_a_round(before, &self.state);
        (!same).then(|| "the workers are at other steps after one round than after two".into())
    }
}
