//! Races the strategies of a plan, each as often as asked, until something stops it.

use std::{env, io};

use super::console::Console;
use super::explore::one;
use super::search::all_failed;
use crate::explore::Memory;
use crate::machine::Tally;
use crate::outcome::{Found, Run, StrategyResult, number, several};
use crate::plan::{Asked, Chosen, Explore, Race};
use crate::worker::{FileClaim, Interrupt, Job, RunConfig, RunError, YieldRate, run_once, running};

/// The results, and why the race ended early, if it did.
pub(super) fn race(
    asked: &Asked,
    race: &Race,
    strategies: &[Chosen],
    listed: bool,
    console: &mut Console,
) -> (Found, Option<RunError>) {
    let config = &asked.config;
    let disturbed = config.yields != YieldRate::Never || config.schedule.is_some() || config.trace;
    let claimed = FileClaim::new(&asked.config);
    let in_use = claimed.as_ref().err();
    let mut stopped = in_use.map(|why| RunError::Failed(format!("{why}. Nothing was run.")));
    let mut results = Vec::new();
    for chosen in strategies {
        running(chosen.about.name);
        let mut result = StrategyResult::new(chosen, disturbed);
        while (result.count() as u64) < race.runs && stopped.is_none() {
            let (run, why) = once(asked, race, chosen, result.count() as u64, &console.interrupt);
            stopped = why;
            // A run that was cut off does not belong among whole runs.
            let cut_off = |run: &Run| run.partial && stopped.is_some() && result.count() > 0;
            if let Some(run) = run.filter(|run| !cut_off(run)) {
                let added = result.add(&run, &asked.config.program, listed);
                stopped = stopped.or(added.err().map(no_room));
            }
            if race.runs > 1 {
                console.say(|| {
                    let (name, done) = (chosen.about.name, number(result.count()));
                    format!("{name}: {done} of {}", several(race.runs, "run"))
                });
            }
        }
        results.push(result);
    }
    if let Some(task) = &race.explore {
        let why = beside(asked, task, strategies, &mut results, console);
        stopped = console.interrupted().or(stopped).or(why);
    }
    (Found::Race { results }, stopped)
}

/// The file in which many runs lie until they are reported cannot be written.
fn no_room(error: io::Error) -> RunError {
    RunError::Failed(format!(
        "a temporary file in {} could not be written: {error}. The runs until then are reported. \
         Make room, or name another folder (TMPDIR).",
        env::temp_dir().display()
    ))
}

/// Explores what was run, after all runs: a search that takes long costs none of them. What cannot
/// be explored is left out, and it is said why.
pub(super) fn beside(
    asked: &Asked,
    task: &Explore,
    strategies: &[Chosen],
    results: &mut [StrategyResult],
    console: &mut Console,
) -> Option<RunError> {
    let mut failed = Vec::new();
    for (chosen, result) in strategies.iter().zip(results) {
        // A processor may keep stores in a buffer; where that explains nothing, it is left out.
        for memory in [Memory::Sc, Memory::Tso] {
            // What the first does not explain is not impossible until the second was explored.
            result.model = None;
            if result.count() == 0 || console.interrupted().is_some() {
                break;
            }
            let task = Explore { memory, ..task.clone() };
            match one(asked, &task, chosen, console) {
                Ok(explored) => result.compare(explored),
                Err(why) => {
                    failed.push(why);
                    break;
                }
            }
            if result.model.as_ref().is_some_and(|model| model.impossible().is_none()) {
                break;
            }
        }
    }
    all_failed(&failed)
}

fn once(
    asked: &Asked,
    race: &Race,
    chosen: &Chosen,
    number: u64,
    interrupt: &Interrupt,
) -> (Option<Run>, Option<RunError>) {
    let seed = asked.config.seed.wrapping_add(number);
    let config = RunConfig { seed, ..asked.config.clone() };
    let job = Job { strategy: chosen.strategy, needs: chosen.recording.needs.clone(), config };
    let (raw, stopped) = run_once(job, race.timeout, interrupt);
    let run = raw.map(|raw| Run::new(chosen.about.promise, &asked.config.program, &raw));
    let foreign = run.as_ref().and_then(|run| written_by_others(asked, chosen.about.name, run));
    (run, stopped.or(foreign))
}

/// Only a file with a name can be opened by another program.
fn written_by_others(asked: &Asked, name: &str, run: &Run) -> Option<RunError> {
    let path = asked.config.file.as_ref().filter(|_| run.surplus != Tally::default())?;
    let surplus = several(run.surplus.sum(), "update");
    Some(RunError::Failed(format!(
        "{} holds {surplus} more than were made: another program has written to it, or {name} \
         makes more than one update at a time. Name another --file.",
        path.display()
    )))
}
