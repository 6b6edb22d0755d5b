//! Tables laid out as Docker's: each column is as wide as its widest cell and three spaces, and at least ten
//! characters; the last one is not padded (Go's text/tabwriter with minimum width 10 and padding 3).

use crate::text::truncate::ellipsis;

/// The minimum width of a column, its padding included.
const MIN_WIDTH: usize = 10;
const PADDING: usize = 3;

/// Lays out the rows, of which the headings are the first. No line ends in spaces. Cells are printed unchanged: the
/// caller makes those with text from outside terminal-safe ([`crate::text::safe`]).
pub fn render<C: AsRef<str>, R: AsRef<[C]>>(rows: &[R]) -> String {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        // A row's last cell is not padded, so it does not widen its column.
        let Some((_, padded)) = row.as_ref().split_last() else {
            continue;
        };
        widths.resize(widths.len().max(padded.len()), MIN_WIDTH);
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

/// Like [`render`]; where stdout is a terminal and lines would be wider, the cells of one column are truncated.
pub fn render_to_fit(rows: &[Vec<String>], column: usize) -> String {
    let width = match rustix::termios::tcgetwinsize(std::io::stdout()) {
        Ok(size) if size.ws_col > 0 => size.ws_col,
        _ => return render(rows),
    };
    render(&fitted(rows, column, width.into()))
}

/// The minimum width of a truncated column, in characters.
const MIN_TRUNCATED: usize = 16;

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
        .max(MIN_TRUNCATED);
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
    fn on_a_narrow_terminal_one_column_is_truncated() {
        let given = rows("LAYERS AND IMAGES|ID|SIZE\n├── registry.example.org/some/image:1|7614ae9453d1|113MB");
        let lines = "\
LAYERS AND IMAGES           ID             SIZE
├── registry.example.org…   7614ae9453d1   113MB
";
        assert_eq!(render(&fitted(&given, 0, 48)), lines);
        // A terminal that is wide enough, and one that is much too narrow.
        assert_eq!(fitted(&given, 0, 60), given);
        assert_eq!(fitted(&given, 0, 5)[1][0], "├── registry.ex…");
    }

    #[test]
    fn width_is_counted_in_characters() {
        let given = rows("CREATED BY|SIZE\n/bin/sh -c echo…|0B");
        assert_eq!(render(&given), "CREATED BY         SIZE\n/bin/sh -c echo…   0B\n");
    }
}
