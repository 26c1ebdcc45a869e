//! The resource as the one has it who starts the workers: makes it, lets them in, and takes stock.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crossbeam_utils::CachePadded;

use super::{Kind, Tallies};
use crate::machine::Program;
use crate::worker::Setup;

/// What is found in the resource when all is over.
#[derive(Clone, Debug, Default)]
pub struct Finding {
    /// What each copy holds.
    pub copies: Vec<Tallies>,
    /// Whether it was printed, and not written.
    pub printed: bool,
    /// How many lines could not be read.
    pub torn: u64,
    /// The first of them, as they came out.
    pub torn_lines: Vec<String>,
    /// Why it is not what the workers have left there.
    pub trouble: Option<String>,
}

impl Finding {
    /// What all copies together hold.
    #[must_use]
    pub fn tallies(&self) -> Tallies {
        let all = self.copies.iter().map(|copy| copy.word());
        Tallies::from_word(all.fold(0, u64::wrapping_add))
    }
}

/// Keeps what is shared for as long as a run lasts.
pub(crate) enum Keeper {
    /// It lies among what the workers share anyway.
    Variable,
    #[cfg(target_os = "linux")]
    Files(Vec<super::file::KeptFile>),
    #[cfg(target_os = "linux")]
    Papers(Vec<super::printer::Paper>),
}

impl Keeper {
    /// Makes what is to be shared.
    ///
    /// # Errors
    ///
    /// A sentence that says what could not be made.
    #[cfg(target_os = "linux")]
    pub(crate) fn open(setup: &Setup, program: &Program) -> io::Result<Self> {
        use super::file::KeptFile;
        use super::printer::Paper;

        let numbers = 1..=program.copies;
        Ok(match (setup.resource, &setup.file) {
            (Kind::Variable, _) => Self::Variable,
            (Kind::File, None) => {
                Self::Files(numbers.map(|_| KeptFile::temporary()).collect::<io::Result<_>>()?)
            }
            (Kind::File, Some(path)) => {
                let paths = numbers.map(|number| path_of_copy(path, number));
                Self::Files(paths.map(|path| KeptFile::at(&path)).collect::<io::Result<_>>()?)
            }
            (Kind::Printer, _) => {
                Self::Papers(numbers.map(|_| Paper::insert(program)).collect::<io::Result<_>>()?)
            }
        })
    }

    /// Makes what is to be shared.
    ///
    /// # Errors
    ///
    /// It is no variable.
    #[cfg(not(target_os = "linux"))]
    pub(crate) fn open(setup: &Setup, _: &Program) -> io::Result<Self> {
        match setup.resource {
            Kind::Variable => Ok(Self::Variable),
            Kind::File | Kind::Printer => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    /// Where each worker opens each copy.
    pub(crate) fn doors(&self) -> Vec<PathBuf> {
        match self {
            Self::Variable => Vec::new(),
            #[cfg(target_os = "linux")]
            Self::Files(files) => files.iter().map(super::file::KeptFile::door).collect(),
            #[cfg(target_os = "linux")]
            Self::Papers(papers) => papers.iter().map(super::printer::Paper::door).collect(),
        }
    }

    /// Takes stock; `counters` are the variables. Papers come to their end here.
    pub(crate) fn finish(&mut self, counters: &[CachePadded<AtomicU64>]) -> Finding {
        let mut finding = Finding::default();
        match self {
            Self::Variable => {
                let words = counters.iter().map(|counter| counter.load(Relaxed));
                finding.copies = words.map(Tallies::from_word).collect();
            }
            #[cfg(target_os = "linux")]
            Self::Files(files) => {
                for (tallies, trouble) in files.iter().map(super::file::KeptFile::finish) {
                    finding.copies.push(tallies);
                    finding.trouble = finding.trouble.or(trouble);
                }
            }
            #[cfg(target_os = "linux")]
            Self::Papers(papers) => {
                finding.printed = true;
                for stock in papers.iter_mut().map(super::printer::Paper::finish) {
                    finding.copies.push(stock.tallies);
                    finding.torn += stock.torn;
                    finding.torn_lines.extend(stock.lines);
                }
            }
        }
        finding
    }
}

/// The name of a copy: the first has the name that was given, the others a number more.
#[must_use]
pub fn path_of_copy(path: &std::path::Path, number: u64) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    if number > 1 {
        name.push(format!(".{number}"));
    }
    name.into()
}

/// The way for any worker, in whatever process, to open what has this number in this process.
#[cfg(target_os = "linux")]
pub(crate) fn door(number: std::os::fd::RawFd) -> PathBuf {
    format!("/proc/{}/fd/{number}", std::process::id()).into()
}
