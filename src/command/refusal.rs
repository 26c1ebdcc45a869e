//! A command that is not carried out: why, or the help that was asked for.

use std::ffi::OsString;

use clap::ColorChoice;

use crate::cli::UsageError;
use crate::machine::printable;
use crate::report::{to_stderr, to_stdout};

/// Prints the help that was asked for, or why nothing was done; says the exit status.
pub(super) fn refuse(error: anyhow::Error, argv: &[OsString]) -> i32 {
    let color = color_typed(argv);
    let (text, status) = match sentence(error) {
        (text, 0) => match to_stdout(&text, color) {
            Ok(()) => return 0,
            Err(error) => sentence(error),
        },
        wrong => wrong,
    };
    to_stderr(&text, color);
    status
}

/// The help that was asked for, or what was wrong, and the exit status.
pub(super) fn sentence(error: anyhow::Error) -> (String, i32) {
    let (sentence, status) = match error.downcast::<UsageError>() {
        Ok(UsageError::Asked(text)) => return (text, 0),
        Ok(UsageError::Wrong(sentence)) => (sentence, 2),
        Err(error) => (format!("{error:#}"), 3),
    };
    (format!("error: {}", printable(&sentence)), status)
}

/// `--color`, also where the rest of the command line cannot be read.
fn color_typed(argv: &[OsString]) -> ColorChoice {
    let typed = |when: &str| {
        let one_word = format!("--color={when}");
        argv.iter().any(|arg| *arg == *one_word)
            || argv.windows(2).any(|two| two[0] == "--color" && two[1] == when)
    };
    match (typed("always"), typed("never")) {
        (true, _) => ColorChoice::Always,
        (_, true) => ColorChoice::Never,
        _ => ColorChoice::Auto,
    }
}
