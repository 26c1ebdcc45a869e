// Walks the state graphs of a page. What a step does stands in the graph, which syncdemo has made by
// running the strategy's own code; here is no rule of any strategy.
const several = (count, one) => `${count} ${one}${String(count) === "1" ? "" : "s"}`;
const element = (name, textContent, more) =>
  Object.assign(document.createElement(name), { textContent, ...more });
const steppers = [...document.querySelectorAll(".stepper")].map(stepper);
let current = steppers[0];

// A key is for the stepper with the focus; where nothing has it, for the one that was used last.
document.addEventListener("keydown", (event) => {
  const { target, ctrlKey, metaKey, altKey } = event;
  if (ctrlKey || metaKey || altKey || target.closest("select")) return;
  const focused = steppers.find(({ place }) => place.contains(target));
  const used = focused ?? (target === document.body ? current : null);
  if (used?.act(event.key)) event.preventDefault();
});

// A final value of the picture leads to its witness, which is played.
document.addEventListener("click", (event) => {
  const id = event.target.closest("a[href^='#']")?.getAttribute("href").slice(1);
  const used = steppers.find(({ witnesses }) => id in witnesses);
  if (!used) return;
  event.preventDefault();
  used.place.scrollIntoView();
  used.play(id);
});

function stepper(place) {
  const graph = JSON.parse(place.querySelector("script").textContent);
  const states = graph.states.map(([shared, views, met, end, count, steps], from) => ({
    shared: graph.shared[shared], views: views.map((view) => graph.views[view]),
    met, end: graph.ends[end][0], livelock: graph.ends[end][1], count,
    steps: steps.flatMap((by, at) => at % 2 ? [] : [{ ...graph.says[steps[at + 1]], to: from + by }]),
  }));
  const part = (selector) => place.querySelector(selector);
  const all = (selector) => [...place.querySelectorAll(selector)];
  const programs = all(".worker").map((column) =>
    [...column.querySelectorAll("li")].map((row) => ({ row, text: row.textContent })));

  // The schedule as it stands, what was undone (the last first), and which goal is chosen.
  let taken = [], undone = [], goal = Number(part("select").value), mode = "", timer = 0;

  // A turn is written as in a schedule: 1 is a step, 1d a store that drains, and 1w is no step.
  const workerOf = (turn) => Number.parseInt(turn, 10);
  const steps = () => taken.filter(({ number }) => number);
  const here = () => taken.at(-1)?.to ?? 0;
  const last = () => workerOf(taken.findLast(({ turn }) => /\d$/.test(turn))?.turn ?? "0");
  const lost = () => taken.reduce((sum, { lost }) => sum + lost, 0);
  const inside = (views) => views.filter(({ inside }) => inside).length;
  const preemptions = (of) => of.filter(({ number, preempted }) => number && preempted).length;

  // The worker that a turn preempts, or 0; `before` took the last step.
  function preempts(state, before, turn) {
    const stops = before !== 0 && before !== workerOf(turn) && !turn.endsWith("d");
    return stops && state.views[before - 1].enabled ? before : 0;
  }

  function take(turn) {
    const step = states[here()].steps.find((step) => step.turn === turn);
    const number = turn.endsWith("w") ? null : steps().length + 1;
    if (step) taken.push({ ...step, number, preempted: preempts(states[here()], last(), turn) });
    return Boolean(step);
  }

  // The cheapest way to the goal: fewest preemptions, then fewest steps. Null if there is none.
  function way(from, before) {
    const seen = new Set();
    let layer = [[{ at: from, before, first: null }]];
    for (let preemptions = 0; layer.length > 0; preemptions += 1) {
      const next = [];
      for (let length = 0; length < layer.length; length += 1) {
        for (const { at, before, first } of layer[length] ?? []) {
          const key = at * (graph.workers + 1) + before;
          if (seen.has(key)) continue;
          seen.add(key);
          if (states[at].met >> goal & 1) return { preemptions, first };
          for (const step of states[at].steps.filter(({ turn }) => !turn.endsWith("w"))) {
            const into = preempts(states[at], before, step.turn) ? next : layer;
            const then = step.turn.endsWith("d") ? before : workerOf(step.turn);
            (into[length + 1] ??= []).push({ at: step.to, before: then, first: first ?? step });
          }
        }
      }
      layer = next;
    }
    return null;
  }

  function future() {
    const seen = new Set([here()]);
    for (const at of seen) states[at].steps.forEach(({ to }) => seen.add(to));
    const reached = [...seen].map((at) => states[at]);
    const ends = reached.flatMap(({ end }) => end?.complete ? [end.complete] : []);
    return {
      values: [...new Set(ends.map(([value]) => value))].sort((one, other) => one - other),
      loses: ends.some(([, kept]) => !kept),
      keeps: ends.some(([, kept]) => kept),
      crowded: reached.some(({ views }) => inside(views) > 1),
      stuck: reached.some(({ end }) => end === "deadlock"),
      endless: reached.some(({ livelock }) => livelock),
    };
  }

  // How many turns it took to reach the goal, or -1.
  function reached() {
    // A lost update is lost for good, unless an end is left at which nothing is lost.
    const loses = goal === 0 ? taken.findIndex(({ lost }) => lost > 0) : -1;
    if (loses >= 0 && !future().keeps) return loses + 1;
    return [0, ...taken.map(({ to }) => to)].findIndex((at) => states[at].met >> goal & 1);
  }

  function chance() {
    const [[name, verb], after] = [graph.goals[goal], reached()];
    const [least, left] = [way(0, 0), way(here(), last())];
    if (!least) return `No schedule ${verb}.`;
    if (after === 0) return `Reached before the first step: ${name}.`;
    if (after < 0 && !left) return `No schedule from here ${verb}: undo (u).`;
    const cost = several(preemptions(after < 0 ? taken : taken.slice(0, after)), "preemption");
    const fewest = `the fewest is ${least.preemptions}`;
    const step = `step ${taken[after - 1]?.number}`;
    if (after > 0) return `REACHED at ${step}: ${name}. It took ${cost}; ${fewest}.`;
    const more = several(left.preemptions, "more preemption");
    return `Some schedule from here ${verb}, with ${more} (${cost} so far; ${fewest}).`;
  }

  function outlook() {
    const { end, count } = states[here()];
    const done = end?.complete && `final value ${end.complete[0]}, ${lost()} lost`;
    if (done) return `All workers have finished: ${done}.`;
    if (end === "deadlock") return "DEADLOCK: none of these workers can ever go on.";
    if (end === "fault") return "A worker would give back a lock that it does not hold.";
    const { values, loses, keeps, crowded, stuck, endless } = future();
    const number = count === null ? "" : `${several(count, "interleaving")}: `;
    const ends = values.length === 0 ? "no final value"
      : `final value${values.length > 1 ? "s" : ""} ${values.join(" ")}`;
    const losses = keeps ? "with or without lost updates" : "always with lost updates";
    const more = [loses && losses, crowded && "two can be inside", stuck && "a deadlock can come",
      endless && "the steps can go on for ever (livelock)"];
    return `From here ${number}${[ends, ...more].filter(Boolean).join(", ")}.`;
  }

  // "2 4x1 3x2"
  function schedule() {
    const turns = taken.map(({ turn }) => turn).join(" ");
    const block = (equal, turn) => `${equal.split(" ").length}x${turn}`;
    return turns.replace(/(?<!\S)(\S+)(?: \1(?!\S))+/g, block);
  }

  // The rows of a turn: a preemption is drawn across. Workers that wait meanwhile have a dot.
  function rows({ turn, to, words, remark, wrong, number, preempted }, at) {
    const many = inside(states[to].views);
    const crowded = many > (graph.most ?? Infinity);
    const said = [crowded && `${many} inside`, remark].filter(Boolean).join(", ");
    const bad = wrong || crowded;
    const row = element("tr", "");
    row.append(element("th", number ?? "", { scope: "row", className: "number" }));
    programs.forEach((_, me) => {
      const own = taken.slice(0, at + 1).findLast(({ turn }) => workerOf(turn) === me + 1);
      row.append(workerOf(turn) !== me + 1
        ? element("td", own?.number === null ? "." : "", { className: "meanwhile" })
        : element("td", words, { className: bad ? "took lost" : number ? "took" : "waits" }));
    });
    row.append(element("td", states[to].shared[0], { className: "number" }), element("td", ""));
    row.lastChild.append(bad ? element("strong", `← ${said}`, { className: "no" }) : said);
    // A worker that had to wait has taken no step: then it is the same preemption.
    const drawn = at > 0 && !taken[at - 1].number && taken[at - 1].preempted === preempted;
    if (!preempted || drawn) return [row];
    const across = element("tr", "", { className: "across" });
    const text = element("td", `preemption: worker ${preempted}`, { colSpan: graph.workers });
    across.append(element("td", ""), text, element("td", "", { colSpan: 2 }));
    return [across, row];
  }

  function show(note) {
    const { views, shared, end } = states[here()];
    all(".worker").forEach((column, me) => {
      const { rows, next, status, values } = views[me];
      programs[me].forEach(({ row, text }, at) => {
        // The values are those of now, and not those of the listing.
        row.textContent = at === rows?.[1] ? text.match(/^[ |]*/)[0] + next : text;
        row.ariaCurrent = at >= rows?.[0] && at <= rows?.[1] ? "step" : null;
      });
      const texts = [rows ? "" : next ?? "", status || "enabled", values.join(", ")];
      column.querySelectorAll("p[class]").forEach((line, at) => { line.textContent = texts[at]; });
      column.classList.toggle("held", status !== "" && status !== "has finished");
    });
    all(".shared dd").forEach((cell, at) => { cell.textContent = shared[at] ?? lost(); });
    const count = `${several(steps().length, "step")}, ${several(preemptions(taken), "preemption")}`;
    const command = taken.length ? `${graph.command} '${schedule()}'${end ? "" : " --partial"}` : "-";
    const texts = { note, chance: chance(), future: outlook(), count, command };
    Object.entries(texts).forEach(([of, text]) => { part(`[data-says=${of}]`).textContent = text; });
    part("tbody").replaceChildren(...taken.flatMap(rows));
  }

  function said() {
    if (taken.length === 0) return "Before the first step.";
    const { number, turn, words, remark } = taken.at(-1);
    const who = `${number ? `Step ${number}, worker` : "Worker"} ${workerOf(turn)}`;
    return `${who}${number ? ":" : ""} ${words}${remark ? `: ${remark}` : ""}.`;
  }

  function step(worker, drains) {
    const why = drains ? "has no store in its buffer" : states[here()].views[worker - 1].status;
    // That it waits stands in the schedule once.
    const again = drains || taken.at(-1)?.turn === `${worker}w`;
    if (!take(worker + drains) && (again || !take(`${worker}w`))) return `Worker ${worker} ${why}.`;
    undone = [];
    return said();
  }

  // The worker goes on until it has changed something shared, has to wait, or has failed in an attempt.
  function run(worker) {
    const { shared } = states[here()];
    for (let count = 1; take(`${worker}`); count += 1) {
      const { views, shared: now } = states[here()];
      if (now === shared && !views[worker - 1].status && !taken.at(-1).failed) continue;
      undone = [];
      return `${several(count, "step")}. ${said()}`;
    }
    return step(worker, "");
  }

  const undo = () => taken.length > 0 && undone.push(taken.pop().turn) > 0;
  const redo = () => undone.length > 0 && take(undone.pop());
  const keys = {
    u: () => undo() ? said() : "There is no step to undo.",
    r: () => redo() ? said() : "There is no step to redo.",
    R: () => { while (undo()); return said(); },
    d: () => { mode = "d"; return "Whose oldest store reaches the memory?"; },
    s: () => { mode = "s"; return "Which worker goes on?"; },
    h: () => {
      const { first } = (reached() < 0 && way(here(), last())) || {};
      return first ? `Hint: ${first.turn} (${first.words}).` : chance();
    },
  };

  // What a key does; false if it is none. `d1` is d, and then 1; likewise `s1`.
  function act(key) {
    const [, typed, worker] = key.match(/^([ds]?)([1-9])$/) ?? [];
    if (worker ? worker > graph.workers : !(key in keys)) return false;
    const kind = typed || mode;
    clearTimeout(timer);
    [mode, current] = ["", self];
    if (!worker) show(keys[key]());
    else show(kind === "s" ? run(worker) : step(worker, kind));
    return true;
  }

  function play(id) {
    clearTimeout(timer);
    [taken, undone, current] = [[], graph.witnesses[id].toReversed(), self];
    (function tick() {
      while (redo() && matchMedia("(prefers-reduced-motion: reduce)").matches);
      show(said());
      if (undone.length > 0) timer = setTimeout(tick, 700);
    })();
  }

  const self = { place, witnesses: graph.witnesses, act, play };
  all("[data-key]").forEach((button) => { button.onclick = () => act(button.dataset.key); });
  all("[data-plays]").forEach((button) => { button.onclick = () => play(button.dataset.plays); });
  part("select").onchange = ({ target }) => { goal = Number(target.value); show(said()); };
  place.hidden = false;
  show(said());
  return self;
}
