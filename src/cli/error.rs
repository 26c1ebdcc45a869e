//! A command line that makes no sense: one sentence that names what is wrong, and the remedy.

use crate::machine::printable;

/// Why nothing was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum UsageError {
    /// The sentence; exit status 2.
    Wrong(String),
    /// No mistake: help or the version was asked for, and this is its text.
    Asked(String),
}

impl UsageError {
    /// A sentence, in which a user's text may be repeated: it is escaped here.
    pub(crate) fn new(sentence: impl AsRef<str>) -> Self {
        Self::Wrong(printable(sentence.as_ref()))
    }

    /// An error with this sentence, unless `holds`.
    pub(crate) fn unless(holds: bool, sentence: impl FnOnce() -> String) -> Result<(), Self> {
        if holds { Ok(()) } else { Err(Self::new(sentence())) }
    }
}

impl std::fmt::Display for UsageError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Wrong(text) | Self::Asked(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for UsageError {}
