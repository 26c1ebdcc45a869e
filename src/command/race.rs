//! Runs a plan: every strategy, as often as asked, until something stops it.

use crate::catalog::DynStrategy;
use crate::outcome::{Asked, Outcome, Run, StrategyResult, Summary, Verdict};
use crate::plan::Plan;
use crate::worker::{Interrupt, Job, RunConfig, RunError, run_once};

/// Is told of each run, before the next one begins.
pub(super) trait Observer {
    /// One more run has ended.
    fn ran(&mut self, strategy: &str, run: &Run);
}

/// Runs all strategies of `plan`, one after the other.
pub(super) fn race(
    plan: &Plan,
    command: Vec<String>,
    interrupt: &Interrupt,
    observer: &mut dyn Observer,
) -> Outcome {
    let mut trouble = None;
    let mut results = Vec::new();
    for strategy in &plan.strategies {
        let mut runs = Vec::new();
        for number in 0..plan.runs {
            if trouble.is_some() {
                break;
            }
            let (raw, stopped) = run_once(job(plan, *strategy, number), plan.timeout, interrupt);
            let run = raw.map(|raw| Run::new(&strategy.about(), &plan.config.program, &raw));
            trouble = stopped;
            // A run that was cut off says nothing about how whole runs are spread.
            let cut_off = run.as_ref().is_some_and(|run| run.partial && trouble.is_some());
            let cut_off = cut_off && !runs.is_empty();
            if let Some(run) = run.filter(|_| !cut_off) {
                observer.ran(strategy.about().name, &run);
                runs.push(run);
            }
        }
        results.push(result(plan, *strategy, runs));
    }
    outcome(plan, command, results, trouble)
}

fn job(plan: &Plan, strategy: &'static dyn DynStrategy, number: u64) -> Job {
    let seed = plan.config.seed.wrapping_add(number);
    Job::new(strategy, RunConfig { seed, ..plan.config.clone() })
}

fn result(plan: &Plan, strategy: &dyn DynStrategy, runs: Vec<Run>) -> StrategyResult {
    let about = strategy.about();
    StrategyResult {
        strategy: about.name,
        promise: about.promise,
        exhibit: about.exhibit,
        timing_disturbed: plan.config.schedule.is_some() || plan.yields(strategy),
        summary: Summary::of(&runs),
        runs,
    }
}

fn outcome(
    plan: &Plan,
    command: Vec<String>,
    results: Vec<StrategyResult>,
    trouble: Option<RunError>,
) -> Outcome {
    let verdict = trouble.is_none().then(|| Verdict::of(plan, &results));
    let exit_status = match (&trouble, verdict) {
        (Some(RunError::Interrupted(signal)), _) => 128 + signal,
        (Some(RunError::Failed(_)), _) => 3,
        (None, Some(Verdict { met: false, .. })) => 1,
        (None, _) => 0,
    };
    Outcome {
        schema: 1,
        version: env!("CARGO_PKG_VERSION"),
        command,
        exit_status,
        interrupted: matches!(trouble, Some(RunError::Interrupted(_))),
        error: match trouble {
            Some(RunError::Failed(sentence)) => Some(sentence),
            _ => None,
        },
        plan: Asked::of(plan),
        results,
        verdict,
    }
}
