//! Trees as table rows: the first cell of a row is indented under its parent, with lines that connect them.

/// A row and its children.
pub struct TreeRow {
    pub cells: Vec<String>,
    pub children: Vec<TreeRow>,
}

/// The rows from top to bottom. The roots have no lines.
pub fn rows(roots: Vec<TreeRow>) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for root in roots {
        rows.push(root.cells);
        add(root.children, "", &mut rows);
    }
    rows
}

/// Like [`rows`], with lines to the uppermost rows too: their parent was printed before.
pub fn rows_below(children: Vec<TreeRow>) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    add(children, "", &mut rows);
    rows
}

fn add(children: Vec<TreeRow>, indent: &str, rows: &mut Vec<Vec<String>>) {
    let count = children.len();
    for (index, mut row) in children.into_iter().enumerate() {
        let (corner, line) = match index + 1 == count {
            true => ("└── ", "    "),
            false => ("├── ", "│   "),
        };
        if let Some(first) = row.cells.first_mut() {
            *first = format!("{indent}{corner}{first}");
        }
        rows.push(row.cells);
        add(row.children, &format!("{indent}{line}"), rows);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, children: Vec<TreeRow>) -> TreeRow {
        TreeRow {
            cells: vec![name.to_owned()],
            children,
        }
    }

    fn some() -> Vec<TreeRow> {
        vec![
            row("a", vec![row("b", vec![row("c", vec![])]), row("d", vec![])]),
            row("e", vec![row("f", vec![])]),
        ]
    }

    #[test]
    fn rows_are_indented_under_their_parents() {
        let lines: Vec<String> = rows(some()).concat();
        assert_eq!(lines, ["a", "├── b", "│   └── c", "└── d", "e", "└── f"]);
    }

    #[test]
    fn rows_below_a_printed_parent_all_have_a_line() {
        let lines: Vec<String> = rows_below(some()).concat();
        assert_eq!(
            lines,
            ["├── a", "│   ├── b", "│   │   └── c", "│   └── d", "└── e", "    └── f"]
        );
    }
}
