//! The memory that the processes of one run share.
//!
//! It is a file without a name: nothing is left behind when the last process that maps it has
//! ended, however it ends. It begins with what tells it from any other file, and with the job, as
//! text; behind that lies, zero at first, what all workers change. One file is one run.

use std::fs::File;
use std::io;
use std::mem::{align_of, size_of};
use std::os::unix::fs::FileExt;
use std::sync::atomic::AtomicU64;

use crossbeam_utils::CachePadded;
use memmap2::{MmapOptions, MmapRaw};
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, fcntl_get_seals, memfd_create};

use super::control::RunControl;
use super::exit_record::ExitRecord;
use super::locks::{Counting, FutexParker, RobustMutex, SharedSemaphore};
use super::{Job, WorkerStatus};

/// What the file begins with. The version is part of it: both sides must lay it out alike.
const MAGIC: &[u8; 32] =
    concat!("syncdemo ", env!("CARGO_PKG_VERSION"), " workers\n                ")
        .as_bytes()
        .first_chunk()
        .expect("it is long enough");

/// How many there are of what lies in the mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) workers: usize,
    pub(crate) copies: usize,
    pub(crate) vars: usize,
    pub(crate) mutexes: usize,
    pub(crate) semaphores: usize,
}

impl Counts {
    /// What the workers of a job share: supervisor and worker work it out alike.
    pub(crate) fn of(job: &Job) -> Self {
        let Job { needs, config, .. } = job;
        Self {
            workers: config.program.workers,
            copies: usize::try_from(config.program.copies).unwrap_or(1),
            vars: needs.vars.len(),
            mutexes: needs.locks.len(),
            semaphores: needs.semaphores.len(),
        }
    }
}

/// A value that may lie in the mapping.
///
/// # Safety
///
/// All bytes zero are a value of it, no bytes at all are harmful to read, and code that has a shared
/// reference changes it with atomic instructions or by functions made for processes.
unsafe trait Shareable: Sync {}

// SAFETY: the atomic itself.
unsafe impl Shareable for AtomicU64 {}
// SAFETY: atomics only, and so are the next two.
unsafe impl Shareable for RunControl {}
// SAFETY: as above.
unsafe impl Shareable for WorkerStatus {}
// SAFETY: as above.
unsafe impl Shareable for ExitRecord {}
// SAFETY: a C struct of numbers; `create` makes it a mutex before anybody else maps it, and from
// then on only the functions of the C library, made for processes, change it.
unsafe impl Shareable for RobustMutex {}
// SAFETY: an atomic, and what its waiters sleep on.
unsafe impl<P: Shareable> Shareable for Counting<P> {}
// SAFETY: an atomic that the kernel looks at as well.
unsafe impl Shareable for FutexParker {}
// SAFETY: what it pads decides.
unsafe impl<T: Shareable> Shareable for CachePadded<T> {}

/// The shared memory of one run, mapped.
pub(crate) struct Mapping {
    file: File,
    memory: MmapRaw,
    counts: Counts,
    places: Places,
}

impl Mapping {
    /// Makes the memory for a job, whose text is `job`.
    pub(crate) fn create(job: &str, counts: Counts) -> io::Result<Self> {
        let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
        // Some systems insist that such memory holds no program, older ones do not know the flag.
        let file = memfd_create("syncdemo", flags | MemfdFlags::NOEXEC_SEAL)
            .or_else(|_| memfd_create("syncdemo", flags))?;
        let file = File::from(file);
        let places = Places::behind(job.len(), &counts);
        file.set_len(places.end as u64)?;
        file.write_all_at(MAGIC, 0)?;
        file.write_all_at(&(places.end as u64).to_le_bytes(), 32)?;
        file.write_all_at(&(job.len() as u64).to_le_bytes(), 40)?;
        file.write_all_at(job.as_bytes(), HEAD)?;
        // It cannot be made shorter now: a process that reads what is gone would be killed.
        fcntl_add_seals(&file, SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL)?;
        let mapping = Self { memory: map(&file)?, file, counts, places };
        mapping.mutexes().iter().try_for_each(|mutex| mutex.init())?;
        Ok(mapping)
    }

    /// The text of the job that `file` was made for.
    pub(crate) fn job(file: &File) -> io::Result<String> {
        let mut magic = [0; 32];
        let mut length = [0; 8];
        let mut job = Vec::new();
        let sealed = fcntl_get_seals(file).is_ok_and(|seals| seals.contains(SealFlags::SHRINK));
        if sealed && file.read_exact_at(&mut magic, 0).is_ok() && magic == *MAGIC {
            file.read_exact_at(&mut length, 40)?;
            let length = u64::from_le_bytes(length);
            if length < file.metadata()?.len() {
                job.resize(usize::try_from(length).map_err(io::Error::other)?, 0);
                file.read_exact_at(&mut job, HEAD)?;
            }
        }
        let job = String::from_utf8(job).ok().filter(|job| !job.is_empty());
        job.ok_or_else(|| io::Error::other("it was not given the memory of a run"))
    }

    /// Maps the memory that another process has made for a job of this length.
    pub(crate) fn open(file: File, job: usize, counts: Counts) -> io::Result<Self> {
        let places = Places::behind(job, &counts);
        let mut size = [0; 8];
        file.read_exact_at(&mut size, 32)?;
        if u64::from_le_bytes(size) != places.end as u64
            || file.metadata()?.len() != places.end as u64
        {
            return Err(io::Error::other("the memory of the run has another size"));
        }
        Ok(Self { memory: map(&file)?, file, counts, places })
    }

    /// The file behind it, to be handed to a worker.
    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    pub(crate) fn control(&self) -> &RunControl {
        &self.slice::<CachePadded<RunControl>>(self.places.control, 1)[0]
    }

    pub(crate) fn statuses(&self) -> &[CachePadded<WorkerStatus>] {
        self.slice(self.places.statuses, self.counts.workers)
    }

    pub(crate) fn exit_records(&self) -> &[CachePadded<ExitRecord>] {
        self.slice(self.places.exit_records, self.counts.workers)
    }

    pub(crate) fn counters(&self) -> &[CachePadded<AtomicU64>] {
        self.slice(self.places.counters, self.counts.copies)
    }

    pub(crate) fn vars(&self) -> &[CachePadded<AtomicU64>] {
        self.slice(self.places.vars, self.counts.vars)
    }

    pub(crate) fn mutexes(&self) -> &[CachePadded<RobustMutex>] {
        self.slice(self.places.mutexes, self.counts.mutexes)
    }

    pub(crate) fn semaphores(&self) -> &[CachePadded<SharedSemaphore>] {
        self.slice(self.places.semaphores, self.counts.semaphores)
    }

    /// `count` values that begin at `place`.
    fn slice<T: Shareable>(&self, place: usize, count: usize) -> &[T] {
        assert!(place.is_multiple_of(align_of::<T>()));
        assert!(place + count * size_of::<T>() <= self.memory.len());
        // SAFETY: inside the mapping and aligned, as just checked (a mapping begins at a page);
        // the file cannot shrink; the memory lives as long as `self`; any bytes there are a `T`
        // that may be shared, since `Places` gives no byte to two kinds of values, and
        // nothing writes to the file but through `T`.
        unsafe { std::slice::from_raw_parts(self.memory.as_ptr().add(place).cast(), count) }
    }
}

fn map(file: &File) -> io::Result<MmapRaw> {
    MmapOptions::new().map_raw(file)
}

/// Where the text of the job begins: behind the magic and two sizes.
const HEAD: u64 = 48;

/// Where in the mapping each kind of values begins.
struct Places {
    control: usize,
    statuses: usize,
    exit_records: usize,
    counters: usize,
    vars: usize,
    mutexes: usize,
    semaphores: usize,
    end: usize,
}

impl Places {
    /// Supervisor and worker work it out alike, from the job.
    fn behind(job: usize, counts: &Counts) -> Self {
        let mut end = HEAD as usize + job;
        Self {
            control: place::<RunControl>(&mut end, 1),
            statuses: place::<WorkerStatus>(&mut end, counts.workers),
            exit_records: place::<ExitRecord>(&mut end, counts.workers),
            counters: place::<AtomicU64>(&mut end, counts.copies),
            vars: place::<AtomicU64>(&mut end, counts.vars),
            mutexes: place::<RobustMutex>(&mut end, counts.mutexes),
            semaphores: place::<SharedSemaphore>(&mut end, counts.semaphores),
            end,
        }
    }
}

/// The place of `count` values behind `end`, each on a line of its own.
fn place<T>(end: &mut usize, count: usize) -> usize {
    let begin = end.next_multiple_of(align_of::<CachePadded<T>>());
    *end = begin + count * size_of::<CachePadded<T>>();
    begin
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering::Relaxed;

    use super::*;

    const COUNTS: Counts = Counts { workers: 3, copies: 2, vars: 1, mutexes: 2, semaphores: 1 };

    #[test]
    fn what_one_side_writes_the_other_reads() {
        let ours = Mapping::create("a job", COUNTS).expect("there is memory");
        let file = ours.file().try_clone().expect("there is a descriptor");
        assert_eq!(Mapping::job(&file).expect("it is ours"), "a job");
        let theirs = Mapping::open(file, 5, COUNTS).expect("it is ours");
        ours.statuses()[2].progress.store(7, Relaxed);
        ours.counters()[1].store(9, Relaxed);
        theirs.control().stop();
        assert_eq!(theirs.statuses()[2].made(), 3);
        assert_eq!(theirs.counters()[1].load(Relaxed), 9);
        assert!(ours.control().is_stopping());
        assert!(theirs.mutexes()[1].try_lock().is_some());
        assert!(ours.mutexes()[1].try_lock().is_none());
    }

    #[test]
    fn any_other_file_is_refused() {
        assert!(Mapping::job(&tempfile::tempfile().expect("a file")).is_err());
        let ours = Mapping::create("a job", COUNTS).expect("there is memory");
        let file = || ours.file().try_clone().expect("there is a descriptor");
        let more = Counts { workers: 64, ..COUNTS };
        assert!(Mapping::open(file(), 5, more).is_err(), "of another job");
        assert!(file().set_len(1).is_err(), "it is sealed");
    }
}
