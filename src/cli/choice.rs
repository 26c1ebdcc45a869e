//! The names of values of which one is chosen. Their types belong to other rooms, which know
//! nothing of a command line.

use clap::ValueEnum;
use clap::builder::PossibleValue;

use crate::explore::Memory;
use crate::machine::Guard;
use crate::worker::resource;

/// What makes the exit status 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Expect {
    /// No run broke what its strategy promises
    #[default]
    Promise,
    /// Every run ended at the value to reach (0, or N x iters with --count-up)
    #[value(alias = "zero")]
    Reached,
    /// Of each strategy, at least one run did not end at the value to reach
    #[value(alias = "nonzero")]
    Missed,
    /// No run lost an update
    Lossless,
    /// Of each strategy, at least one run lost an update
    Loss,
}

impl ValueEnum for Guard {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Update, Self::Loop]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::Update => "Each update by itself",
            Self::Loop => "The whole loop of a worker at once",
        };
        Some(PossibleValue::new(self.name()).help(help))
    }
}

impl ValueEnum for resource::Kind {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Variable, Self::File, Self::Printer]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::Variable => "A variable in memory",
            Self::File => "A file that holds the counter as text",
            Self::Printer => "A printer that takes a few bytes at a time",
        };
        Some(PossibleValue::new(self.name()).help(help))
    }
}

impl ValueEnum for Memory {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Sc, Self::Tso]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self {
            Self::Sc => PossibleValue::new("sc").help("Sequential consistency"),
            Self::Tso => PossibleValue::new("tso").help(
                "Total store order, as on x86: a store waits in a buffer before it reaches memory",
            ),
        })
    }
}
