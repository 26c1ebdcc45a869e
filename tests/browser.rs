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

/// What the browser has made of the page of a command, without a complaint. `at` is a place in it.
fn shown(args: &[&str], at: &str) -> String {
    let session = Session::new();
    session.run(&[args, &["-q", "-o", "page.html"]].concat());
    browse(&session, &format!("page.html{at}"))
}

/// What the browser has made of a file, without a complaint.
fn browse(session: &Session, file: &str) -> String {
    let place = session.place.path().display();
    let mut browser = Command::new("chromium");
    browser.args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]);
    browser.args(["--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr"]);
    // A page may look into a frame with another file; and its timers do not let it wait.
    browser.args(["--allow-file-access-from-files", "--virtual-time-budget=60000"]);
    browser.arg(format!("--user-data-dir={place}/profile"));
    browser.arg(format!("file://{place}/{file}"));
    browser.stdout(Stdio::piped()).stderr(Stdio::piped());
    let output = finish(browser.spawn().expect("chromium is there"));
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !log.contains(":CONSOLE"), "{file}: {log}");
    stdout(&output)
}

/// Opens a page in a frame, uses its stepper, and writes down what that says after each key: `1` is
/// typed, `#x` is a click on the link to `x`, and `=2` on the button with that text. At last it
/// waits until nothing moves.
const USER: &str = r##"<iframe src="page.html"></iframe><pre></pre><script>
onload = async () => {
  const page = document.querySelector("iframe").contentDocument;
  const key = (key) => new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  const click = () => new MouseEvent("click", { bubbles: true, cancelable: true });
  const button = (text) => [...page.querySelectorAll("button")].find((of) => of.textContent === text);
  const write = (used) => {
    const said = [...page.querySelectorAll("[data-says], .shared")].map((of) => of.innerText);
    document.querySelector("pre").append(`${used}: ${said.join(" ").replace(/\s+/g, " ")}\n`);
  };
  for (const used of "KEYS".split(" ")) {
    if (used[0] === "#") page.querySelector(`a[href='${used}']`).dispatchEvent(click());
    else if (used[0] === "=") button(used.slice(1).replaceAll("_", " ")).dispatchEvent(click());
    else page.body.dispatchEvent(key(used));
    write(used);
  }
  await new Promise((done) => setTimeout(done, 30000));
  write("end");
};
</script>"##;

/// What the stepper of a page says after each of these.
fn used(args: &[&str], keys: &str) -> Vec<String> {
    let session = Session::new();
    session.run(&[args, &["-q", "-o", "page.html"]].concat());
    used_in(&session, keys)
}

fn used_in(session: &Session, keys: &str) -> Vec<String> {
    let user = USER.replace("KEYS", keys);
    std::fs::write(session.place.path().join("user.html"), user).expect("it is written");
    let dom = browse(session, "user.html");
    let said = dom.split_once("<pre>").and_then(|(_, rest)| rest.split_once("</pre>"));
    let said: Vec<_> = said.expect(&dom).0.lines().map(str::to_owned).collect();
    assert_eq!(said.len(), keys.split(' ').count() + 1, "{said:?}");
    said
}

fn assert_says(said: &str, parts: &[&str]) {
    assert!(parts.iter().all(|part| said.contains(part)), "{parts:?}: {said}");
}

#[test]
#[ignore = "needs chromium"]
fn the_stepper_is_used_to_a_lost_update_and_back() {
    let keys = "1 =2_step_worker_2 1 2 u h r R =-1 u #none-ends-at--2";
    let said = used(&["explore", "none"], keys);
    assert_says(
        &said[0],
        &["Step 1, worker 1: read 0.", "with 1 more preemption", "35 interleavings"],
    );
    assert_says(&said[1], &["Step 2, worker 2: read 0.", "always with lost updates"]);
    assert_says(
        &said[3],
        &["write -1: 1 increment lost.", "REACHED at step 4", "counter -1", "lost 1"],
    );
    assert_says(
        &said[3],
        &["4 steps, 3 preemptions", "syncdemo explore none --schedule '1 2 1 2' --partial"],
    );
    assert_says(&said[4], &["Step 3, worker 1: write 1.", "lost 0", "--schedule '1 2 1' "]);
    assert_says(&said[5], &["Hint: "]);
    assert_says(&said[6], &["Step 4, worker 2: write -1", "lost 1"]);
    assert_says(&said[7], &["Before the first step.", "70 interleavings"]);
    assert_says(&said[8], &["Step 1, "]);
    assert_says(&said[9], &["Before the first step."]);
    assert_says(&said[10], &["Step 1, worker 2: read 0."]);
    assert_says(&said[11], &["All workers have finished: final value -2, 2 lost.", "'2 4x1 3x2'"]);
}

#[test]
#[ignore = "needs chromium"]
fn the_stepper_says_who_waits_and_what_drains() {
    let said = used(&["explore", "two-locks"], "1 2 1 1 2 9 x");
    assert_says(&said[2], &["Worker 1 waits for right: worker 2 holds it.", "DEADLOCK"]);
    assert_says(&said[3], &["Worker 1 waits for right: held by 2.", "'1 2 1w'"]);
    assert_says(
        &said[6],
        &["left worker 1", "right worker 2", "2 steps, 1 preemption", "'1 2 1w 2w'"],
    );
    let said = used(&["explore", "two-locks"], "s2 s 1 s1");
    assert_says(&said[0], &["1 step. Step 1, worker 2: acquire right.", "right worker 2"]);
    assert_says(&said[1], &["Which worker goes on?"]);
    assert_says(&said[2], &["1 step. Step 2, worker 1: acquire left."]);
    assert_says(&said[3], &["Worker 1 waits for right: worker 2 holds it."]);
    let said = used(&["explore", "none"], "s1 s1");
    assert_says(&said[0], &["2 steps. Step 2, worker 1: write 1."]);
    let said = used(&["explore", "peterson-unfenced", "--memory", "tso", "-i", "1"], "1 d 1 1 d 2");
    assert_says(&said[0], &["store flag[1] 1", "flag[1] 0"]);
    assert_says(&said[2], &["drain: store flag[1] 1", "flag[1] 1", "'1 1d'"]);
    assert_says(&said[5], &["Worker 2 has no store in its buffer."]);
}

#[test]
#[ignore = "needs chromium"]
fn the_command_from_a_livelock_follows_a_part() {
    let session = Session::new();
    session.run(&["explore", "none", "-q", "-o", "page.html"]);
    let file = session.place.path().join("page.html");
    let page = std::fs::read_to_string(&file).expect("it was written");
    // No strategy of the table has a livelock.
    let changed = page.replacen("[null,false]", "[null,true]", 1);
    assert_ne!(changed, page);
    std::fs::write(file, changed).expect("it is written");
    let said = used_in(&session, "1");
    assert_says(&said[0], &["can go on for ever (livelock)", "--schedule '1' --partial"]);
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
