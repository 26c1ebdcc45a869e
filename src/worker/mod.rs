//! Real workers: how they start together, live, wait for one another, and end.
//!
//! [`live`] is the life of a worker, the same for every machine; [`Gate`] lets all of them start
//! at once; a [`Slot`] is what each tells the others and the one who watches. Threads and
//! processes differ in how they are started, and in their [`Locks`].

mod gate;
mod job;
mod life;
mod locks;
mod panic;
mod slot;
mod threads;

pub use gate::Gate;
pub use job::Job;
pub use life::{End, live, survive};
pub use locks::{CountingSemaphore, Locks, ThreadLocks};
pub use panic::note_panics;
pub use slot::{Held, Slot, Waiting, WaitingFor};
pub use threads::{Arena, Crew};
