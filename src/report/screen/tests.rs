//! Screens of all sizes.

use anstyle::Style;
use proptest::prelude::*;
use textwrap::core::display_width;

use super::super::page::plain;
use super::draw;
use super::look::{fit, row};
use crate::explore::{Bounds, Memory};
use crate::machine::Program;
use crate::stepper::{Goal, Key, View, press, with_session};

fn view(name: &str, change: fn(&mut Program), memory: Memory, script: &str) -> View {
    let asked = (Goal::BothInside, false, Bounds::default());
    with_session(name, change, memory, asked, |session| press(session, script))
}

/// The screen, a row a line.
fn drawn(view: &View, width: usize, height: usize) -> Vec<String> {
    let rows = draw(view, true, width, height);
    let rows: Vec<String> = rows.iter().map(|row| plain(row)).collect();
    assert!(rows.len() == height && rows.iter().all(|row| display_width(row) == width));
    rows.iter().map(|row| row.trim_end().to_owned()).collect()
}

#[test]
fn eighty_columns_and_24_lines_show_the_programs() {
    let view = view("mutex", |_| {}, Memory::Sc, "2x1 2");
    let expected = " syncdemo step mutex                                  goal: two inside at once
 +- worker 1 (+1) ------------+- worker 2 (-1) ------------+- shared ---------+
 |   repeat 2 times           |   repeat 2 times           | counter        0 |
 |     acquire(lock)          | >   acquire(lock)  waits   | lock    worker 1 |
 |   | seen <- counter        |   | seen <- counter        | lost           0 |
 | > | seen <- seen + 1       |   | seen <- seen - 1       |                  |
 | > | counter <- seen        |   | counter <- seen        |                  |
 |     release(lock)          |     release(lock)          |                  |
 |  seen = 0                  |  for lock: held by 1       |                  |
 +----------------------------+----------------------------+------------------+
 schedule  2x1 2w   step 2
 No schedule from here has two inside at once: 3 interleavings, none does.
 From here 3 interleavings: final value 0.
 Worker 2 waits for lock. Worker 1 holds it.
 1 2 step  s run  u undo  r redo  h hint  g goal  R  ? help  q quit";
    let rows = drawn(&view, 80, 24);
    assert_eq!(rows.join("\n").trim_end(), expected);
}

#[test]
fn a_line_that_is_cut_says_so() {
    for (name, cut) in [("cas", " if unchanged: write …|"), ("turns", " repeat until the turn …|")]
    {
        let rows = drawn(&view(name, |_| {}, Memory::Sc, "2x1"), 80, 24);
        assert!(rows.iter().any(|row| row.contains(cut)), "{rows:#?}");
    }
}

#[test]
fn a_small_screen_shows_the_next_steps_and_what_is_shared() {
    let view = view("peterson", |_| {}, Memory::Sc, "4x1 4x2");
    let expected = " peterson: two inside at once
 1 > seen <- counter
 2 > load(flag[1])  until the other's f…
 counter 0, flag[1] 1, flag[2] 1, turn
 1, lost 0
 schedule  4x1 4x2   step 8
 It cannot be reached.
 Step 8, worker 2: load turn 1. The
 attempt fails: again from its
 1 2 s u r h g R q   ? help";
    assert_eq!(drawn(&view, 40, 10).join("\n"), expected);
}

#[test]
fn a_large_screen_says_what_each_key_is() {
    let view = view("peterson-unfenced", |_| {}, Memory::Tso, "2x1 2");
    let rows = drawn(&view, 200, 50);
    let keys = " 1 2 step   s run   d drain   u undo   r redo   h hint   g goal   R restart   ? help   q quit";
    assert!(rows.contains(&keys.to_owned()), "{rows:#?}");
    assert!(rows.iter().any(|row| row.contains("in its buffer: flag[1] 1, turn 2")), "{rows:#?}");
}

#[test]
fn a_worker_is_named_without_enter() {
    let asked = (Goal::Loss, false, Bounds::default());
    let view = with_session(
        "none",
        |_| {},
        Memory::Sc,
        asked,
        |session| {
            session.key(Key::Char('s')).expect("it can be followed");
            session.view()
        },
    );
    let rows = drawn(&view, 80, 24);
    assert!(rows.contains(&" 1 2   Escape: no step   q quit".to_owned()), "{rows:#?}");
}

#[test]
fn without_colours_nothing_is_said_less() {
    let view = view("none", |_| {}, Memory::Sc, "1 2 1 2");
    let draw = |colored: bool| draw(&view, colored, 80, 24).join("\n");
    let (with, without) = (draw(true), draw(false));
    assert_eq!(plain(&with), plain(&without));
    assert!(with.contains("\x1b[31m") && !without.contains("\x1b[3"));
}

proptest! {
    #[test]
    fn a_row_has_exactly_its_width(texts in prop::collection::vec("[a가\u{301}\t\u{1b}\n]{0,8}", 0..4), width in 0..12_usize) {
        let line = texts.iter().map(|text| (text.clone(), Style::new())).collect();
        for row in [row(line, width), fit(&texts.concat(), width)] {
            prop_assert!(display_width(&row) == width && !row.contains(char::is_control), "{:?}", row);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn every_size_can_be_drawn(
        sizes in prop::collection::vec((0..130_usize, 0..60_usize), 1..20),
        script in prop::sample::select(vec!["", "1 2 1 2", "3x1 2 u h", "? ", "2x1 2", "1 s2 g g g h"]),
        name in prop::sample::select(vec!["none", "mutex", "peterson", "semaphore"]),
        (many, tso) in any::<(bool, bool)>(),
    ) {
        let change = |program: &mut Program| {
            program.iters = 1;
            program.workers = if many && name != "peterson" { 3 } else { 2 };
        };
        let memory = if tso { Memory::Tso } else { Memory::Sc };
        let asked = (Goal::Loss, false, Bounds { states: 2_000, ..Bounds::default() });
        let view = with_session(name, change, memory, asked, |session| press(session, script));
        for (width, height) in sizes {
            let rows = drawn(&view, width, height);
            // Whatever is left out, the keys are not.
            if width >= 40 && height >= 3 && !view.help {
                prop_assert!(rows.iter().any(|row| row.contains("help")), "{:#?}", rows);
            }
        }
    }
}
