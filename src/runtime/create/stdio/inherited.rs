//! Inherited standard descriptors: what a command in the foreground without a terminal gets of the caller's.
//!
//! A container's process can open a descriptor again through /proc/self/fd, with other rights than it was opened with:
//! it could read, overwrite and make setuid a log that is appended to, write a file that is read, or read a terminal
//! that is written to. So it gets pipes: the caller's own pipe if that works in a container ([`works_in_container`]),
//! since a pipe leads nowhere else however it is opened; otherwise a pipe of the supervisor, which copies. /dev/null is
//! passed on as well, since the container's own replaces it ([`crate::runtime::create::stdio::dev_null`]).

use crate::runtime::attach::server::AttachServer;
use crate::runtime::attach::streams::{Input, Io, Output};
use crate::runtime::create::stdio::dev_null::is_null;
use crate::sys::files::filesystem;
use crate::sys::ids::id_maps::IdMaps;
use anyhow::Result;
use rustix::fs::{OFlags, fcntl_getfl, fstat};
use std::io;
use std::os::fd::AsFd;

/// Decides for each standard stream whether the command inherits this process's own, and returns the attach server that
/// relays the others.
///
/// - `input`: whether the command gets this process's input; otherwise it gets /dev/null.
/// - `copies`: whether output must pass through this process in any case, to be logged.
/// - `trusted`: whether the command inherits everything as it is.
/// - `ids`: the ids of the container's user namespace as this process sees them.
pub fn stdio(input: bool, copies: bool, trusted: bool, ids: &IdMaps) -> Result<(Io, AttachServer)> {
    let inherits = |fd| trusted || works_in_container(fd, ids);
    let (stdin, stdout, stderr) = (io::stdin(), io::stdout(), io::stderr());
    let relays_output = copies || !(inherits(stdout.as_fd()) && inherits(stderr.as_fd()));
    let relays_input = input && !inherits(stdin.as_fd());
    let io = Io {
        input: match (input, relays_input) {
            (false, _) => Input::Null,
            (true, false) => Input::Inherit,
            (true, true) => Input::Attached { once: true },
        },
        output: match relays_output {
            true => Output::Attached,
            false => Output::Inherit,
        },
        window: None,
    };
    Ok((io, AttachServer::with_stdio(relays_input, relays_output)?))
}

/// Whether programs in the container can use the caller's descriptor as they would use a pipe of the supervisor.
///
/// A pipe that is `O_NONBLOCK`, as node and others make theirs, does not work: the flag belongs to the open file, so it
/// would be set in the container too, where programs do not expect EAGAIN. A pipe whose owner does not exist in the
/// container's user namespace does not work either: nobody there could open it again as /dev/stdout, and it could not
/// be given to the command's user.
fn works_in_container(fd: impl AsFd, ids: &IdMaps) -> bool {
    if is_null(&fd).unwrap_or(false) {
        return true;
    }
    let blocks = || fcntl_getfl(&fd).is_ok_and(|flags| !flags.contains(OFlags::NONBLOCK));
    let has_owner = || fstat(&fd).is_ok_and(|stat| are_mapped(ids, stat.st_uid, stat.st_gid));
    is_pipe(&fd) && blocks() && has_owner()
}

/// Whether pipe(2) made it. A named pipe is a file of the host, whose mode and owner could be changed through the
/// descriptor.
pub fn is_pipe(fd: impl AsFd) -> bool {
    filesystem::of_file(fd) == Some(filesystem::PIPEFS)
}

/// Whether a user and a group, as this process sees them, are mapped in the container's user namespace.
fn are_mapped(ids: &IdMaps, uid: u32, gid: u32) -> bool {
    /// What stat(2) shows for an id that does not exist in this process's own user namespace (user_namespaces(7)). For
    /// a user who really has this number, output is merely copied without need.
    const UNMAPPED: u32 = 65534;
    let exists = uid != UNMAPPED && gid != UNMAPPED;
    exists && ids.user_inside(uid).is_some() && ids.group_inside(gid).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fs::{CWD, FileType, Mode, mknodat, open};

    #[test]
    fn a_blocking_pipe_whose_owner_is_mapped_works_in_a_container() {
        let all = IdMaps::identity();
        let nobody = IdMaps {
            uids: Vec::new(),
            gids: Vec::new(),
        };
        let (reader, writer) = io::pipe().unwrap();
        assert!(works_in_container(&reader, &all) && works_in_container(&writer, &all));
        assert!(!works_in_container(&writer, &nobody));
        rustix::fs::fcntl_setfl(&writer, OFlags::NONBLOCK).unwrap();
        // Each end is an open file of its own.
        assert!(works_in_container(&reader, &all) && !works_in_container(&writer, &all));
        assert!(works_in_container(std::fs::File::open("/dev/null").unwrap(), &nobody));

        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("fifo");
        mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        let fifo = open(&path, OFlags::RDWR | OFlags::CLOEXEC, Mode::empty()).unwrap();
        assert!(!works_in_container(&fifo, &all));
    }
}
