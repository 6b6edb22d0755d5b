//! Users and groups as /etc/passwd and /etc/group list them, a container's or the host's (passwd(5), group(5)).
//! Directory services are not asked: a static program cannot load the host's NSS modules.

use std::fs::File;
use std::io::Read;

/// A larger file of the host's is read up to here.
const FILE_LIMIT: u64 = 4 << 20;

/// A line of /etc/passwd.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct User<'a> {
    pub name: &'a str,
    pub uid: u32,
    pub gid: u32,
    pub home: &'a str,
}

/// A line of /etc/group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group<'a> {
    pub name: &'a str,
    pub gid: u32,
    members: &'a str,
}

impl Group<'_> {
    /// Whether it lists this user.
    pub fn has_member(&self, user: &str) -> bool {
        self.members.split(',').any(|member| member == user)
    }
}

/// The users in the text of /etc/passwd. Lines that lack a field or a number are left out.
pub fn users(passwd: &str) -> impl Iterator<Item = User<'_>> {
    passwd.lines().filter_map(|line| {
        let mut fields = line.trim().split(':');
        Some(User {
            name: fields.next()?,
            uid: fields.nth(1)?.parse().ok()?,
            gid: fields.next()?.parse().ok()?,
            home: fields.nth(1)?,
        })
    })
}

/// The groups in the text of /etc/group. Lines without a number are left out.
pub fn groups(group: &str) -> impl Iterator<Item = Group<'_>> {
    group.lines().filter_map(|line| {
        let mut fields = line.trim().split(':');
        Some(Group {
            name: fields.next()?,
            gid: fields.nth(1)?.parse().ok()?,
            members: fields.next().unwrap_or(""),
        })
    })
}

/// Reads the start of one of the host's files; nothing where it cannot be read.
pub fn read_host(path: &str) -> String {
    let mut bytes = Vec::new();
    let _ = File::open(path).and_then(|file| file.take(FILE_LIMIT).read_to_end(&mut bytes));
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_without_their_fields_are_left_out() {
        let passwd = "root:x:0:0:root:/root:/bin/sh\nbroken\nno:x:1:y::/\nshort:x:1:1\nalice:x:1000:100::/home/alice\n";
        let found: Vec<_> = users(passwd)
            .map(|user| (user.name, user.uid, user.gid, user.home))
            .collect();
        assert_eq!(found, [("root", 0, 0, "/root"), ("alice", 1000, 100, "/home/alice")]);
        let found: Vec<_> = groups("a:x:1:u,v\nb:x\nc:x:3\n")
            .map(|group| (group.name, group.gid, group.has_member("v")))
            .collect();
        assert_eq!(found, [("a", 1, true), ("c", 3, false)]);
    }
}
