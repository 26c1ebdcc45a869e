//! A selftest: the commands that it is made of, and what is wanted of each.

use std::ffi::OsString;
use std::num::NonZero;

use super::{Aim, Asked, Check, Expect, Plan, Task, Way};
use crate::catalog::DynStrategy;
use crate::cli::{self, Command, UsageError};
use crate::machine::{Guard, Program, Promise};
use crate::worker::{Kind, RunConfig};

/// How strategies are raced, in seconds all together also where other programs run: a worker that
/// yields then waits for them.
const QUICK: [(Way, &str); 4] = [
    (Way::Threads, "--threads 2 --iters 2k"),
    (Way::Processes, "--processes 2 --iters 2k"),
    (Way::File, "--resource file --iters 500"),
    (Way::Printer, "--resource printer --iters 500"),
];

/// In minutes.
const THOROUGH: [(Way, &str); 8] = [
    (Way::Threads, "--threads 2 --iters 50k --runs 20"),
    (Way::Threads, "--threads 8 --runs 3"),
    (Way::Processes, "--processes 2 --iters 50k --runs 20"),
    (Way::Processes, "--processes 8 --runs 3"),
    (Way::File, "--resource file --threads 2 --runs 5"),
    (Way::File, "--resource file --processes 4 --runs 5"),
    (Way::Printer, "--resource printer --threads 2 --runs 5"),
    (Way::Printer, "--resource printer --processes 4 --runs 5"),
];

/// So often is the control tried: the race shows in 999 of 1,000 runs.
const TRIES: usize = 20;

/// The witnesses of `explore none`, one for each final value.
pub(crate) const SCHEDULES: [&str; 5] =
    ["2 4x1 3x2", "3x1 2 1 3x2", "4x1 4x2", "3x1 2x2 1 2x2", "3x1 4x2 1"];

impl Plan {
    /// A selftest of all strategies of `table`; it tells `moved` of each command that is planned.
    pub(crate) fn selftest(
        args: &cli::Selftest,
        table: &[&'static dyn DynStrategy],
        moved: &dyn Fn(),
    ) -> Self {
        let thorough = args.selftest.thorough;
        let program = Program {
            workers: 2,
            iters: 1,
            guard: Guard::Update,
            count_up: false,
            permits: 1,
            copies: 1,
        };
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        let config = RunConfig { processors, ..RunConfig::new(program) };
        let task = Task::Selftest { thorough };
        let asked = Asked { config, expect: Expect::Promise, task };
        let setups = if thorough { &THOROUGH[..] } else { &QUICK };
        let mut list = List { table, moved, checks: Vec::new() };
        list.controls(setups);
        for strategy in table {
            let about = strategy.about();
            match (about.exhibit, about.promise) {
                (true, _) => list.exhibit(about.name),
                (false, Promise::Nothing) => {}
                (false, _) => list.promise(about.name, setups, thorough),
            }
        }
        Self { asked, strategies: Ok(Vec::new()), checks: list.checks }
    }

    /// Skips the checks of a selftest that need worker processes.
    pub(crate) fn leave_out_processes(&mut self, why: &str) {
        for check in &mut self.checks {
            let is_process = |(_, plan): &(_, Self)| plan.asked.config.kind == Kind::Processes;
            if check.tries.as_ref().is_ok_and(|tries| tries.iter().any(is_process)) {
                check.tries = Err(why.to_owned());
            }
        }
    }
}

/// The checks so far.
struct List<'t> {
    table: &'t [&'static dyn DynStrategy],
    moved: &'t dyn Fn(),
    checks: Vec<Check>,
}

impl List<'_> {
    /// A race has to be seen where strategies are raced, and schedules have to be followed.
    fn controls(&mut self, setups: &[(Way, &'static str)]) {
        for &(way, setup) in setups {
            let tries = self.tried(format!("none {setup} --expect loss")).map(|first| {
                let mut tries = vec![first; TRIES];
                for (number, (_, plan)) in (0..).zip(&mut tries) {
                    plan.asked.config.seed = plan.asked.config.seed.wrapping_add(number << 32);
                }
                tries
            });
            self.add("none", Aim::Control, way, setup, tries);
        }
        for (way, workers) in [(Way::Threads, "--threads 2"), (Way::Processes, "--processes 2")] {
            for schedule in SCHEDULES {
                let tried = self.tried(format!("none {workers} -i 2 --schedule '{schedule}'"));
                self.add("none", Aim::Schedule, way, "", tried.map(|tried| vec![tried]));
            }
        }
    }

    /// Whatever fits the strategy: `atomic` has no section to be judged, and needs a variable.
    fn promise(&mut self, name: &'static str, setups: &[(Way, &'static str)], thorough: bool) {
        for &(way, setup) in setups {
            let control = self.checks.iter().find(|check| check.setup == setup);
            match control.map(|check| &check.tries) {
                Some(Err(why)) => {
                    let why = why.clone();
                    self.add(name, Aim::Promise, way, setup, Err(why));
                }
                _ => self.if_it_fits(name, way, setup, format!("{name} {setup}")),
            }
        }
        self.if_it_fits(name, Way::Explore, "", format!("explore {name}"));
        self.if_it_fits(name, Way::Explore, "", format!("explore {name} --memory tso"));
        self.if_it_fits(name, Way::Judge, "", format!("judge {name}"));
        if thorough {
            self.if_it_fits(name, Way::Explore, "", format!("explore {name} --threads 3"));
            self.if_it_fits(name, Way::Judge, "", format!("judge {name} --memory tso"));
        }
    }

    fn if_it_fits(&mut self, name: &'static str, way: Way, setup: &'static str, command: String) {
        if let Ok(tried) = self.tried(command) {
            self.add(name, Aim::Promise, way, setup, Ok(vec![tried]));
        }
    }

    /// One way to show that it fails is enough.
    fn exhibit(&mut self, name: &'static str) {
        let ways = ["explore {}", "explore {} --memory tso", "judge {}"];
        let tries = ways.iter().filter_map(|way| self.tried(way.replace("{}", name)).ok());
        let tries = tries.collect();
        self.add(name, Aim::Exhibit, Way::Explore, "", Ok(tries));
    }

    fn add(
        &mut self,
        strategy: &'static str,
        aim: Aim,
        way: Way,
        setup: &'static str,
        tries: Result<Vec<(String, Plan)>, String>,
    ) {
        self.checks.push(Check { strategy, aim, way, setup, tries });
    }

    /// A command as it can be typed, and its plan; or why it makes no sense.
    fn tried(&self, command: String) -> Result<(String, Plan), String> {
        let plan = self.plan(&command).map_err(|error| error.to_string())?;
        Ok((format!("syncdemo {command}"), plan))
    }

    fn plan(&self, command: &str) -> Result<Plan, UsageError> {
        (self.moved)();
        // What stands between quotes is one word.
        let parts = command.split('\'').enumerate().flat_map(|(at, part)| match at % 2 {
            0 => part.split_whitespace().collect(),
            _ => vec![part],
        });
        let argv: Vec<_> = ["syncdemo"].into_iter().chain(parts).map(OsString::from).collect();
        match cli::parse(&argv, self.table, &|_| None)? {
            Command::Run(args) => Plan::race(&args),
            Command::Explore(args) => Plan::explore(&args),
            Command::Judge(args) => Plan::judge(&args),
            _ => Err(UsageError::new(format!("'{command}' checks nothing"))),
        }
    }
}
