//! pasta(1), a program of the host (package passt) that copies between a network namespace and ordinary sockets.
//!
//! It is given the namespace as a file, which it watches: it ends by itself only when the file is unlinked.

use crate::runtime::model::port::{Port, Protocol};
use crate::sys::process::identity::Process;
use crate::sys::process::list;
use crate::sys::process::program::find_program;
use crate::sys::wait;
use crate::text::error::words;
use anyhow::{Context, Result, anyhow, bail};
use std::fs::{self, File};
use std::io::{self, Read};
use std::net::IpAddr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// The address at which pasta forwards DNS to the host's resolver.
pub const PASTA_DNS: &str = "169.254.0.1";

/// How long to wait for its end after SIGKILL.
const KILL_TIMEOUT: Duration = Duration::from_secs(1);

/// The device that pasta makes the container's interface with. Every user who may open it can make interfaces in an own
/// namespace.
const TUN: &str = "/dev/net/tun";

/// The path of pasta(1). If it is not installed or cannot work for this user, the error says what to do.
pub fn find_pasta() -> Result<PathBuf> {
    let found = match find_program("pasta") {
        Some(pasta) => check_tun(Path::new(TUN)).map(|()| pasta),
        None => Err(anyhow!("pasta is not installed: install the package passt")),
    };
    found.map_err(|error| anyhow!("{error:#}, or use --network none or host"))
}

/// Opens the device: access(2) sees neither a missing kernel module nor a cgroup's device list.
fn check_tun(path: &Path) -> Result<()> {
    let Err(error) = File::options().read(true).write(true).open(path) else {
        return Ok(());
    };
    let hint = match error.kind() {
        io::ErrorKind::PermissionDenied => format!("'chmod 666 {}' as root allows it", path.display()),
        _ => "'modprobe tun' as root may bring it".to_owned(),
    };
    bail!("pasta cannot open {} ({}): {hint}", path.display(), words(&error))
}

/// The nameservers in the host's /etc/resolv.conf (`text`) that can be reached from another network namespace.
pub fn nameservers(host_resolv_conf: &str) -> Vec<IpAddr> {
    let listed = host_resolv_conf.lines().filter_map(|line| {
        let mut words = line.split_ascii_whitespace();
        if words.next() != Some("nameserver") {
            return None;
        }
        // A loopback address means another host inside. A link-local address with a zone does not parse, which leaves
        // it out too.
        words
            .next()?
            .parse()
            .ok()
            .filter(|address: &IpAddr| !address.is_loopback() && !address.is_unspecified())
    });
    listed.collect()
}

/// Whether this pasta can serve published ports itself, so that the container sees its clients' addresses. Told by an
/// option of it: what `--version` prints is chosen by the packager.
///
/// A pasta without that option (before 2024-08) loses answers to datagrams from the loopback address if the ports
/// differ, and leaves a connection unacknowledged in which the server speaks first.
pub fn serves_ports(pasta: &Path) -> bool {
    let help = Command::new(pasta).arg("--help").stdin(Stdio::null()).output();
    help.is_ok_and(|help| {
        let text = [help.stdout, help.stderr].concat();
        String::from_utf8_lossy(&text).contains("--map-guest-addr")
    })
}

/// Connects the namespace that is mounted at `file` with the host's network. pasta listens on the host for `ports`.
/// `host_gateway`: whether the gateway's address leads to the host's loopback address.
pub fn attach(pasta: &Path, file: &Path, ports: &[Port], host_gateway: bool) -> Result<()> {
    let mut command = Command::new(pasta);
    command.args(["--config-net", "-T", "none", "-U", "none"]);
    if !host_gateway {
        command.arg("--no-map-gw");
    }
    for (option, protocol) in [("-t", Protocol::Tcp), ("-u", Protocol::Udp)] {
        let mut own = ports.iter().filter(|port| port.protocol == protocol).peekable();
        if own.peek().is_none() {
            command.args([option, "none"]);
        }
        for port in own {
            command.arg(option).arg(forward(port));
        }
    }
    command
        .args(["--dns-forward", PASTA_DNS, "--quiet", "--netns"])
        .arg(file);
    if rustix::process::geteuid().is_root() {
        // By default it becomes nobody, who may not enter the namespace. It isolates itself in any case.
        command.args(["--runas", "0"]);
    }
    // stderr is a pipe: the background process closes it, so reading it ends.
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("starting pasta")?;
    let stderr = child.stderr.take();
    if child.wait().context("waiting for pasta")?.success() {
        return Ok(());
    }
    let mut reason = String::new();
    if let Some(stderr) = stderr {
        let _ = stderr.take(4096).read_to_string(&mut reason);
    }
    let reason = reason.lines().last().unwrap_or("it gave no reason").trim().to_owned();
    bail!("pasta could not connect the container: {reason}")
}

/// Finds the pasta that serves the namespace mounted at `file`, by its arguments: it is no child of whoever started it.
pub fn find_process(file: &Path) -> Option<Process> {
    list::pids().into_iter().find_map(|pid| {
        // First, so that a pid that is reused before the arguments are read does not name the wrong process.
        let process = Process::find(pid)?;
        let arguments = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        serves(&arguments, file).then_some(process)
    })
}

/// Whether these arguments (/proc/PID/cmdline) are those of a pasta for that namespace.
fn serves(arguments: &[u8], file: &Path) -> bool {
    let arguments: Vec<&[u8]> = arguments.split(|byte| *byte == 0).collect();
    let is_pasta = arguments.first().is_some_and(|program| program.ends_with(b"pasta"));
    is_pasta
        && arguments
            .windows(2)
            .any(|pair| pair == [b"--netns", file.as_os_str().as_bytes()])
}

/// Kills pasta, so that the host's ports are free when this returns. By itself it ends some time after the file was
/// unlinked.
pub fn kill(process: &Process) {
    // EPERM if it belongs to another user namespace; then it ends when it sees that the file is gone.
    let _ = process.signal(libc::SIGKILL);
    wait::until(KILL_TIMEOUT, Duration::from_millis(1), || !process.is_alive());
}

/// A port in the form of pasta's options.
fn forward(port: &Port) -> String {
    let address = port.address.map_or(String::new(), |address| format!("{address}/"));
    format!("{address}{}:{}", port.host.0, port.container)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_recognized_by_its_arguments() {
        let arguments = b"/usr/bin/pasta\0--quiet\0--netns\0/run/c/network/netns\0--runas\0x\0";
        assert!(serves(arguments, Path::new("/run/c/network/netns")));
        assert!(!serves(arguments, Path::new("/run/c/network")));
        assert!(!serves(
            b"vi\0--netns\0/run/c/network/netns\0",
            Path::new("/run/c/network/netns")
        ));
        assert!(!serves(b"", Path::new("")));
    }
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn an_unusable_tun_device_is_an_error_that_says_what_to_do() {
        let dir = tempfile::tempdir().unwrap();
        let device = dir.path().join("tun");
        let told = || format!("{:#}", check_tun(&device).unwrap_err());
        assert!(told().contains("modprobe tun"), "{}", told());
        fs::write(&device, "").unwrap();
        check_tun(&device).unwrap();
        fs::set_permissions(&device, fs::Permissions::from_mode(0o000)).unwrap();
        // Root may open everything.
        if !rustix::process::geteuid().is_root() {
            assert!(told().contains("chmod 666"), "{}", told());
        }
    }

    fn found(text: &str) -> Vec<String> {
        nameservers(text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_hosts_nameservers_are_kept() {
        let text = "# comment\nsearch example.org\nnameserver 10.0.0.1\n nameserver\t2001:db8::1 \nnameserver\n";
        assert_eq!(found(text), ["10.0.0.1", "2001:db8::1"]);
    }

    #[test]
    fn nameservers_that_only_the_host_can_reach_are_left_out() {
        assert!(found("nameserver 127.0.0.53\nnameserver ::1\n").is_empty());
        assert!(found("nameserver fe80::1%eth0\n").is_empty());
        assert_eq!(found("nameserver 127.0.0.1\nnameserver 9.9.9.9\n"), ["9.9.9.9"]);
    }
}
