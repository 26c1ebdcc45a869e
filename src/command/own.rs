//! Checks the names of the strategies that a class adds.

use crate::catalog::{DynStrategy, table};
use crate::cli::{UsageError, is_command};
use crate::machine::catch_misuse;

/// Whether each has a name of its own.
pub(super) fn check(own: &[&'static dyn DynStrategy]) -> anyhow::Result<()> {
    let mut taken: Vec<_> = table().iter().map(|strategy| strategy.about().name).collect();
    for (number, strategy) in (1..).zip(own) {
        let about = catch_misuse(|| strategy.about());
        let name = about
            .map_err(|why| anyhow::anyhow!("strategy {number} of those that were added {why}"))?
            .name;
        let typed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let can_be_typed = (1..=20).contains(&name.len()) && name.chars().all(typed);
        if is_command(name) || taken.contains(&name) || !can_be_typed {
            Err(UsageError::new(format!(
                "a strategy cannot be named '{name}': use a name of its own, of at most 20 lower \
                 case letters, digits and hyphens"
            )))?;
        }
        taken.push(name);
    }
    Ok(())
}
