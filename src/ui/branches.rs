//! Trees on a terminal: each row's first cell is indented under the row that it belongs to.

/// A row, and those under it.
pub struct Branch {
    pub cells: Vec<String>,
    pub below: Vec<Branch>,
}

/// The rows from top to bottom, the first cell of each with the lines that lead to it. The uppermost are not under
/// anything.
pub fn rows(roots: Vec<Branch>) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for root in roots {
        rows.push(root.cells);
        add(root.below, "", &mut rows);
    }
    rows
}

/// The same, with a line to each of them: they are all under something that was printed before.
pub fn rows_below(branches: Vec<Branch>) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    add(branches, "", &mut rows);
    rows
}

fn add(branches: Vec<Branch>, indent: &str, rows: &mut Vec<Vec<String>>) {
    let count = branches.len();
    for (index, mut branch) in branches.into_iter().enumerate() {
        let (corner, line) = match index + 1 == count {
            true => ("└── ", "    "),
            false => ("├── ", "│   "),
        };
        if let Some(first) = branch.cells.first_mut() {
            *first = format!("{indent}{corner}{first}");
        }
        rows.push(branch.cells);
        add(branch.below, &format!("{indent}{line}"), rows);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn branch(name: &str, below: Vec<Branch>) -> Branch {
        Branch {
            cells: vec![name.to_owned()],
            below,
        }
    }

    fn some() -> Vec<Branch> {
        vec![
            branch("a", vec![branch("b", vec![branch("c", vec![])]), branch("d", vec![])]),
            branch("e", vec![branch("f", vec![])]),
        ]
    }

    #[test]
    fn rows_are_indented_under_theirs() {
        let lines: Vec<String> = rows(some()).concat();
        assert_eq!(lines, ["a", "├── b", "│   └── c", "└── d", "e", "└── f"]);
    }

    #[test]
    fn rows_below_something_all_have_a_line() {
        let lines: Vec<String> = rows_below(some()).concat();
        assert_eq!(
            lines,
            ["├── a", "│   ├── b", "│   │   └── c", "│   └── d", "└── e", "    └── f"]
        );
    }
}
