//! Which room may import which. The order of the modules is the design: imports go down it, and three kinds of code have one
//! place each.

pub mod circles;

use std::fs;
use std::path::{Path, PathBuf};

/// Higher may import lower. Modules of the same rank do not know each other.
fn rank(module: &str) -> u8 {
    match module {
        "main" => 6,
        "cli" => 5,
        "commands" => 4,
        "ui" => 3,
        "container" => 3,
        "image" => 2,
        "registry" | "layer" | "store" | "runtime" => 1,
        "oci" | "sys" | "text" | "progress" | "settings" => 0,
        other => panic!("module {other} has no rank: give it one"),
    }
}

/// Imports that the ranks do not allow, or do not forbid, and that are decided one by one.
fn exception(from: &str, to: &str, import: &str) -> Option<bool> {
    match (from, to) {
        // Only commands, the command line and main talk to people.
        ("commands" | "cli" | "main", "ui") => Some(true),
        (_, "ui") => Some(false),
        // Formats text; knows nothing of what it shows.
        ("ui", "progress" | "text") => Some(true),
        ("ui", _) => Some(false),
        // What a layer is made of is recorded where it is kept: plain data, no call.
        ("store", "layer") => Some(
            [
                "layer::model::LowerRefs",
                "layer::model::Applied",
                "layer::model::{Applied,LowerRefs}",
                "layer::compression::compress::Compression",
            ]
            .contains(&import),
        ),
        // Digests need no kernel, reports need no digests.
        ("oci", "sys") | ("progress" | "text", _) => Some(false),
        _ => None,
    }
}

struct Source {
    path: PathBuf,
    module: String,
    /// Without comments and string contents, so that words in them are not taken for code.
    code: String,
}

fn sources() -> Vec<Source> {
    // Relative to the package, where tests are run: an absolute path is known only to who compiled, and can have any
    // name in it.
    let root = PathBuf::from("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inside = path.strip_prefix(&root).unwrap();
                let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
                let module = first.trim_end_matches(".rs").to_owned();
                if module != "imports_test" {
                    let code = code(&fs::read_to_string(&path).unwrap());
                    found.push(Source { path, module, code });
                }
            }
        }
    }
    assert!(found.len() > 50, "only {} source files were found", found.len());
    found
}

/// The source without comments, and with empty string and character literals.
fn code(source: &str) -> String {
    let mut out = String::new();
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(after) = raw_string(rest) {
            out.push_str("\"\"");
            after
        } else if c == '"' {
            out.push_str("\"\"");
            end_of_literal(rest, '"')
        } else if c == '\'' && is_character(rest) {
            end_of_literal(rest, '\'')
        } else {
            out.push(c);
            c.len_utf8()
        };
        rest = &rest[skipped..];
    }
    out
}

/// The length of `r#"…"#` at the start of `text`.
fn raw_string(text: &str) -> Option<usize> {
    let hashes = text.strip_prefix('r')?.chars().take_while(|c| *c == '#').count();
    text[1 + hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let start = 2 + hashes;
    Some(start + text[start..].find(&end).expect("a raw string ends") + end.len())
}

/// A quote that starts a character, not a lifetime.
fn is_character(text: &str) -> bool {
    let mut chars = text.chars().skip(1);
    let first = chars.next();
    first == Some('\\') || chars.next() == Some('\'')
}

fn end_of_literal(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (index, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return index + 1,
            _ => {}
        }
    }
    panic!("a literal does not end: {}", text.lines().next().unwrap_or_default());
}

/// Every `crate::…` path and `use crate::{…}`, without spaces: `store::Store`, `layer::{Applied,LowerRefs}`.
fn imports(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (start, _) in code.match_indices("crate::") {
        if code[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let path: String = one_path(&code[start + "crate::".len()..]);
        match path.strip_prefix('{').and_then(|list| list.strip_suffix('}')) {
            Some(list) => found.extend(top_level(list)),
            None => found.push(path),
        }
    }
    found
}

fn one_path(text: &str) -> String {
    let mut depth = 0;
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        let goes_on = c.is_alphanumeric() || matches!(c, '_' | ':' | '{' | '}' | '*');
        if depth < 0 || depth == 0 && !goes_on {
            break;
        }
        if !c.is_whitespace() {
            out.push(c);
        }
        if depth == 0 && c == '}' {
            break;
        }
    }
    out.replace(",}", "}")
}

/// The parts of a list, with lists inside kept whole.
fn top_level(list: &str) -> Vec<String> {
    let mut depth = 0;
    let parts = list.split(|c| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0
    });
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn allowed(from: &str, import: &str) -> bool {
    let to = import.split("::").next().unwrap_or_default();
    // The crate's root has modules only: anything else is this module's own or a macro.
    from == to || exception(from, to, import).unwrap_or_else(|| rank(from) > rank(to))
}

/// Fails with all that is wrong, one on each line.
fn assert_none(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn imports_go_down() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for source in sources() {
        for import in imports(&source.code) {
            seen += 1;
            // Tests of pulls have a registry of their own; the rule is about what is shipped.
            let for_tests = is_test(&source.path);
            if !for_tests && !allowed(&source.module, &import) {
                wrong.push(format!("{} imports {import}", source.path.display()));
            }
        }
    }
    assert!(seen > 100, "only {seen} imports were found");
    assert_none(wrong);
}

#[test]
fn standard_streams_libcontainer_and_async_have_one_place_each() {
    let places: &[(&str, &[&str])] = &[
        // That macros print nothing is a lint, as is unsafe code.
        ("ui", &["stdout().lock()", "stderr().lock()"]),
        ("runtime", &["libcontainer::"]),
        (
            "registry",
            &[
                "async fn",
                "async move",
                "async {",
                ".await",
                "tokio::",
                "oci_client::client::",
                "oci_client::errors::",
                "oci_client::token_cache::",
            ],
        ),
    ];
    let mut wrong = Vec::new();
    let mut seen = vec![0; places.len()];
    for source in sources() {
        if is_test(&source.path) {
            continue;
        }
        for (index, (place, words)) in places.iter().enumerate() {
            for word in words.iter().filter(|word| contains_word(&source.code, word)) {
                match source.module == *place {
                    true => seen[index] += 1,
                    false => wrong.push(format!("{} has {word}: only {place} may", source.path.display())),
                }
            }
        }
    }
    for ((place, words), seen) in places.iter().zip(seen).skip(1) {
        assert!(
            seen > 0,
            "{place} has none of {words:?}: is it looked for in the right place?"
        );
    }
    assert_none(wrong);
}

fn contains_word(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(start, _)| {
        let before = code[..start].chars().next_back();
        word.starts_with('.') || !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

/// Files of tests alone; tests beside the code they test keep its rules.
fn is_test(path: &Path) -> bool {
    let names_tests = |part: &str| part == "tests" || part.ends_with("_tests");
    let folders = path.parent().into_iter().flat_map(Path::components);
    let mut names = folders
        .map(|part| part.as_os_str())
        .chain(path.file_stem())
        .filter_map(|part| part.to_str());
    names.any(names_tests)
}

/// The walks in the crate's documentation name functions by their modules.
#[test]
fn the_walks_name_functions_that_exist() {
    let main = fs::read_to_string("src/main.rs").unwrap();
    let walks = main.split("# Walks").nth(1).unwrap().split("//! # ").next().unwrap();
    let mut seen = 0;
    let mut wrong = Vec::new();
    for name in walks.split_whitespace().filter(|word| word.contains("::")) {
        let (module, function) = name.rsplit_once("::").unwrap();
        let file = format!("src/{}", module.replace("::", "/"));
        let source = fs::read_to_string(format!("{file}.rs"))
            .or_else(|_| fs::read_to_string(format!("{file}/mod.rs")))
            .unwrap_or_default();
        seen += 1;
        if !contains_word(&code(&source), &format!("fn {function}")) {
            wrong.push(format!("{name} is not in {file}"));
        }
    }
    assert!(seen > 15, "only {seen} functions were found");
    assert_none(wrong);
}

#[test]
fn the_reader_of_imports_reads_them() {
    let source = r##"
        use crate::layer::{Applied, LowerRefs}; // crate::comment::x
        use crate::{image, store::{Store, Tag}};
        let text = "crate::string::x"; let c = '"'; let raw = r#"crate::raw::"x"#;
        fn f<'a>(x: &'a crate::oci::Digest) -> crate::ui::print::Closed {}
        $crate::not_ours!();
    "##;
    let found = imports(&code(source));
    let expected = [
        "layer::{Applied,LowerRefs}",
        "image",
        "store::{Store,Tag}",
        "oci::Digest",
        "ui::print::Closed",
    ];
    assert_eq!(found, expected);
}

#[test]
fn the_rules_tell_up_from_down() {
    for (from, import) in [
        ("commands", "ui::print"),
        ("container", "store::Store"),
        ("image", "registry::pull::session::PullSession"),
        ("store", "layer::model::LowerRefs"),
        ("store", "store::Tag"),
        ("ui", "progress::Step"),
    ] {
        assert!(allowed(from, import), "{from} → {import}");
    }
    for (from, import) in [
        ("store", "image::pull"),
        ("store", "layer::apply"),
        ("layer", "store::Store"),
        ("container", "ui::print"),
        ("ui", "store::Store"),
        ("runtime", "store::Store"),
        ("sys", "oci::Digest"),
    ] {
        assert!(!allowed(from, import), "{from} → {import}");
    }
}
