//! The options and words that were typed, looked at before clap reads them: options may stand on
//! either side of a command, and clap wants the command first.

use std::ffi::{OsStr, OsString};

use clap_lex::{ParsedArg, RawArgs};

use super::UsageError;

/// Options that exclude each other, whatever the command.
const EXCLUSIVE: [(&str, &str, &str); 10] = [
    ("quiet", "verbose", "contradict"),
    ("quiet", "brief", "contradict"),
    ("brief", "verbose", "contradict"),
    ("threads", "processes", "exclude"),
    ("kill", "schedule", "exclude"),
    ("kill", "trace", "exclude"),
    ("yield", "schedule", "exclude"),
    // It fixes where workers yield.
    ("seed", "schedule", "exclude"),
    ("schedule", "witness", "exclude"),
    ("explore", "schedule", "exclude"),
];

/// The options and words of a command line.
pub(super) struct Typed {
    /// The name of the command, if one was typed.
    pub(super) command: Option<String>,
    /// The long names of the options that some command has.
    pub(super) options: Vec<String>,
    /// What is neither an option nor the value of one, nor the command.
    pub(super) words: Vec<String>,
    /// The command line without the name of the program and the command.
    rest: Vec<OsString>,
}

impl Typed {
    /// Of `argv`, where `root` says which words are commands and which options take values.
    pub(super) fn new(argv: &[OsString], root: &clap::Command) -> Self {
        let raw = RawArgs::new(argv);
        let mut cursor = raw.cursor();
        raw.next(&mut cursor);
        let mut typed = Self { command: None, options: vec![], words: vec![], rest: vec![] };
        let mut escaped = false;
        while let Some(arg) = raw.next(&mut cursor) {
            let option = !escaped && (arg.is_long() || arg.is_short());
            if !option && !arg.is_escape() && typed.word(&arg, escaped, root) {
                continue;
            }
            typed.rest.push(arg.to_value_os().to_owned());
            escaped |= arg.is_escape();
            let value = |next: &ParsedArg| next.is_negative_number() || !is_option(next);
            if option && typed.option(&arg, root) && raw.peek(&cursor).as_ref().is_some_and(value) {
                typed.rest.extend(raw.next_os(&mut cursor).map(OsStr::to_owned));
            }
        }
        typed
    }

    /// Notes a word that is no option, and says whether it is the command: the first word can be.
    fn word(&mut self, arg: &ParsedArg, escaped: bool, root: &clap::Command) -> bool {
        let word = arg.to_value_os().to_string_lossy().into_owned();
        let first = self.command.is_none() && self.words.is_empty() && !escaped;
        if first && root.find_subcommand(&word).is_some() {
            self.command = Some(word);
            return true;
        }
        self.words.push(word);
        false
    }

    /// Notes an option, or several short ones in one word, and says whether the next word is a
    /// value.
    fn option(&mut self, arg: &ParsedArg, root: &clap::Command) -> bool {
        if let Some((Ok(long), value)) = arg.to_long() {
            let known = options(root).find(|option| option.get_long() == Some(long));
            return known.is_some_and(|option| self.note(option)) && value.is_none();
        }
        let Some(mut flags) = arg.to_short() else { return false };
        while let Some(Ok(flag)) = flags.next_flag() {
            let known = options(root).find(|option| option.get_short() == Some(flag));
            if known.is_some_and(|option| self.note(option)) {
                return flags.is_empty();
            }
        }
        false
    }

    /// Notes an option, and says whether it takes a value.
    fn note(&mut self, option: &clap::Arg) -> bool {
        self.options.extend(option.get_long().map(str::to_owned));
        option.get_action().takes_values()
    }

    /// The command line as clap wants it, with the options that the environment has `set`.
    pub(super) fn command_first(&self, set: &[(&str, String)]) -> Vec<OsString> {
        let mut argv = vec![OsString::from("syncdemo")];
        argv.extend(self.command.as_ref().map(OsString::from));
        // Behind what was typed: a request for help, or a typed mistake, is to be answered first.
        let end = self.rest.iter().position(|word| word == "--").unwrap_or(self.rest.len());
        argv.extend_from_slice(&self.rest[..end]);
        argv.extend(set.iter().map(|(option, value)| format!("--{option}={value}").into()));
        argv.extend_from_slice(&self.rest[end..]);
        argv
    }

    pub(super) fn has(&self, long: &str) -> bool {
        self.options.iter().any(|typed| typed == long)
    }

    /// Refuses options that exclude each other, and those that `command` does not have.
    pub(super) fn check(&self, command: &clap::Command) -> Result<(), UsageError> {
        let both = |(one, other, _): &&(&str, &str, &str)| self.has(one) && self.has(other);
        if let Some((one, other, verb)) = EXCLUSIVE.iter().find(both) {
            return Err(UsageError::new(format!(
                "--{one} and --{other} {verb} each other: leave one out"
            )));
        }
        let has = |long: &str| command.get_arguments().any(|arg| arg.get_long() == Some(long));
        match self.options.iter().find(|long| !has(long)) {
            Some(long) => {
                let name = self.command.as_deref().filter(|name| *name != "run");
                let name = name.unwrap_or("a race");
                Err(UsageError::new(format!("--{long} has no meaning for {name}: leave it out")))
            }
            None => Ok(()),
        }
    }
}

/// The options of all commands.
fn options(root: &clap::Command) -> impl Iterator<Item = &clap::Arg> {
    let commands = std::iter::once(root).chain(root.get_subcommands());
    commands.flat_map(clap::Command::get_arguments).filter(|arg| !arg.is_positional())
}

fn is_option(arg: &ParsedArg) -> bool {
    arg.is_long() || arg.is_short() || arg.is_escape()
}
