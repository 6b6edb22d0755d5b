//! The text of a unit for one container (systemd.unit(5), systemd.service(5)).

use std::fmt::Write;
use std::path::PathBuf;

/// How long systemd waits after the container's own stop timeout until it kills what is left itself, in seconds: `stop`
/// ends the container before, and removes what there was of it.
const GRACE: u64 = 60;

/// A unit that runs one container in the foreground: systemd's main process is its supervisor.
#[derive(Debug, Clone)]
pub struct Unit {
    /// Without `.service`.
    pub name: String,
    /// In the comments at the top.
    pub header: Vec<String>,
    pub wants: Vec<String>,
    pub after: Vec<String>,
    pub requires: Vec<String>,
    /// Directories that must be mounted before.
    pub paths: Vec<PathBuf>,
    /// `NAME=VALUE`
    pub environment: Vec<String>,
    pub restart: String,
    pub restart_seconds: Option<u64>,
    pub start_timeout: Option<u64>,
    /// Between the stop signal and SIGKILL.
    pub stop_timeout: u64,
    /// Exit codes that are no failure when the container is stopped.
    pub success: i32,
    /// Whether the container is limited by a cgroup below the unit's.
    pub delegate: bool,
    pub start_pre: Option<Vec<String>>,
    pub start: Command,
    pub stop: Command,
    pub stop_post: Option<Command>,
}

/// A command: some words of ours (the program with its command first), in which specifiers (`%t`) count, and some that
/// are taken as they are.
#[derive(Debug, Clone)]
pub struct Command {
    pub ours: Vec<String>,
    pub plain: Vec<String>,
}

impl Unit {
    pub fn text(&self) -> String {
        let mut text = String::new();
        for line in &self.header {
            let _ = writeln!(text, "# {line}");
        }
        if !self.header.is_empty() {
            text.push('\n');
        }
        let mut section = Section(&mut text);
        section.begin("Unit");
        section.set(
            "Description",
            format!("Lamel {}.service", self.name.replace("@", "@%i")),
        );
        section.set("Documentation", "man:lamel-generate-systemd(1)");
        section.list("Wants", &self.wants);
        section.list("After", &self.after);
        section.list("Requires", &self.requires);
        let paths: Vec<_> = self
            .paths
            .iter()
            .map(|path| plain(&path.display().to_string()))
            .collect();
        section.list("RequiresMountsFor", &paths);
        section.end();

        section.begin("Service");
        section.set("Type", "notify");
        // What a program in the container says comes from the supervisor, too.
        section.set("NotifyAccess", "main");
        for variable in &self.environment {
            section.set("Environment", plain(variable));
        }
        section.set("Restart", &self.restart);
        section.maybe("RestartSec", self.restart_seconds);
        section.maybe("TimeoutStartSec", self.start_timeout);
        section.set("TimeoutStopSec", self.stop_timeout + GRACE);
        section.set("SuccessExitStatus", self.success);
        section.maybe("ExecStartPre", self.start_pre.as_ref().map(|words| words.join(" ")));
        section.set("ExecStart", self.start.text());
        section.set("ExecStop", self.stop.text());
        section.maybe("ExecStopPost", self.stop_post.as_ref().map(Command::text));
        // The signal is for the supervisor, which hands it to the container's first process; SIGKILL is for all.
        section.set("KillMode", "mixed");
        if self.delegate {
            section.set("Delegate", "yes");
        }
        section.set("SyslogIdentifier", "%N");
        section.end();

        section.begin("Install");
        section.set("WantedBy", "default.target");
        text
    }
}

struct Section<'a>(&'a mut String);

impl Section<'_> {
    fn begin(&mut self, name: &str) {
        let _ = writeln!(self.0, "[{name}]");
    }

    fn end(&mut self) {
        self.0.push('\n');
    }

    fn set(&mut self, key: &str, value: impl std::fmt::Display) {
        let _ = writeln!(self.0, "{key}={value}");
    }

    fn maybe(&mut self, key: &str, value: Option<impl std::fmt::Display>) {
        if let Some(value) = value {
            self.set(key, value);
        }
    }

    fn list(&mut self, key: &str, values: &[String]) {
        if !values.is_empty() {
            self.set(key, values.join(" "));
        }
    }
}

impl Command {
    fn text(&self) -> String {
        let ours = self.ours.iter().cloned();
        let mut words = ours.chain(self.plain.iter().map(|word| plain(word)));
        let mut text = words.next().unwrap_or_default();
        // Options on lines of their own, as a person would write them.
        let mut after_long = true;
        for word in words {
            let is_option = word.trim_start_matches('"').starts_with('-');
            text.push_str(if is_option || after_long { " \\\n\t" } else { " " });
            text.push_str(&word);
            after_long = word.trim_start_matches('"').starts_with("--");
        }
        text
    }
}

/// A word in which nothing is expanded: no specifier, no variable, no quoting (systemd.service(5), "COMMAND LINES").
pub fn plain(word: &str) -> String {
    let simple = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@+".contains(c);
    let mut text = String::new();
    for c in word.chars() {
        match c {
            '%' => text.push_str("%%"),
            '$' => text.push_str("$$"),
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            c if c.is_control() => c.to_string().bytes().for_each(|byte| {
                let _ = write!(text, "\\x{byte:02x}");
            }),
            c => text.push(c),
        }
    }
    match word.is_empty() || !word.chars().all(simple) {
        true => format!("\"{text}\""),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_word_is_expanded() {
        assert_eq!(plain("--name=web-1"), "--name=web-1");
        assert_eq!(plain("100%"), "\"100%%\"");
        assert_eq!(plain("echo $HOME \"x\"\n\\"), r#""echo $$HOME \"x\"\x0a\\""#);
        assert_eq!(plain(";"), "\";\"");
        assert_eq!(plain(""), "\"\"");
    }

    #[test]
    fn a_unit_has_what_was_asked_for() {
        let words = |words: &str| words.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let unit = Unit {
            name: "container-web".into(),
            header: vec!["container-web.service".into()],
            wants: words("network-online.target db.service"),
            after: words("network-online.target"),
            requires: Vec::new(),
            paths: vec!["/var/lib/lamel".into()],
            environment: vec!["A=x y".into()],
            restart: "always".into(),
            restart_seconds: Some(3),
            start_timeout: None,
            stop_timeout: 10,
            success: 143,
            delegate: true,
            start_pre: None,
            start: Command {
                ours: vec!["/bin/lamel run".into(), "--rm".into()],
                plain: words("-e A=100% nginx"),
            },
            stop: Command {
                ours: vec!["/bin/lamel stop".into()],
                plain: words("web"),
            },
            stop_post: None,
        };
        assert_eq!(
            unit.text(),
            "# container-web.service

[Unit]
Description=Lamel container-web.service
Documentation=man:lamel-generate-systemd(1)
Wants=network-online.target db.service
After=network-online.target
RequiresMountsFor=/var/lib/lamel

[Service]
Type=notify
NotifyAccess=main
Environment=\"A=x y\"
Restart=always
RestartSec=3
TimeoutStopSec=70
SuccessExitStatus=143
ExecStart=/bin/lamel run \\
\t--rm \\
\t-e \"A=100%%\" nginx
ExecStop=/bin/lamel stop \\
\tweb
KillMode=mixed
Delegate=yes
SyslogIdentifier=%N

[Install]
WantedBy=default.target
"
        );
    }
}
