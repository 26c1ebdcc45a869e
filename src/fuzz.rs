//! The parsers of what comes from outside, for the targets in `fuzz/`: whatever they are given, they
//! take it or refuse it, and what they have taken can be written and read back.

use std::ffi::OsString;

use crate::catalog::{find, table};
use crate::cli::parse;
use crate::machine::Schedule;
use crate::worker::{Work, fuzz_counter, fuzz_job};

/// `--schedule`
pub fn schedule(text: &str) {
    if let Ok(schedule) = text.parse::<Schedule>() {
        assert_eq!(schedule.to_string().parse(), Ok(schedule));
    }
}

/// What may be typed, a word in each line.
pub fn command_line(text: &str) {
    let argv: Vec<OsString> =
        ["syncdemo"].into_iter().chain(text.lines()).map(Into::into).collect();
    let _ = parse(&argv, table(), &|_| None);
}

/// What a worker process is handed.
pub fn job(text: &str) {
    fuzz_job(text, &|name| find(table(), name).map(|strategy| strategy as &'static dyn Work));
}

/// What the file of `--resource file` may hold.
pub fn counter(bytes: &[u8]) {
    fuzz_counter(bytes);
}
