//! Whether what a command leaves running outlives the login.

use crate::sys::logind::{EndsAtLogout, ends_at_logout};
use crate::ui;

/// Says on stderr, in one line, that logout will end what was just left running, and how to keep it. Nothing where it will not.
pub(super) fn note_logout() {
    match ends_at_logout() {
        Some(EndsAtLogout::Session) => ui::print::note(
            "lamel: logout will end this container (KillUserProcesses=yes): \
             'loginctl enable-linger' and 'systemd-run --user --scope lamel …' keep it",
        ),
        Some(EndsAtLogout::Manager) => {
            ui::print::note("lamel: logout will end this container: 'loginctl enable-linger' keeps it");
        }
        None => {}
    }
}
