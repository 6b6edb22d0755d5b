//! No file imports itself by way of others: a circle of files can only be understood, changed and moved as one.

use crate::imports_test::{Source, assert_none, imports, is_test, sources, top_level};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;

/// Imports that close a circle and are still to be cut: (from, to). A new one is not to be added.
const STILL_TO_CUT: &[(&str, &str)] = &[
    ("runtime::cgroup::delegated", "runtime::cgroup::container_cgroup"),
    ("runtime::create::exec", "runtime::create::container"),
    ("runtime::network::netavark", "runtime::network"),
    ("runtime::network::relay", "runtime::network"),
    ("runtime::network::relay", "runtime::network::relay::tcp"),
    ("runtime::network::relay", "runtime::network::relay::udp"),
    ("runtime::rootfs::userns_view", "runtime::create::container"),
];

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

#[test]
fn imports_form_no_circle() {
    let mut graph = graph(&sources());
    let mut wrong = Vec::new();
    for (from, to) in STILL_TO_CUT {
        if !graph.get_mut(*from).is_some_and(|imports| imports.remove(*to)) {
            wrong.push(format!("{from} does not import {to} any more: take it off the list"));
        }
    }
    if let Some(circle) = shortest_circle(&graph) {
        wrong.push(format!("a circle: {} → {}", circle.join(" → "), circle[0]));
    }
    assert_none(wrong);
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
