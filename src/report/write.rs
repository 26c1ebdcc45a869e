//! Where reports go: to stdout, and to files.
//!
//! A closed pipe downstream is success and silence; a full disk is an error. So nothing here is
//! printed by the macros, which panic on the one and may lose the other.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::ColorChoice;

use super::closed;
use super::format::ReportFormat;
use super::page::Page;
use crate::outcome::Outcome;

/// Width of what is no terminal.
const WIDTH: usize = 80;
/// Reports are written in parts of so many bytes.
const BUFFER: usize = 1 << 16;

/// What stdout can show.
pub(crate) fn page(verbose: bool) -> Page {
    let width = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0.into());
    Page { width: width.filter(|&width| width > 0).unwrap_or(WIDTH), verbose, brief: false }
}

/// As `--color` says, and else as the conventions ask.
fn anstream_choice(color: ColorChoice) -> anstream::ColorChoice {
    match color {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    }
}

/// Whether stdout shows colours.
pub(crate) fn colored(color: ColorChoice) -> bool {
    let stream = anstream::AutoStream::new(io::stdout(), anstream_choice(color));
    stream.current_choice() != anstream::ColorChoice::Never
}

/// Writes `text` to stdout. A reader that has gone is no error.
pub(crate) fn to_stdout(text: &str, color: ColorChoice) -> Result<()> {
    write_to_stdout(color, |to| to.write_all(text.as_bytes()))
}

/// The same with what `write` writes.
pub(crate) fn write_to_stdout(
    color: ColorChoice,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<()> {
    ensure!(
        !closed::stdout_was_closed(),
        "stdout is closed, and nothing can be printed: redirect it to a file or to /dev/null"
    );
    let choice = anstream_choice(color);
    let stream = anstream::AutoStream::new(io::stdout().lock(), choice);
    let mut stream = BufWriter::with_capacity(BUFFER, stream);
    let written = write(&mut stream).and_then(|()| stream.flush());
    // What is left where that failed is not tried again.
    drop(stream.into_parts());
    unless_closed(written).context("stdout could not be written")
}

/// Writes a sentence to stderr. If even that fails, it cannot be reported.
pub(crate) fn to_stderr(sentence: &str, color: ColorChoice) {
    let mut stream = anstream::AutoStream::new(io::stderr().lock(), anstream_choice(color));
    let width = terminal_size::terminal_size_of(io::stderr()).map_or(WIDTH, |(w, _)| w.0.into());
    let page = Page { width: width.max(20), verbose: false, brief: false };
    let _ = writeln!(stream, "{}", page.wrap(sentence, 0));
}

fn unless_closed(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// A file that a report goes to, opened before anything is run.
pub(crate) struct Output {
    path: PathBuf,
    file: File,
    report: &'static ReportFormat,
}

impl Output {
    /// Opens `path`, whose ending says which of the formats. What is in it stays until the report is written.
    /// The error is the rest of a sentence that names the option and the file.
    pub(crate) fn open(path: &Path, formats: &'static [ReportFormat]) -> Result<Self, String> {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        let named = |format: &&ReportFormat| ending.eq_ignore_ascii_case(format.ending);
        let Some(report) = formats.iter().find(named) else {
            let endings: Vec<_> = formats.iter().map(|format| format.ending).collect();
            let endings = endings.join(" .");
            return Err(format!(": the ending says the format, and has to be one of .{endings}"));
        };
        let opened = OpenOptions::new().write(true).create(true).truncate(false).open(path);
        let file =
            opened.map_err(|error| format!(" cannot be written: {error}. Name another file."))?;
        Ok(Self { path: path.to_owned(), file, report })
    }

    /// Whether every run stands in it.
    pub(crate) fn lists_runs(&self) -> bool {
        self.report.lists_runs
    }

    /// Writes the whole report, in the place of what was there.
    pub(crate) fn write(&mut self, outcome: &Outcome, page: Page) -> Result<()> {
        let report = self.report;
        let write = |file: &mut File| {
            let plain = anstream::StripStream::new(file);
            let mut buffer = BufWriter::with_capacity(BUFFER, plain);
            (report.write)(outcome, page, &mut buffer).and_then(|()| buffer.flush())
        };
        let written = match self.file.metadata() {
            Ok(metadata) if metadata.is_file() => self.replace(write),
            // A pipe or a device.
            _ => write(&mut self.file),
        };
        written.with_context(|| format!("{} could not be written", self.path.display()))
    }

    /// Writes a new file beside, and renames it when it is whole: where that fails, for example since
    /// the disk is full, what was there is still there.
    fn replace(&mut self, write: impl Fn(&mut File) -> io::Result<()>) -> io::Result<()> {
        let path = fs::canonicalize(&self.path)?;
        let mut beside = path.clone().into_os_string();
        beside.push(format!(".{}.tmp", std::process::id()));
        let mut new = match File::create_new(&beside) {
            // The folder takes no new file: only the old one can be written to.
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                return self.file.set_len(0).and_then(|()| write(&mut self.file));
            }
            new => new?,
        };
        let permissions = self.file.metadata().map(|metadata| metadata.permissions());
        let written = permissions
            .and_then(|permissions| new.set_permissions(permissions))
            .and_then(|()| write(&mut new))
            .and_then(|()| fs::rename(&beside, &path));
        if written.is_err() {
            let _ = fs::remove_file(&beside);
        }
        written
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use super::Output;
    use crate::report::FORMATS;

    #[test]
    fn a_report_replaces_what_was_there_as_a_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("report.txt");
        fs::write(&path, "the report of last week").expect("it is written");
        let mut output = Output::open(&path, FORMATS).expect("it can be written");
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "the report of last week");
        output.replace(|file| file.write_all(b"new")).expect("it is written");
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "new");
        assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 1, "nothing is left");
    }

    #[cfg(linux)]
    #[test]
    fn a_link_stays_one_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};

        let folder = tempfile::tempdir().expect("a folder");
        let (path, link) = (folder.path().join("report.txt"), folder.path().join("link.txt"));
        fs::write(&path, "old").expect("it is written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("it is ours");
        symlink(&path, &link).expect("it is made");
        let mut output = Output::open(&link, FORMATS).expect("it can be written");
        output.replace(|file| file.write_all(b"new")).expect("it is written");
        assert!(fs::symlink_metadata(&link).expect("it is there").is_symlink());
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "new");
        let mode = fs::metadata(&path).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
    }
}
