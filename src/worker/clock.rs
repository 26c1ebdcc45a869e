//! One clock for all workers of a run, whether they share a process or not.

/// Nanoseconds of a clock that never goes back. Its zero has no meaning.
#[cfg(linux)]
pub(crate) fn now() -> u64 {
    // The clock of the whole system: an `Instant` cannot be handed to another process.
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    time.tv_sec.cast_unsigned() * 1_000_000_000 + time.tv_nsec.cast_unsigned()
}

/// Nanoseconds since the first call.
#[cfg(not(linux))]
pub(crate) fn now() -> u64 {
    use std::sync::OnceLock;
    use std::time::Instant;

    static START: OnceLock<Instant> = OnceLock::new();
    u64::try_from(START.get_or_init(Instant::now).elapsed().as_nanos()).unwrap_or(u64::MAX)
}
