//! Pages in a real browser, from a file, without a network: nothing in the console.

mod harness;

use std::process::{Command, Stdio};

use harness::{Session, finish, stdout};

/// The commands, and what the page has to say.
const PAGES: [(&[&str], &str); 6] = [
    (&["none", "mutex"], "Updates kept and lost"),
    (&["none", "--runs", "20"], "the final values of 20 runs"),
    (&["none", "-i", "2", "--schedule", "2 4x1 3x2", "--trace"], "2 updates of worker 1 lost"),
    (&["explore", "none"], "both increments lost"),
    (&["judge", "turns"], "is in its remainder section"),
    (&["explore", "two-locks"], "Worker 1 holds left, and waits for right."),
];

/// What the browser has made of a page, without a complaint. `at` is a place in it.
fn shown(args: &[&str], at: &str) -> String {
    let session = Session::new();
    session.run(&[args, &["-q", "-o", "page.html"]].concat());
    let place = session.place.path().display();
    let mut browser = Command::new("chromium");
    browser.args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]);
    browser.args(["--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr"]);
    browser.arg(format!("--user-data-dir={place}/profile"));
    browser.arg(format!("file://{place}/page.html{at}"));
    browser.stdout(Stdio::piped()).stderr(Stdio::piped());
    let output = finish(browser.spawn().expect("chromium is there"));
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !log.contains(":CONSOLE"), "{args:?}: {log}");
    stdout(&output)
}

#[test]
#[ignore = "needs chromium"]
fn a_browser_shows_each_page_and_complains_about_none() {
    for (args, said) in PAGES {
        let page = shown(args, "");
        assert!(page.contains(said), "{args:?}: {page}");
    }
}

#[test]
#[ignore = "needs chromium"]
fn a_link_to_a_witness_opens_it() {
    let open = |page: &str| page.matches("<details open").count();
    assert_eq!(open(&shown(&["explore", "none"], "")), 1);
    assert_eq!(open(&shown(&["explore", "none"], "#none-ends-at-1")), 2);
}
