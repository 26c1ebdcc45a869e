//! Schedules: the worker of each step, in order, as in `2 4x1 3x2`.
//!
//! - `4x1` stands for four steps of worker 1.
//! - `1d` is a step in which the oldest entry of worker 1's store buffer reaches the memory.
//! - `2w` is no step: worker 2 stands at its next step, and has to wait for another worker. It is
//!   blocked, or (spinning) the steps that it would take now only lead back to where it stands, by
//!   an attempt of `until` that fails and changes nothing. It counts for nothing: without it, the
//!   schedule does the same.
//! - `1 then 2w 4x1 again and again` has a *round*: `2w 4x1` is repeated for ever. The workers then
//!   make any number of updates, unless their whole loop is guarded.
//!
//! What is printed can be read back.

use std::fmt;
use std::str::FromStr;

/// The most steps that a schedule may have: enough for every program that can be explored.
const MOST_STEPS: usize = 1 << 20;

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Turn {
    /// The worker, from 0.
    pub worker: usize,
    /// What it does.
    pub kind: TurnKind,
}

/// What a worker does when it is its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TurnKind {
    /// It takes its next step.
    Step,
    /// The oldest entry of its store buffer reaches the memory.
    Drain,
    /// It has to wait, which is no step.
    Wait,
}

impl Turn {
    /// A step of worker `worker`'s own.
    pub const fn of(worker: usize) -> Self {
        Self { worker, kind: TurnKind::Step }
    }

    /// A step of worker `worker`'s store buffer.
    pub const fn drain(worker: usize) -> Self {
        Self { worker, kind: TurnKind::Drain }
    }

    /// Worker `worker` has to wait.
    pub const fn wait(worker: usize) -> Self {
        Self { worker, kind: TurnKind::Wait }
    }

    /// Whether it is a step of a store buffer.
    pub fn drains(self) -> bool {
        self.kind == TurnKind::Drain
    }

    /// Whether it is no step.
    pub fn waits(self) -> bool {
        self.kind == TurnKind::Wait
    }
}

impl fmt::Display for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            TurnKind::Step => "",
            TurnKind::Drain => "d",
            TurnKind::Wait => "w",
        };
        write!(f, "{}{kind}", self.worker + 1)
    }
}

/// The order in which workers take steps.
///
/// ```
/// use syncdemo::machine::Schedule;
/// let schedule: Schedule = "2 1 1 1 1 3x2".parse()?;
/// assert_eq!(schedule.to_string(), "2 4x1 3x2");
/// assert_eq!(schedule.turns().len(), 8);
///
/// let schedule: Schedule = "1 then 2w 4x1 again and again".parse()?;
/// assert_eq!((schedule.turns().len(), schedule.round()), (6, Some(1)));
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    turns: Vec<Turn>,
    round: Option<usize>,
}

/// How a round ends.
const AGAIN: [&str; 3] = ["again", "and", "again"];

impl Schedule {
    /// All turns, in order; of a round that is repeated, once.
    pub fn turns(&self) -> &[Turn] {
        &self.turns
    }

    /// The number of turns before the round that is then repeated for ever, if there is one.
    pub fn round(&self) -> Option<usize> {
        self.round
    }

    /// This schedule, and then `round` again and again.
    pub fn then_again_and_again(mut self, round: &Self) -> Self {
        self.round = Some(self.turns.len());
        self.turns.extend_from_slice(&round.turns);
        self
    }

    /// How many steps it has.
    pub fn steps(&self) -> usize {
        self.turns.iter().filter(|turn| !turn.waits()).count()
    }

    /// Whether store buffers drain in it, which only a model can be told to do.
    pub fn drains(&self) -> bool {
        self.turns.iter().any(|turn| turn.drains())
    }

    /// Its turns in blocks of equal ones, with the length of each block.
    pub fn blocks(&self) -> impl Iterator<Item = (Turn, usize)> + '_ {
        let (before, round) = self.parts();
        blocks(before).chain(blocks(round))
    }

    /// What comes before the round, and the round.
    fn parts(&self) -> (&[Turn], &[Turn]) {
        self.turns.split_at(self.round.unwrap_or(self.turns.len()))
    }
}

fn blocks(turns: &[Turn]) -> impl Iterator<Item = (Turn, usize)> + '_ {
    turns.chunk_by(|one, next| one == next).map(|block| (block[0], block.len()))
}

impl FromIterator<Turn> for Schedule {
    fn from_iter<I: IntoIterator<Item = Turn>>(turns: I) -> Self {
        Self { turns: turns.into_iter().collect(), round: None }
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, round) = self.parts();
        let text = |turns| {
            let text = |(turn, steps)| match steps {
                1 => format!("{turn}"),
                _ => format!("{steps}x{turn}"),
            };
            blocks(turns).map(text).collect::<Vec<_>>().join(" ")
        };
        match (self.round, before) {
            (None, _) => f.write_str(&text(before)),
            (Some(_), []) => write!(f, "{} {}", text(round), AGAIN.join(" ")),
            (Some(_), _) => write!(f, "{} then {} {}", text(before), text(round), AGAIN.join(" ")),
        }
    }
}

/// The error is the rest of a sentence that names the option.
impl FromStr for Schedule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let Some(repeated) = words.strip_suffix(&AGAIN) else {
            return Ok(read(&words)?.into_iter().collect());
        };
        let (before, round) = match repeated.iter().position(|word| *word == "then") {
            None => (Vec::new(), repeated),
            Some(then) => (read(&repeated[..then])?, &repeated[then + 1..]),
        };
        let round = read(round)?;
        if round.iter().all(|turn| turn.waits()) {
            return Err("and a round needs a step, such as in 1 then 2w 4x1 again and again".into());
        }
        let before: Self = before.into_iter().collect();
        Ok(before.then_again_and_again(&round.into_iter().collect()))
    }
}

fn read(words: &[&str]) -> Result<Vec<Turn>, String> {
    let mut turns = Vec::new();
    for word in words {
        let (turn, steps) = block_of(word).ok_or_else(|| match *word {
            "then" | "again" | "and" => {
                "and a round is written as in 1 then 2w 4x1 again and again".to_owned()
            }
            _ => format!("and '{word}' is no step: write them as in 2 4x1 3x2"),
        })?;
        if steps > MOST_STEPS - turns.len() {
            return Err(format!("and more than {MOST_STEPS} steps are not possible"));
        }
        turns.extend(std::iter::repeat_n(turn, steps));
    }
    match turns.is_empty() {
        true => Err("and at least one step is needed, such as in 2 4x1 3x2".into()),
        false => Ok(turns),
    }
}

/// `4x1`, `1`, `1d` or `1w`.
fn block_of(text: &str) -> Option<(Turn, usize)> {
    let (steps, turn) = text.split_once('x').unwrap_or(("1", text));
    let (worker, kind) = match turn.strip_suffix(['d', 'w']) {
        Some(worker) if turn.ends_with('d') => (worker, TurnKind::Drain),
        Some(worker) => (worker, TurnKind::Wait),
        None => (turn, TurnKind::Step),
    };
    let worker = number(worker)?.checked_sub(1)?;
    Some((Turn { worker, kind }, number(steps).filter(|&steps| steps > 0)?))
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
        let wrong = ["0", "x", "4x", "x1", "0x1", "1x", "-1", "+1", "1.5", "d", "w", "2x2x1"];
        for text in wrong.into_iter().chain(["1dd", "1wd", "1dw"]) {
            let error = text.parse::<Schedule>().expect_err(text);
            assert!(error.contains(&format!("'{text}' is no step")), "{text}: {error}");
        }
        assert!("".parse::<Schedule>().is_err());
        assert!("1 9999999999999x1".parse::<Schedule>().is_err());
    }

    #[test]
    fn a_wrong_round_is_refused_in_a_sentence() {
        let error = |text: &str| text.parse::<Schedule>().expect_err(text);
        for text in ["1 then 2", "1 again", "1 then 2 again", "1 then 2 then 1 again and again"] {
            assert!(error(text).contains("a round is written as in"), "{text}: {}", error(text));
        }
        for text in ["again and again", "1 then again and again", "then again and again"] {
            assert!(error(text).contains("at least one step"), "{text}: {}", error(text));
        }
        assert!(error("1 then 2w again and again").contains("a round needs a step"));
    }

    fn turns(fewest: usize) -> impl proptest::strategy::Strategy<Value = Schedule> {
        let kinds = [TurnKind::Step, TurnKind::Drain, TurnKind::Wait];
        let turn = (0..9_usize, prop::sample::select(kinds.to_vec()));
        let turn = turn.prop_map(|(worker, kind)| Turn { worker, kind });
        prop::collection::vec(turn, fewest..60).prop_map(|turns| turns.into_iter().collect())
    }

    proptest! {
        #[test]
        fn a_printed_schedule_can_be_read_back(schedule in turns(1)) {
            prop_assert_eq!(schedule.to_string().parse(), Ok(schedule));
        }

        #[test]
        fn any_text_is_a_schedule_that_can_be_read_back_or_refused(
            text in "(([0-9]{1,3}x)?[0-9]{0,2}[dw]? ?|then |again |and |\\PC){0,9}( again and again)?",
        ) {
            match text.parse::<Schedule>() {
                Ok(schedule) => prop_assert_eq!(schedule.to_string().parse(), Ok(schedule)),
                Err(why) => prop_assert!(why.starts_with("and "), "{}: {}", text, why),
            }
        }

        #[test]
        fn a_printed_round_can_be_read_back(before in turns(0), round in turns(1), worker in 0..9_usize) {
            let step = Schedule::from_iter([Turn::of(worker)]);
            let round = round.turns().iter().chain(step.turns()).copied().collect();
            let schedule = before.then_again_and_again(&round);
            prop_assert_eq!(schedule.to_string().parse(), Ok(schedule));
        }
    }
}
