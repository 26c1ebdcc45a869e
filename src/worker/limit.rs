//! Limits that the shell or the system sets (`ulimit`): what is left of them.

use std::time::Duration;

use rustix::process::{Resource, getrlimit};
use rustix::time::{ClockId, clock_gettime};

/// Of the time of the processor, this much is kept for the report.
const FOR_THE_REPORT: Duration = Duration::from_millis(400);

/// Bytes that this program may still ask for (`ulimit -v`, `-d`).
pub(crate) fn memory_left() -> u64 {
    let limits = [Resource::As, Resource::Data].into_iter().filter_map(|of| getrlimit(of).current);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let size =
        status.lines().find_map(|line| line.strip_prefix("VmSize:")?.split_whitespace().next());
    let used = size.and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) << 10;
    limits.min().map_or(u64::MAX, |limit| limit.saturating_sub(used))
}

/// Bytes of stack that the thread that begins the program may use (`ulimit -s`), if that is limited.
pub(crate) fn stack() -> Option<usize> {
    getrlimit(Resource::Stack).current?.try_into().ok()
}

/// Whether the limit of the time of the processor (`ulimit -t`) is about to be met, after which the
/// system ends this program without a word.
pub(crate) fn time_is_up() -> bool {
    let limit = getrlimit(Resource::Cpu);
    let Some(seconds) = limit.current.or(limit.maximum) else { return false };
    let used = clock_gettime(ClockId::ProcessCPUTime);
    let used = Duration::try_from(used).unwrap_or_default();
    used + FOR_THE_REPORT > Duration::from_secs(seconds.max(1))
}
