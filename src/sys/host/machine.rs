//! What this machine is, for people to read.

use std::path::Path;

/// The machine as it describes itself.
#[derive(Debug)]
pub struct Host {
    pub name: String,
    /// What uname(2) calls them: `6.1.0-18-amd64`, `x86_64`.
    pub kernel: String,
    pub machine: String,
    /// `PRETTY_NAME`, `ID` and `VERSION_ID` of os-release(5); empty where it has none.
    pub operating_system: String,
    pub distribution: String,
    pub distribution_version: String,
    /// Processors that this process may use.
    pub processors: usize,
    /// Bytes of memory.
    pub memory: u64,
    pub memory_free: u64,
    /// Seconds since it was started.
    pub uptime: u64,
    /// machine-id(5), which is not to be shown as it is; empty where it has none.
    pub machine_id: String,
}

/// Asks the kernel and reads the files that describe a machine.
pub fn describe() -> Host {
    let uname = rustix::system::uname();
    let info = rustix::system::sysinfo();
    let release = os_release();
    let field = |name: &str| os_release_field(&release, name);
    Host {
        name: uname.nodename().to_string_lossy().into_owned(),
        kernel: uname.release().to_string_lossy().into_owned(),
        machine: uname.machine().to_string_lossy().into_owned(),
        operating_system: field("PRETTY_NAME"),
        distribution: field("ID"),
        distribution_version: field("VERSION_ID"),
        processors: std::thread::available_parallelism().map_or(1, usize::from),
        memory: info.totalram as u64 * u64::from(info.mem_unit),
        memory_free: info.freeram as u64 * u64::from(info.mem_unit),
        uptime: info.uptime as u64,
        machine_id: read("/etc/machine-id").trim().to_owned(),
    }
}

fn os_release() -> String {
    let first = read("/etc/os-release");
    if first.is_empty() {
        read("/usr/lib/os-release")
    } else {
        first
    }
}

/// The start of a file; nothing where it cannot be read.
fn read(path: impl AsRef<Path>) -> String {
    use std::io::Read;
    let mut text = String::new();
    if let Ok(file) = std::fs::File::open(path) {
        // A file that is no text describes nothing.
        let _ = file.take(64 << 10).read_to_string(&mut text);
    }
    text
}

/// The value of `NAME=value` or `NAME="value"`.
fn os_release_field(text: &str, name: &str) -> String {
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    value.unwrap_or_default().trim_matches(['"', '\'']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn os_release_has_quotes_or_not() {
        let text = "NAME=\"Debian GNU/Linux\"\nVERSION_ID='12'\nID=debian\nID_LIKE=x\n";
        for (name, value) in [
            ("NAME", "Debian GNU/Linux"),
            ("VERSION_ID", "12"),
            ("ID", "debian"),
            ("VERSION", ""),
        ] {
            assert_eq!(os_release_field(text, name), value);
        }
    }

    #[test]
    fn this_machine_has_a_name_and_memory() {
        let host = describe();
        assert!(host.memory > 0 && host.memory_free <= host.memory && host.processors > 0);
        assert!(!host.name.is_empty() && !host.kernel.is_empty() && !host.machine.is_empty());
    }
}
