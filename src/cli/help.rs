//! The texts of the help beside the options.

pub(super) const FORMS: &str =
    "syncdemo [OPTIONS] [STRATEGY]...    race one strategy, or compare several
syncdemo explore [STRATEGY]...      every interleaving of a small program
syncdemo judge [STRATEGY]...        mutual exclusion, progress, bounded waiting
syncdemo step STRATEGY              you are the scheduler
syncdemo show STRATEGY...           its steps, as the textbook prints them
syncdemo list | selftest | completions SHELL | man";

/// What `step` takes.
pub(super) const STRATEGY: &str = "A strategy, such as none or mutex (all: syncdemo list)";

pub(super) const DESCRIPTION: &str = "\
Workers (threads or processes) add to and subtract from one shared counter. A strategy guards their \
updates, or does not. The report has the final value, whether it reached zero, and exactly how many \
updates were lost. explore, judge and step show why: they take the same code through every \
interleaving.";

pub(super) const EXAMPLES: &str =
    "  syncdemo                          the lecture: none, mutex, semaphore
  syncdemo mutex --iters 5000       exit status 0 if nothing is lost";

pub(super) const MORE: &str = "Examples:
  syncdemo                             the lecture: none, mutex, semaphore
  syncdemo none --iters 5000           one strategy: what was lost, exactly
  syncdemo none --runs 200             how the final values are spread
  syncdemo none mutex --brief          the answer only, for a projector
  syncdemo mutex cas --yield never     compare the time per update
  syncdemo mutex --iters 5000          in a script: status 0 if nothing is lost
  syncdemo none --expect loss -q       in a script: status 0 if the race shows
  syncdemo none --trace                who overwrote whom, write by write
  syncdemo none --processes 2          processes instead of threads
  syncdemo none --resource printer -v  both print at once: lines are torn
  syncdemo semaphore --copies 3 -t 8   three copies, and a permit for each
  syncdemo mutex --processes 3 --kill  what happens if a worker dies inside
  syncdemo none -i 2 --schedule '2 4x1 3x2'
                                       these steps, in this order, each time
  syncdemo explore none                every interleaving, and how the worst
                                       final value comes about
  syncdemo judge                       which locks let a worker wait for ever

Exit status:
  0    it ran, and what was expected (--expect) held
  1    it ran, and what was expected did not hold
  2    the command line makes no sense; nothing was run
  3    it could not be carried out: no progress within --timeout, a worker
       could not be started, failed or died, or the resource failed
  4    explore, judge, --explore: stopped by a bound (--max-states and the like)
       before an answer was certain; selftest: the same, or some checks could
       not be tried here
  130  interrupted (129 by HUP, 143 by TERM): partial results are printed, and
       marked as such

Environment:
  SYNCDEMO_ITERS, SYNCDEMO_THREADS, SYNCDEMO_PROCESSES, SYNCDEMO_TIMEOUT,
  SYNCDEMO_YIELD, SYNCDEMO_FORMAT and SYNCDEMO_COLOR set defaults of races.
  explore, judge and selftest read only SYNCDEMO_FORMAT and SYNCDEMO_COLOR, and
  the other commands only SYNCDEMO_COLOR. Typed options win.
  NO_COLOR, CLICOLOR_FORCE and TERM=dumb are honoured.";

pub(super) const EXPLORE_EXAMPLES: &str =
    "  syncdemo explore none             how updates are lost, step by step
  syncdemo explore mutex            a proof: no interleaving loses an update";

pub(super) const EXPLORE_MORE: &str = "Examples:
  syncdemo explore                     the lecture: none, mutex, semaphore
  syncdemo explore none                how updates are lost, step by step
  syncdemo explore none --witness 1    how this final value comes about
  syncdemo explore none --brief        the table only, for a projector
  syncdemo explore none --schedule '2 4x1 3x2'
                                       what happens in this order of steps
  syncdemo explore mutex -t 3          a proof for three workers
  syncdemo explore peterson-unfenced --memory tso
                                       what store buffers change

Exit status:
  0    what was expected (--expect) holds in every interleaving
  1    it does not hold
  2    the command line makes no sense; nothing was explored
  3    it could not be carried out: the strategy failed
  4    stopped by a bound (--max-states, --max-memory, --max-preemptions), or
       by a full store buffer, before an answer was certain";

pub(super) const JUDGE_EXAMPLES: &str =
    "  syncdemo judge                    all that promise mutual exclusion
  syncdemo judge mutex peterson     why a mutex does not bound the waiting";

pub(super) const JUDGE_MORE: &str = "Examples:
  syncdemo judge                       all that promise mutual exclusion
  syncdemo judge mutex peterson        why a mutex does not bound the waiting
  syncdemo judge two-locks             why there is no progress
  syncdemo judge ticket -t 3           for three workers
  syncdemo judge peterson -v           how often a worker is passed, and how
  syncdemo explore peterson --schedule '2x1 2x2 2x1' --partial
                                       what is shown can be pasted back
  syncdemo judge peterson-unfenced --memory tso
                                       what store buffers change

Questions:
  mutual exclusion   never more than one worker is inside (of a semaphore with
                     P permits: never more than P)
  progress           if some workers want to enter, one of them does, whatever
                     workers in their remainder section do
  bounded waiting    there is a bound on how often others enter between a
                     worker's request and its own entry

Exit status:
  0    what the strategies claim (syncdemo list -v) holds
  1    a claim is refuted
  2    the command line makes no sense; nothing was judged
  3    it could not be carried out: the strategy failed
  4    stopped by a bound (--max-states, --max-memory), or by a full store
       buffer, before an answer was certain";

pub(super) const STEP_EXAMPLES: &str =
    "  syncdemo step none                lose an update (h: a hint; ?: help)
  syncdemo step mutex --script '2x1 2'
                                    without a terminal: each state as text";

pub(super) const STEP_MORE: &str = "Examples:
  syncdemo step none                   lose an update
  syncdemo step none --goal value=-2   reach the lowest final value
  syncdemo step none --count-up --iters 3 --goal value=2
                                       the lowest value takes four preemptions
  syncdemo step two-locks --goal deadlock
  syncdemo step peterson-unfenced --memory tso --goal both-inside
                                       you also decide when a store reaches the
                                       memory
  syncdemo step none --quiz            what will be read, what will be written?
  syncdemo step none --script '1 2 1 2 u h'
                                       without a terminal: each state as text

Keys:
  1 2 ...  a step of that worker
  s1       worker 1 goes on until it has changed something shared, or has to
           wait
  d1       the oldest store of worker 1 reaches the memory (--memory tso)
  u r R    undo, redo, undo all
  h g      a hint, the next goal
  q        leaves, and prints the schedule; so does Ctrl-D
In a script, 4x1 is four steps of worker 1, 1d is d1, and =5 answers a question
with 5.

Exit status:
  0    whether or not the goal was reached
  2    the command line makes no sense, or there is no terminal
  3    it could not be carried out: the strategy failed
  130  interrupted (129 by HUP, 143 by TERM): the schedule is printed

Environment:
  SYNCDEMO_COLOR sets the default of --color. The other variables are for races,
  and have no effect here. NO_COLOR and TERM=dumb are honoured.";

pub(super) const SELFTEST_EXAMPLES: &str =
    "  syncdemo selftest                 on an unknown machine, in seconds
  syncdemo selftest --thorough      for minutes";

pub(super) const SELFTEST_MORE: &str = "Examples:
  syncdemo selftest                    on an unknown machine, in seconds
  syncdemo selftest --thorough         for minutes
  syncdemo selftest -v                 each check, as a command of its own
  syncdemo selftest --format json      for a script

Checks:
  none       the negative control: nothing guards the updates, and some must be
             lost; otherwise nothing after it counts, and all of it is skipped
  schedules  real workers follow a schedule, and must end at the final value of
             the model
  promises   each strategy that promises something is raced, explored and judged
  exhibits   each strategy that is wrong on purpose must be shown to fail, by
             exploring or judging it

Exit status:
  0    all of it held
  1    something did not hold, or no race was seen
  2    the command line makes no sense; nothing was run
  3    it could not be carried out to its end
  4    all that was tried held, but some checks could not be tried here, or were
       stopped by a bound: the report names them";

/// A long help, with what holds for all commands that search or check.
pub(super) fn with_end(text: &str) -> String {
    format!(
        "{text}
  130  interrupted (129 by HUP, 143 by TERM): partial results are printed, and
       marked as such

Environment:
  SYNCDEMO_FORMAT and SYNCDEMO_COLOR set defaults; an option that is typed wins.
  The other variables are for races only."
    )
}

pub(super) const COLOR_ONLY: &str = "Environment:
  SYNCDEMO_COLOR sets the default of --color. The other variables are for races,
  and have no effect here.";

/// The short help is to fit on a screen, so it has no headings. clap has headings only together
/// with the lists of commands and arguments.
pub(super) fn laid_out(command: clap::Command, long: bool) -> clap::Command {
    let root = command.get_name() == "syncdemo";
    let head = match (root, long) {
        (true, true) => "{about}\n\n{usage}",
        (true, false) => "{usage}",
        (false, _) => "{about}\n\n{usage-heading} {usage}",
    };
    let parts = if long { "{all-args}\n" } else { "{options}" };
    let command = command.help_template(format!("{head}\n\n{parts}{{after-help}}"));
    if long { command } else { command.mut_args(shortened) }
}

/// The long help lists the values that are possible, and the short one has no room for that.
fn shortened(arg: clap::Arg) -> clap::Arg {
    if !arg.get_action().takes_values() {
        return arg;
    }
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let help = match arg.get_default_values() {
        [default, ..] => format!("{help} [{}]", default.to_string_lossy()),
        [] => help,
    };
    arg.help(help).hide_default_value(true).hide_possible_values(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_a_terminal() {
        for text in [FORMS, EXAMPLES, MORE, EXPLORE_EXAMPLES, EXPLORE_MORE, JUDGE_EXAMPLES]
            .into_iter()
            .chain([JUDGE_MORE, STEP_EXAMPLES, STEP_MORE, SELFTEST_EXAMPLES, SELFTEST_MORE])
            .chain([COLOR_ONLY, &with_end("")])
        {
            for line in text.lines() {
                assert!(line.chars().count() <= 80, "{line}");
            }
        }
    }
}
