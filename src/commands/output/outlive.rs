//! Whether what a command leaves running outlives the login.

use crate::container::Container;
use crate::sys::systemd::logind::{EndsAtLogout, ends_at_logout};
use crate::ui::print;

/// Says on stderr, in one line, that logout will end what was just left running, and how to keep it. Nothing where it
/// will not.
pub fn note_logout(left: &[Container]) {
    let supervisors = left.iter().filter_map(|container| container.state().ok()?.supervisor);
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
