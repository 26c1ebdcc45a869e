//! A schedule, or a write of a traced run that overwrote others, as a timeline, which all formats draw.

use super::explore::overwritten::{decisive, sentence, were_lost};
use super::race::traced;
use crate::explore::{Event, Trace, WaitsFor};
use crate::machine::{Delta, Program, Promise};
use crate::outcome::{Between, Loss, several};

/// What is drawn.
pub(super) struct Timeline {
    /// What its rows are numbered by.
    pub(super) numbered: &'static str,
    /// The workers (from 0) that have a column, and what stands above it.
    pub(super) columns: Vec<(usize, String)>,
    pub(super) rows: Vec<Row>,
    /// Paragraphs below the rows.
    pub(super) said: [Vec<String>; 2],
}

impl Timeline {
    /// Of a schedule.
    pub(super) fn of(program: &Program, promise: Promise, trace: &Trace) -> Self {
        let columns = columns(program);
        let rows = rows(program, promise, trace);
        Self { numbered: "step", columns, rows, said: said(trace) }
    }

    /// Of a write that overwrote others, from its read on.
    pub(super) fn of_loss(program: &Program, loss: &Loss) -> Self {
        let me = loss.worker - 1;
        let first = one(loss.read_at, me, format!("read {}", loss.read), loss.read);
        let mut last = one(loss.write, me, format!("write {}", loss.wrote), loss.wrote);
        if let Row::Event(cells) = &mut last {
            cells.remark = Some(Remark { said: traced::lost(loss) + " lost", wrong: true });
        }
        let between = loss.between.iter().map(|between| match *between {
            Between::One { write, worker, value } => {
                one(write, worker - 1, format!("write {value}"), value)
            }
            Between::Folded { worker, writes } => {
                Row::Folded { worker: worker - 1, said: several(writes, "write") }
            }
            Between::Others { workers, writes } => {
                let others = several(workers, "other worker");
                Row::Across(format!("{} of {others}", several(writes, "write")))
            }
        });
        let rows: Vec<Row> = [first].into_iter().chain(between).chain([last]).collect();
        let takes_part = |me: &usize| {
            rows.iter().any(|row| match row {
                Row::Event(Cells { worker, .. }) | Row::Folded { worker, .. } => worker == me,
                Row::Across(_) => false,
            })
        };
        let all = program.workers <= COLUMNS;
        let columns = (0..program.workers).filter(|me| all || takes_part(me));
        let columns = columns.map(|me| (me, heading(program, me))).collect();
        Self { numbered: "write", columns, rows, said: [vec![], vec![traced::sentence(loss)]] }
    }

    /// The longest number of a row.
    pub(super) fn last_number(&self) -> String {
        let numbers = self.rows.iter().filter_map(|row| match row {
            Row::Event(cells) => cells.number,
            Row::Across(_) | Row::Folded { .. } => None,
        });
        numbers.max().unwrap_or(0).to_string()
    }

    /// Where its rows are many, without those in the midst of what one worker does without a break;
    /// `hint` says how to see them.
    pub(super) fn folded(self, hint: &str) -> Self {
        Self { rows: folded(self.rows, hint), ..self }
    }
}

/// So many workers always have a column.
const COLUMNS: usize = 4;

/// A read or a write of a traced run.
fn one(number: u64, worker: usize, words: String, counter: i64) -> Row {
    let number = usize::try_from(number).ok();
    Row::Event(Cells { number, worker, words, waiting: Vec::new(), counter, remark: None })
}

/// One row.
pub(super) enum Row {
    /// Across all columns: "preemption: worker 2".
    Across(String),
    /// A step, or a worker that has to wait.
    Event(Cells),
    /// Steps of one worker (from 0) that are not shown: "12 steps more"
    Folded { worker: usize, said: String },
}

/// What stands in the row of an event.
pub(super) struct Cells {
    /// Which step it is, from 1; a worker that has to wait takes none.
    pub(super) number: Option<usize>,
    /// From 0.
    pub(super) worker: usize,
    pub(super) words: String,
    /// The workers (from 0) that have to wait meanwhile.
    pub(super) waiting: Vec<usize>,
    /// The value after it.
    pub(super) counter: i64,
    pub(super) remark: Option<Remark>,
}

/// What is to be said of an event.
pub(super) struct Remark {
    pub(super) said: String,
    /// It is what must not happen.
    pub(super) wrong: bool,
}

fn rows(program: &Program, promise: Promise, trace: &Trace) -> Vec<Row> {
    let most = promise.most_inside(program.permits).unwrap_or(u64::MAX);
    let inside = trace.inside();
    let mut waiting = vec![false; program.workers];
    let mut rows = Vec::new();
    for (at, event) in trace.events.iter().enumerate() {
        let worker = event.turn.worker;
        rows.extend(across(trace, at).map(Row::Across));
        waiting[worker] = event.waits.is_some();
        let others = (0..program.workers).filter(|&me| me != worker && waiting[me]);
        rows.push(Row::Event(Cells {
            number: event.number,
            worker,
            words: words(event),
            waiting: others.collect(),
            counter: event.counter,
            remark: remark(event, Some(inside[at]).filter(|&inside| inside as u64 > most)),
        }));
    }
    rows
}

/// What is drawn across before an event.
fn across(trace: &Trace, at: usize) -> impl Iterator<Item = String> {
    let event = &trace.events[at];
    let round = trace.round.as_ref().filter(|round| round.from == at);
    let again = round.map(|_| "again and again".to_owned());
    // A worker that had to wait has taken no step: then it is the same preemption.
    let drawn = at.checked_sub(1).map(|before| &trace.events[before]);
    let drawn = drawn.filter(|before| before.waits.is_some()).and_then(|of| of.preempted);
    let preempted = event.preempted.filter(|&worker| drawn != Some(worker));
    again.into_iter().chain(preempted.map(|worker| format!("preemption: worker {worker}")))
}

/// Of more rows than this, some are folded.
const MANY: usize = 40;
/// So many stay, at the beginning and at the end of what one worker does without a break.
const ENDS: usize = 3;

fn folded(rows: Vec<Row>, hint: &str) -> Vec<Row> {
    if rows.len() <= MANY {
        return rows;
    }
    let worker = |row: &Row| match row {
        Row::Event(Cells { worker, remark: None, .. }) => Some(*worker),
        Row::Event(_) | Row::Across(_) | Row::Folded { .. } => None,
    };
    let mut blocks: Vec<Vec<Row>> = Vec::new();
    for row in rows {
        match blocks.last_mut() {
            Some(block) if worker(&block[0]).is_some() && worker(&block[0]) == worker(&row) => {
                block.push(row);
            }
            _ => blocks.push(vec![row]),
        }
    }
    for block in &mut blocks {
        if let (Some(worker), true) = (worker(&block[0]), block.len() > 2 * ENDS + 1) {
            let steps = block.len() - 2 * ENDS;
            let said = format!("{steps} steps more{hint}");
            block.splice(ENDS..ENDS + steps, [Row::Folded { worker, said }]);
        }
    }
    blocks.into_iter().flatten().collect()
}

/// What a worker does.
pub(super) fn words(event: &Event) -> String {
    let repeat = if event.failed { ", repeat" } else { "" };
    match event.waits.as_ref().map(|waits| &waits.waits_for) {
        Some(WaitsFor::Lock(name) | WaitsFor::Semaphore(name)) => format!("waits for {name}"),
        Some(WaitsFor::Condition(name)) => format!("sleeps on {name}"),
        Some(WaitsFor::Until(_)) => "waits".into(),
        None => format!("{}{repeat}", event.words),
    }
}

/// "both increments lost", "worker 1 holds it"
pub(super) fn remark(event: &Event, crowded: Option<usize>) -> Option<Remark> {
    let crowded = crowded.map(|inside| format!("{inside} inside"));
    let wrong: Vec<String> =
        [crowded, event.overwritten.map(were_lost)].into_iter().flatten().collect();
    match wrong.is_empty() {
        true => held_by(event).map(|said| Remark { said, wrong: false }),
        false => Some(Remark { said: wrong.join(", "), wrong: true }),
    }
}

/// "worker 1 holds it"
fn held_by(event: &Event) -> Option<String> {
    let waits = event.waits.as_ref()?;
    match (&waits.waits_for, &waits.held_by[..]) {
        (WaitsFor::Lock(_), [holder]) => Some(format!("worker {holder} holds it")),
        (WaitsFor::Semaphore(_), _) => Some("no permit is left".into()),
        _ => None,
    }
}

/// What is to be said below the rows: how it ends, and why an update was lost.
fn said(trace: &Trace) -> [Vec<String>; 2] {
    let ends = [waits_until(trace), ends(trace), round(trace)].concat();
    let decisive = decisive(trace).map(|(at, lost)| sentence(trace, at, lost));
    [ends, decisive.into_iter().collect()]
}

/// What workers that spin wait for, but for those that never go on: see `ends`.
fn waits_until(trace: &Trace) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    let goes_on =
        |event: &&Event| trace.waiting.iter().all(|held| held.worker != event.turn.worker + 1);
    for event in trace.events.iter().filter(goes_on) {
        if let Some(WaitsFor::Until(words)) = event.waits.as_ref().map(|waits| &waits.waits_for) {
            let sentence = format!("Worker {} waits until {words}.", event.turn.worker + 1);
            if !said.contains(&sentence) {
                said.push(sentence);
            }
        }
    }
    said
}

/// Why no worker goes on, if so.
fn ends(trace: &Trace) -> Vec<String> {
    let waits = trace.waiting.iter().map(|held| {
        let holds = if held.holds.is_empty() { "nothing".into() } else { held.holds.join(" and ") };
        format!("Worker {} holds {holds}, and waits {}.", held.worker, held.waits_for)
    });
    let fault = trace.fault.as_ref().map(|(worker, lock)| {
        format!("The next step of worker {worker} would release {lock}, which it does not hold.")
    });
    waits.chain(fault).collect()
}

/// Whether the round can be repeated for ever.
fn round(trace: &Trace) -> Vec<String> {
    let Some(round) = &trace.round else { return Vec::new() };
    let why_not = round.why_not.as_deref().unwrap_or_default();
    vec![match round.repeats {
        Some(true) if !round.each => "After some rounds the state is the same again, but for the \
                                      counter: they can be repeated for ever."
            .to_owned(),
        Some(true) => "Each round leads back to the same state, but for the counter: it can be \
                       repeated for ever."
            .to_owned(),
        Some(false) => format!("It cannot be repeated: {why_not}."),
        None => format!("Whether it can be repeated for ever is not certain: {why_not}."),
    }]
}

/// All workers, and what stands above them.
pub(super) fn columns(program: &Program) -> Vec<(usize, String)> {
    (0..program.workers).map(|me| (me, heading(program, me))).collect()
}

/// "worker 1 (+1)"
pub(super) fn heading(program: &Program, me: usize) -> String {
    let sign = |delta: &Delta| match delta {
        Delta::Increment => "+1",
        Delta::Decrement => "-1",
    };
    let updates: Vec<&str> = program.deltas(me).iter().map(sign).collect();
    format!("worker {} ({})", me + 1, updates.join(", "))
}
