//! The text of a unit for one container (systemd.unit(5), systemd.service(5)).

use std::fmt::Write;
use std::path::PathBuf;

/// Seconds that systemd waits after the stop timeout of the container before it kills the remaining processes. By then
/// `lamel stop` has ended the container and cleaned up.
const STOP_GRACE: u64 = 60;

/// A unit that runs one container in the foreground. Its main process is the supervisor of the container.
#[derive(Debug, Clone)]
pub struct Unit {
    /// Without `.service`.
    pub name: String,
    /// Lines of comments at the top.
    pub header: Vec<String>,
    pub wants: Vec<String>,
    pub after: Vec<String>,
    pub requires: Vec<String>,
    /// Directories whose filesystems must be mounted (RequiresMountsFor=).
    pub paths: Vec<PathBuf>,
    /// `NAME=VALUE`
    pub environment: Vec<String>,
    pub restart: String,
    pub restart_seconds: Option<u64>,
    pub start_timeout: Option<u64>,
    /// Seconds between the stop signal and SIGKILL.
    pub stop_timeout: u64,
    /// The exit code after the stop signal, which is a success too.
    pub success: i32,
    /// Whether the container has limits, so its cgroup is below that of the unit (Delegate=).
    pub delegate: bool,
    pub start_pre: Option<Vec<String>>,
    pub start: Command,
    pub stop: Command,
    pub stop_post: Option<Command>,
}

/// A command line of a unit.
#[derive(Debug, Clone)]
pub struct Command {
    /// The first words, in which systemd expands specifiers such as `%t`; the program is first.
    pub expanded: Vec<String>,
    /// The other words, which are taken literally.
    pub literal: Vec<String>,
}

impl Unit {
    /// The content of the unit file.
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
            .map(|path| quote(&path.display().to_string()))
            .collect();
        section.list("RequiresMountsFor", &paths);
        section.end();

        section.begin("Service");
        section.set("Type", "notify");
        // Messages of a program in the container are passed on by the supervisor.
        section.set("NotifyAccess", "main");
        for variable in &self.environment {
            section.set("Environment", quote(variable));
        }
        section.set("Restart", &self.restart);
        section.maybe("RestartSec", self.restart_seconds);
        section.maybe("TimeoutStartSec", self.start_timeout);
        section.set("TimeoutStopSec", self.stop_timeout + STOP_GRACE);
        section.set("SuccessExitStatus", self.success);
        section.maybe("ExecStartPre", self.start_pre.as_ref().map(|words| words.join(" ")));
        section.set("ExecStart", self.start.text());
        section.set("ExecStop", self.stop.text());
        section.maybe("ExecStopPost", self.stop_post.as_ref().map(Command::text));
        // SIGTERM only to the supervisor, which forwards it to the init of the container; SIGKILL to all processes.
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
        let expanded = self.expanded.iter().cloned();
        let mut words = expanded.chain(self.literal.iter().map(|word| quote(word)));
        let mut text = words.next().unwrap_or_default();
        // One option on each line.
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

/// Quotes a word so that systemd expands nothing in it: no specifier, no variable, no escape (systemd.service(5),
/// "COMMAND LINES").
pub fn quote(word: &str) -> String {
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
    fn systemd_expands_nothing_in_a_quoted_word() {
        assert_eq!(quote("--name=web-1"), "--name=web-1");
        assert_eq!(quote("100%"), "\"100%%\"");
        assert_eq!(quote("echo $HOME \"x\"\n\\"), r#""echo $$HOME \"x\"\x0a\\""#);
        assert_eq!(quote(";"), "\";\"");
        assert_eq!(quote(""), "\"\"");
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
                expanded: vec!["/bin/lamel run".into(), "--rm".into()],
                literal: words("-e A=100% nginx"),
            },
            stop: Command {
                expanded: vec!["/bin/lamel stop".into()],
                literal: words("web"),
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
