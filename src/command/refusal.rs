//! A command that is not carried out: why, or the help that was asked for.

use std::ffi::OsString;

use clap::ColorChoice;

use crate::cli::UsageError;
use crate::machine::printable;
use crate::report::{to_stderr, to_stdout};

/// Prints the help that was asked for, or why nothing was done; says the exit status.
pub(super) fn refuse(error: anyhow::Error, argv: &[OsString]) -> i32 {
    let color = color_typed(argv);
    let (sentence, status) = match error.downcast::<UsageError>() {
        Ok(UsageError::Asked(text)) => match to_stdout(&text, color) {
            Ok(()) => return 0,
            Err(error) => (format!("{error:#}"), 3),
        },
        Ok(UsageError::Wrong(sentence)) => (sentence, 2),
        Err(error) => (format!("{error:#}"), 3),
    };
    to_stderr(&format!("error: {}", printable(&sentence)), color);
    status
}

/// `--color`, also where the rest of the command line cannot be read.
fn color_typed(argv: &[OsString]) -> ColorChoice {
    let texts: Vec<_> = argv.iter().map(|arg| arg.to_string_lossy()).collect();
    let typed =
        texts.iter().enumerate().find_map(|(at, text)| match text.strip_prefix("--color") {
            Some("") => texts.get(at + 1).map(|value| value.to_string()),
            Some(rest) => rest.strip_prefix('=').map(str::to_owned),
            None => None,
        });
    match typed.as_deref() {
        Some("always") => ColorChoice::Always,
        Some("never") => ColorChoice::Never,
        _ => ColorChoice::Auto,
    }
}
