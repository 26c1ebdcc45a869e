//! The robust mutex of POSIX, shared by processes: a worker that takes it after its owner has died
//! is told so.

use std::cell::UnsafeCell;
use std::io;
use std::mem::MaybeUninit;

/// A `pthread_mutex_t` that lies in memory which several processes share.
///
/// Fresh memory is none yet: the process that makes the memory calls [`init`](Self::init) before
/// any other process sees it. It is never moved afterwards, nor destroyed: it ends with its memory,
/// since a worker that was killed may still count as a user of it.
pub(crate) struct RobustMutex(UnsafeCell<libc::pthread_mutex_t>);

// SAFETY: a mutex made with PTHREAD_PROCESS_SHARED is there to be used from many threads at once;
// after `init` nothing touches the bytes but the functions of the C library.
unsafe impl Sync for RobustMutex {}
// SAFETY: as above; it has no ties to the thread that made it.
unsafe impl Send for RobustMutex {}

/// How a mutex was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It was free.
    Free,
    /// Its owner died holding it.
    Inherited,
}

impl RobustMutex {
    /// Makes a mutex of fresh memory.
    pub(crate) fn init(&self) -> io::Result<()> {
        let mut attributes = MaybeUninit::uninit();
        // SAFETY: the attributes are initialised by the first call, used by those between, and
        // destroyed by the last; the mutex lies in memory that outlives its users.
        unsafe {
            check(libc::pthread_mutexattr_init(attributes.as_mut_ptr()))?;
            let attributes = attributes.as_mut_ptr();
            let (shared, robust) = (libc::PTHREAD_PROCESS_SHARED, libc::PTHREAD_MUTEX_ROBUST);
            let made = check(libc::pthread_mutexattr_setpshared(attributes, shared))
                .and_then(|()| check(libc::pthread_mutexattr_setrobust(attributes, robust)))
                .and_then(|()| check(libc::pthread_mutex_init(self.0.get(), attributes)));
            libc::pthread_mutexattr_destroy(attributes);
            made
        }
    }

    /// Takes it unless it is held.
    #[inline]
    pub(crate) fn try_lock(&self) -> Option<Taken> {
        // SAFETY: `init` has made it a mutex.
        match unsafe { libc::pthread_mutex_trylock(self.0.get()) } {
            libc::EBUSY => None,
            status => Some(self.taken(status)),
        }
    }

    /// Takes it, and sleeps while it is held.
    pub(crate) fn lock(&self) -> Taken {
        // SAFETY: `init` has made it a mutex.
        self.taken(unsafe { libc::pthread_mutex_lock(self.0.get()) })
    }

    #[inline]
    fn taken(&self, status: libc::c_int) -> Taken {
        match status {
            0 => Taken::Free,
            libc::EOWNERDEAD => {
                // What the owner left half done is one update that it had not made: nothing to be
                // repaired but the mutex. Without this no worker could ever take it again.
                // SAFETY: this thread holds it, and was told that its owner had died.
                unsafe { libc::pthread_mutex_consistent(self.0.get()) };
                Taken::Inherited
            }
            _ => panic!("its mutex failed: {}", io::Error::from_raw_os_error(status)),
        }
    }

    /// Gives it back, and returns whether this thread held it.
    #[inline]
    pub(crate) fn unlock(&self) -> bool {
        // SAFETY: `init` has made it a mutex; a robust one refuses a thread that does not hold it.
        unsafe { libc::pthread_mutex_unlock(self.0.get()) == 0 }
    }
}

fn check(status: libc::c_int) -> io::Result<()> {
    if status == 0 { Ok(()) } else { Err(io::Error::from_raw_os_error(status)) }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn mutex() -> Arc<RobustMutex> {
        // SAFETY: all bytes zero are a value of a C struct of numbers, and `init` follows.
        let mutex = Arc::new(RobustMutex(UnsafeCell::new(unsafe { std::mem::zeroed() })));
        mutex.init().expect("Linux has robust mutexes");
        mutex
    }

    #[test]
    fn only_the_thread_that_holds_it_can_release_it() {
        let mutex = mutex();
        assert_eq!(mutex.try_lock(), Some(Taken::Free));
        let other = mutex.clone();
        let seen = std::thread::spawn(move || (other.try_lock(), other.unlock())).join();
        assert_eq!(seen.expect("it only tries"), (None, false));
        assert!(mutex.unlock());
        assert!(!mutex.unlock(), "it is free");
    }

    #[test]
    fn a_thread_that_takes_it_after_its_owner_died_is_told_once_and_it_works_on() {
        let mutex = mutex();
        let owner = mutex.clone();
        // A thread that ends while it holds the mutex counts like a process that dies.
        std::thread::spawn(move || owner.lock()).join().expect("it takes it");
        assert_eq!(mutex.lock(), Taken::Inherited);
        assert!(mutex.unlock());
        assert_eq!(mutex.lock(), Taken::Free);
        assert!(mutex.unlock());
    }
}
