//! `commit --change` and `import --change`: the Dockerfile instructions that only change an image's configuration.

use crate::container::config::process::signal;
use crate::oci::config::ImageConfig;
use crate::text::moment;
use anyhow::{Context, Result, bail, ensure};
use serde_json::json;
use std::collections::BTreeSet;
use std::str::FromStr;

/// One instruction, checked as far as that needs no configuration: what cannot be applied is an error of [`FromStr`].
#[derive(Debug, Clone, PartialEq)]
pub enum Instruction {
    Cmd(CommandForm),
    Entrypoint(CommandForm),
    Env(Vec<(String, String)>),
    /// `NUMBER/PROTOCOL`
    Expose(Vec<String>),
    /// The value of `Healthcheck` in the configuration.
    Healthcheck(serde_json::Value),
    Label(Vec<(String, String)>),
    OnBuild(String),
    Shell(Vec<String>),
    StopSignal(String),
    User(String),
    Volume(Vec<String>),
    /// Absolute, or relative to the working directory before.
    Workdir(String),
}

/// The two forms of a command (Dockerfile reference).
#[derive(Debug, Clone, PartialEq)]
pub enum CommandForm {
    /// A JSON array of words.
    Exec(Vec<String>),
    /// A line for the image's shell.
    Shell(String),
}

impl FromStr for Instruction {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Instruction> {
        let text = text.trim();
        let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        parse(&word.to_ascii_uppercase(), rest.trim()).with_context(|| format!("--change {text:?}"))
    }
}

fn parse(word: &str, rest: &str) -> Result<Instruction> {
    ensure!(
        !rest.is_empty() || matches!(word, "CMD" | "ENTRYPOINT"),
        "expected something after {word}"
    );
    Ok(match word {
        "CMD" => Instruction::Cmd(command_form(rest)),
        "ENTRYPOINT" => Instruction::Entrypoint(command_form(rest)),
        "ENV" => Instruction::Env(pairs(rest)?),
        "EXPOSE" => Instruction::Expose(words(rest)?.iter().map(|port| exposed(port)).collect::<Result<_>>()?),
        "HEALTHCHECK" => Instruction::Healthcheck(healthcheck(rest)?),
        "LABEL" => Instruction::Label(pairs(rest)?),
        "ONBUILD" => {
            let trigger = rest.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
            ensure!(
                !matches!(trigger.as_str(), "ONBUILD" | "FROM" | "MAINTAINER"),
                "{trigger} isn't allowed as an ONBUILD trigger"
            );
            Instruction::OnBuild(rest.into())
        }
        "SHELL" => {
            let shell = array(rest).filter(|shell| !shell.is_empty());
            Instruction::Shell(shell.context("SHELL requires the arguments to be in JSON form")?)
        }
        "STOPSIGNAL" => {
            signal::parse(rest)?;
            Instruction::StopSignal(rest.into())
        }
        "USER" => Instruction::User(rest.into()),
        "VOLUME" => Instruction::Volume(match array(rest) {
            Some(paths) => paths,
            None => words(rest)?,
        }),
        "WORKDIR" => Instruction::Workdir(rest.into()),
        _ => bail!(
            "only CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, ONBUILD, SHELL, STOPSIGNAL, USER, VOLUME and \
             WORKDIR can be changed"
        ),
    })
}

impl Instruction {
    /// Changes the configuration. Cannot fail: what the instruction says was checked when it was parsed.
    pub fn apply(&self, config: &mut ImageConfig) {
        match self {
            Instruction::Healthcheck(check) => config.set_docker_field("Healthcheck", check.clone()),
            Instruction::OnBuild(trigger) => {
                let triggers = config.docker_field("OnBuild").and_then(serde_json::Value::as_array);
                let triggers = triggers.into_iter().flatten().cloned();
                let triggers = triggers.chain([json!(trigger)]).collect::<Vec<_>>();
                config.set_docker_field("OnBuild", triggers.into());
            }
            Instruction::Shell(shell) => config.set_docker_field("Shell", json!(shell)),
            Instruction::Cmd(command) => {
                let words = command.words(config);
                config.change_process(|process| {
                    process.set_cmd(Some(words));
                });
            }
            Instruction::Entrypoint(command) => {
                let words = command.words(config);
                config.change_process(|process| {
                    process.set_entrypoint(Some(words));
                });
            }
            _ => config.change_process(|process| self.apply_to_process(process)),
        }
    }

    /// The instructions that need nothing but the fields that the specification names.
    fn apply_to_process(&self, process: &mut oci_spec::image::Config) {
        let with = |set: &Option<Vec<String>>, more: &[String]| {
            let all: BTreeSet<&String> = set.iter().flatten().chain(more).collect();
            Some(all.into_iter().cloned().collect())
        };
        match self {
            Instruction::Env(variables) => {
                let mut env = process.env().clone().unwrap_or_default();
                for (key, value) in variables {
                    env.retain(|entry| entry.split('=').next() != Some(key));
                    env.push(format!("{key}={value}"));
                }
                process.set_env(Some(env));
            }
            Instruction::Expose(ports) => {
                process.set_exposed_ports(with(process.exposed_ports(), ports));
            }
            Instruction::Label(labels) => {
                process
                    .labels_mut()
                    .get_or_insert_default()
                    .extend(labels.iter().cloned());
            }
            Instruction::StopSignal(signal) => {
                process.set_stop_signal(Some(signal.clone()));
            }
            Instruction::User(user) => {
                process.set_user(Some(user.clone()));
            }
            Instruction::Volume(paths) => {
                process.set_volumes(with(process.volumes(), paths));
            }
            Instruction::Workdir(path) => {
                let before = process.working_dir().as_deref().unwrap_or_default();
                let path = match path.starts_with('/') {
                    true => path.clone(),
                    false => format!("{}/{path}", before.trim_end_matches('/')),
                };
                process.set_working_dir(Some(path));
            }
            _ => {}
        }
    }
}

impl CommandForm {
    /// The words that are executed: the shell form is run by the configuration's `Shell`.
    fn words(&self, config: &ImageConfig) -> Vec<String> {
        let line = match self {
            CommandForm::Exec(words) => return words.clone(),
            CommandForm::Shell(line) => line,
        };
        let shell = config.docker_field("Shell");
        let shell = shell.and_then(|shell| serde_json::from_value(shell.clone()).ok());
        let mut words: Vec<String> = shell.unwrap_or_else(|| vec!["/bin/sh".into(), "-c".into()]);
        words.push(line.clone());
        words
    }
}

fn command_form(rest: &str) -> CommandForm {
    array(rest).map_or_else(|| CommandForm::Shell(rest.to_owned()), CommandForm::Exec)
}

/// `NUMBER[/PROTOCOL]`, with tcp where there is no protocol.
fn exposed(port: &str) -> Result<String> {
    let (number, protocol) = port.split_once('/').unwrap_or((port, "tcp"));
    let is_number = number.parse::<u16>().is_ok_and(|number| number > 0);
    ensure!(
        is_number && matches!(protocol, "tcp" | "udp" | "sctp"),
        "invalid port {port:?}"
    );
    Ok(format!("{number}/{protocol}"))
}

/// `[--interval=…] [--timeout=…] [--start-period=…] [--start-interval=…] [--retries=N] CMD …`, or `NONE` (Dockerfile
/// reference).
fn healthcheck(rest: &str) -> Result<serde_json::Value> {
    let mut check = serde_json::Map::new();
    let mut rest = rest;
    while let Some(option) = rest.strip_prefix("--") {
        let (option, after) = option.split_once(char::is_whitespace).unwrap_or((option, ""));
        let (name, value) = option
            .split_once('=')
            .with_context(|| format!("--{option} has no value"))?;
        let time = || -> Result<serde_json::Value> {
            let nanoseconds = moment::duration(value).and_then(|time| time.num_nanoseconds());
            let nanoseconds = nanoseconds.with_context(|| format!("--{name}: invalid duration {value:?}"))?;
            ensure!(
                nanoseconds == 0 || nanoseconds >= 1_000_000,
                "--{name} cannot be less than 1ms"
            );
            Ok(nanoseconds.into())
        };
        let (field, value) = match name {
            "interval" => ("Interval", time()?),
            "timeout" => ("Timeout", time()?),
            "start-period" => ("StartPeriod", time()?),
            "start-interval" => ("StartInterval", time()?),
            "retries" => {
                let retries = value
                    .parse::<u32>()
                    .with_context(|| format!("--retries: invalid number {value:?}"))?;
                ("Retries", retries.into())
            }
            _ => bail!("unknown flag: --{name}"),
        };
        check.insert(field.into(), value);
        rest = after.trim_start();
    }
    let (word, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let test = match word.to_ascii_uppercase().as_str() {
        "NONE" if rest.trim().is_empty() && check.is_empty() => vec!["NONE".to_owned()],
        "CMD" if !rest.trim().is_empty() => match array(rest.trim()) {
            Some(words) => [vec!["CMD".to_owned()], words].concat(),
            None => vec!["CMD-SHELL".to_owned(), rest.trim().to_owned()],
        },
        _ => bail!("expected NONE, or CMD and a command"),
    };
    check.insert("Test".into(), json!(test));
    Ok(check.into())
}

fn array(rest: &str) -> Option<Vec<String>> {
    rest.starts_with('[').then(|| serde_json::from_str(rest).ok()).flatten()
}

/// `KEY=VALUE …` with quotes, or the old form `KEY VALUE` to the line's end.
fn pairs(rest: &str) -> Result<Vec<(String, String)>> {
    let first = rest.split_whitespace().next().unwrap_or_default();
    if !first.contains('=') {
        let (key, value) = rest.split_once(char::is_whitespace).context("expected KEY=VALUE")?;
        return Ok(vec![(key.into(), value.trim().into())]);
    }
    let pair = |word: String| match word.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => bail!("expected KEY=VALUE, not {word:?}"),
    };
    words(rest)?.into_iter().map(pair).collect()
}

/// Words as a Dockerfile separates them: blanks outside of quotes, quotes removed, a backslash keeps the next
/// character.
fn words(text: &str) -> Result<Vec<String>> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, quote) {
            ('\\', None | Some('"')) => word.get_or_insert_default().extend(chars.next()),
            (c, Some(open)) if c == open => quote = None,
            ('"' | '\'', None) => {
                word.get_or_insert_default();
                quote = Some(c);
            }
            (c, None) if c.is_whitespace() => words.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    ensure!(quote.is_none(), "a quote is not closed");
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(instructions: &[&str]) -> ImageConfig {
        let mut config = ImageConfig::default();
        config.change_process(|process| {
            process.set_working_dir(Some("/srv".into()));
            process.set_env(Some(vec!["PATH=/bin".into(), "A=0".into()]));
        });
        for instruction in instructions {
            instruction.parse::<Instruction>().unwrap().apply(&mut config);
        }
        config
    }

    #[test]
    fn commands_are_arrays_or_shell_lines() {
        let config = changed(&[r#"CMD ["nginx", "-g"]"#, "entrypoint exec top -b"]);
        let process = config.process();
        assert_eq!(process.cmd().as_deref().unwrap(), ["nginx", "-g"]);
        assert_eq!(
            process.entrypoint().as_deref().unwrap(),
            ["/bin/sh", "-c", "exec top -b"]
        );
        let config = changed(&[r#"SHELL ["/bin/ash", "-ec"]"#, "CMD top"]);
        assert_eq!(config.process().cmd().as_deref().unwrap(), ["/bin/ash", "-ec", "top"]);
    }

    #[test]
    fn checks_and_triggers_are_kept_as_docker_writes_them() {
        let config = changed(&[
            "HEALTHCHECK --interval=1m30s --retries=3 CMD curl -f http://localhost/",
            "ONBUILD RUN make",
            "ONBUILD COPY . /srv",
        ]);
        assert_eq!(
            *config.docker_field("Healthcheck").unwrap(),
            json!({"Test": ["CMD-SHELL", "curl -f http://localhost/"], "Interval": 90_000_000_000u64, "Retries": 3})
        );
        assert_eq!(
            *config.docker_field("OnBuild").unwrap(),
            json!(["RUN make", "COPY . /srv"])
        );
        let config = changed(&["HEALTHCHECK NONE"]);
        assert_eq!(*config.docker_field("Healthcheck").unwrap(), json!({"Test": ["NONE"]}));
        let config = changed(&[r#"healthcheck CMD ["/check", "-v"]"#]);
        assert_eq!(
            *config.docker_field("Healthcheck").unwrap(),
            json!({"Test": ["CMD", "/check", "-v"]})
        );
        for bad in [
            "HEALTHCHECK curl",
            "HEALTHCHECK --interval=soon CMD x",
            "HEALTHCHECK --often=1s CMD x",
            "HEALTHCHECK CMD",
            "ONBUILD ONBUILD RUN x",
            "ONBUILD FROM x",
            "SHELL /bin/sh",
        ] {
            assert!(bad.parse::<Instruction>().is_err(), "{bad}");
        }
    }

    #[test]
    fn variables_and_labels_take_quotes_and_the_old_form() {
        let config = changed(&[r#"ENV A="x y" B='z'"#, "ENV C d e", r#"LABEL k=v l="m \"n\"""#]);
        let env = config.process().env().as_deref().unwrap();
        assert_eq!(env, ["PATH=/bin", "A=x y", "B=z", "C=d e"]);
        let labels = config.labels();
        assert_eq!((labels["k"].as_str(), labels["l"].as_str()), ("v", "m \"n\""));
    }

    #[test]
    fn ports_volumes_and_the_rest() {
        let config = changed(&[
            "EXPOSE 80 53/udp",
            r#"VOLUME ["/a", "/b"]"#,
            "VOLUME /c",
            "USER 1:2",
            "WORKDIR x",
            "STOPSIGNAL INT",
        ]);
        let process = config.process();
        assert_eq!(process.exposed_ports().as_deref().unwrap(), ["53/udp", "80/tcp"]);
        assert_eq!(process.volumes().as_deref().unwrap(), ["/a", "/b", "/c"]);
        assert_eq!(process.user().as_deref(), Some("1:2"));
        assert_eq!(process.working_dir().as_deref(), Some("/srv/x"));
        assert_eq!(process.stop_signal().as_deref(), Some("INT"));
    }

    #[test]
    fn what_is_no_change_of_a_configuration_is_told() {
        for bad in [
            "RUN ls",
            "",
            "USER",
            "EXPOSE 0",
            "EXPOSE 80/icmp",
            "ENV A",
            "LABEL a=\"b",
            "STOPSIGNAL NOPE",
            "ENV =x",
        ] {
            assert!(bad.parse::<Instruction>().is_err(), "{bad}");
        }
    }
}
