//! Whether containers in the background outlive the login session.

use crate::container::Container;
use crate::sys::systemd::logind::{EndsAtLogout, ends_at_logout};
use crate::ui::print;

/// Notes on stderr, in one line, that logout will end the containers that were just started, and how to keep them
/// running. Prints nothing where it will not.
pub fn note_logout(started: &[Container]) {
    let supervisors = started
        .iter()
        .filter_map(|container| container.state().ok()?.supervisor);
    match supervisors
        .into_iter()
        .find_map(|supervisor| ends_at_logout(supervisor.pid))
    {
        Some(EndsAtLogout::Session) => print::note(
            "lamel: logout will end this container (KillUserProcesses=yes): \
             'loginctl enable-linger' and 'systemd-run --user --scope lamel …' keep it",
        ),
        Some(EndsAtLogout::Manager) => {
            print::note("lamel: logout will end this container: 'loginctl enable-linger' keeps it");
        }
        None => {}
    }
}
