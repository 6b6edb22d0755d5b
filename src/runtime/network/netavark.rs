//! netavark(1), a program of the host's that joins network namespaces to bridges: makes the bridge, the pair of interfaces and the rules
//! of the firewall, and starts aardvark-dns, by which containers find each other's names. Both are podman's. For root alone.
//!
//! It keeps no state but aardvark-dns's, and takes no care of others that run at the same time: whoever calls it holds the lock on its
//! directory.

use crate::runtime::model::network::Bridges;
use crate::runtime::model::port::{Port, Protocol};
use crate::runtime::model::run_dir::NETWORK_NAMESPACE;
use crate::runtime::network::names;
use crate::sys::files::lock::Lock;
use crate::sys::process::fork;
use crate::sys::process::identity::Process;
use crate::sys::userns::enter;
use crate::sys::userns::enter::find_program;
use crate::sys::userns::namespaces;
use crate::sys::{mount, net};
use anyhow::{Context, Result, bail};
use rustix::fs::MemfdFlags;
use rustix::thread::UnshareFlags;
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The right to call netavark, as a value.
pub struct Turn(#[expect(dead_code, reason = "held, not read")] Lock);

/// Waits for the right to call netavark, whose directory is made where it is missing.
pub fn turn(state: &Path) -> Result<Turn> {
    let context = || state.display().to_string();
    fs::create_dir_all(state).with_context(context)?;
    let lock = Lock::exclusive(File::open(state).with_context(context)?).with_context(context)?;
    Ok(Turn(lock))
}

/// Of its ID, so much is a name of each container's.
const SHORT_ID: usize = 12;

/// What it is to be tried with (netavark's packages put it beside podman's other helpers).
const PLACES: [&str; 2] = ["/usr/lib/podman", "/usr/libexec/podman"];

fn find(name: &str) -> Option<PathBuf> {
    let places = PLACES.iter().map(|place| Path::new(place).join(name));
    places
        .into_iter()
        .find(|path| rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok())
        .or_else(|| find_program(name))
}

/// Whether bridges can be used by this process, which may be in a user namespace already; an error, with the ways out, where not.
pub fn check() -> Result<()> {
    if !rustix::process::geteuid().is_root() || !enter::is_initial() {
        bail!(
            "a bridge network needs root: use --network pasta, or --network container:NAME to share another container's"
        );
    }
    if find("netavark").is_none() {
        bail!(
            "a bridge network needs netavark: install the packages netavark, aardvark-dns and iptables, or use --network pasta"
        );
    }
    Ok(())
}

/// Whether names can be served.
pub fn serves_names() -> bool {
    find("aardvark-dns").is_some()
}

/// Joins the namespace that is mounted on `file` in `run_dir` to its bridges. After an error what was done is taken back.
pub fn setup(turn: &Turn, bridges: &Bridges, ports: &[Port], run_dir: &Path, file: &Path) -> Result<()> {
    join(turn, bridges, ports, run_dir, &|| File::open(file))
}

/// Joins the namespace of the running process `init` to further bridges. After an error what was done is taken back.
pub fn connect(turn: &Turn, bridges: &Bridges, ports: &[Port], run_dir: &Path, init: &Process) -> Result<()> {
    join(turn, bridges, ports, run_dir, &|| namespace_of(init))
}

/// Undoes [`connect`], or [`setup`] for these bridges alone.
pub fn disconnect(_turn: &Turn, bridges: &Bridges, ports: &[Port], run_dir: &Path, init: &Process) -> Result<()> {
    call("teardown", bridges, ports, run_dir, &|| namespace_of(init))
}

/// Undoes [`setup`] and each [`connect`], also where the namespace went with its processes. `others`: how many containers are on these
/// bridges besides.
pub fn teardown(_turn: &Turn, bridges: &Bridges, ports: &[Port], run_dir: &Path, others: usize) -> Result<()> {
    let file = run_dir.join(NETWORK_NAMESPACE);
    let open = || {
        let file = File::open(&file)?;
        // Outside the process that made the namespace, it is an empty file.
        match rustix::fs::fstatfs(&file)?.f_type == NSFS {
            true => Ok(file),
            false => Err(io::ErrorKind::NotFound.into()),
        }
    };
    let gone = open().is_err();
    if gone {
        wait_for_interfaces(&bridges.bridges, others);
    }
    let stand_in = || stand_in(&bridges.interfaces);
    let open: &dyn Fn() -> io::Result<File> = if gone { &stand_in } else { &open };
    call("teardown", bridges, ports, run_dir, open)
}

fn join(_turn: &Turn, bridges: &Bridges, ports: &[Port], run_dir: &Path, open: Open) -> Result<()> {
    let join = || {
        call("setup", bridges, ports, run_dir, open)?;
        // netavark does so itself from version 1.8 on.
        let keep = |name: &String| net::keep_address(name).with_context(|| format!("bridge {name}"));
        bridges.bridges.iter().try_for_each(keep)?;
        let id = bridges.options["container_id"].as_str().unwrap_or_default();
        names::wait(&bridges.names, &id[..id.len().min(SHORT_ID)], open);
        Ok(())
    };
    join().inspect_err(|_| {
        // The first error is the one to tell.
        let _ = call("teardown", bridges, ports, run_dir, open);
    })
}

/// Opens a network namespace.
type Open<'a> = &'a dyn Fn() -> io::Result<File>;

fn namespace_of(process: &Process) -> io::Result<File> {
    namespaces::open(process, "net")
}

/// The filesystem of namespaces (linux/magic.h).
const NSFS: rustix::fs::FsWord = 0x6e73_6673;

/// A namespace that has interfaces of the names that netavark means to remove first: without them it would leave the rest.
fn stand_in(interfaces: &[String]) -> io::Result<File> {
    let host = File::open("/proc/self/ns/net")?;
    mount::unshare(UnshareFlags::NEWNET)?;
    let made = interfaces.iter().try_for_each(|name| net::add_bridge(name));
    let namespace = File::open("/proc/self/ns/net");
    mount::enter_namespace(&host, libc::CLONE_NEWNET)?;
    made.and(namespace)
}

/// The kernel takes a namespace that nobody uses apart a little later. netavark removes a bridge only when no interface is left on it.
fn wait_for_interfaces(bridges: &[String], others: usize) {
    let begun = Instant::now();
    let is_waiting = |bridge: &String| {
        let interfaces = fs::read_dir(Path::new("/sys/class/net").join(bridge).join("brif"));
        interfaces.is_ok_and(|interfaces| interfaces.count() > others)
    };
    while bridges.iter().any(is_waiting) && begun.elapsed() < Duration::from_secs(2) {
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Runs netavark in a child with a mount namespace of its own, since aardvark-dns, which it may start, stays for other
/// containers and would hold the root of this one.
fn call(verb: &str, bridges: &Bridges, ports: &[Port], run_dir: &Path, namespace: Open) -> Result<()> {
    if bridges.interfaces.is_empty() {
        return Ok(());
    }
    let netavark = find("netavark").context("netavark is not installed")?;
    let memory = |name| rustix::fs::memfd_create(name, MemfdFlags::CLOEXEC).map(File::from);
    let mut input = memory("netavark-input").context("memory for netavark")?;
    let mut output = memory("netavark-output").context("memory for netavark")?;
    let text = serde_json::to_vec(&with_ports(&bridges.options, ports))?;
    input
        .write_all(&text)
        .and_then(|()| input.rewind())
        .context("memory for netavark")?;
    let run = || -> io::Result<i32> {
        let namespace = namespace()?;
        mount::unshare(UnshareFlags::NEWNS)?;
        for place in ["root", NETWORK_NAMESPACE] {
            // Not every caller has them.
            let _ = mount::detach(&run_dir.join(place));
        }
        let mut command = Command::new(&netavark);
        command
            .arg("--config")
            .arg(&bridges.state)
            .args(["--rootless", "false"]);
        command.arg("--aardvark-binary");
        command.arg(find("aardvark-dns").unwrap_or_else(|| "/nonexistent/aardvark-dns".into()));
        // Through this process, which has it open.
        command
            .arg(verb)
            .arg(format!("/proc/{}/fd/{}", std::process::id(), namespace.as_raw_fd()));
        let status = command
            .env_clear()
            .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
            .current_dir("/")
            .stdin(Stdio::from(input.try_clone()?))
            .stdout(Stdio::from(output.try_clone()?))
            .stderr(Stdio::null())
            .status()?;
        Ok(status.code().unwrap_or(1))
    };
    let child = fork::spawn(|| match run() {
        Ok(code) => code,
        Err(error) => {
            let mut output = &output;
            let _ = write!(output, "{}", json!({ "error": error.to_string() }));
            1
        }
    });
    let ended = child.context("forking")?.wait().context("waiting for netavark")?;
    if ended.code() == 0 {
        return Ok(());
    }
    let mut text = String::new();
    let _ = output.rewind();
    let _ = output.take(64 << 10).read_to_string(&mut text);
    let told: Option<Value> = serde_json::from_str(&text).ok();
    let reason = told.as_ref().and_then(|told| told["error"].as_str());
    // One line, whatever it has.
    let reason = reason
        .unwrap_or("it gave no reason")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    bail!("netavark {verb}: {reason}")
}

fn with_ports(options: &Value, ports: &[Port]) -> Value {
    let mappings = ports.iter().map(|port| {
        json!({
            "container_port": port.container,
            "host_ip": port.address.map_or(String::new(), |address| address.to_string()),
            "host_port": port.host.0,
            "protocol": match port.protocol { Protocol::Tcp => "tcp", Protocol::Udp => "udp" },
            "range": 1,
        })
    });
    let mut options = options.clone();
    options["port_mappings"] = match ports.is_empty() {
        true => Value::Null,
        false => mappings.collect(),
    };
    options
}

/// Clears netavark's directory when no container is on any bridge. aardvark-dns ends by itself then; one that does not is ended.
pub fn clear(_turn: &Turn, state: &Path) {
    let names = state.join("aardvark-dns");
    let pid = fs::read_to_string(names.join("aardvark.pid")).ok();
    let process = pid.and_then(|pid| Process::find(pid.trim().parse().ok()?));
    let is_it = |process: &Process| {
        fs::read_to_string(format!("/proc/{}/comm", process.pid)).is_ok_and(|name| name.trim() == "aardvark-dns")
    };
    if let Some(process) = process.filter(is_it) {
        let begun = Instant::now();
        while process.is_alive() && begun.elapsed() < Duration::from_secs(1) {
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = process.signal(libc::SIGKILL);
    }
    let _ = fs::remove_dir_all(names);
    let _ = fs::remove_file(state.join("aardvark.lock"));
}
