//! Where reports go: to stdout, and to files.
//!
//! A closed pipe downstream is success and silence; a full disk is an error. So nothing here is
//! printed by the macros, which panic on the one and may lose the other.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::ColorChoice;

use super::format::Report;
use super::page::Page;
use crate::outcome::Outcome;

/// Width of what is no terminal.
const WIDTH: usize = 80;

/// What stdout can show.
pub fn page(verbose: bool) -> Page {
    let width = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0.into());
    Page { width: width.filter(|&width| width > 0).unwrap_or(WIDTH), verbose }
}

/// As `--color` says, and else as the conventions ask.
fn anstream_choice(color: ColorChoice) -> anstream::ColorChoice {
    match color {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    }
}

/// Writes `text` to stdout. That nobody reads it any more is no error.
pub fn to_stdout(text: &str, color: ColorChoice) -> Result<()> {
    let choice = anstream_choice(color);
    let mut stream = anstream::AutoStream::new(io::stdout().lock(), choice);
    let written = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
    unless_closed(written).context("stdout could not be written")
}

/// Writes a sentence to stderr. If even that fails, nobody is there to be told.
pub fn to_stderr(sentence: &str, color: ColorChoice) {
    let mut stream = anstream::AutoStream::new(io::stderr().lock(), anstream_choice(color));
    let width = terminal_size::terminal_size_of(io::stderr()).map_or(WIDTH, |(w, _)| w.0.into());
    let page = Page { width: width.max(20), verbose: false };
    let _ = writeln!(stream, "{}", page.wrap(sentence, 0));
}

fn unless_closed(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// A file that a report goes to, opened before anything is run.
pub struct Output {
    path: PathBuf,
    file: File,
    report: &'static dyn Report,
}

impl Output {
    /// Opens `path`, whose ending says which of the formats. What is in it stays until the report is written.
    /// The error is the rest of a sentence that names the option and the file.
    pub fn open(path: &Path, formats: &[&'static dyn Report]) -> Result<Self, String> {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        let named = |format: &&&'static dyn Report| ending.eq_ignore_ascii_case(format.ending());
        let Some(&report) = formats.iter().find(named) else {
            let endings: Vec<_> = formats.iter().map(|format| format.ending()).collect();
            let endings = endings.join(" .");
            return Err(format!(": the ending says the format, and has to be one of .{endings}"));
        };
        let opened = OpenOptions::new().write(true).create(true).truncate(false).open(path);
        let file =
            opened.map_err(|error| format!(" cannot be written: {error}. Name another file."))?;
        Ok(Self { path: path.to_owned(), file, report })
    }

    /// Writes the whole report, in the place of what was there.
    pub fn write(&mut self, outcome: &Outcome, page: Page) -> Result<()> {
        let text = self.report.write(outcome, page);
        let plain = anstream::adapter::strip_str(&text).to_string();
        // A pipe or a device has no length to be set.
        let emptied = match self.file.metadata() {
            Ok(metadata) if metadata.is_file() => self.file.set_len(0),
            _ => Ok(()),
        };
        let written = emptied.and_then(|()| self.file.write_all(plain.as_bytes()));
        let written = written.and_then(|()| self.file.flush());
        written.with_context(|| format!("{} could not be written", self.path.display()))
    }
}
