//! Subordinate ids: which ids besides their own a user may map (subuid(5), subgid(5)).
//!
//! The files are read directly: a static program cannot load the host's NSS modules, so users that are only in a
//! directory service are found by their number or by `$USER`; newuidmap(1) decides in the end, not we.

use crate::sys::ids::accounts;

/// A run of ids on the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    pub start: u32,
    pub count: u32,
}

/// The name of user `uid` by /etc/passwd, else by `$USER`.
pub fn user_name(uid: u32) -> Option<String> {
    let passwd = accounts::read_host("/etc/passwd");
    name_in(&passwd, uid)
        .map(str::to_owned)
        .or_else(|| std::env::var("USER").ok().filter(|name| !name.is_empty()))
}

/// The ranges that `file` (/etc/subuid or /etc/subgid) grants the user, in the order they are there.
pub fn ranges(file: &str, name: Option<&str>, uid: u32) -> Vec<Range> {
    ranges_in(&accounts::read_host(file), name, uid)
}

fn name_in(passwd: &str, uid: u32) -> Option<&str> {
    accounts::users(passwd)
        .find(|user| user.uid == uid)
        .map(|user| user.name)
}

fn ranges_in(text: &str, name: Option<&str>, uid: u32) -> Vec<Range> {
    let uid = uid.to_string();
    let mut ranges = Vec::new();
    // Id 0 inside is the user; one more line is its own. The kernel takes 340 lines in all (user_namespaces(7)).
    let mut left = u32::MAX - 1;
    for line in text.lines() {
        let mut fields = line.trim().split(':');
        let (Some(owner), Some(start), Some(count)) = (fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        if Some(owner) != name && owner != uid {
            continue;
        }
        let (Ok(start), Ok(count)) = (start.parse::<u32>(), count.parse::<u32>()) else {
            continue;
        };
        let count = count.min(left).min(u32::MAX - start);
        if count > 0 && ranges.len() < 339 {
            left -= count;
            ranges.push(Range { start, count });
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_found_by_name_and_by_number() {
        let text = "alice:100000:65536\nbob:165536:65536\n1000:300000:10\n# alice:1:1\nalice:x:1\nalice:5:0\n";
        let range = |start, count| Range { start, count };
        assert_eq!(
            ranges_in(text, Some("alice"), 1000),
            [range(100000, 65536), range(300000, 10)]
        );
        assert_eq!(ranges_in(text, None, 1000), [range(300000, 10)]);
        assert_eq!(ranges_in(text, Some("carol"), 1002), []);
    }

    #[test]
    fn ranges_end_where_ids_end() {
        assert_eq!(
            ranges_in("a:4294967290:100\na:1:4294967295", Some("a"), 1),
            [
                Range {
                    start: 4294967290,
                    count: 5
                },
                Range {
                    start: 1,
                    count: 4294967289
                }
            ]
        );
    }

    #[test]
    fn a_user_has_the_first_name_with_its_number() {
        let passwd =
            "root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000::/home/alice:\nalice2:x:1000:1000:::\nbroken\n";
        assert_eq!(name_in(passwd, 1000), Some("alice"));
        assert_eq!(name_in(passwd, 7), None);
    }
}
