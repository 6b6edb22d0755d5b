//! The user of a container's process: `-u` and an image's `User`, looked up in the root's /etc/passwd and /etc/group.
//!
//! Both files belong to the image, so they are hostile: they are opened inside the root, must be regular files, and are
//! read up to a limit. The rules are Docker's (moby/sys, user.GetExecUser): a name takes precedence over a number, a
//! number need not be listed, and a given group replaces the supplementary ones.

use crate::runtime::model::command::UserIds;
use crate::sys::files::rooted;
use crate::sys::ids::accounts;
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};

/// A user that was looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub ids: UserIds,
    /// The home directory; `/` if the user has none.
    pub home: String,
}

/// With this word, podman's, as the only `--group-add`, the process keeps the supplementary groups of whoever starts it
/// and gets no others: in a user namespace those groups cannot be set.
pub const KEEP_GROUPS: &str = "keep-groups";

/// The largest size of either file, in bytes.
const FILE_LIMIT: u64 = 1 << 20;
/// The kernel's limit on supplementary groups (NGROUPS_MAX).
const GROUPS_LIMIT: usize = 65536;

/// Looks up `spec` (`USER[:GROUP]`, each a name or a number; empty: root) in an open root. `groups`: the values of
/// `--group-add`. A name that is not listed is an error; a number need not be listed.
pub fn resolve(root: impl AsFd, spec: &str, groups: &[String]) -> Result<User> {
    let root = root.as_fd();
    find(&read(root, "/etc/passwd")?, &read(root, "/etc/group")?, spec, groups)
}

/// The names in `file` (/etc/passwd or /etc/group) of an open root, by number. If a number has several names, the first
/// one.
pub fn names(root: impl AsFd, file: &str) -> Result<BTreeMap<u32, String>> {
    let text = read(root.as_fd(), file)?;
    let mut names = BTreeMap::new();
    for line in text.lines() {
        let mut fields = line.trim().split(':');
        if let (Some(name), Some(id)) = (fields.next(), fields.nth(1).and_then(id)) {
            names.entry(id).or_insert_with(|| name.to_owned());
        }
    }
    Ok(names)
}

fn read(root: BorrowedFd<'_>, path: &str) -> Result<String> {
    match rooted::read(root, path, FILE_LIMIT) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(String::new())
        }
        Err(error) => Err(error).with_context(|| format!("reading the image's {path}")),
    }
}

fn find(passwd: &str, group: &str, spec: &str, groups: &[String]) -> Result<User> {
    let (user, own_group) = match spec.split_once(':') {
        Some((user, group)) => (user, Some(group).filter(|group| !group.is_empty())),
        None => (spec, None),
    };
    let user = if user.is_empty() { "0" } else { user };
    let entry = users(passwd).find(|entry| entry.name == user);
    let entry = entry.or_else(|| {
        let uid = id(user)?;
        users(passwd).find(|entry| entry.uid == uid)
    });
    let uid = match (&entry, id(user)) {
        (Some(entry), _) => entry.uid,
        (None, Some(uid)) => uid,
        (None, None) => bail!("unable to find user {user}: no matching entries in the image's /etc/passwd"),
    };
    let (gid, mut additional) = match own_group {
        Some(name) => (gid_of(group, name)?, Vec::new()),
        None => match &entry {
            Some(entry) => (entry.gid, memberships(group, entry.name)),
            None => (0, Vec::new()),
        },
    };
    let keeps_groups = groups == [KEEP_GROUPS];
    for name in groups.iter().filter(|_| !keeps_groups) {
        additional.push(gid_of(group, name)?);
    }
    additional.truncate(GROUPS_LIMIT - 1);
    // Including the primary group: otherwise a set-group-id program would lose it, and with it the permissions that
    // files deny to that group (CVE-2022-36109).
    additional.push(gid);
    additional.sort_unstable();
    additional.dedup();
    if keeps_groups {
        additional.clear();
    }
    let home = entry
        .map(|entry| entry.home)
        .filter(|home| home.starts_with('/'))
        .unwrap_or("/")
        .to_owned();
    Ok(User {
        ids: UserIds {
            uid,
            gid,
            additional,
            keeps_groups,
        },
        home,
    })
}

/// The users of /etc/passwd whose ids every C library takes.
fn users(passwd: &str) -> impl Iterator<Item = accounts::User<'_>> {
    accounts::users(passwd).filter(|user| is_id(user.uid) && is_id(user.gid))
}

/// The groups of /etc/group whose ids every C library takes.
fn groups_of(group: &str) -> impl Iterator<Item = accounts::Group<'_>> {
    accounts::groups(group).filter(|group| is_id(group.gid))
}

fn gid_of(group: &str, wanted: &str) -> Result<u32> {
    match groups_of(group).find(|group| group.name == wanted) {
        Some(group) => Ok(group.gid),
        None => id(wanted)
            .with_context(|| format!("unable to find group {wanted}: no matching entries in the image's /etc/group")),
    }
}

/// The groups that list `user` as a member.
fn memberships(group: &str, user: &str) -> Vec<u32> {
    groups_of(group)
        .filter(|group| group.has_member(user))
        .map(|group| group.gid)
        .collect()
}

/// An id that the kernel and every C library accept.
fn id(text: &str) -> Option<u32> {
    text.parse().ok().filter(|id| is_id(*id))
}

fn is_id(number: u32) -> bool {
    number <= i32::MAX as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/sh\n\
                          daemon:x:1:1::/usr/sbin:\n\
                          broken\n\
                          1000:x:7:7::/seven:\n\
                          app:x:1000:1001:App:/srv/app:/bin/false\n\
                          lost:x:2000:2000:::\n";
    const GROUP: &str = "root:x:0:root\nadm:x:4:app,root\naudio:x:29:app\napp:x:1001:app\nbad:x:y:app\n";

    fn ids(spec: &str) -> (u32, u32, Vec<u32>) {
        let ids = find(PASSWD, GROUP, spec, &[]).unwrap().ids;
        (ids.uid, ids.gid, ids.additional)
    }

    #[test]
    fn a_user_brings_its_group_and_the_groups_that_list_it() {
        assert_eq!(ids("app"), (1000, 1001, vec![4, 29, 1001]));
        assert_eq!(ids(""), (0, 0, vec![0, 4]));
        assert_eq!(ids("root"), (0, 0, vec![0, 4]));
    }

    #[test]
    fn a_given_group_replaces_the_others() {
        assert_eq!(ids("app:adm"), (1000, 4, vec![4]));
        assert_eq!(ids("app:77"), (1000, 77, vec![77]));
        assert_eq!(ids(":adm"), (0, 4, vec![4]));
    }

    #[test]
    fn a_number_need_not_be_listed_and_a_name_takes_precedence() {
        assert_eq!(ids("4242"), (4242, 0, vec![0]));
        assert_eq!(ids("2000"), (2000, 2000, vec![2000]));
        assert_eq!(ids("1000"), (7, 7, vec![7]));
    }

    #[test]
    fn groups_are_added_by_name_or_number() {
        let user = find(PASSWD, GROUP, "1", &["audio".into(), "9".into(), "9".into()]).unwrap();
        assert_eq!(user.ids.additional, [1, 9, 29]);
    }

    #[test]
    fn keep_groups_replaces_the_users_groups() {
        let ids = find(PASSWD, GROUP, "app", &[KEEP_GROUPS.into()]).unwrap().ids;
        assert!(ids.keeps_groups && ids.additional.is_empty() && ids.gid == 1001);
        assert!(find(PASSWD, GROUP, "app", &[KEEP_GROUPS.into(), "audio".into()]).is_err());
    }

    #[test]
    fn the_home_is_absolute() {
        let home = |spec| find(PASSWD, GROUP, spec, &[]).unwrap().home;
        assert_eq!(home("app"), "/srv/app");
        assert_eq!(home("lost"), "/");
        assert_eq!(home("4242"), "/");
        assert_eq!(home(""), "/root");
    }

    #[test]
    fn a_name_that_is_not_listed_is_an_error() {
        let error = |spec| find(PASSWD, GROUP, spec, &[]).unwrap_err().to_string();
        assert_eq!(
            error("ghost"),
            "unable to find user ghost: no matching entries in the image's /etc/passwd"
        );
        assert_eq!(
            error("app:ghost"),
            "unable to find group ghost: no matching entries in the image's /etc/group"
        );
        assert_eq!(
            error("4294967295"),
            "unable to find user 4294967295: no matching entries in the image's /etc/passwd"
        );
    }

    #[test]
    fn a_passwd_that_is_a_symlink_out_of_the_root_or_no_file_is_not_read() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("etc")).unwrap();
        let root = std::fs::File::open(dir.path()).unwrap();
        assert_eq!(resolve(&root, "5", &[]).unwrap().ids.uid, 5);
        // On the host this would lead to a file that has root; inside the root it leads to itself.
        std::os::unix::fs::symlink("/etc/passwd", dir.path().join("etc/passwd")).unwrap();
        assert!(resolve(&root, "root", &[]).is_err());
        std::fs::remove_file(dir.path().join("etc/passwd")).unwrap();
        std::os::unix::fs::symlink("/", dir.path().join("etc/passwd")).unwrap();
        assert_eq!(
            resolve(&root, "5", &[]).unwrap_err().to_string(),
            "reading the image's /etc/passwd"
        );
    }
}
