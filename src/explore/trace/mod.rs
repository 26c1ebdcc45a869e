//! One schedule, followed step by step, with all values; and all states that it can lead to.

mod event;
mod graph;
mod refusal;
mod round;
mod scene;
mod tracer;
mod waiting;
mod words;

pub use event::{Event, Held, Overwritten, Round, Trace, Waits};
pub use graph::{Edge, End, State, StateGraph};
pub use refusal::{Refusal, WaitsFor, Why};
pub use scene::{Next, Scene, Status, WorkerScene};
pub use tracer::{Position, Traced, Tracer, trace, trace_part};
