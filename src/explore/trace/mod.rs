//! One schedule, followed step by step, with all values; all states that it can lead to; and schedules
//! that show something.

mod event;
mod graph;
mod guide;
mod refusal;
mod round;
mod scene;
mod tracer;
mod waiting;
mod words;

pub use event::{Event, Held, Overwritten, Round, Trace, Waits};
pub use graph::{Edge, End, State, StateGraph};
pub(super) use guide::finished;
pub use guide::waiting;
pub use refusal::{Refusal, WaitsFor, Why};
pub use scene::{NextStep, Scene, Status, WorkerScene};
pub use tracer::{Position, TracedProgram, Tracer, trace};
