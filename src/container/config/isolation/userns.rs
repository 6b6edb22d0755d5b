//! `--userns`, `--uidmap` and `--gidmap`: which ids a container has (podman-run(1)).

use crate::sys::ids::id_maps::{IdMaps, IdRun};
use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

/// The ids of a container with a user namespace of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Userns {
    pub maps: IdMaps,
}

/// `--userns`, parsed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum UsernsMode {
    /// No user namespace besides the one that lamel is in.
    #[default]
    Host,
    /// `keep-id`: the user's own uid and gid inside the container, or these instead; for root, all ids stay the same.
    /// Unless `--user` is given, the container runs as that user.
    KeepId { uid: Option<u32>, gid: Option<u32> },
    /// `auto`: ids that no other container has.
    Auto(Auto),
    /// `--uidmap` and `--gidmap`.
    Maps(IdMaps),
}

/// `auto:size=…,uidmapping=…,gidmapping=…`
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Auto {
    pub size: Option<u32>,
    /// Fixed maps; the other ids are chosen.
    pub uids: Vec<IdRun>,
    pub gids: Vec<IdRun>,
}

impl UsernsMode {
    /// Parses `--userns`, `--uidmap` and `--gidmap`. If only one of the two maps is given, it holds for both kinds of
    /// ids.
    pub fn read(mode: Option<&str>, uids: &[String], gids: &[String]) -> Result<UsernsMode> {
        let (uids, gids) = (runs(uids)?, runs(gids)?);
        let mapped = !uids.is_empty() || !gids.is_empty();
        let mode = mode.unwrap_or_default();
        let (name, options) = mode.split_once(':').unwrap_or((mode, ""));
        if mapped {
            ensure!(
                matches!(mode, "" | "private"),
                "--userns {mode} and --uidmap or --gidmap cannot be used together"
            );
            let maps = IdMaps {
                uids: if uids.is_empty() { gids.clone() } else { uids.clone() },
                gids: if gids.is_empty() { uids } else { gids },
            };
            maps.check()?;
            return Ok(UsernsMode::Maps(maps));
        }
        let mut options = options.split(',').filter(|option| !option.is_empty());
        let unknown = |option: &str| format!("invalid --userns {mode:?}: unknown option {option:?}");
        Ok(match name {
            "" | "host" if options.next().is_none() => UsernsMode::Host,
            "keep-id" => {
                let (mut uid, mut gid) = (None, None);
                for option in options {
                    match option.split_once('=') {
                        Some(("uid", value)) => uid = number(value).map(Some).with_context(|| unknown(option))?,
                        Some(("gid", value)) => gid = number(value).map(Some).with_context(|| unknown(option))?,
                        _ => bail!(unknown(option)),
                    }
                }
                UsernsMode::KeepId { uid, gid }
            }
            "auto" => {
                let mut auto = Auto::default();
                for option in options {
                    match option.split_once('=') {
                        Some(("size", value)) => auto.size = Some(number(value).with_context(|| unknown(option))?),
                        Some(("uidmapping", value)) => auto.uids.push(run(value)?),
                        Some(("gidmapping", value)) => auto.gids.push(run(value)?),
                        _ => bail!(unknown(option)),
                    }
                }
                UsernsMode::Auto(auto)
            }
            "private" => bail!("--userns private needs --uidmap or --gidmap; --userns auto chooses ids"),
            "nomap" => bail!(
                "--userns nomap is not supported: it is for ordinary users, and lamel gives those no other ids without a copy of the image"
            ),
            _ => bail!("invalid --userns {mode:?}: known are host, keep-id and auto"),
        })
    }

    /// An error where an ordinary user asks for what needs root.
    pub fn check_rights(&self, is_root: bool) -> Result<()> {
        let name = match self {
            UsernsMode::Host | UsernsMode::KeepId { .. } => return Ok(()),
            _ if is_root => return Ok(()),
            UsernsMode::Auto(_) => "--userns auto",
            UsernsMode::Maps(_) => "--uidmap or --gidmap",
        };
        bail!("{name} needs root, who alone may give a container ids of the host's; --userns keep-id gives it your own")
    }
}

fn number(text: &str) -> Result<u32> {
    text.parse().context("expected a number")
}

/// `CONTAINER:HOST[:SIZE]`
fn run(text: &str) -> Result<IdRun> {
    let expected = || format!("invalid id map {text:?}: expected CONTAINER:HOST:SIZE");
    let fields: Vec<u32> = text
        .split(':')
        .map(number)
        .collect::<Result<_>>()
        .with_context(expected)?;
    match fields[..] {
        [inside, outside] => Ok(IdRun {
            inside,
            outside,
            count: 1,
        }),
        [inside, outside, count] => Ok(IdRun { inside, outside, count }),
        _ => bail!(expected()),
    }
}

fn runs(texts: &[String]) -> Result<Vec<IdRun>> {
    texts.iter().flat_map(|text| text.split(',')).map(run).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(runs: &[IdRun]) -> Vec<String> {
        runs.iter().map(ToString::to_string).collect()
    }

    fn error(mode: &str) -> String {
        format!("{:#}", UsernsMode::read(Some(mode), &[], &[]).unwrap_err())
    }

    #[test]
    fn modes_are_read_with_their_options() {
        let read = |mode| UsernsMode::read(Some(mode), &[], &[]).unwrap();
        assert_eq!(UsernsMode::read(None, &[], &[]).unwrap(), UsernsMode::Host);
        assert_eq!((read(""), read("host")), (UsernsMode::Host, UsernsMode::Host));
        assert_eq!(read("keep-id"), UsernsMode::KeepId { uid: None, gid: None });
        assert_eq!(
            read("keep-id:uid=5,gid=6"),
            UsernsMode::KeepId {
                uid: Some(5),
                gid: Some(6)
            }
        );
        let UsernsMode::Auto(auto) = read("auto:size=10,uidmapping=0:7:1") else {
            panic!()
        };
        assert_eq!((auto.size, shown(&auto.uids)), (Some(10), vec!["0:7:1".into()]));
        assert_eq!(
            error("auto:x=1"),
            "invalid --userns \"auto:x=1\": unknown option \"x=1\""
        );
        assert_eq!(
            error("host:x"),
            "invalid --userns \"host:x\": known are host, keep-id and auto"
        );
        assert!(error("nomap").starts_with("--userns nomap is not supported"));
        assert!(error("private").contains("needs --uidmap"));
    }

    #[test]
    fn maps_that_are_given_hold_for_both_kinds() {
        let given = ["0:1000:10".to_owned()];
        let UsernsMode::Maps(maps) = UsernsMode::read(None, &given, &[]).unwrap() else {
            panic!()
        };
        assert_eq!(
            (shown(&maps.uids), shown(&maps.gids)),
            (vec!["0:1000:10".into()], vec!["0:1000:10".into()])
        );
        assert!(UsernsMode::read(Some("auto"), &given, &[]).is_err());
        assert_eq!(
            format!("{:#}", UsernsMode::read(None, &["0:x".into()], &[]).unwrap_err()),
            "invalid id map \"0:x\": expected CONTAINER:HOST:SIZE: expected a number: invalid digit found in string"
        );
    }
}
