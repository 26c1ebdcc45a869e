//! A printer that all workers print on: it takes a few bytes at a time, and prints what it gets in
//! the order in which it gets it.

use std::cell::Cell;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, PipeReader, PipeWriter, Write};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::thread::{self, JoinHandle};

use super::Resource;
use super::path::{need_proc, worker_path};
use crate::machine::{Delta, PackedTally, Program};
use crate::worker::{Stop, YieldRate};

/// Follows the last record. No record contains its first byte.
const END_OF_PAPER: &[u8] = b"\x04\n";
/// So many torn lines are kept for the report.
const SHOWN: usize = 8;

/// The record of an update, in pieces. No other one has its number, so that pieces of two records
/// cannot be taken for one.
fn record(me: usize, workers: usize, made: u64, delta: Delta) -> [String; 3] {
    let sign = if delta == Delta::Increment { "+1" } else { "-1" };
    let number = made * workers as u64 + me as u64 + 1;
    [sign.into(), format!(" w{}", me + 1), format!(" #{number:04}")]
}

/// The device, opened by one worker.
pub(crate) struct Printer {
    device: File,
    me: usize,
    workers: usize,
    /// What this worker has printed here: the paper cannot be read while it is printed on.
    printed: PackedTally,
    /// How many records it has printed, on all copies.
    records: Rc<Cell<u64>>,
    /// How often the worker gives up the processor between two pieces.
    pause: YieldRate,
    random: fastrand::Rng,
}

impl Printer {
    /// Opens it for worker `me` of so many, which yields between two pieces at this rate and seed.
    /// `records` counts what the worker has printed on all copies.
    pub(crate) fn open(
        worker_path: &Path,
        (me, workers): (usize, usize),
        (pause, seed): (YieldRate, u64),
        records: Rc<Cell<u64>>,
    ) -> io::Result<Self> {
        let device = OpenOptions::new().append(true).open(worker_path);
        let failed = |error| io::Error::other(format!("the printer cannot be opened: {error}"));
        let device = device.map_err(failed)?;
        let random = fastrand::Rng::with_seed(seed);
        Ok(Self { device, me, workers, printed: PackedTally::default(), records, pause, random })
    }

    /// The device takes one piece at a time; between two of them another worker may print.
    fn print(&mut self, record: &[String]) -> io::Result<()> {
        for piece in record.iter().map(String::as_str).chain(["\n"]) {
            self.device.write_all(piece.as_bytes())?;
            if let YieldRate::OneIn(one_in) = self.pause
                && self.random.u32(0..one_in) == 0
            {
                thread::yield_now();
            }
        }
        Ok(())
    }
}

impl Resource for Printer {
    fn read(&mut self) -> Result<PackedTally, Stop> {
        Ok(self.printed)
    }

    fn write(&mut self, value: PackedTally) -> Result<(), Stop> {
        let printed = self.printed.unpack();
        let more = value.unpack().increments > printed.increments;
        let delta = if more { Delta::Increment } else { Delta::Decrement };
        let made = self.records.replace(self.records.get() + 1);
        self.print(&record(self.me, self.workers, made, delta)).map_err(Stop::Failed)?;
        self.printed = value;
        Ok(())
    }
}

/// The paper, which the supervisor has.
pub(crate) struct Paper {
    device: PipeWriter,
    reader: Option<JoinHandle<PaperContent>>,
}

/// What can be read on the paper.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct PaperContent {
    /// The sum of the records.
    pub(crate) tallies: PackedTally,
    /// Lines that are no record.
    pub(crate) torn: u64,
    /// The first of them.
    pub(crate) lines: Vec<String>,
}

impl Paper {
    /// Inserts fresh paper, which is read while it is printed on: a pipe does not hold much.
    pub(crate) fn insert(program: &Program) -> io::Result<Self> {
        need_proc("a printer")?;
        let failed =
            |error| io::Error::other(format!("the printer's pipe cannot be created: {error}"));
        let (paper, device) = io::pipe().map_err(failed)?;
        let program = program.clone();
        let named = thread::Builder::new().name("paper".into());
        let reader = named.spawn(move || read(paper, &program)).map_err(failed)?;
        Ok(Self { device, reader: Some(reader) })
    }

    /// Where workers open the device.
    pub(crate) fn worker_path(&self) -> PathBuf {
        worker_path(self.device.as_raw_fd())
    }

    /// Reads what is left on the paper once the workers have ended.
    pub(crate) fn finish(&mut self) -> PaperContent {
        // Fails where the reading thread has ended.
        let _ = self.device.write_all(END_OF_PAPER);
        self.reader.take().and_then(|reader| reader.join().ok()).unwrap_or_default()
    }
}

impl Drop for Paper {
    fn drop(&mut self) {
        self.finish();
    }
}

fn read(paper: PipeReader, program: &Program) -> PaperContent {
    let mut printed = PaperContent::default();
    let mut paper = BufReader::new(paper);
    let mut line = Vec::new();
    while !line.ends_with(END_OF_PAPER) {
        line.clear();
        if paper.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
            printed.take(&line, program);
        } else {
            break;
        }
    }
    printed
}

impl PaperContent {
    fn take(&mut self, line: &[u8], program: &Program) {
        let line = String::from_utf8_lossy(line);
        let whole = line.strip_suffix('\n');
        let text = line.trim_end_matches(['\n', '\x04']);
        if let Some(delta) = whole.and_then(|record| parse(record, program)) {
            self.tallies = self.tallies + delta;
        } else if !text.is_empty() {
            self.torn += 1;
            if self.lines.len() < SHOWN {
                self.lines.push(text.to_owned());
            }
        }
    }
}

/// The update that a line is the record of, if it is one.
fn parse(line: &str, program: &Program) -> Option<Delta> {
    let (_, rest) = line.split_once(" w")?;
    let (worker, number) = rest.split_once(" #")?;
    let me = worker.parse::<usize>().ok()?.checked_sub(1).filter(|&me| me < program.workers)?;
    let made = number.parse::<u64>().ok()?.checked_sub(me as u64 + 1)? / program.workers as u64;
    let deltas = program.deltas(me);
    let delta = deltas[(made % deltas.len() as u64) as usize];
    let whole =
        made < program.updates(me) && line == record(me, program.workers, made, delta).concat();
    whole.then_some(delta)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Guard;

    const PROGRAM: Program = Program {
        workers: 2,
        iters: 300,
        guard: Guard::Update,
        count_up: false,
        permits: 1,
        copies: 1,
    };

    #[test]
    fn a_record_names_its_worker_and_a_number_that_no_other_worker_has() {
        assert_eq!(parse("+1 w1 #0417", &PROGRAM), Some(Delta::Increment));
        assert_eq!(parse("-1 w2 #0418", &PROGRAM), Some(Delta::Decrement));
        for torn in [
            "+1 w1 #0418", // the number is of worker 2
            "-1 w1 #0417", // the sign is
            "+1 w3 #0417", // there is no worker 3
            "+1 w1 #0601", // it does not make so many
            "+1 w1 #417",
            "+1+1 w1 #0417",
            "+1 w1 w2 #0417",
            "+1 w1 #0417 #0418",
            "+1 w1",
            "",
        ] {
            assert_eq!(parse(torn, &PROGRAM), None, "{torn}");
        }
    }

    #[test]
    fn unreadable_lines_are_lost_and_the_rest_is_summed() {
        let mut printed = PaperContent::default();
        for line in ["+1 w1 #0001\n", "-1+1 w2 w1 #0003\n", " #0002\n", "\n", "-1 w2 #0004\n"] {
            printed.take(line.as_bytes(), &PROGRAM);
        }
        printed.take(b"+1 w1\x04\n", &PROGRAM);
        assert_eq!(
            (printed.tallies.unpack().increments, printed.tallies.unpack().decrements),
            (1, 1)
        );
        assert_eq!(printed.torn, 3);
        assert_eq!(printed.lines, ["-1+1 w2 w1 #0003", " #0002", "+1 w1"]);
    }

    #[test]
    fn all_printed_records_are_read_back() {
        let mut paper = Paper::insert(&PROGRAM).expect("there is a pipe");
        for me in 0..2 {
            let worker_path = paper.worker_path();
            let open = Printer::open(&worker_path, (me, 2), (YieldRate::Never, 0), Rc::default());
            let mut printer = open.expect("the printer is there");
            for _ in 0..300 {
                let seen = printer.read().unwrap_or_default();
                let write = printer.write(seen + PROGRAM.deltas(me)[0]);
                assert!(write.is_ok());
            }
        }
        let printed = paper.finish();
        assert_eq!(
            (printed.tallies.unpack().increments, printed.tallies.unpack().decrements),
            (300, 300)
        );
        assert_eq!(printed.torn, 0);
    }
}
