//! Podman's format descriptors: `top NAME pid user hpid comm`. Values as seen inside the container are read from /proc
//! (proc(5)), the others come from ps.

use crate::commands::container::query::top::host_ps::ps;
use crate::runtime::security::users;
use crate::sys::ids::id_maps::IdMaps;
use crate::sys::process::list;
use anyhow::Result;
use std::collections::BTreeMap;
use std::fs::{self, File};

/// Where the cells of a column come from.
#[derive(Debug, Clone, Copy)]
pub enum CellSource {
    /// A column of ps.
    Host(&'static str),
    /// The last word of a field of /proc/PID/status, which is the number in the innermost namespace.
    Status(&'static str),
    /// The PID of the parent in the container; 0 where the parent is outside.
    Parent,
    User,
    Group,
    Seccomp,
}

use CellSource::{Group, Host, Parent, Seccomp, Status, User};

/// A column: its name, its heading and the source of its cells.
pub type Column = (&'static str, &'static str, CellSource);

const COLUMNS: [Column; 20] = [
    ("args", "COMMAND", Host("args")),
    ("comm", "COMMAND", Host("comm")),
    ("etime", "ELAPSED", Host("etime")),
    ("group", "GROUP", Group),
    ("hgroup", "HGROUP", Host("group")),
    ("hpid", "HPID", Host("pid")),
    ("huser", "HUSER", Host("user")),
    ("nice", "NI", Host("ni")),
    ("pcpu", "%CPU", Host("pcpu")),
    ("pgid", "PGID", Status("NSpgid")),
    ("pid", "PID", Status("NSpid")),
    ("ppid", "PPID", Parent),
    ("rss", "RSS", Host("rss")),
    ("seccomp", "SECCOMP", Seccomp),
    ("state", "STATE", Host("s")),
    ("stime", "STIME", Host("stime")),
    ("time", "TIME", Host("time")),
    ("tty", "TTY", Host("tty")),
    ("user", "USER", User),
    ("vsz", "VSZ", Host("vsz")),
];

/// The columns that the words name, also separated by commas; `None` where one is unknown: then the words are options
/// of ps.
pub fn columns(words: &[String]) -> Option<Vec<Column>> {
    let names = words.iter().flat_map(|word| word.split(','));
    let column = |name: &str| COLUMNS.iter().find(|(known, ..)| *known == name).copied();
    names.map(column).collect()
}

/// The headings, and a row for each process, without those that have just ended. The first of `pids` is the container's
/// init.
pub fn rows(columns: &[Column], pids: &[i32]) -> Result<Vec<Vec<String>>> {
    let mut rows = vec![columns.iter().map(|(_, heading, _)| (*heading).to_owned()).collect()];
    let listed: Vec<BTreeMap<i32, String>> = columns
        .iter()
        .map(|(.., source)| match source {
            Host(name) => host(name, pids),
            _ => Ok(BTreeMap::new()),
        })
        .collect::<Result<_>>()?;
    let names = pids
        .first()
        .map(|first| Names::of_container(*first))
        .unwrap_or_default();
    for pid in pids {
        let Some(process) = ProcessStatus::read(*pid) else {
            continue;
        };
        let cell = |((.., source), listed): (&Column, &BTreeMap<i32, String>)| match source {
            Host(_) => listed.get(pid).cloned(),
            Status(field) => process.word(field),
            Parent => {
                let parent = process.number("PPid").filter(|parent| pids.contains(parent));
                let inside = parent
                    .and_then(ProcessStatus::read)
                    .and_then(|parent| parent.word("NSpid"));
                Some(inside.unwrap_or_else(|| "0".into()))
            }
            User => Some(names.user(process.id("Uid")?)),
            Group => Some(names.group(process.id("Gid")?)),
            Seccomp => Some(match process.word("Seccomp")?.as_str() {
                "0" => "disabled".to_owned(),
                "1" => "strict".to_owned(),
                _ => "filter".to_owned(),
            }),
        };
        rows.extend(columns.iter().zip(&listed).map(cell).collect::<Option<Vec<String>>>());
    }
    Ok(rows)
}

/// A column of the host's ps, by PID.
fn host(name: &str, pids: &[i32]) -> Result<BTreeMap<i32, String>> {
    let pids: Vec<String> = pids.iter().map(ToString::to_string).collect();
    // In ps, an empty heading (`pid=`) takes the rest of its option, so each column is an option of its own.
    let text = ps(&["-ww", "-o", "pid=", "-o", &format!("{name}="), "-p", &pids.join(",")])?;
    let row = |line: &str| {
        let (pid, cell) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
        Some((pid.parse().ok()?, cell.trim().to_owned()))
    };
    Ok(text.lines().filter_map(row).collect())
}

/// The content of /proc/PID/status.
struct ProcessStatus(String);

impl ProcessStatus {
    fn read(pid: i32) -> Option<ProcessStatus> {
        fs::read_to_string(format!("/proc/{pid}/status"))
            .ok()
            .map(ProcessStatus)
    }

    fn field(&self, name: &str) -> Option<&str> {
        list::field_in(&self.0, name)
    }

    fn word(&self, field: &str) -> Option<String> {
        self.field(field)?.split_whitespace().last().map(str::to_owned)
    }

    fn number(&self, field: &str) -> Option<i32> {
        self.word(field)?.parse().ok()
    }

    /// The effective ID: real, effective, saved and filesystem ID are listed.
    fn id(&self, field: &str) -> Option<u32> {
        self.field(field)?.split_whitespace().nth(1)?.parse().ok()
    }
}

/// The names of the container's users and groups.
#[derive(Default)]
struct Names {
    maps: Option<IdMaps>,
    users: BTreeMap<u32, String>,
    groups: BTreeMap<u32, String>,
}

impl Names {
    /// Reads those of the container whose init has this PID.
    fn of_container(pid: i32) -> Names {
        let root = File::open(format!("/proc/{pid}/root")).ok();
        let names = |file| root.as_ref().and_then(|root| users::names(root, file).ok());
        Names {
            maps: IdMaps::of_process(&pid.to_string()).ok(),
            users: names("/etc/passwd").unwrap_or_default(),
            groups: names("/etc/group").unwrap_or_default(),
        }
    }

    fn user(&self, outside: u32) -> String {
        let inside = self
            .maps
            .as_ref()
            .map_or(Some(outside), |maps| maps.user_inside(outside));
        name(&self.users, inside)
    }

    fn group(&self, outside: u32) -> String {
        let inside = self
            .maps
            .as_ref()
            .map_or(Some(outside), |maps| maps.group_inside(outside));
        name(&self.groups, inside)
    }
}

fn name(names: &BTreeMap<u32, String>, id: Option<u32>) -> String {
    match id {
        Some(id) => names.get(&id).cloned().unwrap_or_else(|| id.to_string()),
        None => "?".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_columns_only_if_all_are() {
        let of = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(ToString::to_string).collect();
            columns(&words).map(|columns| columns.iter().map(|(name, ..)| *name).collect::<Vec<_>>())
        };
        assert_eq!(of(&["pid,user", "comm"]).unwrap(), ["pid", "user", "comm"]);
        for words in [&["-ef"][..], &["aux"], &["pid", "-o", "comm"], &["pid,"]] {
            assert_eq!(of(words), None, "{words:?}");
        }
    }

    #[test]
    fn a_process_is_read_from_its_status() {
        let process = ProcessStatus("Name:\tsh\nPPid:\t7\nUid:\t1\t2\t3\t4\nNSpid:\t40\t1\n".into());
        assert_eq!(process.word("NSpid").as_deref(), Some("1"));
        assert_eq!(
            (process.number("PPid"), process.id("Uid"), process.id("Gid")),
            (Some(7), Some(2), None)
        );
    }
}
