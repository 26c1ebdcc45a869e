//! The supervisor's side: creates the resource, says where workers open it, reads the final values.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crossbeam_utils::CachePadded;

use super::ResourceKind;
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
    pub(crate) fn open(config: &RunConfig) -> io::Result<Self> {
        let RunConfig { program, .. } = config;
        match config.resource {
            ResourceKind::Variable if config.trace => Ok(Self::Traced(program.clone())),
            ResourceKind::Variable => Ok(Self::Variable),
            #[cfg(not(linux))]
            ResourceKind::File | ResourceKind::Printer => Err(io::ErrorKind::Unsupported.into()),
            #[cfg(linux)]
            ResourceKind::File => {
                let mut paths = config.files();
                let new = |_| match paths.next() {
                    None => CounterFile::temporary(),
                    Some(path) => CounterFile::at(&path),
                };
                (1..=program.copies).map(new).collect::<io::Result<_>>().map(Self::Files)
            }
            #[cfg(linux)]
            ResourceKind::Printer => {
                let papers = (1..=program.copies).map(|_| Paper::insert(program));
                papers.collect::<io::Result<_>>().map(Self::Papers)
            }
        }
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
