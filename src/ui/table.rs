//! Tables as people and scripts know them: columns as wide as their widest cell and three spaces, at least ten characters, the last one as
//! it is (Docker's settings of Go's text/tabwriter: minimum width 10, padding 3).

/// The narrowest column, its padding included.
const NARROWEST: usize = 10;
const PADDING: usize = 3;

/// The rows (the headings are the first) as lines. No line ends in spaces. Cells are shown as they are: what comes from
/// outside has been through [`super::safe`].
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
    fn width_is_counted_in_characters() {
        let given = rows("CREATED BY|SIZE\n/bin/sh -c echo…|0B");
        assert_eq!(render(&given), "CREATED BY         SIZE\n/bin/sh -c echo…   0B\n");
    }
}
