//! Names of strategies: clap finds the strategy, or suggests a similar name.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::called;
use crate::catalog::{DynStrategy, find};
use crate::machine::printable;

/// Takes the name of a strategy, and offers all of them to help and completions.
#[derive(Clone)]
pub(super) struct StrategyParser {
    table: Vec<&'static dyn DynStrategy>,
    /// The names of strategies and commands: one may have been meant where the other is wanted.
    names: PossibleValuesParser,
}

impl StrategyParser {
    pub(super) fn new(table: &[&'static dyn DynStrategy], commands: &[String]) -> Self {
        let strategies = table.iter().map(|strategy| strategy.about().name);
        let names: Vec<_> = strategies.map(str::to_owned).chain(commands.iter().cloned()).collect();
        Self { table: table.to_vec(), names: names.into() }
    }

    /// Why `name` is refused.
    fn unknown(&self, name: &str, meant: Option<&str>) -> clap::Error {
        // Escaped here, since clap would remove control characters from the sentence.
        let (name, called) = (&printable(name), called());
        let sentence = match meant {
            _ if name.is_empty() => {
                format!("a strategy's name is empty: name one, or leave it out. All: {called} list")
            }
            None => format!("there is no strategy '{name}'. All: {called} list"),
            Some(meant) if meant == name => {
                format!("'{name}' is a command and comes first: {called} {name} ...")
            }
            Some(meant) => {
                let a_command =
                    if find(&self.table, meant).is_none() { "the command " } else { "" };
                format!(
                    "there is no strategy '{name}'. Did you mean {a_command}'{meant}'? All: \
                     {called} list"
                )
            }
        };
        clap::Error::raw(ErrorKind::InvalidSubcommand, sentence)
    }
}

impl TypedValueParser for StrategyParser {
    type Value = &'static dyn DynStrategy;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Self::Value, clap::Error> {
        let name = value.to_str().ok_or_else(|| clap::Error::new(ErrorKind::InvalidUtf8))?.trim();
        if let Some(strategy) = find(&self.table, name) {
            return Ok(strategy);
        }
        let meant = match self.names.parse_ref(command, arg, name.to_lowercase().as_ref()) {
            Ok(name) => Some(name),
            Err(error) => match error.get(ContextKind::SuggestedValue) {
                Some(ContextValue::String(meant)) => Some(meant.clone()),
                _ => None,
            },
        };
        Err(self.unknown(name, meant.as_deref()))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let abouts = self.table.iter().map(|strategy| strategy.about());
        Some(Box::new(abouts.map(|about| PossibleValue::new(about.name).help(about.how))))
    }
}
