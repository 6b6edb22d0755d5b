//! No file imports itself by way of others, and no entry of a folder does (a file, a folder in it, or its `mod.rs`):
//! what forms a circle can only be understood, changed and moved as one.

use crate::imports_test::{Source, assert_none, imports, is_test, sources, top_level};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;

/// Which module imports which, of those that are shipped.
type Graph = BTreeMap<String, BTreeSet<String>>;

/// `src/a/b/mod.rs` and `src/a/b.rs` are `a::b`.
fn module_of(path: &Path) -> String {
    let inside = path.strip_prefix("src").unwrap().with_extension("");
    let parts: Vec<&str> = inside.iter().map(|part| part.to_str().unwrap()).collect();
    match parts.as_slice() {
        [folder @ .., "mod"] => folder.join("::"),
        parts => parts.join("::"),
    }
}

/// `a::{B,c::D}` is `a::B` and `a::c::D`.
fn expand(import: &str) -> Vec<String> {
    let Some((before, list)) = import.split_once('{') else {
        return vec![import.to_owned()];
    };
    let list = list.strip_suffix('}').unwrap_or(list);
    let parts = top_level(list).into_iter().flat_map(|part| expand(&part));
    parts.map(|part| format!("{before}{part}")).collect()
}

fn graph(sources: &[Source]) -> Graph {
    let shipped: Vec<(String, &Source)> = sources
        .iter()
        .filter(|source| !is_test(&source.path))
        .map(|source| (module_of(&source.path), source))
        .collect();
    let modules: BTreeSet<&str> = shipped.iter().map(|(module, _)| module.as_str()).collect();
    let defining = |import: &str| {
        let mut module = import;
        while !modules.contains(module) {
            module = module.rsplit_once("::")?.0;
        }
        Some(module.to_owned())
    };
    let mut graph = Graph::new();
    for (module, source) in &shipped {
        // Tests stand at the end of a file.
        let code = source.code.split("#[cfg(test)]\nmod tests").next().unwrap();
        let named = imports(code)
            .iter()
            .flat_map(|import| expand(import))
            .collect::<Vec<_>>();
        let mut to: BTreeSet<String> = named.iter().filter_map(|import| defining(import)).collect();
        // What a folder's page takes from the files of the folder, it names without `crate`.
        let inside = modules
            .iter()
            .filter_map(|other| other.strip_prefix(&format!("{module}::")));
        let inside = inside.filter(|name| !name.contains("::") && names_first(code, name));
        to.extend(inside.map(|name| format!("{module}::{name}")));
        to.remove(module);
        graph.insert(module.clone(), to);
    }
    graph
}

/// Whether a path in the code begins with this name.
fn names_first(code: &str, name: &str) -> bool {
    code.match_indices(&format!("{name}::")).any(|(start, _)| {
        let before = code[..start].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
    })
}

/// The shortest circle, as the modules on it.
fn shortest_circle(graph: &Graph) -> Option<Vec<String>> {
    let circles = graph.keys().filter_map(|start| way_back(graph, start));
    circles.min_by_key(Vec::len)
}

/// The shortest way from `start` back to it.
fn way_back(graph: &Graph, start: &str) -> Option<Vec<String>> {
    let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(module) = queue.pop_front() {
        for next in graph.get(module).into_iter().flatten() {
            if next == start {
                let mut way = vec![module.to_owned()];
                while let Some(before) = came_from.get(way.last().unwrap().as_str()) {
                    way.push((*before).to_owned());
                }
                way.reverse();
                return Some(way);
            }
            if !came_from.contains_key(next.as_str()) {
                came_from.insert(next, module);
                queue.push_back(next);
            }
        }
    }
    None
}

/// The imports between the entries of a folder, each named by its path. `folder` is empty for `src`.
fn between_entries(graph: &Graph, folder: &str) -> Graph {
    let entry = |module: &str| -> Option<String> {
        let inside = match folder {
            "" => module,
            _ if module == folder => return Some(format!("{folder}::mod")),
            _ => module.strip_prefix(folder)?.strip_prefix("::")?,
        };
        let first = inside.split("::").next().unwrap();
        Some(match folder {
            "" => first.to_owned(),
            _ => format!("{folder}::{first}"),
        })
    };
    let mut entries = Graph::new();
    for (from, imports) in graph {
        let Some(from) = entry(from) else { continue };
        let to = imports.iter().filter_map(|to| entry(to)).filter(|to| *to != from);
        entries.entry(from.clone()).or_default().extend(to);
    }
    entries
}

/// Every folder that has a module in it, and the root.
fn folders(graph: &Graph) -> BTreeSet<&str> {
    let above = |module: &'_ str| module.rsplit_once("::").map_or("", |(folder, _)| folder).len();
    let mut folders: BTreeSet<&str> = graph.keys().map(|module| &module[..above(module)]).collect();
    for folder in folders.clone() {
        let mut folder = folder;
        while !folder.is_empty() {
            folder = &folder[..above(folder)];
            folders.insert(folder);
        }
    }
    folders
}

#[test]
fn imports_form_no_circle() {
    let graph = graph(&sources());
    let told = |circle: Vec<String>| format!("a circle: {} → {}", circle.join(" → "), circle[0]);
    let of_files = shortest_circle(&graph);
    let of_entries = folders(&graph)
        .into_iter()
        .filter_map(|folder| shortest_circle(&between_entries(&graph, folder)));
    assert_none(of_files.into_iter().chain(of_entries).map(told).collect());
}

#[test]
fn the_shortest_circle_is_found() {
    let graph = |edges: &[(&str, &str)]| {
        let mut graph = Graph::new();
        for (from, to) in edges {
            graph.entry((*from).to_owned()).or_default().insert((*to).to_owned());
        }
        graph
    };
    assert_eq!(shortest_circle(&graph(&[("a", "b"), ("b", "c"), ("a", "c")])), None);
    let found = shortest_circle(&graph(&[("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("d", "c")]));
    assert_eq!(found.unwrap(), ["c", "d"]);
    assert_eq!(expand("a::{B,c::{D,E}}"), ["a::B", "a::c::D", "a::c::E"]);
    assert_eq!(module_of(Path::new("src/a/mod.rs")), "a");
    assert_eq!(module_of(Path::new("src/a/b.rs")), "a::b");
}

#[test]
fn a_circle_of_folders_is_found_where_no_file_imports_itself() {
    let mut graph = Graph::new();
    for (from, to) in [("r::a::x", "r::b::y"), ("r::b::z", "r::a::w"), ("r::a::w", "r")] {
        graph.entry(from.to_owned()).or_default().insert(to.to_owned());
    }
    assert_eq!(shortest_circle(&graph), None);
    assert_eq!(folders(&graph), BTreeSet::from(["", "r", "r::a", "r::b"]));
    let circle = shortest_circle(&between_entries(&graph, "r")).unwrap();
    assert_eq!(circle, ["r::a", "r::b"]);
    assert_eq!(shortest_circle(&between_entries(&graph, "")), None);
}
