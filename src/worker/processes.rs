//! Workers that are processes: children of this program, which is started again for each of them.
//!
//! What they share is memory without a name (see [`Mapping`]), handed to each as its standard
//! input. They never outlive their supervisor: the system kills them when it ends, and it kills and
//! collects them itself when it gives a run up.

use std::ffi::OsStr;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

use super::child::{self, WORKER};
use super::context::LockSet;
use super::crash::{STACK_STATUS, STACK_USED_UP};
use super::mapping::Mapping;
use super::{Job, WorkerExit, clock};
use crate::machine::Needs;

/// How often the supervisor looks whether the victim has stopped inside.
const LOOK: Duration = Duration::from_micros(500);

/// The processes of one run.
pub(super) struct Processes {
    pub(super) mapping: Mapping,
    members: Vec<Member>,
    victim: Option<usize>,
}

struct Member {
    child: Child,
    /// Becomes readable when it ends: unlike its number it never means another process.
    pidfd: OwnedFd,
    ended: bool,
}

impl Processes {
    /// Starts them. The error has the number of the process (from 1) that could not be started.
    pub(super) fn start(job: &Job, worker_paths: Vec<PathBuf>) -> Result<Self, (usize, io::Error)> {
        let victim = job.config.victim();
        let mapping = prepare(job, worker_paths).map_err(|error| (1, error))?;
        if victim.is_some() {
            mapping.shared().control.hold();
        }
        let mut processes = Self { mapping, members: Vec::new(), victim };
        for me in 0..job.config.program.workers {
            // If one cannot be started, dropping `processes` ends those before it.
            let member = processes.member(me).map_err(|error| (me + 1, error))?;
            processes.members.push(member);
        }
        Ok(processes)
    }

    fn member(&self, me: usize) -> io::Result<Member> {
        let mut child = Command::new("/proc/self/exe")
            .arg0("syncdemo")
            .args([OsStr::new(WORKER), OsStr::new(&me.to_string())])
            .stdin(Stdio::from(self.mapping.file().try_clone()?))
            .stdout(Stdio::null())
            // A signal from the keyboard is for the supervisor: workers that died by it would look
            // as if they had crashed.
            .process_group(0)
            .spawn()?;
        let number = Pid::from_child(&child);
        match pidfd_open(number, PidfdFlags::empty()) {
            Ok(pidfd) => Ok(Member { child, pidfd, ended: false }),
            Err(error) => {
                end(&mut child);
                Err(error.into())
            }
        }
    }

    /// The next worker that ends, how it ended and when.
    pub(super) fn next_exit(&mut self, patience: Duration) -> Option<(usize, WorkerExit, u64)> {
        let begin = Instant::now();
        loop {
            self.kill_victim();
            if let Some(exit) = self.collect() {
                return Some(exit);
            }
            let left = patience.checked_sub(begin.elapsed())?;
            let left = if self.victim.is_some() { left.min(LOOK) } else { left };
            let alive = self.members.iter().filter(|member| !member.ended);
            let mut alive: Vec<_> =
                alive.map(|member| PollFd::new(&member.pidfd, PollFlags::IN)).collect();
            let limit = Timespec::try_from(left).ok();
            if alive.is_empty() || poll(&mut alive, limit.as_ref()).is_err() {
                // A signal came: the supervisor looks which one.
                return None;
            }
        }
    }

    /// Kills the victim once it has stopped inside.
    fn kill_victim(&mut self) {
        let ready = |&me: &usize| self.mapping.shared().statuses[me].is_halted();
        if let Some(victim) = self.victim.filter(ready) {
            self.victim = None;
            // If it has ended already, that is what `collect` finds.
            let _ = self.members[victim].child.kill();
        }
    }

    /// The next process that has ended.
    fn collect(&mut self) -> Option<(usize, WorkerExit, u64)> {
        let exit_records = self.mapping.exit_records();
        let ended = self.members.iter_mut().zip(exit_records).enumerate().find_map(|(me, it)| {
            let (member, exit_record) = it;
            let status = (!member.ended).then(|| member.child.try_wait().ok()).flatten()??;
            member.ended = true;
            // A process that was killed after it had recorded its exit did finish.
            Some((me, exit_record.read().unwrap_or_else(|| (died(status), clock::now()))))
        });
        let (me, (end, at)) = ended?;
        // The others no longer wait for this worker at the gate, nor for it to be killed.
        self.mapping.shared().control.gate.cancel();
        if self.victim == Some(me) {
            self.victim = None;
            self.mapping.shared().control.end_hold();
        }
        Some((me, end, at))
    }

    /// Kills and collects all that are left. `next_exit` still returns those that had ended by
    /// themselves.
    pub(super) fn kill(&mut self) {
        for member in self.members.iter_mut().filter(|member| !member.ended) {
            end(&mut member.child);
        }
    }
}

/// The exit of a process that has not recorded its own.
fn died(status: ExitStatus) -> WorkerExit {
    match status.code() {
        Some(STACK_STATUS) => WorkerExit::Panicked(STACK_USED_UP.into()),
        _ => WorkerExit::Died(status),
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Kills and collects a child, which may have ended already.
fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// The memory for a job, with all that the strategy needs in it.
fn prepare(job: &Job, worker_paths: Vec<PathBuf>) -> io::Result<Mapping> {
    let Needs { vars, semaphores, .. } = &job.needs;
    let mapping = Mapping::create(&child::write(job, worker_paths)?, job)?;
    let shared = mapping.shared();
    for (var, (_, first)) in shared.vars.iter().zip(vars) {
        var.store(*first, Relaxed);
    }
    if let LockSet::Processes(_, all) = shared.locks {
        for (semaphore, (_, permits)) in all.iter().zip(semaphores) {
            semaphore.fill(u32::try_from(*permits).unwrap_or(u32::MAX));
        }
    }
    Ok(mapping)
}
