//! Whether a round of a schedule can be repeated for ever.

use super::event::{Event, Round};
use super::tracer::{MOST_ROUNDS, Tracer};
use crate::machine::Turn;

impl Tracer<'_, '_> {
    /// Whether a round that was taken once can be repeated for ever: if some rounds more lead back
    /// to the same state.
    pub(super) fn round(&mut self, from: usize, turns: &[Turn], events: &[Event]) -> Round {
        let same =
            |(one, other): (&Event, &Event)| (one.step, one.failed) == (other.step, other.failed);
        let mut before = vec![self.at.state.clone()];
        let (mut as_drawn, mut unlike) = (false, None);
        while before.len() < MOST_ROUNDS {
            match self.follow(turns) {
                Err(refusal) => {
                    let why_not = match before.len() {
                        1 => format!("the second time, {refusal}"),
                        rounds => format!("after {rounds} rounds, {refusal}"),
                    };
                    let (repeats, why_not) = (Some(false), Some(why_not));
                    return Round { from, repeats, each: false, why_not };
                }
                Ok(again) if before.len() == 1 => {
                    as_drawn = again.iter().zip(&events[from..]).all(same);
                    unlike = self.difference(&before[0]);
                }
                Ok(_) => {}
            }
            if before.iter().any(|state| self.difference(state).is_none()) {
                let each = as_drawn && unlike.is_none();
                return Round { from, repeats: Some(true), each, why_not: None };
            }
            before.push(self.at.state.clone());
        }
        Round { from, repeats: None, each: false, why_not: unlike }
    }

    /// What is different for workers that go round their loops for ever.
    fn difference(&self, before: &[u32]) -> Option<String> {
        let var =
            |var: &usize| self.space.var(before, *var) != self.space.var(&self.at.state, *var);
        if let Some(var) = (0..self.space.needs().vars.len()).find(var) {
            let (name, before) = (&self.space.needs().vars[var].0, self.space.var(before, var));
            let now = self.space.var(&self.at.state, var);
            return Some(format!("{name} is {before} after one round, and {now} after two"));
        }
        let same = self.space.same_in_a_round(before, &self.at.state);
        (!same).then(|| format!("within {MOST_ROUNDS} rounds no state comes again"))
    }
}
