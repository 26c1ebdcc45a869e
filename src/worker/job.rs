//! One run of one strategy, as the supervisor and every worker get it.

use super::assembly::work;
use super::{RunConfig, WorkerContext, WorkerExit};
use crate::machine::{Describe, Needs, Strategy};

/// A strategy that real workers can run.
pub trait Work: Describe {
    /// Runs the worker of this context, on the thread that calls this.
    fn work(&self, context: &WorkerContext<'_>) -> WorkerExit;
}

impl<S: Strategy> Work for S {
    fn work(&self, context: &WorkerContext<'_>) -> WorkerExit {
        work(self, context)
    }
}

/// One run of one strategy on real workers.
#[derive(Clone)]
pub(crate) struct Job {
    /// How their updates are guarded.
    pub strategy: &'static dyn Work,
    /// What it asked for.
    pub needs: Needs,
    /// How the workers run.
    pub config: RunConfig,
}

impl Job {
    /// Asks the strategy what it needs.
    #[cfg(any(linux, test))]
    pub(crate) fn new(strategy: &'static dyn Work, config: RunConfig) -> Self {
        Self { strategy, needs: strategy.needs(&config.program), config }
    }
}

/// Finds a strategy by its name.
pub(crate) type Find<'a> = &'a dyn Fn(&str) -> Option<&'static dyn Work>;
