//! Whether systemd-logind kills the processes of a user who logs out (logind.conf(5), loginctl(1)). It is read from
//! files, because there may be no bus to ask (su, cron).

use crate::sys::ids::accounts;
use std::fs;
use std::path::{Path, PathBuf};

/// Why a process ends with a logout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndsAtLogout {
    /// With its own session: this host's logind kills what sessions leave (`KillUserProcesses=`).
    Session,
    /// With the last session: it is below the user's service manager, which ends then, since the user does not linger.
    Manager,
}

/// Whether logind will end the process `pid`; `None` where it will not, or there is none.
pub fn ends_at_logout(pid: i32) -> Option<EndsAtLogout> {
    let cgroup = fs::read_to_string(format!("/proc/{pid}/cgroup")).ok()?;
    fate(&cgroup, Path::new("/"))
}

/// Of a process with this /proc/PID/cgroup; files are looked for below `root`.
fn fate(cgroup: &str, root: &Path) -> Option<EndsAtLogout> {
    // systemd's own hierarchy; with v2 the only one.
    let path = cgroup.lines().find_map(|line| {
        let (_, rest) = line.split_once(':')?;
        rest.strip_prefix("name=systemd:").or(rest.strip_prefix(":"))
    })?;
    let mut units = path.split('/').skip_while(|unit| !unit.starts_with("user-"));
    let uid = units.next()?.strip_prefix("user-")?.strip_suffix(".slice")?;
    let unit = units.next()?;
    let name = name_of(uid, root).unwrap_or_else(|| uid.to_owned());
    if unit.starts_with("session-") && unit.ends_with(".scope") {
        return LogindSettings::read(root)
            .kill(&name, uid)
            .then_some(EndsAtLogout::Session);
    }
    let lingers = root.join("var/lib/systemd/linger").join(&name).exists();
    (unit == format!("user@{uid}.service") && !lingers).then_some(EndsAtLogout::Manager)
}

fn name_of(uid: &str, root: &Path) -> Option<String> {
    let passwd = fs::read(root.join("etc/passwd")).ok()?;
    let passwd = String::from_utf8_lossy(&passwd);
    let uid: u32 = uid.parse().ok()?;
    accounts::users(&passwd)
        .find(|user| user.uid == uid)
        .map(|user| user.name.to_owned())
}

/// The users whose processes are killed.
#[derive(Debug)]
struct LogindSettings {
    kill: bool,
    only: Vec<String>,
    exclude: Vec<String>,
}

impl LogindSettings {
    /// The main file, then the directories' files by name: the later line decides.
    fn read(root: &Path) -> LogindSettings {
        let directories = ["usr/lib", "usr/local/lib", "run", "etc"];
        let main = ["etc", "run", "usr/lib"].map(|dir| root.join(dir).join("systemd/logind.conf"));
        let main = main.iter().find_map(|path| fs::read_to_string(path).ok());
        let mut files: Vec<PathBuf> = Vec::new();
        for directory in directories {
            let entries = fs::read_dir(root.join(directory).join("systemd/logind.conf.d"));
            let paths = entries.into_iter().flatten().flatten().map(|entry| entry.path());
            for path in paths.filter(|path| path.extension().is_some_and(|extension| extension == "conf")) {
                // One of the same name in a directory that comes later stands in its place.
                files.retain(|file| file.file_name() != path.file_name());
                files.push(path);
            }
        }
        files.sort_by_key(|path| path.file_name().map(ToOwned::to_owned));
        let mut settings = LogindSettings {
            kill: false,
            only: Vec::new(),
            exclude: vec!["root".into()],
        };
        if let Some(main) = main {
            // The distribution's default, which was decided when systemd was built, stands there as a comment.
            for line in main.lines() {
                if let Some(value) = line.strip_prefix("#KillUserProcesses=") {
                    settings.kill = is_true(value);
                }
            }
            settings.take(&main);
        }
        for file in files {
            settings.take(&fs::read_to_string(file).unwrap_or_default());
        }
        settings
    }

    fn take(&mut self, text: &str) {
        let words = |value: &str| value.split_whitespace().map(str::to_owned).collect();
        for (key, value) in text.lines().filter_map(|line| line.trim().split_once('=')) {
            match key.trim_end() {
                "KillUserProcesses" => self.kill = is_true(value),
                "KillOnlyUsers" => self.only = words(value),
                "KillExcludeUsers" => self.exclude = words(value),
                _ => {}
            }
        }
    }

    fn kill(&self, name: &str, uid: &str) -> bool {
        let has = |list: &[String]| list.iter().any(|one| one == name || one == uid);
        self.kill && !has(&self.exclude) && (self.only.is_empty() || has(&self.only))
    }
}

/// systemd's words.
fn is_true(value: &str) -> bool {
    ["1", "yes", "y", "true", "t", "on"].contains(&value.trim().to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SESSION: &str = "0::/user.slice/user-1000.slice/session-3.scope\n";

    fn host(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let passwd = [("etc/passwd", "root:x:0:0::/:\nalice:x:1000:1000::/:\n")];
        for (path, text) in passwd.iter().chain(files) {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        root
    }

    #[test]
    fn a_session_ends_its_processes_where_it_is_set_to() {
        let case = |files: &[(&str, &str)]| fate(SESSION, host(files).path());
        let (main, extra) = ("etc/systemd/logind.conf", "etc/systemd/logind.conf.d/a.conf");
        assert_eq!(case(&[]), None);
        assert_eq!(case(&[(main, "[Login]\n#KillUserProcesses=no\n")]), None);
        let kills = (main, "[Login]\n#KillUserProcesses=yes\n");
        assert_eq!(case(&[kills]), Some(EndsAtLogout::Session));
        assert_eq!(case(&[kills, (extra, "[Login]\nKillUserProcesses = no\n")]), None);
        assert_eq!(case(&[kills, (extra, "[Login]\nKillExcludeUsers=root alice\n")]), None);
        assert_eq!(case(&[kills, (extra, "[Login]\nKillOnlyUsers=bob\n")]), None);
        assert_eq!(
            case(&[
                kills,
                ("run/systemd/logind.conf.d/a.conf", "[Login]\nKillUserProcesses=no\n"),
                (extra, "")
            ]),
            Some(EndsAtLogout::Session)
        );
        // Root is left alone.
        let root = host(&[kills]);
        assert_eq!(fate("0::/user.slice/user-0.slice/session-3.scope\n", root.path()), None);
    }

    #[test]
    fn the_users_manager_ends_unless_the_user_lingers() {
        let cgroup = "0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-1.scope\n";
        let lingers = [("var/lib/systemd/linger/alice", "")];
        assert_eq!(fate(cgroup, host(&[]).path()), Some(EndsAtLogout::Manager));
        assert_eq!(fate(cgroup, host(&lingers).path()), None);
        let hybrid = format!("4:memory:/\n1:name=systemd:{}", &cgroup["0::".len()..]);
        assert_eq!(fate(&hybrid, host(&[]).path()), Some(EndsAtLogout::Manager));
    }

    #[test]
    fn what_logind_did_not_start_it_does_not_end() {
        for cgroup in ["", "0::/\n", "0::/system.slice/cron.service\n", "3:cpu:/a\n"] {
            assert_eq!(fate(cgroup, host(&[]).path()), None, "{cgroup}");
        }
    }
}
