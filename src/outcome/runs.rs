//! The runs of a strategy, in bounded memory: where they are many they lie in a file without a name.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};

use serde::ser::{Error, Serialize, SerializeSeq, Serializer};
use serde_json::value::RawValue;

use super::run::Run;

/// As much is kept in memory, in bytes: some thousands of runs.
const MEMORY: usize = 1 << 20;

/// Ends a run: JSON has no such byte.
const END: u8 = 0;

/// The line break and indentation of a run in the document: it stands four levels deep.
const INDENT: &str = "\n        ";

/// A list of runs, each as JSON.
#[derive(Debug, Default)]
pub(crate) struct Runs {
    /// Those that are not in the file.
    recent: Vec<u8>,
    file: Option<File>,
    /// How many bytes of the file are runs.
    filed: u64,
}

impl Runs {
    /// Appends a run. It is in the list even where the file could not be written.
    pub(crate) fn push(&mut self, run: &Run) -> io::Result<()> {
        let recent: &mut dyn Write = &mut self.recent;
        serde_json::to_writer_pretty(recent, run)?;
        self.recent.push(END);
        if self.recent.len() < MEMORY {
            return Ok(());
        }
        if self.filed == 0 {
            // Without a place for files, all stay in memory.
            self.file = unnamed().ok();
        }
        let Some(file) = &mut self.file else { return Ok(()) };
        file.seek(SeekFrom::Start(self.filed))?;
        file.write_all(&self.recent)?;
        self.filed += self.recent.len() as u64;
        self.recent.clear();
        Ok(())
    }

    /// All runs as JSON, in their order.
    pub(crate) fn iter(&self) -> io::Result<impl Iterator<Item = io::Result<String>>> {
        let mut file: Box<dyn BufRead> = Box::new(io::empty());
        if let Some(mut filed) = self.file.as_ref() {
            filed.rewind()?;
            file = Box::new(BufReader::new(filed.take(self.filed)));
        }
        let runs = file.chain(&self.recent[..]).split(END);
        Ok(runs.map(|run| String::from_utf8(run?).map_err(io::Error::other)))
    }
}

impl Serialize for Runs {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut runs = to.serialize_seq(None)?;
        for run in self.iter().map_err(S::Error::custom)? {
            let run = run.map_err(S::Error::custom)?.replace('\n', INDENT);
            runs.serialize_element(&RawValue::from_string(run).map_err(S::Error::custom)?)?;
        }
        runs.end()
    }
}

/// A file that is gone with this program. Its name is free again as soon as it is open.
fn unnamed() -> io::Result<File> {
    let name = format!("syncdemo-{}-{:x}", std::process::id(), fastrand::u64(..));
    let path = std::env::temp_dir().join(name);
    let mut options = File::options();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.read(true).write(true).create_new(true).open(&path)?;
    fs::remove_file(&path)?;
    Ok(file)
}
