//! The commands, and which groups of options each takes.

use clap::{ArgAction, Args, Subcommand};

use super::args::{
    CommonArgs, DetailArgs, ExploreArgs, JudgeArgs, ProgramArgs, RaceArgs, ReportArgs, SearchArgs,
    SelftestArgs, StepArgs, StrategyArgs,
};
use super::help;

/// What to do.
#[derive(Subcommand)]
#[allow(clippy::large_enum_variant, reason = "there is one of it")]
pub(crate) enum Command {
    /// Race one strategy, or compare several; the same without "run"
    Run(Run),
    /// Every interleaving of a small program
    Explore(Explore),
    /// Mutual exclusion, progress, bounded waiting: proved or refuted
    Judge(Judge),
    /// Be the scheduler: take the steps of a small program one by one
    Step(Step),
    /// Show the steps of a strategy, as the textbook prints them
    Show(Show),
    /// List the strategies, and what each promises
    List {
        #[command(flatten)]
        detail: DetailArgs,
        #[command(flatten)]
        common: CommonArgs,
    },
    /// Can this machine show a race, and do the guards hold?
    Selftest(Selftest),
    /// Print the completions of a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
        #[command(flatten)]
        common: CommonArgs,
    },
    /// Print the manual
    Man(CommonArgs),
    /// Print this help, or that of a command
    Help {
        /// The command
        command: Option<String>,
    },
}

/// `syncdemo` without a command, or `run`.
#[derive(Args, Clone)]
#[command(after_help = help::EXAMPLES, after_long_help = help::MORE)]
pub(crate) struct Run {
    #[command(flatten)]
    pub strategies: StrategyArgs,
    #[command(flatten)]
    pub program: ProgramArgs,
    #[command(flatten)]
    pub race: RaceArgs,
    #[command(flatten)]
    pub report: ReportArgs,
}

/// `explore`; its programs are small.
#[derive(Args, Clone)]
#[command(after_help = help::EXPLORE_EXAMPLES, after_long_help = help::with_end(help::EXPLORE_MORE))]
#[command(mut_arg("iters", |iters| iters.default_value("2")))]
pub(crate) struct Explore {
    #[command(flatten)]
    pub strategies: StrategyArgs,
    #[command(flatten)]
    pub program: ProgramArgs,
    #[command(flatten)]
    pub search: SearchArgs,
    #[command(flatten)]
    pub explore: ExploreArgs,
    #[command(flatten)]
    pub report: ReportArgs,
}

/// `step`; its programs are small as well.
#[derive(Args, Clone)]
#[command(after_help = help::STEP_EXAMPLES, after_long_help = help::STEP_MORE)]
#[command(override_usage = "syncdemo step [OPTIONS] STRATEGY")]
#[command(mut_arg("iters", |iters| iters.default_value("2")))]
#[command(mut_arg("strategies", |one| one.action(ArgAction::Set).num_args(1).help(help::STRATEGY)))]
#[command(mut_arg("named", |named| named.help("Same as naming the strategy")))]
pub(crate) struct Step {
    #[command(flatten)]
    pub strategies: StrategyArgs,
    #[command(flatten)]
    pub program: ProgramArgs,
    #[command(flatten)]
    pub step: StepArgs,
    #[command(flatten)]
    pub search: SearchArgs,
    #[command(flatten)]
    pub common: CommonArgs,
}

/// `judge`, for any number of updates.
#[derive(Args, Clone)]
#[command(after_help = help::JUDGE_EXAMPLES, after_long_help = help::with_end(help::JUDGE_MORE))]
pub(crate) struct Judge {
    #[command(flatten)]
    pub strategies: StrategyArgs,
    #[command(flatten)]
    pub judge: JudgeArgs,
    #[command(flatten)]
    pub search: SearchArgs,
    #[command(flatten)]
    pub report: ReportArgs,
}

/// `selftest`, of all strategies.
#[derive(Args, Clone)]
#[command(after_help = help::SELFTEST_EXAMPLES, after_long_help = help::with_end(help::SELFTEST_MORE))]
pub(crate) struct Selftest {
    #[command(flatten)]
    pub selftest: SelftestArgs,
    #[command(flatten)]
    pub report: ReportArgs,
}

#[derive(Args, Clone)]
#[command(override_usage = "syncdemo show [OPTIONS] STRATEGY...")]
pub(crate) struct Show {
    #[command(flatten)]
    pub strategies: StrategyArgs,
    #[command(flatten)]
    pub program: ProgramArgs,
    #[command(flatten)]
    pub detail: DetailArgs,
    #[command(flatten)]
    pub common: CommonArgs,
}
