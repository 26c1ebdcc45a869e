//! A session of whoever is the scheduler: keys go in, and there is something to see after each.

use std::iter;
use std::rc::Rc;

use super::goal::Goal;
use super::quiz::{Question, question};
use super::steps::Stepper;
use super::view::{Reachability, StepLoss, View};
use crate::explore::{Event, Memory, Recording, Refusal, Refused, WaitsFor, Why, WorkerScene};
use crate::machine::{About, Program, Turn};

/// A key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Char(char),
    Enter,
    Backspace,
    Escape,
}

/// What is to happen after a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    GoOn,
    Leave,
}

/// What the next key means.
enum Mode {
    Free,
    /// The worker whose store buffer drains, or that runs on.
    Drain,
    Run,
    /// A question was asked before this step.
    Asked(Turn, Question, String),
}

/// One strategy, one schedule, and a goal.
pub(crate) struct Session<'a, 'c> {
    pub(super) stepper: Stepper<'a, 'c>,
    about: About,
    program: Program,
    memory: Memory,
    recordings: Rc<[Recording]>,
    goals: Vec<Goal>,
    mode: Mode,
    quiz: Option<(usize, usize)>,
    note: String,
    help: bool,
}

impl<'a, 'c> Session<'a, 'c> {
    /// With `quiz`, steps that decide are asked about.
    pub(crate) fn new(
        stepper: Stepper<'a, 'c>,
        about: About,
        (program, memory): (&Program, Memory),
        recordings: Vec<Recording>,
        goal: Goal,
        quiz: bool,
    ) -> Self {
        let others = Goal::all(about.promise.has_section(), &stepper.future().values);
        let others = others.into_iter().filter(|&other| other != goal);
        let goals = iter::once(goal).chain(others).collect();
        Self {
            stepper,
            about,
            program: program.clone(),
            memory,
            recordings: recordings.into(),
            goals,
            mode: Mode::Free,
            quiz: quiz.then_some((0, 0)),
            note: String::new(),
            help: false,
        }
    }

    /// Does what a key says. The error is that the strategy's code cannot be followed.
    pub(crate) fn key(&mut self, key: Key) -> Result<After, Refused> {
        self.note.clear();
        let (help, mode) = (self.help, std::mem::replace(&mut self.mode, Mode::Free));
        self.help = false;
        match (mode, key) {
            (_, Key::Char('q')) => return Ok(After::Leave),
            (Mode::Asked(turn, question, typed), key) => self.answer(turn, question, typed, key)?,
            (mode, Key::Char(digit @ '0'..='9')) => self.digit(mode, digit)?,
            (Mode::Free, Key::Char('?')) => self.help = !help,
            (Mode::Free, Key::Char(letter)) => self.letter(letter)?,
            _ => {}
        }
        Ok(After::GoOn)
    }

    fn digit(&mut self, mode: Mode, digit: char) -> Result<(), Refused> {
        let number = digit.to_digit(10).unwrap_or(0) as usize;
        let Some(worker) = number.checked_sub(1).filter(|&at| at < self.program.workers) else {
            self.note = format!("There is no worker {number}: there are {}.", self.program.workers);
            return Ok(());
        };
        match mode {
            Mode::Free | Mode::Asked(..) => self.step(Turn::of(worker)),
            Mode::Drain => self.step(Turn::drain(worker)),
            Mode::Run => self.run(worker),
        }
    }

    fn letter(&mut self, letter: char) -> Result<(), Refused> {
        match letter {
            'd' if self.memory == Memory::Sc => {
                self.note = "A store reaches the memory at once: only with --memory tso does it \
                             wait in a buffer."
                    .into();
            }
            'd' => self.mode = Mode::Drain,
            's' if self.quiz.is_some() => {
                self.note = "With --quiz each step is taken by itself.".into();
            }
            's' => self.mode = Mode::Run,
            'u' => {
                if !self.stepper.undo()? {
                    self.note = "There is no step to undo.".into();
                }
            }
            'r' => match self.stepper.redo() {
                Ok(true) => self.note = self.last(),
                Ok(false) => self.note = "There is no step to redo.".into(),
                Err(refusal) => self.refuse(&refusal)?,
            },
            'R' => self.stepper.restart()?,
            'h' => self.note = self.hint(),
            'g' => self.goals.rotate_left(1),
            other => {
                self.note = format!("'{}' is no key: ? explains them.", other.escape_default())
            }
        }
        Ok(())
    }

    fn step(&mut self, turn: Turn) -> Result<(), Refused> {
        if self.quiz.is_some()
            && let Ok(event) = self.stepper.peek(turn)
            && let Some(question) = question(&event, self.stepper.scene())
        {
            self.mode = Mode::Asked(turn, question, String::new());
            return Ok(());
        }
        self.take(turn)
    }

    fn take(&mut self, turn: Turn) -> Result<(), Refused> {
        match self.stepper.take(turn) {
            Ok(()) => self.note = self.last(),
            Err(refusal) => {
                self.refuse(&refusal)?;
                // That it waits is part of the schedule, once, and no step.
                let wait = Turn::wait(turn.worker);
                let again = self.stepper.events().last().is_some_and(|event| event.turn == wait);
                if matches!(refusal.why, Why::Waits(_)) && !again {
                    // Its own stores may have to reach the memory first: then it does not wait yet.
                    let _ = self.stepper.take(wait);
                }
            }
        }
        Ok(())
    }

    fn run(&mut self, worker: usize) -> Result<(), Refused> {
        match self.stepper.run(worker) {
            Ok(steps) => {
                let s = if steps == 1 { "" } else { "s" };
                self.note = format!("{steps} step{s}. {}", self.last());
            }
            Err(refusal) => self.refuse(&refusal)?,
        }
        Ok(())
    }

    fn answer(
        &mut self,
        turn: Turn,
        question: Question,
        mut typed: String,
        key: Key,
    ) -> Result<(), Refused> {
        match key {
            Key::Escape => return Ok(()),
            Key::Char(sign) if sign.is_ascii_digit() || sign == '-' && typed.is_empty() => {
                // No value has so many digits.
                if typed.len() < 18 {
                    typed.push(sign);
                }
            }
            Key::Backspace => drop(typed.pop()),
            Key::Enter if typed.parse::<i64>().is_ok() => {
                let right = typed.parse() == Ok(question.answer);
                self.take(turn)?;
                if let Some((answered, asked)) = &mut self.quiz {
                    (*answered, *asked) = (*answered + usize::from(right), *asked + 1);
                }
                let said = if right { "Right".into() } else { format!("No: {}", question.answer) };
                self.note = format!("{said}. {}", self.note);
                return Ok(());
            }
            Key::Enter | Key::Char(_) => {
                self.note = "Type a number and Enter; Escape takes no step.".into();
            }
        }
        self.mode = Mode::Asked(turn, question, typed);
        Ok(())
    }

    /// Says why a step cannot be taken.
    fn refuse(&mut self, refusal: &Refusal) -> Result<(), Refused> {
        let worker = refusal.turn.map_or(0, |turn| turn.worker + 1);
        self.note = match &refusal.why {
            Why::Refused(why) => return Err(*why),
            Why::Waits(what) => format!("Worker {worker} waits {what}.{}", self.held_by(what)),
            Why::Finished | Why::NoWorker | Why::TooShort => {
                format!("Worker {worker} has finished.")
            }
            Why::Undrained => format!(
                "Worker {worker}'s stores have to reach the memory first: d{worker} lets the oldest \
                 do so."
            ),
            Why::NotWaiting => format!("Worker {worker} does not have to wait."),
            Why::Empty => format!("No store of worker {worker} waits in its buffer."),
            Why::Fault => format!("Worker {worker} would give back a lock that it does not hold."),
        };
        Ok(())
    }

    fn held_by(&self, what: &WaitsFor) -> String {
        let WaitsFor::Lock(name) = what else { return String::new() };
        let holder = self.stepper.scene().locks.iter().find(|(lock, _)| lock == name);
        let holder = holder.and_then(|(_, holder)| *holder);
        holder.map_or_else(String::new, |holder| format!(" Worker {} holds it.", holder + 1))
    }

    /// "Step 3, worker 1: read 0."
    fn last(&self) -> String {
        self.stepper.events().last().map_or_else(String::new, said)
    }

    fn hint(&mut self) -> String {
        let goal = self.goals[0];
        match self.reachability() {
            Reachability::Reached(_) => "The goal is reached: g for the next one.".into(),
            Reachability::Open(_) => match self.stepper.way(goal) {
                Some((_, Some(turn))) => match self.stepper.peek(turn) {
                    Ok(event) => format!("Hint: {turn} ({}).", event.words),
                    Err(_) => format!("Hint: {turn}."),
                },
                _ => "The rest is the same by any steps.".into(),
            },
            Reachability::NotFromHere => {
                format!("No schedule from here {}: undo (u).", goal.verb())
            }
            Reachability::Never => {
                format!("No schedule at all {}: g for the next goal.", goal.verb())
            }
            Reachability::Unknown => "No way is known from here.".into(),
        }
    }

    fn reachability(&mut self) -> Reachability {
        let goal = self.goals[0];
        if let Some(step) = self.stepper.reached(goal) {
            return Reachability::Reached(step);
        }
        match (self.stepper.way(goal), self.stepper.future().complete) {
            (Some(((preemptions, _), _)), _) => Reachability::Open(preemptions),
            (None, false) => Reachability::Unknown,
            (None, true) if self.stepper.least(goal).is_some() => Reachability::NotFromHere,
            // Near its end a schedule may be known from there, and not from its start.
            (None, true) if self.stepper.whole => Reachability::Never,
            (None, true) => Reachability::NotFromHere,
        }
    }

    /// What there is to see.
    pub(crate) fn view(&mut self) -> View {
        let goal = self.goals[0];
        let (reachability, least) =
            (self.reachability(), self.stepper.least(goal).map(|cost| cost.0));
        let ended = self.stepper.trace().is_ok_and(|trace| trace.ended);
        let question = match &self.mode {
            Mode::Asked(_, question, typed) => Some((question.words.clone(), Some(typed.clone()))),
            Mode::Drain => Some(("Whose oldest store reaches the memory?".into(), None)),
            Mode::Run => Some(("Which worker goes on?".into(), None)),
            Mode::Free => None,
        };
        let scene = self.stepper.scene();
        let line = |(recording, worker): (&Recording, &WorkerScene)| {
            worker.next.as_ref().and_then(|next| recording.line(next))
        };
        let until = if let Reachability::Reached(step) = reachability { step } else { usize::MAX };
        let steps = self.stepper.events().filter(|event| event.number.is_some()).take(until);
        let preempted = steps.filter(|event| event.preempted.is_some());
        View {
            about: self.about,
            program: self.program.clone(),
            memory: self.memory,
            recordings: Rc::clone(&self.recordings),
            lines: self.recordings.iter().zip(&scene.workers).map(line).collect(),
            scene: scene.clone(),
            schedule: self.stepper.schedule(),
            losses: self.stepper.events().filter_map(StepLoss::of).collect(),
            ended,
            goal,
            reachability,
            future: self.stepper.future(),
            states: self.stepper.states(),
            preemptions: preempted.count(),
            least,
            note: self.note.clone(),
            question,
            quiz: self.quiz,
            help: self.help,
        }
    }
}

fn said(event: &Event) -> String {
    let worker = event.turn.worker + 1;
    let Some(step) = event.number else { return format!("Worker {worker} {}.", event.words) };
    let again = if event.failed { ". The attempt fails: again from its beginning" } else { "" };
    format!("Step {step}, worker {worker}: {}{again}.", event.words)
}
