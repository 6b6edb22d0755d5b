//! The standard descriptors of whoever started lamel, for a command in the foreground without a terminal.
//!
//! The container's processes can open what they are given again by /proc/self/fd, with other rights than it was opened
//! with: a log that is appended to could be read, overwritten and made setuid, a file that is read could be written, a
//! terminal that is written to could be read. So they are given pipes: the caller's where it is one that works in a
//! container ([`works_in_container`]), which leads nowhere else however it is opened; otherwise pipes of the
//! supervisor's, which copies. /dev/null they may have as well: the container's own comes in its place
//! ([`crate::runtime::create::stdio::dev_null`]).

use crate::runtime::attach::server::Audience;
use crate::runtime::attach::streams::{Input, Io, Output};
use crate::runtime::create::stdio::dev_null::is_null;
use crate::sys::userns::id_maps::IdMaps;
use anyhow::Result;
use rustix::fs::{OFlags, fcntl_getfl, fstat, fstatfs};
use std::io;
use std::os::fd::AsFd;

/// Where they lead, and who relays what is not handed on.
///
/// `input`: whether the command has ours. `copies`: whether its output is to come by here in any case, to be kept.
/// `trusted`: it is handed everything as it is. `ids`: those of the container's user namespace, and who they are for
/// this process.
pub fn own(input: bool, copies: bool, trusted: bool, ids: &IdMaps) -> Result<(Io, Audience)> {
    let hands_on = |fd| trusted || works_in_container(fd, ids);
    let (stdin, stdout, stderr) = (io::stdin(), io::stdout(), io::stderr());
    let relays_output = copies || !(hands_on(stdout.as_fd()) && hands_on(stderr.as_fd()));
    let relays_input = input && !hands_on(stdin.as_fd());
    let io = Io {
        input: match (input, relays_input) {
            (false, _) => Input::Null,
            (true, false) => Input::Inherit,
            (true, true) => Input::Audience { once: true },
        },
        output: match relays_output {
            true => Output::Audience,
            false => Output::Inherit,
        },
        window: None,
    };
    Ok((io, Audience::own(relays_input, relays_output)?))
}

/// Whether the container's programs can use the caller's descriptor as they would use one of the supervisor's.
///
/// Not where it is O_NONBLOCK, as node and others make their pipes: the flag belongs to the open file, so it would be
/// set in the container, whose programs do not expect EAGAIN. Nor where its owner does not exist in the container's
/// user namespace: nobody in there could open it again as /dev/stdout, and it could not be given to the command's user.
fn works_in_container(fd: impl AsFd, ids: &IdMaps) -> bool {
    if is_null(&fd).unwrap_or(false) {
        return true;
    }
    let blocks = || fcntl_getfl(&fd).is_ok_and(|flags| !flags.contains(OFlags::NONBLOCK));
    let has_owner = || fstat(&fd).is_ok_and(|stat| exist(ids, stat.st_uid, stat.st_gid));
    is_pipe(&fd) && blocks() && has_owner()
}

/// Whether pipe(2) made it. A named one is a file of the host's, whose mode and owner could be changed through it.
pub fn is_pipe(fd: impl AsFd) -> bool {
    const PIPEFS_MAGIC: i64 = 0x5049_5045;
    fstatfs(fd).is_ok_and(|stat| stat.f_type == PIPEFS_MAGIC)
}

/// Whether the user and the group, as this process sees them, are in the container.
fn exist(ids: &IdMaps, uid: u32, gid: u32) -> bool {
    /// What stat(2) shows where the id does not exist in this process's own user namespace (user_namespaces(7)). For a
    /// user who really has this number the output is only copied without need.
    const UNMAPPED: u32 = 65534;
    let exists = uid != UNMAPPED && gid != UNMAPPED;
    exists && ids.user_inside(uid).is_some() && ids.group_inside(gid).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fs::{CWD, FileType, Mode, mknodat, open};

    #[test]
    fn a_pipe_that_blocks_and_has_an_owner_in_there_works_in_a_container() {
        let all = IdMaps::identity();
        let nobody = IdMaps {
            uids: Vec::new(),
            gids: Vec::new(),
        };
        let (reader, writer) = io::pipe().unwrap();
        assert!(works_in_container(&reader, &all) && works_in_container(&writer, &all));
        assert!(!works_in_container(&writer, &nobody));
        rustix::fs::fcntl_setfl(&writer, OFlags::NONBLOCK).unwrap();
        // The other end is another open file.
        assert!(works_in_container(&reader, &all) && !works_in_container(&writer, &all));
        assert!(works_in_container(std::fs::File::open("/dev/null").unwrap(), &nobody));

        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("fifo");
        mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        let fifo = open(&path, OFlags::RDWR | OFlags::CLOEXEC, Mode::empty()).unwrap();
        assert!(!works_in_container(&fifo, &all));
    }
}
