//! A selftest: the commands that it is made of, and what is wanted of each.

use std::ffi::OsString;
use std::num::NonZero;

use super::{Aim, Asked, Check, Expect, Plan, Task, Way};
use crate::catalog::DynStrategy;
use crate::cli::{self, Command, UsageError};
use crate::machine::{Guard, Program, Promise};
use crate::worker::{Kind, RunConfig};

/// How strategies are raced, in seconds all together.
const QUICK: [(Way, &str); 4] = [
    (Way::Threads, "--threads 2"),
    (Way::Processes, "--processes 2"),
    (Way::File, "--resource file --threads 2"),
    (Way::Printer, "--resource printer --threads 2"),
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
    /// A selftest of all strategies of `table`.
    pub(crate) fn selftest(args: &cli::Selftest, table: &[&'static dyn DynStrategy]) -> Self {
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
        let mut list = List { table, checks: Vec::new() };
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
    checks: Vec<Check>,
}

impl List<'_> {
    /// A race has to be seen where strategies are raced, and schedules have to be followed.
    fn controls(&mut self, setups: &[(Way, &'static str)]) {
        for &(way, setup) in setups {
            let tries = self.tries(&[format!("none {setup} --expect loss")]).map(|first| {
                let mut tries = vec![first; TRIES].concat();
                for (number, (_, plan)) in (0..).zip(&mut tries) {
                    plan.asked.config.seed = plan.asked.config.seed.wrapping_add(number << 32);
                }
                tries
            });
            self.add("none", Aim::Control, way, setup, tries);
        }
        for (way, workers) in [(Way::Threads, "--threads 2"), (Way::Processes, "--processes 2")] {
            for schedule in SCHEDULES {
                let tries = self.tries(&[format!("none {workers} -i 2 --schedule '{schedule}'")]);
                self.add("none", Aim::Schedule, way, "", tries);
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
        if let Ok(tries) = self.tries(&[command]) {
            self.add(name, Aim::Promise, way, setup, Ok(tries));
        }
    }

    /// One way to show that it fails is enough.
    fn exhibit(&mut self, name: &'static str) {
        let ways = ["explore {}", "explore {} --memory tso", "judge {}"];
        let tries = self.tries(&ways.map(|command| command.replace("{}", name)));
        self.add(name, Aim::Exhibit, Way::Explore, "", tries);
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

    /// Commands as they can be typed, each with its plan; or why one makes no sense.
    fn tries(&self, commands: &[String]) -> Result<Vec<(String, Plan)>, String> {
        let tried = |command: &String| {
            let plan = self.plan(command).map_err(|error| error.to_string())?;
            Ok((format!("syncdemo {command}"), plan))
        };
        commands.iter().map(tried).collect()
    }

    fn plan(&self, command: &str) -> Result<Plan, UsageError> {
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
