//! One schedule, followed step by step, with all values.

mod event;
mod refusal;
mod round;
mod tracer;
mod waiting;
mod words;

pub use event::{Event, Held, Overwritten, Round, Trace, Waits};
pub use refusal::{Refusal, WaitsFor, Why};
pub use tracer::{trace, trace_part};
