//! The memory that the processes of one run share.
//!
//! It is a file without a name: nothing is left behind when the last process that maps it has
//! ended, however it ends. It begins with a magic text, and the job as text with its length; then
//! follow the values that the workers change, zero at first. Each run has its own file.

use std::fs::File;
use std::io;
use std::marker::PhantomData;
use std::mem::{align_of, size_of};
use std::os::unix::fs::FileExt;
use std::sync::atomic::AtomicU64;

use crossbeam_utils::CachePadded;
use memmap2::{MmapOptions, MmapRaw};
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, fcntl_get_seals, memfd_create};

use super::context::{LockSet, Shared};
use super::control::RunControl;
use super::exit_record::ExitRecord;
use super::locks::{
    ConditionVariable, Counting, FutexParker, RobustMutex, SharedCondition, SharedSemaphore,
};
use super::resource::{Log, LogLine};
use super::{Job, RunConfig, WorkerStatus};

/// What the file begins with. The version is part of it: both sides must lay it out alike.
const MAGIC: &[u8; 32] =
    concat!("syncdemo ", env!("CARGO_PKG_VERSION"), " workers\n                ")
        .as_bytes()
        .first_chunk()
        .expect("it is long enough");

/// A value that may lie in the mapping.
///
/// # Safety
///
/// All bytes zero are a value of it, any bytes are safe to read, and code that has a shared
/// reference changes it with atomic instructions or by functions made for processes.
unsafe trait Shareable: Sync {}

// SAFETY: the atomic itself.
unsafe impl Shareable for AtomicU64 {}
// SAFETY: atomics only, and so are the next three.
unsafe impl Shareable for LogLine {}
// SAFETY: as above.
unsafe impl Shareable for RunControl {}
// SAFETY: as above.
unsafe impl Shareable for WorkerStatus {}
// SAFETY: as above.
unsafe impl Shareable for ExitRecord {}
// SAFETY: a C struct of numbers; `create` makes it a mutex before any other process maps it, and from
// then on only the functions of the C library, made for processes, change it.
unsafe impl Shareable for RobustMutex {}
// SAFETY: an atomic, and what its waiters sleep on.
unsafe impl<P: Shareable> Shareable for Counting<P> {}
// SAFETY: as above.
unsafe impl<P: Shareable> Shareable for ConditionVariable<P> {}
// SAFETY: an atomic that the kernel looks at as well.
unsafe impl Shareable for FutexParker {}
// SAFETY: padding adds nothing to a `T`.
unsafe impl<T: Shareable> Shareable for CachePadded<T> {}

/// The shared memory of one run, mapped.
pub(crate) struct Mapping {
    file: File,
    memory: MmapRaw,
    places: Places,
}

impl Mapping {
    /// Makes the memory for a job, and writes the job's text into it.
    pub(crate) fn create(text: &str, job: &Job) -> io::Result<Self> {
        let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
        // Some systems insist that such memory holds no program, older ones do not know the flag.
        let file = memfd_create("syncdemo", flags | MemfdFlags::NOEXEC_SEAL)
            .or_else(|_| memfd_create("syncdemo", flags))?;
        let file = File::from(file);
        let places = Places::after(text.len(), job);
        file.set_len(places.end as u64)?;
        file.write_all_at(MAGIC, 0)?;
        file.write_all_at(&(text.len() as u64).to_le_bytes(), MAGIC.len() as u64)?;
        file.write_all_at(text.as_bytes(), HEAD)?;
        // It cannot be made shorter now: a process that reads what is gone would be killed.
        fcntl_add_seals(&file, SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL)?;
        let mapping = Self { memory: map(&file)?, file, places };
        mapping.mutexes().iter().try_for_each(|mutex| mutex.init())?;
        Ok(mapping)
    }

    /// The text of the job that `file` was made for.
    pub(crate) fn job(file: &File) -> io::Result<String> {
        let read = || {
            let (mut magic, mut length) = ([0; MAGIC.len()], [0; 8]);
            file.read_exact_at(&mut magic, 0).ok()?;
            file.read_exact_at(&mut length, MAGIC.len() as u64).ok()?;
            let length = u64::from_le_bytes(length);
            let sealed = fcntl_get_seals(file).ok()?.contains(SealFlags::SHRINK);
            let ours = sealed && magic == *MAGIC && length < file.metadata().ok()?.len();
            let mut job = vec![0; usize::try_from(length).ok().filter(|_| ours)?];
            file.read_exact_at(&mut job, HEAD).ok()?;
            String::from_utf8(job).ok()
        };
        read().ok_or_else(|| io::Error::other("it was not given the memory of a run"))
    }

    /// Maps the memory that another process has made for a job, whose text has this length.
    pub(crate) fn open(file: File, text: usize, job: &Job) -> io::Result<Self> {
        let places = Places::after(text, job);
        if file.metadata()?.len() != places.end as u64 {
            return Err(io::Error::other("the memory of the run has another size"));
        }
        Ok(Self { memory: map(&file)?, file, places })
    }

    /// The file that it maps, to be handed to a worker.
    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    pub(super) fn shared(&self) -> Shared<'_> {
        let Places { statuses, vars, counters, log, semaphores, conditions, .. } = &self.places;
        Shared {
            control: &self.slice(&self.places.control)[0],
            statuses: self.slice(statuses),
            vars: self.slice(vars),
            counters: self.slice(counters),
            log: Log(self.slice(log)),
            locks: LockSet::Processes(self.mutexes(), self.slice(semaphores)),
            conditions: self.slice(conditions),
        }
    }

    pub(crate) fn exit_records(&self) -> &[CachePadded<ExitRecord>] {
        self.slice(&self.places.exit_records)
    }

    fn mutexes(&self) -> &[CachePadded<RobustMutex>] {
        self.slice(&self.places.mutexes)
    }

    fn slice<T: Shareable>(&self, region: &Region<T>) -> &[CachePadded<T>] {
        let &Region { begin, count, .. } = region;
        assert!(begin.is_multiple_of(align_of::<CachePadded<T>>()));
        assert!(begin + count * size_of::<CachePadded<T>>() <= self.memory.len());
        // SAFETY: inside the mapping and aligned, as just checked (a mapping begins at a page);
        // the file cannot shrink; the memory lives as long as `self`; any bytes there are a `T`
        // that may be shared, since `Places` gives no byte to two regions, and nothing writes to
        // the file but through `T`.
        unsafe { std::slice::from_raw_parts(self.memory.as_ptr().add(begin).cast(), count) }
    }
}

fn map(file: &File) -> io::Result<MmapRaw> {
    MmapOptions::new().map_raw(file)
}

/// Where the text of the job begins: after the magic text and its length.
const HEAD: u64 = MAGIC.len() as u64 + 8;

/// Where in the mapping values of one kind lie, each on a cache line of its own.
struct Region<T> {
    begin: usize,
    count: usize,
    of: PhantomData<fn() -> T>,
}

impl<T> Region<T> {
    /// A region of `count` values after `end`, which then moves after them.
    fn after(end: &mut usize, count: usize) -> Self {
        let begin = end.next_multiple_of(align_of::<CachePadded<T>>());
        *end = begin + count * size_of::<CachePadded<T>>();
        Self { begin, count, of: PhantomData }
    }
}

/// Where in the mapping each kind of values lies.
struct Places {
    control: Region<RunControl>,
    statuses: Region<WorkerStatus>,
    exit_records: Region<ExitRecord>,
    counters: Region<AtomicU64>,
    log: Region<LogLine>,
    vars: Region<AtomicU64>,
    mutexes: Region<RobustMutex>,
    semaphores: Region<SharedSemaphore>,
    conditions: Region<SharedCondition>,
    end: usize,
}

impl Places {
    /// Supervisor and worker compute the same, from the job and the length of its text.
    fn after(text: usize, job: &Job) -> Self {
        let Job { needs, config, .. } = job;
        let RunConfig { program, .. } = config;
        let mut end = HEAD as usize + text;
        Self {
            control: Region::after(&mut end, 1),
            statuses: Region::after(&mut end, program.workers),
            exit_records: Region::after(&mut end, program.workers),
            counters: Region::after(&mut end, usize::try_from(program.copies).unwrap_or(1)),
            log: Region::after(&mut end, config.log_lines()),
            vars: Region::after(&mut end, needs.vars.len()),
            mutexes: Region::after(&mut end, needs.locks.len()),
            semaphores: Region::after(&mut end, needs.semaphores.len()),
            conditions: Region::after(&mut end, needs.conditions.len()),
            end,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering::Relaxed;

    use super::*;
    use crate::catalog::table;
    use crate::machine::{Guard, Needs, Program};

    fn job(workers: usize) -> Job {
        let guard = Guard::Update;
        let program = Program { workers, iters: 1, guard, count_up: false, permits: 1, copies: 2 };
        let needs = Needs::default().var("var", 0).lock("one").lock("two").semaphore("permits", 1);
        Job { needs, ..Job::new(table()[0], RunConfig::new(program)) }
    }

    #[test]
    fn both_sides_see_the_same_values() {
        let ours = Mapping::create("a job", &job(3)).expect("there is memory");
        let file = ours.file().try_clone().expect("there is a descriptor");
        assert_eq!(Mapping::job(&file).expect("it is ours"), "a job");
        let theirs = Mapping::open(file, 5, &job(3)).expect("it is ours");
        ours.shared().statuses[2].progress.store(7, Relaxed);
        ours.shared().counters[1].store(9, Relaxed);
        theirs.shared().control.stop();
        assert_eq!(theirs.shared().statuses[2].made(), 3);
        assert_eq!(theirs.shared().counters[1].load(Relaxed), 9);
        assert!(ours.shared().control.is_stopping());
        assert!(theirs.mutexes()[1].try_lock().is_some());
        assert!(ours.mutexes()[1].try_lock().is_none());
    }

    #[test]
    fn any_other_file_is_refused() {
        assert!(Mapping::job(&tempfile::tempfile().expect("a file")).is_err());
        let ours = Mapping::create("a job", &job(3)).expect("there is memory");
        let file = || ours.file().try_clone().expect("there is a descriptor");
        assert!(Mapping::open(file(), 5, &job(64)).is_err(), "of another job");
        assert!(file().set_len(1).is_err(), "it is sealed");
    }
}
