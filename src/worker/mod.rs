//! Real workers: how they start together, live, wait for one another, and end.
//!
//! [`live`] is the life of a worker, the same for every machine; [`Gate`] lets all of them start
//! at once; a [`Slot`] is what each tells the others and the one who watches; a [`Crew`] is all of
//! them, as that one sees them. Threads and processes differ in how they are started, and in their
//! [`Locks`].

mod board;
mod clock;
mod crew;
#[cfg(target_os = "linux")]
mod ending;
#[cfg(target_os = "linux")]
mod errand;
mod gate;
mod job;
mod life;
mod locks;
#[cfg(target_os = "linux")]
mod mapping;
mod panic;
mod post;
#[cfg(target_os = "linux")]
mod processes;
mod slot;
mod text;
mod threads;

pub use board::Board;
pub(crate) use board::Order;
pub use crew::{Crew, Unstarted};
#[cfg(target_os = "linux")]
use errand::WORKER;
#[cfg(target_os = "linux")]
pub use errand::attend;
pub use gate::Gate;
pub use job::{Job, Kind, Setup};
pub use life::{End, live, survive};
pub use locks::{Bed, Bunk, Counting, CountingSemaphore, Locks, ThreadLocks};
pub use panic::{note_panics, panic_sentence};
pub use post::Post;
pub use slot::{Held, Slot, Waiting, WaitingFor};

/// There are no processes here that could be workers.
#[cfg(not(target_os = "linux"))]
pub fn attend(
    _: impl Iterator<Item = std::ffi::OsString>,
    _: &[&'static dyn crate::strategy::Face],
) -> Option<Result<(), String>> {
    None
}
