//! The words that a page uses, each explained in a sentence.

use maud::{Markup, html};

use crate::outcome::Found;

type Words = &'static [(&'static str, &'static str)];

const RACE: Words = &[
    ("update", "read the counter, compute, write it back; by +1 an increment, by -1 a decrement"),
    ("made", "updates that the workers have made"),
    ("kept", "updates that are in the final value"),
    (
        "lost",
        "updates that were made and are not in it: the write of another worker overwrote them",
    ),
    ("zero by cancellation", "zero, although as many increments as decrements were lost"),
    ("inside at once", "the most workers that were in the critical section together"),
];

const EXPLORE: Words = &[
    ("step", "one indivisible action of one worker"),
    ("interleaving", "one order in which the workers can take all their steps"),
    ("schedule", "the worker of each step; 4x1 is four steps of worker 1"),
    ("preemption", "a worker that could go on is stopped, and another goes on"),
    ("lost", "an update is lost when another worker writes a value that it had read before"),
    ("zero by cancellation", "zero, although as many increments as decrements were lost"),
    ("deadlock", "workers that wait for one another, for ever"),
];

const JUDGE: Words = &[
    ("mutual exclusion", "while one worker is in the critical section, no other may enter it"),
    (
        "progress",
        "if nobody is inside and some want to enter, one of them does, whatever the others do in \
         their remainder section",
    ),
    (
        "bounded waiting",
        "a bound on how often others enter between the end of a worker's doorway and its own entry",
    ),
    (
        "doorway",
        "the steps of an entry section before the first at which a worker may have to wait",
    ),
    ("remainder section", "what a worker does outside of entry, critical and exit section"),
    ("schedule", "the worker of each step; 4x1 is four steps of worker 1"),
];

/// Those of a page.
pub(super) fn list(found: &Found) -> Markup {
    let words = match found {
        Found::Race { .. } => RACE,
        Found::Explore { .. } => EXPLORE,
        Found::Judge { .. } => JUDGE,
        Found::Selftest { .. } => return html! {},
    };
    html! {
        section aria-labelledby="words" {
            h2 id="words" { "The words" }
            dl class="words" {
                @for (word, meaning) in words { div { dt { (word) } dd { (meaning) } } }
            }
        }
    }
}
