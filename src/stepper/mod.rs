//! One schedule, built step by step on the model machine.
//!
//! - `steps`: the schedule so far, with undo and redo
//! - `outlook`, `ways`: what can still come of it, and by which step
//! - `goal`: what is to be reached
//! - `scenes`: all states at once, with what there is to see in each, for a page
//! - `session`, `quiz`, `script`: the keys of whoever is the scheduler
//! - `view`: what there is to see after a key
//!
//! It is the engine of `syncdemo step`, and of the page. Only the [model](crate::explore) says what a
//! step does.

mod goal;
mod outlook;
mod quiz;
mod scenes;
mod script;
mod session;
mod steps;
#[cfg(test)]
mod tests;
mod view;
mod ways;

pub(crate) use goal::Goal;
pub(crate) use scenes::{SceneGraph, SceneState};
pub(crate) use script::Script;
pub(crate) use session::{After, Key, Session};
pub(crate) use steps::Stepper;
#[cfg(test)]
pub(crate) use tests::{in_livelock, press, with_session, with_session_of};
pub(crate) use view::{Reachability, StepLoss, View};
