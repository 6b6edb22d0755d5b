//! `lamel top`: lists the processes of a container with the host's ps(1).

pub mod descriptors;
pub mod host_ps;

use crate::commands::container::query::top::host_ps::ps;
use crate::commands::context::Context;
use crate::commands::options::containers::latest;
use crate::commands::{DONE, Outcome};
use crate::container::processes::tasks;
use crate::text::safe;
use crate::ui::print;
use anyhow::{Result, bail, ensure};

/// The options of `top`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Use the newest container; CONTAINER is then omitted
    #[arg(short, long)]
    latest: bool,
    /// Name or ID of the container, and options of ps (default -ef), whose output must have a PID column, or podman's
    /// column names such as pid, hpid, user and comm
    #[arg(required_unless_present = "latest", trailing_var_arg = true, allow_hyphen_values = true, value_names = ["CONTAINER", "OPTION"])]
    words: Vec<String>,
}

/// The minimum width of a column, its padding included, and the padding, as in Docker.
const MIN_WIDTH: usize = 20;
const PADDING: usize = 3;

/// Prints the processes of a container.
pub fn run(options: Options, context: &Context) -> Outcome {
    let (container, mut args) = latest::split_words(&context.store()?, options.latest, options.words)?;
    let pids = tasks::pids(&container)?;
    if args.is_empty() {
        args.push("-ef".into());
    }
    let rows = match descriptors::columns(&args) {
        Some(columns) => descriptors::rows(&columns, &pids)?,
        None => rows(&ps(&args)?, &pids)?,
    };
    ensure!(rows.len() > 1, "the container has just ended");
    print::text(&safe::lines(&table(&rows)))?;
    Ok(DONE)
}

/// Splits the output of ps into cells: the headings, and the lines of these processes. The last cell of a line takes
/// the rest of it.
fn rows(text: &str, pids: &[i32]) -> Result<Vec<Vec<String>>> {
    let mut lines = text.lines();
    let headings: Vec<String> = lines
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let Some(column) = headings.iter().position(|heading| heading == "PID") else {
        bail!("ps printed no column PID: give it an option that makes it");
    };
    let mut rows = vec![headings.clone()];
    for line in lines {
        let mut cells: Vec<String> = Vec::with_capacity(headings.len());
        let mut rest = line.trim_start();
        while cells.len() + 1 < headings.len() {
            let (cell, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            cells.push(cell.to_owned());
            rest = after.trim_start();
        }
        cells.push(rest.to_owned());
        let pid = cells[column].parse::<i32>();
        if pid.is_ok_and(|pid| pids.contains(&pid)) {
            rows.push(cells);
        }
    }
    Ok(rows)
}

fn table(rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let widest = rows.iter().map(|row| row[column].chars().count() + PADDING).max();
        widest.unwrap_or(0).max(MIN_WIDTH)
    };
    let line = |row: &Vec<String>| {
        let cells = row
            .iter()
            .enumerate()
            .map(|(column, cell)| match column + 1 == row.len() {
                true => cell.clone(),
                false => format!("{cell:<width$}", width = width(column)),
            });
        cells.collect::<String>() + "\n"
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_processes_of_the_container_are_listed_and_the_last_cell_may_have_blanks() {
        let text = "UID   PID CMD\nroot    1 init x\nuser   42 sh -c  a b\n";
        let table = table(&rows(text, &[42]).unwrap());
        assert_eq!(
            table,
            "UID                 PID                 CMD\nuser                42                  sh -c  a b\n"
        );
        assert!(rows("UID CMD\n", &[42]).is_err());
    }
}
