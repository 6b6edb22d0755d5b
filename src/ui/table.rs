//! Tables as people and scripts know them: columns as wide as their widest cell and three spaces, at least ten
//! characters, the last one as it is (Docker's settings of Go's text/tabwriter: minimum width 10, padding 3).

use crate::text::truncate::ellipsis;

/// The narrowest column, its padding included.
const NARROWEST: usize = 10;
const PADDING: usize = 3;

/// The rows (the headings are the first) as lines. No line ends in spaces. Cells are shown as they are: what comes from
/// outside has been through [`crate::text::safe`].
pub fn render<C: AsRef<str>, R: AsRef<[C]>>(rows: &[R]) -> String {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        // A row's last cell is not padded, so it does not widen its column.
        let Some((_, padded)) = row.as_ref().split_last() else {
            continue;
        };
        widths.resize(widths.len().max(padded.len()), NARROWEST);
        for (width, cell) in widths.iter_mut().zip(padded) {
            *width = (*width).max(width_of(cell.as_ref()) + PADDING);
        }
    }
    let mut out = String::new();
    for row in rows {
        let row = row.as_ref();
        for (index, cell) in row.iter().enumerate() {
            let cell = cell.as_ref();
            out.push_str(cell);
            if index + 1 < row.len() {
                let padding = widths[index] - width_of(cell);
                out.extend(std::iter::repeat_n(' ', padding));
            }
        }
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }
    out
}

/// The same for a terminal, if that is what stdout is: where lines would be longer than its own, the cells of one
/// column are cut.
pub fn render_to_fit(rows: &[Vec<String>], column: usize) -> String {
    let width = match rustix::termios::tcgetwinsize(std::io::stdout()) {
        Ok(size) if size.ws_col > 0 => size.ws_col,
        _ => return render(rows),
    };
    render(&fitted(rows, column, width.into()))
}

/// As many characters of a cut column are always left.
const LEFT: usize = 16;

fn fitted(rows: &[Vec<String>], column: usize, width: usize) -> Vec<Vec<String>> {
    let mut rows = rows.to_vec();
    let longest = render(&rows).lines().map(width_of).max().unwrap_or(0);
    let widest = rows
        .iter()
        .filter_map(|row| row.get(column))
        .map(|cell| width_of(cell))
        .max();
    let room = widest
        .unwrap_or(0)
        .saturating_sub(longest.saturating_sub(width))
        .max(LEFT);
    for cell in rows.iter_mut().filter_map(|row| row.get_mut(column)) {
        *cell = ellipsis(cell, room);
    }
    rows
}

fn width_of(cell: &str) -> usize {
    match cell.is_ascii() {
        true => cell.len(),
        false => cell.chars().count(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        text.lines()
            .map(|line| line.split('|').map(str::to_owned).collect())
            .collect()
    }

    #[test]
    fn columns_are_padded_to_the_widest_and_the_last_is_not() {
        let given = rows("TYPE|TOTAL|ACTIVE|SIZE|RECLAIMABLE\nContainers|1|0|62.82MB|62.82MB (100%)");
        let lines = "\
TYPE         TOTAL     ACTIVE    SIZE      RECLAIMABLE
Containers   1         0         62.82MB   62.82MB (100%)
";
        assert_eq!(render(&given), lines);
    }

    #[test]
    fn an_empty_last_cell_leaves_no_spaces() {
        let given = rows("IMAGE|SIZE|COMMENT\n07e334659748|95B|changed\n<missing>|0B|");
        let lines = "\
IMAGE          SIZE      COMMENT
07e334659748   95B       changed
<missing>      0B
";
        assert_eq!(render(&given), lines);
    }

    #[test]
    fn on_a_narrow_terminal_one_column_is_cut() {
        let given = rows("LAYERS AND IMAGES|ID|SIZE\n├── registry.example.org/some/image:1|7614ae9453d1|113MB");
        let lines = "\
LAYERS AND IMAGES           ID             SIZE
├── registry.example.org…   7614ae9453d1   113MB
";
        assert_eq!(render(&fitted(&given, 0, 48)), lines);
        // There is room enough, and there is none at all.
        assert_eq!(fitted(&given, 0, 60), given);
        assert_eq!(fitted(&given, 0, 5)[1][0], "├── registry.ex…");
    }

    #[test]
    fn width_is_counted_in_characters() {
        let given = rows("CREATED BY|SIZE\n/bin/sh -c echo…|0B");
        assert_eq!(render(&given), "CREATED BY         SIZE\n/bin/sh -c echo…   0B\n");
    }
}
