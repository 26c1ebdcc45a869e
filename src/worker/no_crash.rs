//! Where this is not Linux, the system says how a program has crashed.

pub(crate) fn explain_crashes() {}

pub(crate) fn running(_: &'static str) {}
