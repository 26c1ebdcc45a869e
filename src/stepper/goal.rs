//! What the scheduler wants to reach.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::explore::{End, State};

/// What is to be reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Goal {
    /// An update is lost.
    #[default]
    Loss,
    /// This final value.
    Value(i64),
    /// Two workers are inside at once.
    BothInside,
    /// A deadlock.
    Deadlock,
}

impl Goal {
    /// What one may want to reach where these are the final values.
    pub(crate) fn all(has_section: bool, values: &BTreeSet<i64>) -> Vec<Self> {
        let mut goals = vec![Self::Loss];
        goals.extend(has_section.then_some(Self::BothInside));
        goals.push(Self::Deadlock);
        let mut ends: Vec<&i64> = values.first().into_iter().chain(values.last()).collect();
        ends.dedup();
        goals.extend(ends.into_iter().map(|&value| Self::Value(value)));
        goals
    }

    /// Whether a state is what the goal asks for. A lost update is lost for good, so that is seen
    /// at the end.
    pub(crate) fn met_by(self, state: &State) -> bool {
        match self {
            Self::Loss => matches!(state.end, Some(End::Complete { kept: false, .. })),
            Self::Value(wanted) => {
                matches!(state.end, Some(End::Complete { value, .. }) if value == wanted)
            }
            Self::BothInside => state.inside > 1,
            Self::Deadlock => state.end == Some(End::Deadlock),
        }
    }

    /// "loses an update": what a schedule does that reaches it.
    pub(crate) fn verb(self) -> String {
        match self {
            Self::Loss => "loses an update".into(),
            Self::Value(value) => format!("ends at {value}"),
            Self::BothInside => "has two inside at once".into(),
            Self::Deadlock => "ends in a deadlock".into(),
        }
    }
}

/// "an update is lost"
impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Loss => f.write_str("an update is lost"),
            Self::Value(value) => write!(f, "final value {value}"),
            Self::BothInside => f.write_str("two inside at once"),
            Self::Deadlock => f.write_str("a deadlock"),
        }
    }
}

/// The error is the rest of a sentence that names the option.
impl FromStr for Goal {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let value = text.strip_prefix("value=").map(str::parse);
        match (text, value) {
            ("loss", _) => Ok(Self::Loss),
            ("both-inside", _) => Ok(Self::BothInside),
            ("deadlock", _) => Ok(Self::Deadlock),
            (_, Some(Ok(value))) => Ok(Self::Value(value)),
            (_, Some(Err(_))) => Err("and a final value is a whole number: value=-2".into()),
            _ => Err("and a goal is one of: loss, value=-2, both-inside, deadlock".into()),
        }
    }
}
