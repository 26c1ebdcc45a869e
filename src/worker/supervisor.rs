//! One run: starts the workers, watches them, and takes their account.

use std::io::{self, ErrorKind};
use std::time::{Duration, Instant};

use serde::Serialize;

use super::no_progress::explain;
use super::resource::FinalState;
use super::status::Held;
use super::{Interrupt, Job, Kind, StartError, WorkerExit, Workers, time_is_up};
use crate::machine::Tally;

/// How often the supervisor looks for a signal, and for progress.
const TICK: Duration = Duration::from_millis(20);
/// How long workers that were asked to stop may take: they look before each update and while they
/// spin, so a worker that has not stopped by then sleeps in a lock that nobody will release.
const GRACE: Duration = Duration::from_millis(300);

/// Why no further run was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RunError {
    /// This signal came.
    Interrupted(i32),
    /// It could not be carried out: a sentence.
    Failed(String),
}

/// What the workers of one run left behind.
#[derive(Clone, Debug)]
pub(crate) struct RawRun {
    /// Updates that they made.
    pub made: Tally,
    /// What was found in the resource.
    pub final_state: FinalState,
    /// The processes that died.
    pub deaths: Vec<Death>,
    /// The most that they saw inside at once.
    pub seen_inside: u64,
    /// Whether all came to their end.
    pub complete: bool,
    /// From the opening of the gate to the end of the last worker.
    pub elapsed_ns: Option<u64>,
}

/// The end of a process that did not come to an end of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Death {
    /// Its number, from 1.
    pub worker: usize,
    /// What it died of, in the words of the system.
    pub cause: String,
    /// Whether that was asked for.
    pub asked: bool,
    /// Whether it was inside.
    pub inside: bool,
    /// What it had still to make.
    pub unmade: Tally,
    /// The worker that took over its mutex, if one was told that it had died.
    pub inherited_by: Option<usize>,
}

/// Whether everything is to end now: a signal came, or the time of the processor is used up.
pub(crate) fn interrupted(interrupt: &Interrupt) -> Option<RunError> {
    if let Some(signal) = interrupt.signal() {
        return Some(RunError::Interrupted(signal));
    }
    if time_is_up() {
        return Some(RunError::Failed(
            "the limit of the time of the processor (ulimit -t) is reached. What was found until \
             then is reported. Allow more time, or use a smaller --iters."
                .into(),
        ));
    }
    None
}

/// What came of a run, and why no further one is to be begun, if so.
pub(crate) fn run_once(
    job: Job,
    timeout: Duration,
    interrupt: &Interrupt,
) -> (Option<RawRun>, Option<RunError>) {
    let mut workers = match Workers::start(job.clone()) {
        Ok(workers) => workers,
        Err(unstarted) => return (None, Some(RunError::Failed(why_not(&unstarted, &job)))),
    };
    let mut watch = Watch::new(job.config.program.workers);
    let trouble = watch.until_all_exits(&mut workers, &job, timeout, interrupt);
    if trouble.is_some() {
        watch.stop(&mut workers);
    }
    let raw = watch.raw(&mut workers, &job);
    // Report the root cause: an error of the resource before the errors of workers that it causes,
    // and both before the timeout.
    let signal = trouble.as_ref().filter(|why| matches!(why, RunError::Interrupted(_)));
    let failure = || watch.failure(&workers, &job);
    let resource_error = raw.final_state.trouble.clone().map(RunError::Failed);
    (Some(raw), signal.cloned().or(resource_error).or_else(failure).or(trouble))
}

/// Why nothing was run, in a sentence.
fn why_not(unstarted: &StartError, job: &Job) -> String {
    let kind = job.config.kind;
    match unstarted {
        StartError::Worker(which, error) => format!(
            "{} {which} of {} could not be started: {error}. Nothing was run. {}.",
            kind.one(),
            job.config.program.workers,
            remedy(kind, error)
        ),
        StartError::Resource(error) => format!("{error}. Nothing was run."),
    }
}

fn remedy(kind: Kind, error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "Processes need /proc: mount it, or use --threads".into(),
        ErrorKind::FileTooLarge => {
            "Allow larger files (ulimit -f), in which processes share memory, or use --threads"
                .into()
        }
        _ => format!("Use fewer --{}", kind.name()),
    }
}

/// The exits of the workers.
struct Watch {
    exits: Vec<Option<WorkerExit>>,
    left: usize,
}

impl Watch {
    fn new(workers: usize) -> Self {
        Self { exits: (0..workers).map(|_| None).collect(), left: workers }
    }

    fn until_all_exits(
        &mut self,
        workers: &mut Workers,
        job: &Job,
        timeout: Duration,
        interrupt: &Interrupt,
    ) -> Option<RunError> {
        let mut progress = (0, Instant::now());
        while self.left > 0 {
            if let Some(why) = interrupted(interrupt) {
                return Some(why);
            }
            if self.next_exit(workers, TICK) {
                progress.1 = Instant::now();
                continue;
            }
            let made = workers.statuses().iter().map(|status| status.made()).sum::<u64>();
            if made != progress.0 {
                progress = (made, Instant::now());
            } else if progress.1.elapsed() > timeout {
                return Some(RunError::Failed(explain(
                    job,
                    workers.statuses(),
                    &self.exits,
                    timeout,
                )));
            }
        }
        None
    }

    /// Waits for the next worker to end, and says whether one did.
    fn next_exit(&mut self, workers: &mut Workers, patience: Duration) -> bool {
        let Some((who, exit)) = workers.next_exit(patience) else { return false };
        self.exits[who] = Some(exit);
        self.left -= 1;
        true
    }

    /// Asks all to stop, and waits for those that can.
    fn stop(&mut self, workers: &mut Workers) {
        workers.ask_to_stop();
        let asked = Instant::now();
        while self.left > 0 && asked.elapsed() < GRACE {
            self.next_exit(workers, TICK);
        }
        workers.give_up();
    }

    /// The processes that did not come to an end of their own, as far as that is known.
    fn deaths(&self, workers: &Workers, job: &Job) -> Vec<Death> {
        let statuses = workers.statuses();
        // With several new owners it is not known whose mutex each got.
        let new_owners: Vec<_> =
            (0..statuses.len()).filter(|&me| statuses[me].inherited() > 0).collect();
        let dead = self.exits.iter().enumerate().filter_map(|(me, exit)| match exit {
            Some(WorkerExit::Died(status)) => Some((me, status)),
            _ => None,
        });
        dead.map(|(me, status)| Death {
            worker: me + 1,
            cause: status.to_string(),
            asked: job.config.victim() == Some(me),
            inside: statuses[me].is_inside(),
            unmade: unmade(job, me, statuses[me].made()),
            inherited_by: new_owners
                .first()
                .filter(|_| new_owners.len() == 1)
                .map(|owner| owner + 1),
        })
        .collect()
    }

    fn raw(&self, workers: &mut Workers, job: &Job) -> RawRun {
        let final_state = workers.final_state();
        let statuses = workers.statuses().iter().enumerate();
        let made = statuses.map(|(me, status)| job.config.program.split(me, status.made()));
        let peaks = workers.statuses().iter().map(|status| status.peak());
        RawRun {
            made: made.sum(),
            final_state,
            deaths: self.deaths(workers, job),
            seen_inside: peaks.max().unwrap_or(0),
            complete: self.exits.iter().all(|exit| matches!(exit, Some(WorkerExit::Finished))),
            elapsed_ns: workers.elapsed().and_then(|time| u64::try_from(time.as_nanos()).ok()),
        }
    }

    /// The first worker that failed, in a sentence.
    fn failure(&self, workers: &Workers, job: &Job) -> Option<RunError> {
        self.exits.iter().enumerate().find_map(|(me, end)| {
            let worker = me + 1;
            let strategy = job.strategy.about().name;
            let sentence = match end {
                Some(WorkerExit::Panicked(message)) => {
                    format!("{strategy}: worker {worker} {message}")
                }
                Some(WorkerExit::Failed(error)) => {
                    format!("worker {worker} could not use the resource: {error}")
                }
                Some(WorkerExit::Finished) if workers.statuses()[me].held() != Held::default() => format!(
                    "{strategy}: worker {worker} has ended and still holds a mutex. Release it in the \
                     exit section."
                ),
                Some(WorkerExit::Died(status)) if job.config.victim() != Some(me) => format!(
                    "worker {worker} died before it had made all its updates ({status}). What all \
                     did until then is reported."
                ),
                _ => return None,
            };
            Some(RunError::Failed(sentence))
        })
    }
}

/// What worker `me` had still to make when it had made so many updates.
fn unmade(job: &Job, me: usize, made: u64) -> Tally {
    let program = &job.config.program;
    program.split(me, program.updates(me)) - program.split(me, made)
}
