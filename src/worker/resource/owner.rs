//! The supervisor's side: creates the resource, says where workers open it, reads the final values.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crossbeam_utils::CachePadded;

use super::Kind;
#[cfg(linux)]
use super::path_of_copy;
use super::{Log, Write, traced};
#[cfg(linux)]
use super::{file::CounterFile, printer::Paper};
use crate::machine::{PackedTally, Program};
use crate::worker::RunConfig;

/// The state of the resource after the run.
#[derive(Clone, Debug, Default)]
pub(crate) struct FinalState {
    /// What each copy holds.
    pub copies: Vec<PackedTally>,
    /// Whether it was printed, and not written.
    pub printed: bool,
    /// How many lines could not be read.
    pub torn: u64,
    /// The first of them, as they came out.
    pub torn_lines: Vec<String>,
    /// Whether some copy could not be read: what it holds is unknown, and counted as nothing.
    pub unreadable: bool,
    /// Why it may not be what the workers wrote.
    pub trouble: Option<String>,
    /// Of a traced run, the writes to each copy in their order.
    pub writes: Option<Vec<Vec<Write>>>,
}

impl FinalState {
    /// What all copies together hold.
    pub(crate) fn tallies(&self) -> PackedTally {
        let all = self.copies.iter().map(|copy| copy.word());
        PackedTally::from_word(all.fold(0, u64::wrapping_add))
    }
}

/// What is shared, for as long as a run lasts.
pub(crate) enum Owner {
    /// It lies in the memory that the workers share.
    Variable,
    /// It lies in the memory that the workers share, and what it holds is in the log.
    Traced(Program),
    #[cfg(linux)]
    Files(Vec<CounterFile>),
    #[cfg(linux)]
    Papers(Vec<Paper>),
}

impl Owner {
    /// Makes what is to be shared.
    #[cfg(linux)]
    pub(crate) fn open(config: &RunConfig) -> io::Result<Self> {
        let RunConfig { program, resource, file, .. } = config;
        let numbers = 1..=program.copies;
        Ok(match (resource, file) {
            (Kind::Variable, _) => Self::variable(config),
            (Kind::File, None) => {
                Self::Files(numbers.map(|_| CounterFile::temporary()).collect::<io::Result<_>>()?)
            }
            (Kind::File, Some(path)) => {
                let paths = numbers.map(|number| path_of_copy(path, number));
                Self::Files(paths.map(|path| CounterFile::at(&path)).collect::<io::Result<_>>()?)
            }
            (Kind::Printer, _) => {
                Self::Papers(numbers.map(|_| Paper::insert(program)).collect::<io::Result<_>>()?)
            }
        })
    }

    /// Only a variable can be shared here.
    #[cfg(not(linux))]
    pub(crate) fn open(config: &RunConfig) -> io::Result<Self> {
        match config.resource {
            Kind::Variable => Ok(Self::variable(config)),
            Kind::File | Kind::Printer => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    fn variable(config: &RunConfig) -> Self {
        if config.trace { Self::Traced(config.program.clone()) } else { Self::Variable }
    }

    /// Where each worker opens each copy.
    pub(crate) fn worker_paths(&self) -> Vec<PathBuf> {
        match self {
            Self::Variable | Self::Traced(_) => Vec::new(),
            #[cfg(linux)]
            Self::Files(files) => files.iter().map(CounterFile::worker_path).collect(),
            #[cfg(linux)]
            Self::Papers(papers) => papers.iter().map(Paper::worker_path).collect(),
        }
    }

    /// Reads the final values; `counters` are the variables. Printing ends here.
    pub(crate) fn finish(
        &mut self,
        counters: &[CachePadded<AtomicU64>],
        log: Log<'_>,
    ) -> FinalState {
        let mut final_state = FinalState::default();
        match self {
            Self::Variable => {
                let words = counters.iter().map(|counter| counter.load(Relaxed));
                final_state.copies = words.map(PackedTally::from_word).collect();
            }
            Self::Traced(program) => {
                final_state.writes = traced::writes(counters, log, program);
                let copies = final_state.writes.iter().flatten();
                final_state.copies = copies.map(|writes| traced::kept(writes)).collect();
                final_state.unreadable = final_state.writes.is_none();
            }
            #[cfg(linux)]
            Self::Files(files) => {
                for (tallies, trouble) in files.iter().map(CounterFile::finish) {
                    final_state.unreadable |= tallies.is_none();
                    final_state.copies.push(tallies.unwrap_or_default());
                    final_state.trouble = final_state.trouble.or(trouble);
                }
            }
            #[cfg(linux)]
            Self::Papers(papers) => {
                final_state.printed = true;
                for printed in papers.iter_mut().map(Paper::finish) {
                    final_state.copies.push(printed.tallies);
                    final_state.torn += printed.torn;
                    final_state.torn_lines.extend(printed.lines);
                }
            }
        }
        final_state
    }
}
