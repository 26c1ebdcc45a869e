//! Keys as text, for where there is no terminal: `1 2 4x1 1d s2 u =5`.

use std::str::FromStr;

use super::session::Key;
use crate::machine::Schedule;

/// The words of a script, each with its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Script(pub(crate) Vec<(String, Vec<Key>)>);

/// The error is the rest of a sentence that names the option.
impl FromStr for Script {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words = text.split_whitespace().map(|word| {
            let keys = keys(word).ok_or_else(|| {
                format!("and '{word}' is no key: write them as in 1 2 4x1 1d s2 u r h g R =5")
            });
            Ok((word.to_owned(), keys?))
        });
        words.collect::<Result<_, String>>().map(Self)
    }
}

/// The keys that a word stands for: a key, a block of a [`Schedule`], or an answer.
pub(crate) fn keys(word: &str) -> Option<Vec<Key>> {
    let chars = |text: &str| text.chars().map(Key::Char).collect::<Vec<_>>();
    if let Some(answer) = word.strip_prefix('=') {
        answer.parse::<i64>().ok()?;
        return Some(chars(answer).into_iter().chain([Key::Enter]).collect());
    }
    if ["u", "r", "h", "g", "R", "?", "q"].contains(&word) {
        return Some(chars(word));
    }
    if let Some(worker) = word.strip_prefix(['s', 'd']) {
        return one_digit(worker).then(|| chars(word));
    }
    let schedule: Schedule = word.parse().ok()?;
    let turns = schedule.turns().iter().map(|turn| {
        let worker = (turn.worker + 1).to_string();
        let drain = if turn.drains() { "d" } else { "" };
        one_digit(&worker).then(|| chars(&format!("{drain}{worker}")))
    });
    turns.collect::<Option<Vec<_>>>().map(|keys| keys.concat())
}

fn one_digit(text: &str) -> bool {
    text.len() == 1 && text.bytes().all(|byte| byte.is_ascii_digit())
}
