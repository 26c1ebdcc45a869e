//! Where this is not Linux, no limits are looked at.

pub(crate) fn memory_left() -> u64 {
    u64::MAX
}

pub(crate) fn time_is_up() -> bool {
    false
}
