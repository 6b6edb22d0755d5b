//! Terminals: raw mode with a way back, sizes, the other end of a pseudoterminal.

use rustix::termios::{OptionalActions, Termios, Winsize, tcgetattr, tcgetwinsize, tcsetattr};
use std::io;
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};

/// A terminal in raw mode: every key goes to the reader, none is a signal. Dropping it puts the mode back.
pub struct RawMode {
    fd: OwnedFd,
    before: Termios,
}

impl RawMode {
    /// A process in the background stops here until it is in the foreground, as the kernel does for any program that
    /// changes the terminal's mode (SIGTTOU).
    pub fn enter(fd: impl AsFd) -> io::Result<RawMode> {
        let fd = fd.as_fd().try_clone_to_owned()?;
        let raw = RawMode {
            before: tcgetattr(&fd)?,
            fd,
        };
        raw.again()?;
        Ok(raw)
    }

    /// Sets raw mode again: a shell that stopped and continued us has set a mode of its own.
    pub fn again(&self) -> io::Result<()> {
        let mut mode = self.before.clone();
        mode.make_raw();
        Ok(tcsetattr(&self.fd, OptionalActions::Now, &mode)?)
    }

    /// Puts the mode back, until [`RawMode::again`].
    pub fn leave(&self) {
        // A terminal that is gone needs no mode.
        let _ = tcsetattr(&self.fd, OptionalActions::Now, &self.before);
    }
}

impl Drop for RawMode {
    fn drop(&mut self) {
        self.leave();
    }
}

/// The size of a terminal that has one.
pub fn size(fd: impl AsFd) -> Option<Winsize> {
    tcgetwinsize(fd)
        .ok()
        .filter(|size| (size.ws_row, size.ws_col) != (0, 0))
}

/// The character that ends input on this terminal when typed, where it is in a mode that knows one.
pub fn end_of_input(fd: impl AsFd) -> Option<u8> {
    let mode = tcgetattr(fd).ok()?;
    mode.local_modes
        .contains(rustix::termios::LocalModes::ICANON)
        .then(|| mode.special_codes[rustix::termios::SpecialCodeIndex::VEOF])
}

/// Opens the other end of a pseudoterminal by its master, whichever mount namespace its name is in (ioctl_tty(2),
/// TIOCGPTPEER).
pub fn peer(master: impl AsFd) -> io::Result<OwnedFd> {
    let flags = libc::O_RDWR | libc::O_NOCTTY | libc::O_CLOEXEC;
    // SAFETY: the descriptor is open, the argument is a plain number, the result is a new descriptor of ours.
    unsafe {
        match libc::ioctl(master.as_fd().as_raw_fd(), libc::TIOCGPTPEER, flags) {
            -1 => Err(io::Error::last_os_error()),
            fd => Ok(OwnedFd::from_raw_fd(fd)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::pty::{OpenptFlags, grantpt, openpt, unlockpt};
    use rustix::termios::LocalModes;

    fn pair() -> (OwnedFd, OwnedFd) {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let peer = peer(&master).unwrap();
        (master, peer)
    }

    #[test]
    fn raw_mode_ends_with_its_guard() {
        let (_master, user) = pair();
        let before = tcgetattr(&user).unwrap().local_modes;
        let raw = RawMode::enter(&user).unwrap();
        assert!(
            !tcgetattr(&user)
                .unwrap()
                .local_modes
                .intersects(LocalModes::ICANON | LocalModes::ISIG)
        );
        assert_eq!(end_of_input(&user), None);
        drop(raw);
        assert_eq!(tcgetattr(&user).unwrap().local_modes, before);
        assert_eq!(end_of_input(&user), Some(4));
    }

    #[test]
    fn a_terminal_has_the_size_that_it_was_given() {
        let (_master, terminal) = pair();
        assert_eq!(size(&terminal), None);
        let given = Winsize {
            ws_row: 12,
            ws_col: 34,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        rustix::termios::tcsetwinsize(&terminal, given).unwrap();
        let found = size(&terminal).unwrap();
        assert_eq!((found.ws_row, found.ws_col), (12, 34));
        assert_eq!(size(std::fs::File::open("/dev/null").unwrap()), None);
    }
}
