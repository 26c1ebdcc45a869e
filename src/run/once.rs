//! One run: starts the workers, watches them, and takes their account.

use std::time::{Duration, Instant};

use super::Trouble;
use super::stuck::who_waits;
use crate::interrupt::Interrupt;
use crate::outcome::{Death, Remains, Run, Tally};
use crate::worker::{Crew, End, Held, Job, Unstarted};

/// How often the one who watches looks for a signal, and for progress.
const TICK: Duration = Duration::from_millis(20);
/// How long workers that were asked to stop may take: they look before each update and while they
/// spin, so whoever has not stopped by then sleeps in a lock that nobody will release.
const GRACE: Duration = Duration::from_millis(300);

/// What came of a run, and why no further one is to be begun, if so.
pub(super) fn run_once(
    job: Job,
    timeout: Duration,
    interrupt: &Interrupt,
) -> (Option<Run>, Option<Trouble>) {
    let mut crew = match Crew::start(job.clone()) {
        Ok(crew) => crew,
        Err(unstarted) => return (None, Some(Trouble::Failed(why_not(&unstarted, &job)))),
    };
    let mut watch = Watch::new(job.program.workers);
    let trouble = watch.until_all_ended(&mut crew, &job, timeout, interrupt);
    if trouble.is_some() {
        watch.stop(&mut crew);
    }
    let remains = watch.remains(&mut crew, &job);
    let run = Run::new(&job.strategy.about(), &job.program, &remains);
    // What befell the resource is why its workers failed, and a worker that failed is why the
    // others then waited for it in vain.
    let interrupted = trouble.as_ref().filter(|why| matches!(why, Trouble::Interrupted(_)));
    let failure = || watch.failure(&crew, &job);
    let befell = remains.finding.trouble.map(Trouble::Failed);
    (Some(run), interrupted.cloned().or(befell).or_else(failure).or(trouble))
}

/// Why nothing was run, in a sentence.
fn why_not(unstarted: &Unstarted, job: &Job) -> String {
    let kind = job.setup.kind;
    match unstarted {
        Unstarted::Worker(which, error) => format!(
            "{} {which} of {} could not be started: {error}. Nothing was run. Use fewer --{}.",
            kind.one(),
            job.program.workers,
            kind.name()
        ),
        Unstarted::Resource(error) => format!("{error}. Nothing was run."),
    }
}

/// The ends of the workers.
struct Watch {
    ends: Vec<Option<End>>,
    left: usize,
}

impl Watch {
    fn new(workers: usize) -> Self {
        Self { ends: (0..workers).map(|_| None).collect(), left: workers }
    }

    fn until_all_ended(
        &mut self,
        crew: &mut Crew,
        job: &Job,
        timeout: Duration,
        interrupt: &Interrupt,
    ) -> Option<Trouble> {
        let mut progress = (0, Instant::now());
        while self.left > 0 {
            if let Some(signal) = interrupt.signal() {
                return Some(Trouble::Interrupted(signal));
            }
            if self.next_end(crew, TICK) {
                progress.1 = Instant::now();
                continue;
            }
            let made = crew.slots().iter().map(|slot| slot.made()).sum::<u64>();
            if made != progress.0 {
                progress = (made, Instant::now());
            } else if progress.1.elapsed() > timeout {
                return Some(Trouble::Failed(who_waits(job, crew.slots(), &self.ends, timeout)));
            }
        }
        None
    }

    /// Waits for the next worker to end, and says whether one did.
    fn next_end(&mut self, crew: &mut Crew, patience: Duration) -> bool {
        let Some((who, end)) = crew.next_end(patience) else { return false };
        self.ends[who] = Some(end);
        self.left -= 1;
        true
    }

    /// Asks all to stop, and waits for those who can.
    fn stop(&mut self, crew: &mut Crew) {
        crew.ask_to_stop();
        let asked = Instant::now();
        while self.left > 0 && asked.elapsed() < GRACE {
            self.next_end(crew, TICK);
        }
        crew.give_up();
    }

    /// The processes that did not come to an end of their own, as far as that is known.
    fn deaths(&self, crew: &Crew, job: &Job) -> Vec<Death> {
        let slots = crew.slots();
        // Several who died and several who were told are not to be told apart.
        let heirs: Vec<_> = (0..slots.len()).filter(|&me| slots[me].inherited() > 0).collect();
        let dead = self.ends.iter().enumerate().filter_map(|(me, end)| match end {
            Some(End::Died(status)) => Some((me, status)),
            _ => None,
        });
        dead.map(|(me, status)| Death {
            worker: me + 1,
            cause: status.to_string(),
            asked: job.victim() == Some(me),
            inside: slots[me].is_inside(),
            unmade: unmade(job, me, slots[me].made()),
            inherited_by: heirs.first().filter(|_| heirs.len() == 1).map(|heir| heir + 1),
        })
        .collect()
    }

    fn remains(&self, crew: &mut Crew, job: &Job) -> Remains {
        let finding = crew.finding();
        let made = crew.slots().iter().enumerate().map(|(me, slot)| {
            let (increments, decrements) = job.program.split(me, slot.made());
            Tally { increments, decrements }
        });
        let peaks = crew.slots().iter().map(|slot| slot.peak());
        Remains {
            made: made.sum(),
            finding,
            deaths: self.deaths(crew, job),
            seen_inside: peaks.max().unwrap_or(0),
            complete: self.ends.iter().all(|end| matches!(end, Some(End::Finished))),
            elapsed_ns: crew.elapsed().and_then(|time| u64::try_from(time.as_nanos()).ok()),
        }
    }

    /// The first worker that failed, in a sentence.
    fn failure(&self, crew: &Crew, job: &Job) -> Option<Trouble> {
        self.ends.iter().enumerate().find_map(|(me, end)| {
            let worker = me + 1;
            let sentence = match end {
                Some(End::Panicked(message)) => {
                    format!("worker {worker} panicked {message}. Mend the strategy.")
                }
                Some(End::Failed(error)) => {
                    format!("worker {worker} could not use the resource: {error}")
                }
                Some(End::Finished) if crew.slots()[me].held() != Held::default() => format!(
                    "worker {worker} has ended and still held a mutex, which its strategy did not \
                     release. Mend the strategy."
                ),
                Some(End::Died(status)) if job.victim() != Some(me) => format!(
                    "worker {worker} died before it had made all its updates ({status}). What all \
                     did until then is reported."
                ),
                _ => return None,
            };
            Some(Trouble::Failed(sentence))
        })
    }
}

/// What worker `me` had still to make when it had made so many updates.
fn unmade(job: &Job, me: usize, made: u64) -> Tally {
    let all = Tally::from(job.program.split(me, job.program.updates(me)));
    let made = Tally::from(job.program.split(me, made));
    Tally {
        increments: all.increments - made.increments,
        decrements: all.decrements - made.decrements,
    }
}
