//! The rooms of the house, read from the source: no file imports from a room above its own, no two
//! files of a room import each other, every file says what it is, and folders have one style.
//!
//! An import is a path that begins with `crate`, `self`, `super` or a module of the file itself. What
//! stands under `cfg(test)` or `cfg(loom)`, in `tests.rs` or in a folder `tests`, and `under_loom.rs`
//! may import anything. A `pub use` whose name occurs nowhere else in its file hands on a name of
//! another file; it counts for the order of the rooms, and is no edge between files.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};

/// Lowest first.
const ROOMS: [&str; 12] = [
    "machine", "strategy", "worker", "explore", "stepper", "catalog", "cli", "plan", "outcome",
    "report", "command", "lib",
];

/// The path of a module, or of what stands in it: `["machine", "Step"]`.
type Names = Vec<String>;

struct File {
    path: PathBuf,
    module: Names,
    imports: Vec<Import>,
}

struct Import {
    line: usize,
    /// As it is written, from `crate` on.
    names: Names,
    /// Under which name it is known in the file.
    known_as: String,
    /// The file hands it on and does not use it.
    handed_on: bool,
}

/// All files of a folder, recursively.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => files(&path, found),
            false => found.push(path),
        }
    }
}

fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    files(Path::new("src"), &mut found);
    found.retain(|path| path.extension().is_some_and(|ending| ending == "rs"));
    found.sort();
    found
}

fn is_test(path: &Path) -> bool {
    let tests = path.components().any(|part| part.as_os_str() == "tests");
    tests || path.ends_with("tests.rs") || path.ends_with("under_loom.rs")
}

/// `src/machine/step.rs` is `["machine", "step"]`, and `src/machine/mod.rs` is `["machine"]`.
fn module(path: &Path) -> Names {
    let path = path.strip_prefix("src").expect("a source").with_extension("");
    let names = path.iter().map(|name| name.to_string_lossy().into_owned());
    names.filter(|name| !["mod", "lib", "main"].contains(&name.as_str())).collect()
}

/// A word or a sign, and its line.
type Token<'t> = (usize, &'t str);

/// The words and signs of a file as rustfmt writes it, without comments and what is compiled for
/// tests only: an item with a `#[cfg(..)]` that names `test` or `loom`, and not `not`.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut lines = (1..).zip(text.lines());
    while let Some((number, line)) = lines.next() {
        let code = line.trim_start();
        let cfg = code.starts_with("#[cfg(") && !code.contains("not(");
        if cfg && (code.contains("test") || code.contains("loom")) {
            let indent = &line[..line.len() - code.len()];
            let mut item = lines.by_ref().skip_while(|(_, line)| line.contains("#[")).peekable();
            let short = item.peek().is_some_and(|(_, line)| line.ends_with([';', ',']));
            let last =
                |line: &str| short || line.strip_prefix(indent).is_some_and(|l| l.starts_with('}'));
            let _ = item.find(|(_, line)| last(line));
        } else if !code.starts_with("//") {
            let mut rest = code;
            while let Some(first) = rest.chars().next() {
                let word = |c: char| c.is_alphanumeric() || c == '_';
                let len = match first {
                    _ if word(first) => rest.find(|c| !word(c)).unwrap_or(rest.len()),
                    _ if rest.starts_with("::") => 2,
                    _ => first.len_utf8(),
                };
                let (token, after) = rest.split_at(len);
                if token != " " {
                    tokens.push((number, token));
                }
                rest = after;
            }
        }
    }
    tokens
}

/// The paths of a file: of a `use` each name in its braces, and elsewhere those of two names or more.
fn imports(text: &str, module: &Names, children: &BTreeSet<String>) -> Vec<Import> {
    let tokens = tokens(text);
    let (mut imports, mut words) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < tokens.len() {
        let (line, token) = tokens[at];
        // Neither the middle of a path, nor `pub(in path)`.
        let begins = at == 0 || !["::", "in"].contains(&tokens[at - 1].1);
        if token == "use" {
            // `pub use` and `pub(crate) use`: others may know the name from here.
            let public = at > 0 && ["pub", ")"].contains(&tokens[at - 1].1);
            let first = imports.len();
            at = tree(&tokens, at + 1, &mut Vec::new(), &mut imports);
            imports[first..].iter_mut().for_each(|import| import.handed_on = public);
            continue;
        }
        let head = ["crate", "self", "super"].contains(&token) || children.contains(token);
        let colons = tokens[at + 1..].iter().step_by(2).take_while(|sign| sign.1 == "::").count();
        if begins && head && colons > 0 {
            let names = tokens[at..].iter().step_by(2).take(1 + colons);
            let names = names.map(|token| token.1.to_owned()).collect();
            imports.push(Import { line, names, known_as: String::new(), handed_on: false });
        }
        words.push(token);
        at += 1;
    }
    for import in &mut imports {
        import.handed_on &= !words.contains(&&*import.known_as);
        import.names = absolute(&import.names, module, children);
    }
    imports.retain(|import| !import.names.is_empty());
    imports
}

/// Reads a tree of a `use`, and says where it ends.
fn tree(tokens: &[Token<'_>], mut at: usize, names: &mut Names, found: &mut Vec<Import>) -> usize {
    let depth = names.len();
    let mut known_as = String::new();
    let mut line = 0;
    while let Some(&(here, token)) = tokens.get(at) {
        at += 1;
        match token {
            "::" => {}
            "{" => {
                while tokens[at - 1].1 != "}" {
                    at = tree(tokens, at, names, found);
                }
                at += 1;
                break;
            }
            "}" | "," | ";" => break,
            "as" => {
                known_as = tokens[at].1.to_owned();
                at += 1;
            }
            name => {
                (line, known_as) = (here, name.to_owned());
                names.push(name.to_owned());
            }
        }
    }
    let braces = at >= 2 && tokens[at - 2].1 == "}";
    if names.len() > depth && !braces {
        found.push(Import { line, names: names.clone(), known_as, handed_on: false });
    }
    names.truncate(depth);
    at
}

/// From the root of the crate on, or nothing where it is a path of another crate.
fn absolute(names: &Names, module: &Names, children: &BTreeSet<String>) -> Names {
    let supers = names.iter().take_while(|name| *name == "super").count();
    match names[0].as_str() {
        "crate" => names[1..].to_vec(),
        "self" => [&module[..], &names[1..]].concat(),
        "super" => [&module[..module.len().saturating_sub(supers)], &names[supers..]].concat(),
        first if children.contains(first) => [&module[..], names].concat(),
        _ => Names::new(),
    }
}

/// What is read of all files but those of tests.
fn house() -> Vec<File> {
    let paths = sources();
    let modules: BTreeSet<Names> = paths.iter().map(|path| module(path)).collect();
    let children = |of: &Names| -> BTreeSet<String> {
        let inner = modules.iter().filter(|m| m.len() == of.len() + 1 && m.starts_with(of));
        inner.filter_map(|module| module.last().cloned()).collect()
    };
    let wanted = paths.iter().filter(|path| !is_test(path) && !path.ends_with("main.rs"));
    let read = |path: &PathBuf| {
        let module = module(path);
        let text = fs::read_to_string(path).expect("text");
        let imports = imports(&text, &module, &children(&module));
        File { path: path.clone(), module, imports }
    };
    wanted.map(read).collect()
}

fn room(names: &Names) -> usize {
    let first = names.first().map_or("lib", String::as_str);
    ROOMS.iter().position(|room| *room == first).unwrap_or(ROOMS.len() - 1)
}

#[test]
fn no_file_imports_from_a_room_above_its_own() {
    let mut wrong = Vec::new();
    for file in house() {
        for import in &file.imports {
            if room(&import.names) > room(&file.module) {
                let names = import.names.join("::");
                wrong.push(format!("{}:{}: crate::{names}", file.path.display(), import.line));
            }
        }
    }
    assert!(wrong.is_empty(), "imports from a room above:\n{}", wrong.join("\n"));
}

/// The module in which a name is declared: through the files that hand it on.
fn declared(names: &Names, house: &BTreeMap<Names, &File>, hops: usize) -> Option<Names> {
    let len = (0..=names.len()).rev().find(|len| house.contains_key(&names[..*len]))?;
    let (module, rest) = names.split_at(len);
    let file = house[module];
    let handed = file.imports.iter().find(|import| rest.first() == Some(&import.known_as));
    match handed {
        Some(import) if hops > 0 => {
            declared(&[&import.names[..], &rest[1..]].concat(), house, hops - 1)
        }
        _ => Some(module.to_vec()),
    }
}

#[test]
fn no_files_of_a_room_import_each_other() {
    let files = house();
    let by_module: BTreeMap<Names, &File> = files.iter().map(|f| (f.module.clone(), f)).collect();
    let mut edges = Edges::new();
    for file in files.iter().filter(|file| !file.module.is_empty()) {
        for import in file.imports.iter().filter(|import| !import.handed_on) {
            let Some(to) = declared(&import.names, &by_module, 8) else { continue };
            if to != file.module && room(&to) == room(&file.module) {
                edges.entry(&file.module).or_default().entry(to).or_insert(import.line);
            }
        }
    }
    let mut cycles = BTreeMap::new();
    for (from, all) in &edges {
        for way in all.keys().filter_map(|to| way(&edges, to, from)) {
            let mut files = way.clone();
            files.sort();
            cycles.entry((files.len(), files)).or_insert(way);
        }
    }
    let import = |from: &Names, to: &Names| {
        let path = by_module[from].path.display();
        format!("{path}:{} imports {}", edges[from][to], to.join("::"))
    };
    let cycle = |way: &Vec<Names>| {
        let steps = way.iter().zip(way.iter().cycle().skip(1));
        steps.map(|(from, to)| import(from, to)).collect::<Vec<_>>().join(", ")
    };
    // The shortest tell enough: the longer ones may go with them.
    let shortest = cycles.keys().next().map_or(0, |(len, _)| *len);
    let said = cycles.iter().filter(|((len, _), _)| *len == shortest);
    let said: Vec<_> = said.map(|(_, way)| cycle(way)).collect();
    let (all, said) = (cycles.len(), said.join("\n"));
    assert!(cycles.is_empty(), "{all} cycles between files, the shortest of which are:\n{said}");
}

/// From each file to those that it imports, and the line of the first import.
type Edges<'f> = BTreeMap<&'f Names, BTreeMap<Names, usize>>;

/// The shortest way from one file to another along the imports.
fn way(edges: &Edges<'_>, from: &Names, to: &Names) -> Option<Vec<Names>> {
    let mut seen = BTreeSet::from([from.clone()]);
    let mut ways = VecDeque::from([vec![from.clone()]]);
    while let Some(way) = ways.pop_front() {
        let last = way.last()?;
        if last == to {
            return Some(way);
        }
        for next in edges.get(last).into_iter().flat_map(BTreeMap::keys) {
            if seen.insert(next.clone()) {
                ways.push_back([&way[..], std::slice::from_ref(next)].concat());
            }
        }
    }
    None
}

#[test]
fn every_file_says_first_what_it_is() {
    let silent: Vec<_> = sources()
        .into_iter()
        .filter(|path| !fs::read_to_string(path).expect("text").starts_with("//! "))
        .collect();
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn a_folder_has_its_module_inside() {
    let doubled: Vec<_> =
        sources().into_iter().filter(|path| path.with_extension("").is_dir()).collect();
    assert!(doubled.is_empty(), "move each to mod.rs in its folder: {doubled:?}");
}

#[test]
fn the_reader_of_imports_reads_what_it_should() {
    let text = "\
pub(crate) use crate::machine::{Step, needs::{Lock as Key, Var}};\nuse super::words;\nuse std::fs;\n\
#[cfg(loom)]\nuse crate::catalog::all;\n#[cfg(not(loom))]\nuse self::inner::A;\n// crate::report\n\
pub(in crate::explore) fn f(s: Key) { crate::plan::Plan::new(); inner::g(words::h) }\n\
#[cfg(test)]\nmod tests {\n    use crate::command::main;\n}\n";
    let children = BTreeSet::from(["inner".to_owned()]);
    let module = vec!["explore".to_owned(), "trace".to_owned()];
    let read = imports(text, &module, &children);
    let read: Vec<_> = read.iter().map(|i| (i.line, i.names.join("::"), i.handed_on)).collect();
    let expected = [
        (1, "machine::Step", true),
        (1, "machine::needs::Lock", false),
        (1, "machine::needs::Var", true),
        (2, "explore::words", false),
        (7, "explore::trace::inner::A", false),
        (9, "plan::Plan::new", false),
        (9, "explore::trace::inner::g", false),
    ];
    assert_eq!(read, expected.map(|(line, names, on)| (line, names.to_owned(), on)));
}
