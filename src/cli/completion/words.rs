//! What the value of each option and argument can be, for completion.
//!
//! Values that clap knows (an enum's) and paths (a `PathBuf`'s) need no line here. For all others the name of the value
//! decides, and where several options call their values by one name, the option as well. A test holds that every value
//! is here or is known to be free.

use crate::cli::completion::store::{Containers, Names};
use crate::container::config::process::ulimits;
use crate::runtime::security::capabilities;
use clap::{Arg, Command, ValueHint};
use clap_complete::PathCompleter;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, ValueCompleter};
use std::ffi::OsStr;

/// What a value can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Values {
    /// One of these. What ends with `=` or `:` goes on.
    Words(&'static [&'static str]),
    Containers(Containers),
    Images,
    Volumes,
    Networks,
    /// A container's name or an image's.
    Objects,
    /// The value of `run --network`.
    NetworkModes,
    /// Whose namespace: private, host or a container's.
    NamespaceModes,
    Capabilities,
    /// `NAME=` of a limit of processes.
    Ulimits,
    /// `NAME:` of a volume, or a path.
    VolumeOrPath,
    /// `NAME:` of a container, or a path.
    ContainerOrPath,
    Path,
    Directory,
}

/// The command with candidates for all values that are known.
pub fn with_candidates(command: Command, names: &Names) -> Command {
    in_group("", command, names)
}

/// `group`: the name of the command above, such as `image`.
fn in_group(group: &str, command: Command, names: &Names) -> Command {
    let name = command.get_name().to_owned();
    let add = |arg: Arg| match values(group, &name, &arg) {
        None => arg,
        Some(Values::Path) => arg.value_hint(ValueHint::AnyPath),
        Some(Values::Directory) => arg.value_hint(ValueHint::DirPath),
        Some(values) => {
            let names = names.clone();
            arg.add(ArgValueCompleter::new(move |start: &OsStr| {
                candidates(values, start, &names)
            }))
        }
    };
    command
        .mut_args(add)
        .mut_subcommands(|command| in_group(&name, command, names))
}

fn candidates(values: Values, start: &OsStr, names: &Names) -> Vec<CompletionCandidate> {
    let Some(text) = start.to_str() else {
        return Vec::new();
    };
    let followed = |names: Vec<String>| names.into_iter().map(|name| name + ":").collect();
    let mut found: Vec<String> = match values {
        Values::Words(words) => words.iter().map(ToString::to_string).collect(),
        Values::Containers(which) => names.containers(which),
        Values::Images => names.images(text),
        Values::Volumes => names.volumes(),
        Values::Networks => names.networks(),
        Values::Objects => [names.containers(Containers::All), names.images(text)].concat(),
        Values::NetworkModes => [
            of_containers(text, &["bridge", "host", "none", "pasta"], names),
            names.networks(),
        ]
        .concat(),
        Values::NamespaceModes => of_containers(text, &["private", "host"], names),
        Values::VolumeOrPath | Values::ContainerOrPath if text.starts_with(['/', '.', '~']) => {
            return PathCompleter::any().complete(start);
        }
        Values::VolumeOrPath => followed(names.volumes()),
        Values::ContainerOrPath => followed(names.containers(Containers::All)),
        Values::Capabilities => capability_names(text),
        Values::Ulimits => ulimits::NAMES.iter().map(|name| format!("{name}=")).collect(),
        // The engine has them.
        Values::Path | Values::Directory => Vec::new(),
    };
    found.retain(|word| word.starts_with(text));
    let mut candidates: Vec<_> = found.into_iter().map(CompletionCandidate::new).collect();
    if values == Values::ContainerOrPath {
        candidates.extend(PathCompleter::any().complete(start));
    }
    candidates
}

/// `words`, and `container:NAME` of those that run, which are shown only when it comes to their names.
fn of_containers(start: &str, words: &[&str], names: &Names) -> Vec<String> {
    const CONTAINER: &str = "container:";
    let mut found: Vec<String> = words.iter().map(ToString::to_string).collect();
    match start.starts_with(CONTAINER) {
        true => {
            let names = names.containers(Containers::Active);
            found.extend(names.iter().map(|name| format!("{CONTAINER}{name}")));
        }
        false => found.push(CONTAINER.to_owned()),
    }
    found
}

/// `ALL` and all names, with `CAP_` only where it was typed.
fn capability_names(start: &str) -> Vec<String> {
    let names = capabilities::NAMES.iter();
    let short = names.filter_map(|name| match start.starts_with("CAP_") {
        true => Some(*name),
        false => name.strip_prefix("CAP_"),
    });
    std::iter::once("ALL").chain(short).map(str::to_owned).collect()
}

/// What a value of this argument of the command can be; `None` where it is free, or clap knows it.
fn values(group: &str, command: &str, arg: &Arg) -> Option<Values> {
    if arg.get_value_parser().possible_values().is_some() {
        return None;
    }
    let value = arg.get_value_names()?.first()?.as_str();
    let option = arg.get_long().unwrap_or_default();
    Some(match (value, option) {
        ("CONTAINER", _) => Values::Containers(match command {
            "attach" | "exec" | "kill" | "port" | "stats" | "stop" | "top" | "wait" => Containers::Active,
            "start" => Containers::Inactive,
            "pause" => Containers::Running,
            "unpause" => Containers::Paused,
            _ => Containers::All,
        }),
        ("CONTAINER[:ro|rw]", _) => Values::Containers(Containers::All),
        ("[CONTAINER:]SOURCE" | "[CONTAINER:]DESTINATION", _) => Values::ContainerOrPath,
        ("IMAGE", _) => Values::Images,
        ("NAME[:TAG]" | "NAME[:TAG|@DIGEST]" | "REPOSITORY[:TAG]", _) => Values::Images,
        ("VOLUME", _) => Values::Volumes,
        ("[NAME|HOST:]CONTAINER[:OPTIONS]", _) => Values::VolumeOrPath,
        ("NETWORK", "network") => Values::NetworkModes,
        ("NETWORK", _) => Values::Networks,
        ("NAME", "") if command == "inspect" => match group {
            "container" => Values::Containers(Containers::All),
            "image" => Values::Images,
            _ => Values::Objects,
        },
        ("MODE", "userns") => Values::Words(&["host", "keep-id", "auto"]),
        ("MODE", _) => Values::NamespaceModes,
        ("FILE|URL|-", _) | ("HOST[:CONTAINER[:rwm]]", _) | ("FILE", _) => Values::Path,
        ("DIR", "root" | "runroot" | "cert-dir") => Values::Directory,
        ("SIGNAL", _) => Values::Words(SIGNALS),
        ("CAPABILITY", _) => Values::Capabilities,
        ("DRIVER", "log-driver") => Values::Words(&["json-file", "k8s-file", "journald", "none", "passthrough"]),
        ("DRIVER", _) if group == "network" => Values::Words(&["bridge"]),
        ("DRIVER", _) => Values::Words(&["local"]),
        ("KEY=VALUE", "log-opt") => Values::Words(&["max-size=", "max-file=", "tag=", "labels=", "env="]),
        ("KEY=VALUE", "opt") => Values::Words(&["mtu=", "isolate=", "metric="]),
        ("KEY=VALUE", "filter") => Values::Words(filters(group, command)),
        ("KEY=VALUE,…", _) => Values::Words(&["type=bind,", "type=volume,", "type=tmpfs,"]),
        ("no|always|unless-stopped|on-failure[:MAX]", _) | ("POLICY", "restart") => {
            Values::Words(&["no", "always", "unless-stopped", "on-failure"])
        }
        ("container|conmon|ignore", _) => Values::Words(&["container", "conmon", "ignore"]),
        ("FORMAT", _) => Values::Words(&["json", "table"]),
        ("OPTION", "security-opt") => Values::Words(&[
            "apparmor=unconfined",
            "label=",
            "mask=",
            "no-new-privileges",
            "seccomp=",
            "seccomp=unconfined",
            "systempaths=unconfined",
            "unmask=",
            "unmask=ALL",
        ]),
        ("NAME=SOFT[:HARD]", _) => Values::Ulimits,
        ("OS/ARCH[/VARIANT]", _) => Values::Words(&["linux/amd64", "linux/arm64", "linux/arm/v7", "linux/386"]),
        ("GROUP", _) => Values::Words(&["keep-groups"]),
        ("LINES", _) => Values::Words(&["all"]),
        _ => return None,
    })
}

/// The keys of `--filter`.
fn filters(group: &str, command: &str) -> &'static [&'static str] {
    match (group, command) {
        ("volume" | "network", "prune") => &["label="],
        (_, "prune") => &["label=", "label!=", "until="],
        ("volume", _) => &["dangling=", "driver=", "label=", "name="],
        ("network", _) => &["dangling=", "driver=", "id=", "label=", "name="],
        ("image", _) | (_, "images") => IMAGE_FILTERS,
        _ => CONTAINER_FILTERS,
    }
}

const IMAGE_FILTERS: &[&str] = &[
    "before=",
    "containers=",
    "dangling=",
    "id=",
    "intermediate=",
    "label=",
    "reference=",
    "since=",
    "until=",
];
const CONTAINER_FILTERS: &[&str] = &[
    "ancestor=",
    "before=",
    "command=",
    "exited=",
    "expose=",
    "health=",
    "id=",
    "label=",
    "label!=",
    "name=",
    "network=",
    "publish=",
    "restart-policy=",
    "since=",
    "status=",
    "until=",
    "volume=",
];
/// Those that people send. Numbers and all others are taken, too.
const SIGNALS: &[&str] = &[
    "SIGHUP", "SIGINT", "SIGQUIT", "SIGKILL", "SIGUSR1", "SIGUSR2", "SIGTERM", "SIGCONT", "SIGSTOP", "SIGWINCH",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::command;

    /// Values of which nothing is known before they are typed.
    const FREE: &[&str] = &[
        "ADDRESS",
        "AUTHOR",
        "COMMAND",
        "CONTAINER:HOST:SIZE",
        "CONTAINER[:OPTIONS]",
        "DESTINATION",
        "DIR",
        "DOMAIN",
        "INSTRUCTION",
        "KEY=VALUE",
        "KEYS",
        "KEY[=VALUE]",
        "LAYER",
        "LEVEL",
        "LIST",
        "MASK",
        "MESSAGE",
        "MICROSECONDS",
        "NAME",
        "NAME:ADDRESS",
        "NAME=VALUE",
        "NAME[=VALUE]",
        "NUMBER",
        "OPTION",
        "PASSWORD",
        "PORT[/PROTOCOL]",
        "PREFIX",
        "REGISTRY",
        "SECONDS",
        "SEPARATOR",
        "SIZE",
        "SUBNET",
        "TIME",
        "UNIT",
        "USER",
        "USER[:GROUP]",
        "USER[:PASSWORD]",
        "WEIGHT",
        "ZONE",
        "[[ADDRESS:]HOST:]PORT[/PROTOCOL]",
    ];

    #[test]
    fn every_value_has_candidates_or_is_known_to_be_free() {
        fn unknown(group: &str, command: &Command, found: &mut Vec<String>) {
            for arg in command.get_arguments() {
                if !arg.get_num_args().is_some_and(|number| number.takes_values()) {
                    continue;
                }
                let is_known = values(group, command.get_name(), arg).is_some()
                    || arg.get_value_parser().possible_values().is_some()
                    || arg.get_value_hint() != ValueHint::Unknown;
                let names = arg.get_value_names().unwrap_or_default();
                let is_free = names.iter().all(|name| FREE.contains(&name.as_str()));
                let option = (command.get_name(), arg.get_id());
                if !is_known && !is_free {
                    found.push(format!("{group} {option:?}: {names:?}"));
                }
            }
            for below in command.get_subcommands() {
                unknown(command.get_name(), below, found);
            }
        }
        let mut root = command().disable_help_subcommand(true);
        root.build();
        let mut found = Vec::new();
        unknown("", &root, &mut found);
        assert!(found.is_empty(), "{found:#?}");
    }

    #[test]
    fn filters_that_are_offered_are_known() {
        use crate::container::query::filter::Filter;
        for key in CONTAINER_FILTERS {
            let value = match *key {
                "exited=" => "0",
                "expose=" | "publish=" => "80",
                "health=" => "healthy",
                "restart-policy=" => "always",
                "status=" => "running",
                "until=" => "1h",
                _ => "x",
            };
            format!("{key}{value}").parse::<Filter>().unwrap();
        }
    }
}
