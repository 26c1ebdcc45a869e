//! A selftest: the commands that it is made of, and what is wanted of each.

use std::ffi::OsString;

use super::{Aim, Asked, Check, Expect, Method, Plan, Task};
use crate::catalog::{DynStrategy, find};
use crate::cli::{self, Command, UsageError, called};
use crate::machine::{About, Promise};
use crate::worker::WorkerKind;

/// What is done with each strategy, in seconds all together also where other programs run: a worker
/// that yields then waits for them.
const QUICK: [(Method, &str); 7] = [
    (Method::Threads, "{} --threads 2 --iters 2k"),
    (Method::Processes, "{} --processes 2 --iters 2k"),
    (Method::File, "{} --resource file --iters 500"),
    (Method::Printer, "{} --resource printer --iters 500"),
    (Method::Explore, "explore {}"),
    (Method::Explore, "explore {} --memory tso"),
    (Method::Judge, "judge {}"),
];

/// In minutes.
const THOROUGH: [(Method, &str); 13] = [
    (Method::Threads, "{} --threads 2 --iters 20k --runs 20"),
    (Method::Threads, "{} --threads 8 --iters 2k --runs 5"),
    (Method::Processes, "{} --processes 2 --iters 20k --runs 20"),
    (Method::Processes, "{} --processes 8 --iters 2k --runs 5"),
    (Method::File, "{} --resource file --threads 2 --runs 5"),
    (Method::File, "{} --resource file --processes 4 --runs 5"),
    (Method::Printer, "{} --resource printer --threads 2 --runs 5"),
    (Method::Printer, "{} --resource printer --processes 4 --runs 5"),
    (Method::Explore, "explore {}"),
    (Method::Explore, "explore {} --memory tso"),
    (Method::Explore, "explore {} --threads 3"),
    (Method::Judge, "judge {}"),
    (Method::Judge, "judge {} --memory tso"),
];

/// One of them is to show that an exhibit fails.
const SEARCHES: [&str; 3] = ["explore {}", "explore {} --memory tso", "judge {}"];

/// So often is the control tried: the race shows in 999 of 1,000 runs.
const TRIES: usize = 20;

/// The witnesses of `explore none`, one for each final value.
pub(crate) const SCHEDULES: [&str; 5] =
    ["2 4x1 3x2", "3x1 2 1 3x2", "4x1 4x2", "3x1 2x2 1 2x2", "3x1 4x2 1"];

impl Plan {
    /// A selftest of all strategies of `table`. A class's own code may not return, so its checks
    /// are planned by `ask`.
    pub(crate) fn selftest(
        args: &cli::Selftest,
        table: &[&'static dyn DynStrategy],
        ask: &dyn Fn(&'static str, Planning) -> Result<Vec<Check>, String>,
    ) -> Result<Self, UsageError> {
        let thorough = args.selftest.thorough;
        let setups = if thorough { &THOROUGH[..] } else { &QUICK };
        let mut list = List { table: table.to_vec(), checks: Vec::new() };
        let none = list.plan("none")?;
        list.controls(setups);
        let mut checks = Vec::new();
        for strategy in table {
            let about = strategy.about();
            let planned = if find(crate::catalog::table(), about.name).is_none() {
                let mut its = list.clone();
                ask(about.name, Box::new(move || its.strategy(&about, setups)))
            } else {
                Ok(list.strategy(&about, setups))
            };
            checks.extend(planned.unwrap_or_else(|why| {
                let plan = Self { strategies: Err(why), ..none.clone() };
                let aim = if about.exhibit { Aim::Exhibit } else { Aim::Promise };
                let tries = Ok(vec![(format!("{} explore {}", called(), about.name), plan)]);
                vec![Check { strategy: about.name, aim, method: Method::Explore, setup: "", tries }]
            }));
        }
        list.checks.append(&mut checks);
        let config = none.asked.config;
        let asked = Asked { config, expect: Expect::Promise, task: Task::Selftest { thorough } };
        Ok(Self { asked, strategies: Ok(Vec::new()), checks: list.checks })
    }

    /// Skips the checks of a selftest that need worker processes.
    pub(crate) fn leave_out_processes(&mut self, why: &str) {
        for check in &mut self.checks {
            let is_process =
                |(_, plan): &(_, Self)| plan.asked.config.kind == WorkerKind::Processes;
            if check.tries.as_ref().is_ok_and(|tries| tries.iter().any(is_process)) {
                check.tries = Err(why.to_owned());
            }
        }
    }
}

/// Returns the checks of a strategy.
pub(crate) type Planning = Box<dyn FnOnce() -> Vec<Check> + Send>;

/// The checks so far: the controls, and while a strategy is planned, its own.
#[derive(Clone)]
struct List {
    table: Vec<&'static dyn DynStrategy>,
    checks: Vec<Check>,
}

impl List {
    /// The checks of a strategy, beside the controls.
    fn strategy(&mut self, about: &About, setups: &[(Method, &'static str)]) -> Vec<Check> {
        let controls = self.checks.len();
        match (about.exhibit, about.promise) {
            (true, _) => self.exhibit(about.name),
            (false, Promise::Nothing) => {}
            (false, _) => self.promise(about.name, setups),
        }
        self.checks.split_off(controls)
    }

    /// A race has to be seen where strategies are raced, and schedules have to be followed.
    fn controls(&mut self, setups: &[(Method, &'static str)]) {
        let strategy = "none";
        for &(method, setup) in setups.iter().filter(|(_, setup)| setup.starts_with("{}")) {
            let first = self.tried(strategy, &format!("{setup} --expect loss"));
            let tries = first.map(|first| {
                let mut tries = vec![first; TRIES];
                for (number, (_, plan)) in (0..).zip(&mut tries) {
                    plan.asked.config.seed = plan.asked.config.seed.wrapping_add(number << 32);
                }
                tries
            });
            self.checks.push(Check { strategy, aim: Aim::Control, method, setup, tries });
        }
        for (method, workers) in
            [(Method::Threads, "--threads"), (Method::Processes, "--processes")]
        {
            for schedule in SCHEDULES {
                let command = format!("{{}} {workers} 2 -i 2 --schedule '{schedule}'");
                let tries = self.tried(strategy, &command).map(|tried| vec![tried]);
                self.checks.push(Check { strategy, aim: Aim::Schedule, method, setup: "", tries });
            }
        }
    }

    /// Whatever fits the strategy: `atomic` has no section to be judged, and needs a variable.
    fn promise(&mut self, strategy: &'static str, setups: &[(Method, &'static str)]) {
        let aim = Aim::Promise;
        let mut unfit = Vec::new();
        let before = self.checks.len();
        for &(method, setup) in setups {
            let control = self.checks.iter().find(|check| check.setup == setup);
            let missing = control.and_then(|control| control.tries.as_ref().err().cloned());
            let tries = match (missing, self.tried(strategy, setup)) {
                (Some(why), _) => Err(why),
                (None, Ok(tried)) => Ok(vec![tried]),
                (None, Err(why)) => {
                    unfit.push((method, Err(why)));
                    continue;
                }
            };
            self.checks.push(Check { strategy, aim, method, setup, tries });
        }
        // Where nothing fits, it was not tried, and that is said.
        if self.checks.len() == before {
            let first = unfit.into_iter().take(1);
            let check = |(method, tries)| Check { strategy, aim, method, setup: "", tries };
            self.checks.extend(first.map(check));
        }
    }

    /// One way to show that it fails is enough.
    fn exhibit(&mut self, strategy: &'static str) {
        let (fit, unfit): (Vec<_>, Vec<_>) =
            SEARCHES.iter().map(|search| self.tried(strategy, search)).partition(Result::is_ok);
        let tries = if fit.is_empty() { unfit } else { fit };
        let (method, tries) = (Method::Explore, tries.into_iter().collect());
        self.checks.push(Check { strategy, aim: Aim::Exhibit, method, setup: "", tries });
    }

    /// A command as it can be typed, and its plan; or why it makes no sense.
    fn tried(&self, strategy: &str, command: &str) -> Result<(String, Plan), String> {
        let command = command.replace("{}", strategy);
        let plan = self.plan(&command).map_err(|error| error.to_string())?;
        Ok((format!("{} {command}", called()), plan))
    }

    fn plan(&self, command: &str) -> Result<Plan, UsageError> {
        // What stands between quotes is one word.
        let parts = command.split('\'').enumerate().flat_map(|(at, part)| match at % 2 {
            0 => part.split_whitespace().collect(),
            _ => vec![part],
        });
        let argv: Vec<_> = ["syncdemo"].into_iter().chain(parts).map(OsString::from).collect();
        match cli::parse(&argv, &self.table, &|_| None)? {
            Command::Run(args) => Plan::race(&args),
            Command::Explore(args) => Plan::explore(&args),
            Command::Judge(args) => Plan::judge(&args),
            _ => Err(UsageError::new(format!("'{command}' checks nothing"))),
        }
    }
}
