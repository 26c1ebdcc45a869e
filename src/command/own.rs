//! Checks what the strategies that a class adds say of themselves.

use crate::catalog::{DynStrategy, table};
use crate::cli::{UsageError, is_command};
use crate::machine::{About, catch_misuse};

/// Whether each has a name of its own, and fits into the list.
pub(super) fn check(own: &[&'static dyn DynStrategy]) -> anyhow::Result<()> {
    let mut taken: Vec<_> = table().iter().map(|strategy| strategy.about().name).collect();
    for (number, strategy) in (1..).zip(own) {
        let about = catch_misuse(|| strategy.about());
        let About { name, how, .. } = about
            .map_err(|why| anyhow::anyhow!("strategy {number} of those that were added {why}"))?;
        let why = if is_command(name) {
            "which is a command: use a name of its own"
        } else if taken.contains(&name) {
            "which is the name of another strategy: use a name of its own"
        } else if !can_be_typed(name) {
            "since a name has at most 20 lower case letters, digits and hyphens, and begins with a \
             letter"
        } else {
            ""
        };
        if !why.is_empty() {
            Err(UsageError::new(format!("a strategy cannot be named '{name}', {why}")))?;
        }
        if how.chars().count() >= 40 || how.contains(char::is_control) {
            Err(UsageError::new(format!(
                "{name} says how it works in more than 39 characters or in several lines, and `list` \
                 has no room for that: use fewer words"
            )))?;
        }
        taken.push(name);
    }
    Ok(())
}

/// A name that begins otherwise could be an option.
fn can_be_typed(name: &str) -> bool {
    let typed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase());
    begins && name.len() <= 20 && name.chars().all(typed)
}
