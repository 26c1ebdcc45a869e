//! One run: starts the workers, watches them, and collects what they did.

use std::time::{Duration, Instant};

use serde::Serialize;

use super::no_progress::explain;
use super::resource::FinalState;
use super::{Interrupt, Job, WorkerExit, Workers, time_is_up};
use crate::machine::{Program, Tally};

/// How often the supervisor looks for a signal, and for progress.
const TICK: Duration = Duration::from_millis(20);
/// How long workers that were asked to stop may take: they look before each update and while they
/// spin, so a worker that has not stopped by then sleeps in a lock that no worker will release.
const GRACE: Duration = Duration::from_millis(300);

/// Why no further run was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RunError {
    /// This signal came.
    Interrupted(i32),
    /// It could not be carried out: a sentence.
    Failed(String),
}

/// The result of one run.
#[derive(Clone, Debug)]
pub(crate) struct RawRun {
    /// Updates that they made.
    pub made: Tally,
    /// The final values of the resource.
    pub final_state: FinalState,
    /// The processes that died.
    pub deaths: Vec<Death>,
    /// The most workers that they saw inside at once.
    pub seen_inside: u64,
    /// Whether all workers finished.
    pub complete: bool,
    /// From the opening of the gate to the end of the last worker.
    pub elapsed_ns: Option<u64>,
}

/// The end of a process that did not end by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Death {
    /// Its number, from 1.
    pub worker: usize,
    /// How it died, in the words of the system.
    pub cause: String,
    /// Whether `--kill` asked for it.
    pub asked: bool,
    /// Whether it was inside.
    pub inside: bool,
    /// The updates that it had not made, at most: one that it had written may not be counted.
    pub unmade: Tally,
    /// The worker that took its mutex after its death, if it is known.
    pub inherited_by: Option<usize>,
}

/// Whether everything is to end now: a signal came, or the time of the processor is used up.
pub(crate) fn interrupted(interrupt: &Interrupt) -> Option<RunError> {
    if let Some(signal) = interrupt.signal() {
        return Some(RunError::Interrupted(signal));
    }
    time_is_up().then(|| {
        RunError::Failed(
            "the limit of the time of the processor (ulimit -t) is reached. What was found until \
             then is reported. Allow more time, or ask for less."
                .into(),
        )
    })
}

/// The result of a run, and the reason to begin no further run, if there is one.
pub(crate) fn run_once(
    job: Job,
    timeout: Duration,
    interrupt: &Interrupt,
) -> (Option<RawRun>, Option<RunError>) {
    let workers = match Workers::start(job.clone()) {
        Ok(workers) => workers,
        Err(why) => return (None, Some(RunError::Failed(why))),
    };
    let left = job.config.program.workers;
    let mut watch = ProgressWatch { job, workers, exits: (0..left).map(|_| None).collect(), left };
    let trouble = watch.until_all_exits(timeout, interrupt);
    if trouble.is_some() {
        watch.stop();
    }
    let raw = watch.raw();
    // Report the root cause: an error of the resource before the errors of workers that it causes,
    // and both before the timeout.
    let signal = trouble.as_ref().filter(|why| matches!(why, RunError::Interrupted(_)));
    let failure = || watch.failure();
    let resource_error = raw.final_state.trouble.clone().map(RunError::Failed);
    (Some(raw), signal.cloned().or(resource_error).or_else(failure).or(trouble))
}

/// The workers of a run, and the exits of those that have ended.
struct ProgressWatch {
    job: Job,
    workers: Workers,
    exits: Vec<Option<WorkerExit>>,
    left: usize,
}

impl ProgressWatch {
    fn until_all_exits(&mut self, timeout: Duration, interrupt: &Interrupt) -> Option<RunError> {
        let (mut before, mut quiet) = (0, Duration::ZERO);
        while self.left > 0 {
            if let Some(why) = interrupted(interrupt) {
                return Some(why);
            }
            let looked = Instant::now();
            if self.next_exit() {
                quiet = Duration::ZERO;
                continue;
            }
            // Not more: while this program was stopped (Ctrl-Z), its threads could do nothing.
            quiet += looked.elapsed().min(2 * TICK);
            let statuses = self.workers.statuses();
            let made = statuses.iter().map(|status| status.made()).sum::<u64>();
            if made != before {
                (before, quiet) = (made, Duration::ZERO);
            } else if quiet > timeout {
                let why = explain(&self.job, statuses, &self.exits, timeout);
                return Some(RunError::Failed(why));
            }
        }
        None
    }

    /// Waits for the next worker to end, and says whether one did.
    fn next_exit(&mut self) -> bool {
        let Some((who, exit)) = self.workers.next_exit(TICK) else { return false };
        self.exits[who] = Some(exit);
        self.left -= 1;
        true
    }

    /// Asks all to stop, and waits for those that can.
    fn stop(&mut self) {
        self.workers.ask_to_stop();
        let asked = Instant::now();
        while self.left > 0 && asked.elapsed() < GRACE {
            self.next_exit();
        }
        self.workers.give_up();
    }

    /// The processes that did not end by themselves.
    fn deaths(&self) -> Vec<Death> {
        let (statuses, config) = (self.workers.statuses(), &self.job.config);
        let new_owners = (0..statuses.len()).filter(|&me| statuses[me].inherited() > 0);
        // With several new owners it is not known whose mutex each got.
        let inherited_by = match new_owners.collect::<Vec<_>>()[..] {
            [owner] => Some(owner + 1),
            _ => None,
        };
        let dead = self.exits.iter().enumerate().filter_map(|(me, exit)| match exit {
            Some(WorkerExit::Died(status)) => Some((me, status)),
            _ => None,
        });
        dead.map(|(me, status)| Death {
            worker: me + 1,
            cause: status.to_string(),
            asked: config.victim() == Some(me),
            inside: statuses[me].is_inside(),
            unmade: unmade(&config.program, me, statuses[me].made()),
            inherited_by,
        })
        .collect()
    }

    fn raw(&mut self) -> RawRun {
        let program = &self.job.config.program;
        let counts = self.workers.statuses().iter().map(|status| status.made());
        // Before the value is read: a thread that cannot be stopped may make more meanwhile, which
        // were not lost.
        let made = counts.enumerate().map(|(me, made)| program.split(me, made)).sum();
        let final_state = self.workers.final_state();
        let statuses = self.workers.statuses();
        RawRun {
            made,
            final_state,
            deaths: self.deaths(),
            seen_inside: statuses.iter().map(|status| status.peak()).max().unwrap_or(0),
            complete: self.exits.iter().all(|exit| matches!(exit, Some(WorkerExit::Finished))),
            elapsed_ns: self.workers.elapsed_ns(),
        }
    }

    /// The first worker that failed, in a sentence.
    fn failure(&self) -> Option<RunError> {
        self.exits.iter().enumerate().find_map(|(me, end)| {
            let worker = me + 1;
            let strategy = self.job.strategy.about().name;
            let sentence = match end {
                Some(WorkerExit::Panicked(message)) => {
                    format!("{strategy}: worker {worker} {message}")
                }
                Some(WorkerExit::Failed(error)) => {
                    format!("worker {worker} could not use the resource: {error}")
                }
                Some(WorkerExit::Finished) if self.workers.statuses()[me].held() != 0 => format!(
                    "{strategy}: worker {worker} has ended and still holds a mutex. Release it in the \
                     exit section."
                ),
                Some(WorkerExit::Died(status)) if self.job.config.victim() != Some(me) => format!(
                    "worker {worker} died before it had made all its updates ({status}). The \
                     updates that were made until then are reported."
                ),
                _ => return None,
            };
            Some(RunError::Failed(sentence))
        })
    }
}

/// The updates that worker `me` had not made, after so many.
fn unmade(program: &Program, me: usize, made: u64) -> Tally {
    program.split(me, program.updates(me)) - program.split(me, made)
}
