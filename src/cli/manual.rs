//! The manual: one page, with every option of every command.

use std::fmt::Write;

use clap_mangen::Man;

use super::command::command;
use crate::catalog::DynStrategy;

/// The manual page, as troff.
pub(crate) fn manual(table: &[&'static dyn DynStrategy]) -> std::io::Result<String> {
    let mut root = described(command(table));
    root.build();
    let man = Man::new(root.clone());
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    // The forms stand in lines of their own.
    let page = String::from_utf8_lossy(&page).replacen(".SH SYNOPSIS\n", ".SH SYNOPSIS\n.nf\n", 1);
    let mut page = page.replacen(".SH DESCRIPTION", ".fi\n.SH DESCRIPTION", 1);
    // `run` has been described already, and `help` has no options.
    let said = ["run", "help"];
    for command in root.get_subcommands().filter(|command| !said.contains(&command.get_name())) {
        let _ = writeln!(page, ".SH \"SYNCDEMO {}\"", command.get_name().to_uppercase());
        page += &section(&described(command.clone()))?.replace(".SH ", ".SS ");
    }
    Ok(page + &rest(&root))
}

/// clap_mangen says nothing of the options that the short help hides.
fn described(command: clap::Command) -> clap::Command {
    command.mut_args(|arg| arg.hide_short_help(false))
}

/// What the page says of one command.
fn section(command: &clap::Command) -> std::io::Result<String> {
    let man = Man::new(command.clone());
    let mut section = Vec::new();
    man.render_synopsis_section(&mut section)?;
    man.render_description_section(&mut section)?;
    man.render_options_section(&mut section)?;
    Ok(String::from_utf8_lossy(&section).into_owned() + &rest(command))
}

/// Examples, exit status, environment: lines that are not filled.
fn rest(command: &clap::Command) -> String {
    let text = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
    let mut rest = String::new();
    for (heading, lines) in text.split("\n\n").filter_map(|part| part.split_once(":\n")) {
        let lines = lines.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq");
        let heading = heading.to_uppercase();
        let _ = writeln!(rest, ".SH \"{heading}\"\n.nf\n.in 4n\n{lines}\n.in\n.fi");
    }
    rest
}
