//! A command within a program: for the tests of a class's own strategies.

use std::ffi::OsString;

use super::console::Console;
use super::pipeline::{format, outcome, text};
use super::refusal::sentence;
use super::step::stepped;
use super::{Answer, answer, with};
use crate::catalog::DynStrategy;
use crate::worker::{Interrupt, WorkerKind};

/// They would be started from the program that calls this, and not from syncdemo.
const NO_PROCESSES: &str = "worker processes need the command itself";

/// What a command prints, without colours, and its exit status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// As a script sees it; 2 if the command makes no sense.
    pub status: i32,
    /// The report, and the sentences on stderr after it.
    pub text: String,
}

/// Carries out a command, with `own` strategies beside those of syncdemo, and returns what it
/// prints: for tests. The words are those that follow `syncdemo`, separated by blanks; variables
/// of the environment and `--output` are not looked at. Workers are threads only. Every
/// [`Strategy`](crate::strategy::Strategy) is a `DynStrategy`.
///
/// ```
/// let explored = syncdemo::run(&[], "explore mutex --threads 3");
/// assert_eq!(explored.status, 0, "{}", explored.text);
///
/// let refused = syncdemo::run(&[], "mutx");
/// assert_eq!(refused.status, 2);
/// assert!(refused.text.contains("Did you mean 'mutex'?"));
/// ```
pub fn run(own: &[&'static dyn DynStrategy], words: &str) -> Printed {
    let line: Vec<String> =
        ["syncdemo"].into_iter().chain(words.split_whitespace()).map(str::to_owned).collect();
    let argv: Vec<OsString> = line.iter().map(OsString::from).collect();
    let (mut plan, options) = match answer(own, &argv, &with(own), &|_| None) {
        Ok(Answer::Plan(plan, options)) => (plan, options),
        Ok(Answer::Text(text, _)) => return printed(0, &text),
        Ok(Answer::Step(stepping, _)) => {
            let text = stepped(&stepping, &Interrupt::default(), None);
            return text.map_or_else(refused, |text| printed(0, &text));
        }
        Err(error) => return refused(error),
    };
    if plan.asked.config.kind == WorkerKind::Processes {
        return printed(2, &format!("error: {NO_PROCESSES}: use --threads\n"));
    }
    plan.leave_out_processes(NO_PROCESSES);
    let listed = format(&options).lists_runs;
    let outcome = outcome(&plan, line, listed, &mut Console::new(true, Interrupt::default()));
    printed(outcome.exit_status, &text(&outcome, &options))
}

fn refused(error: anyhow::Error) -> Printed {
    let (text, status) = sentence(error);
    printed(status, &text)
}

fn printed(status: i32, text: &str) -> Printed {
    Printed { status, text: anstream::adapter::strip_str(text).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_comes_with_the_sentence_that_says_why_the_status_is_not_0() {
        let Printed { status, text } = run(&[], "mutex --iters 10 --expect nonzero");
        assert_eq!(status, 1);
        assert!(text.starts_with("mutex: 2 threads, 10 iterations each"), "{text}");
        assert!(
            text.ends_with("mutex: expected to miss 0 at least once: all of 1 run reached it\n"),
            "{text}"
        );
    }

    #[test]
    #[cfg(linux)]
    fn worker_processes_are_refused() {
        let refused = run(&[], "mutex --processes 2");
        assert_eq!((refused.status, refused.text.lines().count()), (2, 1), "{refused:?}");
    }
}
