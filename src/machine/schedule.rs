//! Schedules: the worker of each step, in order, as in `2 4x1 3x2`.
//!
//! `4x1` stands for four steps of worker 1, and `1d` for a step in which the oldest entry of worker
//! 1's store buffer reaches the memory. What is printed can be read back.

use std::fmt;
use std::str::FromStr;

/// The most steps that a schedule may have: enough for every program that can be explored.
const MOST_STEPS: usize = 1 << 20;

/// Whose step it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Turn {
    /// The worker, from 0.
    pub worker: usize,
    /// The step is not the worker's own, but one of its store buffer.
    pub drain: bool,
}

impl Turn {
    /// A step of worker `worker`'s own.
    pub const fn of(worker: usize) -> Self {
        Self { worker, drain: false }
    }
}

impl fmt::Display for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.worker + 1, if self.drain { "d" } else { "" })
    }
}

/// The order in which workers take steps.
///
/// ```
/// use syncdemo::machine::Schedule;
/// let schedule: Schedule = "2 1 1 1 1 3x2".parse()?;
/// assert_eq!(schedule.to_string(), "2 4x1 3x2");
/// assert_eq!(schedule.turns().len(), 8);
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule(Vec<Turn>);

impl Schedule {
    /// The steps, in order.
    pub fn turns(&self) -> &[Turn] {
        &self.0
    }

    /// Whether store buffers drain in it, which only a model can be told to do.
    pub fn drains(&self) -> bool {
        self.0.iter().any(|turn| turn.drain)
    }

    /// Its steps in blocks of equal turns, with the length of each block.
    pub fn blocks(&self) -> impl Iterator<Item = (Turn, usize)> + '_ {
        self.0.chunk_by(|one, next| one == next).map(|block| (block[0], block.len()))
    }
}

impl FromIterator<Turn> for Schedule {
    fn from_iter<I: IntoIterator<Item = Turn>>(turns: I) -> Self {
        Self(turns.into_iter().collect())
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (turn, steps)) in self.blocks().enumerate() {
            let blank = if at == 0 { "" } else { " " };
            match steps {
                1 => write!(f, "{blank}{turn}")?,
                _ => write!(f, "{blank}{steps}x{turn}")?,
            }
        }
        Ok(())
    }
}

/// The error is the rest of a sentence that names the option.
impl FromStr for Schedule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut turns = Vec::new();
        for block in text.split_whitespace() {
            let (turn, steps) = block_of(block)
                .ok_or_else(|| format!("and '{block}' is no step: write them as in 2 4x1 3x2"))?;
            if steps > MOST_STEPS - turns.len() {
                return Err(format!("and more than {MOST_STEPS} steps are not possible"));
            }
            turns.extend(std::iter::repeat_n(turn, steps));
        }
        match turns.is_empty() {
            true => Err("and at least one step is needed, such as in 2 4x1 3x2".into()),
            false => Ok(Self(turns)),
        }
    }
}

/// `4x1`, `1` or `1d`.
fn block_of(text: &str) -> Option<(Turn, usize)> {
    let (steps, turn) = text.split_once('x').unwrap_or(("1", text));
    let (worker, drain) = match turn.strip_suffix('d') {
        Some(worker) => (worker, true),
        None => (turn, false),
    };
    let worker = number(worker)?.checked_sub(1)?;
    Some((Turn { worker, drain }, number(steps).filter(|&steps| steps > 0)?))
}

/// Only digits: `parse` would also take a sign.
fn number(text: &str) -> Option<usize> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

impl serde::Serialize for Schedule {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Schedule {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_wrong_schedule_is_refused_in_a_sentence() {
        for text in ["0", "x", "4x", "x1", "0x1", "1x", "-1", "+1", "1.5", "d", "2x2x1", "1dd"] {
            let error = text.parse::<Schedule>().expect_err(text);
            assert!(error.contains(&format!("'{text}' is no step")), "{text}: {error}");
        }
        assert!("".parse::<Schedule>().is_err());
        assert!("1 9999999999999x1".parse::<Schedule>().is_err());
    }

    proptest! {
        #[test]
        fn a_printed_schedule_can_be_read_back(turns in prop::collection::vec((0..9_usize, any::<bool>()), 1..60)) {
            let turns = turns.into_iter().map(|(worker, drain)| Turn { worker, drain });
            let schedule: Schedule = turns.collect();
            prop_assert_eq!(schedule.to_string().parse(), Ok(schedule));
        }
    }
}
