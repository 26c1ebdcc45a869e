//! The manual: one page, with every option of every command.

use clap_mangen::Man;

use super::command;
use crate::catalog::DynStrategy;

/// The manual page, as troff.
pub fn manual(table: &[&'static dyn DynStrategy]) -> std::io::Result<String> {
    // The manual leaves out what is said of an option that the short help hides.
    let mut root = command(table).mut_args(|arg| arg.hide_short_help(false));
    root.build();
    let mut page = Vec::new();
    let man = Man::new(root.clone());
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_options_section(&mut page)?;
    for command in root.get_subcommands() {
        page.extend(section(command)?.bytes());
    }
    man.render_extra_section(&mut page)?;
    man.render_version_section(&mut page)?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}

/// What the page says of one command.
fn section(command: &clap::Command) -> std::io::Result<String> {
    let man = Man::new(command.clone().mut_args(|arg| arg.hide_short_help(false)));
    let mut section = Vec::new();
    man.render_synopsis_section(&mut section)?;
    man.render_description_section(&mut section)?;
    man.render_options_section(&mut section)?;
    man.render_extra_section(&mut section)?;
    let heading = format!(".SH \"SYNCDEMO {}\"\n", command.get_name().to_uppercase());
    Ok(heading + &String::from_utf8_lossy(&section).replace(".SH ", ".SS "))
}
