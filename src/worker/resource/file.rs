//! A counter in a file, as text that anybody can look at: `-2988 = +988 -3976`.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::thread;

use rustix::fs::{CWD, MemfdFlags, Mode, OFlags, memfd_create, openat};

use super::Resource;
use super::path::{need_proc, worker_path};
use crate::machine::{PackedTally, Tally};
use crate::worker::Stop;

/// The text has a fixed width, so that a write is one system call and never changes the size.
const WIDTH: usize = 40;
/// A read during the write of another worker may get half of each. Such a text does not add up, and
/// is read again; if it does not add up after so many times, another program has written it.
const MOST_READS: u32 = 1000;

fn text(tallies: PackedTally) -> [u8; WIDTH] {
    let Tally { increments: inc, decrements: dec } = tallies.unpack();
    let line = format!("{} = +{inc} -{dec}", tallies.value());
    let mut text = [b' '; WIDTH];
    text[..line.len()].copy_from_slice(line.as_bytes());
    text[WIDTH - 1] = b'\n';
    text
}

/// The value and both tallies, if they add up.
fn parse(bytes: &[u8]) -> Option<PackedTally> {
    let line = str::from_utf8(bytes).ok()?.trim_end();
    let (_, tallies) = line.split_once(" = +")?;
    let (inc, dec) = tallies.split_once(" -")?;
    let (inc, dec) = (inc.parse::<u32>().ok()?, dec.parse::<u32>().ok()?);
    let tallies = PackedTally::from_word(u64::from(inc) | u64::from(dec) << 32);
    (text(tallies) == bytes).then_some(tallies)
}

/// What is read as a counter is written so.
#[cfg(fuzzing)]
pub(crate) fn fuzz_counter(bytes: &[u8]) {
    assert!(parse(bytes).is_none_or(|tallies| text(tallies) == bytes));
}

/// Reads the counter; the error says what is there instead.
fn read(file: &File) -> io::Result<PackedTally> {
    let mut bytes = Vec::new();
    for _ in 0..MOST_READS {
        // One more than there should be, so as to notice what was put after it.
        let mut buffer = [0; WIDTH + 1];
        let length = file.read_at(&mut buffer, 0)?;
        if let Some(tallies) = parse(&buffer[..length]) {
            return Ok(tallies);
        }
        bytes = buffer[..length].to_vec();
        thread::yield_now();
    }
    let found = String::from_utf8_lossy(&bytes).escape_debug().to_string();
    Err(io::Error::other(format!(
        "the file holds '{found}', which is no counter: another program has changed it"
    )))
}

/// A file as one worker has it: each worker opens it itself.
pub(crate) struct SharedFile(File);

impl SharedFile {
    /// Opens it for this worker.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        open_file(path).map(Self)
    }
}

/// Opens a file for reading and writing.
pub(crate) fn open_file(path: &Path) -> io::Result<File> {
    let opened = OpenOptions::new().read(true).write(true).open(path);
    opened.map_err(|error| io::Error::other(format!("it cannot be opened: {error}")))
}

impl Resource for SharedFile {
    fn read(&mut self) -> Result<PackedTally, Stop> {
        read(&self.0).map_err(Stop::Failed)
    }

    fn write(&mut self, value: PackedTally) -> Result<(), Stop> {
        self.0.write_all_at(&text(value), 0).map_err(Stop::Failed)
    }
}

/// The file as its supervisor has it.
pub(crate) struct CounterFile {
    file: File,
    /// Its name; `None` if it has none.
    path: Option<PathBuf>,
}

impl CounterFile {
    /// Makes a counter of that name, at zero, or sets one that is there back to zero. What is there
    /// and holds something else stays as it is.
    pub(crate) fn at(path: &Path) -> io::Result<Self> {
        let name = |error: io::Error| {
            let path = path.display();
            io::Error::other(format!("{path} cannot be used: {error}. Name another file"))
        };
        check_free(path).map_err(name)?;
        let mut options = OpenOptions::new();
        // Not truncated: what is there is looked at again before it is overwritten.
        let file = options.read(true).write(true).create(true).truncate(false).open(path);
        let file = file.map_err(name)?;
        if !is_free(&file) {
            return Err(name(not_ours()));
        }
        file.write_all_at(&text(PackedTally::default()), 0).map_err(name)?;
        Ok(Self { file, path: Some(path.canonicalize().map_err(name)?) })
    }

    /// Makes a counter without a name, at zero: it is gone with the last process that has it open.
    /// It lies where temporary files are made, or in memory where that is not possible.
    pub(crate) fn temporary() -> io::Result<Self> {
        need_proc("a file without a name (--file)")?;
        let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
        let file = openat(CWD, std::env::temp_dir(), flags, Mode::RUSR | Mode::WUSR)
            .or_else(|_| memfd_create("syncdemo counter", MemfdFlags::CLOEXEC))?;
        let file = File::from(file);
        let failed = |error| io::Error::other(format!("no temporary file can be written: {error}"));
        file.write_all_at(&text(PackedTally::default()), 0).map_err(failed)?;
        Ok(Self { file, path: None })
    }

    /// Where workers open it: not by its name, which may be that of another file by then. Threads can
    /// do without /proc where it has a name.
    pub(crate) fn worker_path(&self) -> PathBuf {
        let named = self.path.clone().filter(|_| need_proc("").is_err());
        named.unwrap_or_else(|| worker_path(self.file.as_raw_fd()))
    }

    /// What it holds in the end, or why that is not known.
    pub(crate) fn finish(&self) -> (Option<PackedTally>, Option<String>) {
        let tallies = read(&self.file);
        let trouble = tallies.as_ref().err().map(ToString::to_string);
        (tallies.ok(), trouble.or_else(|| self.vanished()))
    }

    fn vanished(&self) -> Option<String> {
        let path = self.path.as_ref()?;
        let id = |of: Metadata| (of.dev(), of.ino());
        let there = fs::metadata(path).ok().map(id) == self.file.metadata().ok().map(id);
        let path = path.display();
        (!there).then(|| format!("{path} vanished during the run: another program has removed it"))
    }
}

/// Whether a file may become a counter: it is empty, or a counter of ours.
fn is_free(file: &File) -> bool {
    let mut buffer = [0; WIDTH + 1];
    let read = file.read_at(&mut buffer, 0);
    read.is_ok_and(|length| length == 0 || parse(&buffer[..length]).is_some())
}

fn not_ours() -> io::Error {
    io::Error::other("it holds something else than a counter of syncdemo")
}

/// Whether a counter may be kept under this name. The error says what is there instead.
pub(crate) fn check_free(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        // Before it is opened: to open a pipe may wait for ever.
        Ok(found) if !found.is_file() => Err(io::Error::other("it is no ordinary file")),
        Ok(_) if is_free(&File::open(path)?) => Ok(()),
        Ok(_) => Err(not_ours()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tallies(inc: u32, dec: u32) -> PackedTally {
        PackedTally::from_word(u64::from(inc) | u64::from(dec) << 32)
    }

    #[test]
    fn the_text_says_the_value_and_both_tallies() {
        let said = text(tallies(988, 3976));
        assert_eq!(str::from_utf8(&said).map(str::trim_end), Ok("-2988 = +988 -3976"));
        for each in [tallies(0, 0), tallies(u32::MAX, 0), tallies(0, u32::MAX), tallies(7, 7)] {
            assert_eq!(parse(&text(each)), Some(each));
        }
    }

    #[test]
    fn a_text_that_is_half_old_and_half_new_does_not_add_up() {
        let steps = [(9, 9), (99, 9), (988, 3976), (1999, 2999), (5, 0)];
        for (inc, dec) in steps {
            let old = text(tallies(inc, dec));
            for new in [text(tallies(inc + 1, dec)), text(tallies(inc, dec + 1))] {
                for at in 1..WIDTH {
                    let torn = [&old[..at], &new[at..]].concat();
                    let whole = torn == old || torn == new;
                    assert_eq!(parse(&torn).is_some(), whole, "{:?}", str::from_utf8(&torn));
                }
            }
        }
    }

    #[test]
    fn what_is_not_ours_stays_as_it_is() {
        let place = tempfile::tempdir().expect("a directory");
        let path = place.path().join("notes.txt");
        fs::write(&path, "my thesis").expect("it is written");
        assert!(CounterFile::at(&path).is_err());
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "my thesis");
        assert!(CounterFile::at(place.path()).is_err(), "a directory");
        let ours = place.path().join("counter.txt");
        let kept = CounterFile::at(&ours).expect("it is made");
        kept.file.write_all_at(&text(tallies(3, 1)), 0).expect("it is written");
        assert_eq!(kept.finish(), (Some(tallies(3, 1)), None));
        drop(CounterFile::at(&ours).expect("ours may be used again"));
        assert!(fs::read_to_string(&ours).expect("it is there").starts_with("0 = +0 -0 "));
    }

    #[test]
    fn a_file_that_vanished_is_still_read_and_reported_as_gone() {
        let place = tempfile::tempdir().expect("a directory");
        let path = place.path().join("counter.txt");
        let kept = CounterFile::at(&path).expect("it is made");
        fs::remove_file(&path).expect("it is removed");
        let (tallies, trouble) = kept.finish();
        assert_eq!(tallies, Some(PackedTally::default()));
        assert!(trouble.expect("it is gone").contains("vanished"));
    }

    #[test]
    fn a_worker_opens_the_file_that_was_checked_whatever_its_name_stands_for_by_then() {
        let place = tempfile::tempdir().expect("a directory");
        let [path, other] = ["counter.txt", "other.txt"].map(|name| place.path().join(name));
        let (ours, theirs) = (CounterFile::at(&path), CounterFile::at(&other));
        let (ours, theirs) = (ours.expect("it is made"), theirs.expect("it is made"));
        fs::remove_file(&path).expect("it is there");
        std::os::unix::fs::symlink(&other, &path).expect("it is made");
        let mut worker = SharedFile::open(&ours.worker_path()).expect("it can be opened");
        assert!(worker.write(tallies(7, 7)).is_ok());
        assert_eq!(read(&ours.file).ok(), Some(tallies(7, 7)));
        assert_eq!(read(&theirs.file).ok(), Some(tallies(0, 0)));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_a_counter_that_is_written_so_or_none(inc: u32, dec: u32, at in 0..WIDTH, byte: u8) {
            let mut bytes = text(tallies(inc, dec));
            assert_eq!(parse(&bytes), Some(tallies(inc, dec)));
            bytes[at] = byte;
            assert!(parse(&bytes[..at]).is_none());
            assert!(parse(&bytes).is_none_or(|counter| text(counter) == bytes));
        }
    }

    #[test]
    fn nonsense_in_the_file_stops_the_worker_with_a_sentence() {
        let kept = CounterFile::temporary().expect("it is made");
        let mut worker = SharedFile::open(&kept.worker_path()).expect("it can be opened");
        assert!(matches!(worker.read(), Ok(PackedTally { .. })));
        kept.file.write_all_at(b"nonsense", 0).expect("it is written");
        let Err(Stop::Failed(error)) = worker.read() else { panic!("it read nonsense") };
        assert!(error.to_string().contains("no counter"), "{error}");
    }
}
