//! netavark(1), a program of the host that connects network namespaces with bridges: it makes the bridge, the pair of
//! interfaces and the firewall rules, and starts aardvark-dns, which resolves containers' names. Both belong to podman.
//! Only root can use them.
//!
//! netavark keeps no state but that of aardvark-dns, and does not expect to run twice at the same time: callers hold
//! the lock on its directory ([`NetavarkLock`]).

use crate::runtime::model::network::Bridges;
use crate::runtime::model::port::{Port, Protocol};
use crate::runtime::model::run_dir::NETWORK_NAMESPACE;
use crate::runtime::network::names;
use crate::sys::files::filesystem;
use crate::sys::files::lock::Lock;
use crate::sys::ids::id_maps;
use crate::sys::mount::tree;
use crate::sys::net;
use crate::sys::process::fork;
use crate::sys::process::identity::Process;
use crate::sys::process::own_namespaces;
use crate::sys::process::program::find_program;
use crate::sys::userns::namespaces;
use crate::sys::wait;
use anyhow::{Context, Result, bail};
use rustix::fs::MemfdFlags;
use rustix::thread::UnshareFlags;
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// The lock on netavark's directory, which every call of netavark needs.
pub struct NetavarkLock(#[expect(dead_code, reason = "held, not read")] Lock);

/// Waits for the lock on netavark's directory `state`, which is made if it is missing.
pub fn lock(state: &Path) -> Result<NetavarkLock> {
    let context = || state.display().to_string();
    fs::create_dir_all(state).with_context(context)?;
    let lock = Lock::exclusive(File::open(state).with_context(context)?).with_context(context)?;
    Ok(NetavarkLock(lock))
}

/// Length of the short ID, which is a DNS alias of each container.
const SHORT_ID: usize = 12;

/// Where packages install netavark and aardvark-dns: beside podman's other helpers.
const HELPER_DIRECTORIES: [&str; 2] = ["/usr/lib/podman", "/usr/libexec/podman"];

fn find(name: &str) -> Option<PathBuf> {
    let paths = HELPER_DIRECTORIES
        .iter()
        .map(|directory| Path::new(directory).join(name));
    paths
        .into_iter()
        .find(|path| rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok())
        .or_else(|| find_program(name))
}

/// Checks whether this process, which may be in a user namespace already, can use bridges. If not, the error says what
/// to do.
pub fn check() -> Result<()> {
    if !rustix::process::geteuid().is_root() || !id_maps::in_initial_namespace() {
        bail!(
            "a bridge network needs root: use --network pasta, or --network container:NAME to share another container's"
        );
    }
    if find("netavark").is_none() {
        bail!(
            "a bridge network needs netavark: install the packages netavark, aardvark-dns and iptables, \
             or use --network pasta"
        );
    }
    Ok(())
}

/// Whether aardvark-dns is installed.
pub fn serves_names() -> bool {
    find("aardvark-dns").is_some()
}

/// Connects the namespace that is mounted on `file` in `run_dir` with its bridges. After an error nothing of it is
/// left.
pub fn setup(lock: &NetavarkLock, bridges: &Bridges, ports: &[Port], run_dir: &Path, file: &Path) -> Result<()> {
    join(lock, bridges, ports, run_dir, &|| File::open(file))
}

/// Connects the namespace of the running process `init` with further bridges. After an error nothing of it is left.
pub fn connect(lock: &NetavarkLock, bridges: &Bridges, ports: &[Port], run_dir: &Path, init: &Process) -> Result<()> {
    join(lock, bridges, ports, run_dir, &|| namespace_of(init))
}

/// Undoes [`connect`], or the part of [`setup`] for these bridges.
pub fn disconnect(
    _lock: &NetavarkLock,
    bridges: &Bridges,
    ports: &[Port],
    run_dir: &Path,
    init: &Process,
) -> Result<()> {
    call("teardown", bridges, ports, run_dir, &|| namespace_of(init))
}

/// Undoes [`setup`] and each [`connect`], even if the namespace has ended with its processes. `others`: how many other
/// containers are on these bridges.
pub fn teardown(_lock: &NetavarkLock, bridges: &Bridges, ports: &[Port], run_dir: &Path, others: usize) -> Result<()> {
    let file = run_dir.join(NETWORK_NAMESPACE);
    let open = || {
        let file = File::open(&file)?;
        // In every process but the one that made the namespace, it is an empty file.
        match filesystem::of_file(&file) == Some(filesystem::NSFS) {
            true => Ok(file),
            false => Err(io::ErrorKind::NotFound.into()),
        }
    };
    let gone = open().is_err();
    if gone {
        wait_for_interfaces(&bridges.bridges, others);
    }
    let dummy = || dummy_namespace(&bridges.interfaces);
    let open: &dyn Fn() -> io::Result<File> = if gone { &dummy } else { &open };
    call("teardown", bridges, ports, run_dir, open)
}

fn join(_lock: &NetavarkLock, bridges: &Bridges, ports: &[Port], run_dir: &Path, open: OpenNamespace) -> Result<()> {
    let join = || {
        call("setup", bridges, ports, run_dir, open)?;
        // netavark does this itself since version 1.8.
        let keep = |name: &String| net::keep_address(name).with_context(|| format!("bridge {name}"));
        bridges.bridges.iter().try_for_each(keep)?;
        let id = bridges.options["container_id"].as_str().unwrap_or_default();
        names::wait(&bridges.names, &id[..id.len().min(SHORT_ID)], open);
        Ok(())
    };
    join().inspect_err(|_| {
        // The first error is the one to report.
        let _ = call("teardown", bridges, ports, run_dir, open);
    })
}

/// Opens the container's network namespace.
type OpenNamespace<'a> = &'a dyn Fn() -> io::Result<File>;

fn namespace_of(process: &Process) -> io::Result<File> {
    namespaces::open(process, "net")
}

/// A new namespace with interfaces of these names. netavark's teardown removes them first, and without them it would do
/// nothing else.
fn dummy_namespace(interfaces: &[String]) -> io::Result<File> {
    let host = File::open("/proc/self/ns/net")?;
    own_namespaces::unshare(UnshareFlags::NEWNET)?;
    let made = interfaces.iter().try_for_each(|name| net::add_bridge(name));
    let namespace = File::open("/proc/self/ns/net");
    own_namespaces::enter(&host, libc::CLONE_NEWNET)?;
    made.and(namespace)
}

/// Waits until the interfaces of a namespace that has ended are gone from the bridges: the kernel removes them a little
/// later, and netavark removes a bridge only if no interface is left on it.
fn wait_for_interfaces(bridges: &[String], others: usize) {
    let is_waiting = |bridge: &String| {
        let interfaces = fs::read_dir(Path::new("/sys/class/net").join(bridge).join("brif"));
        interfaces.is_ok_and(|interfaces| interfaces.count() > others)
    };
    wait::until(Duration::from_secs(2), Duration::from_millis(5), || {
        !bridges.iter().any(is_waiting)
    });
}

/// Runs netavark in a child with a mount namespace of its own: it may start aardvark-dns, which goes on running for
/// other containers and would keep this container's root mounted.
fn call(verb: &str, bridges: &Bridges, ports: &[Port], run_dir: &Path, namespace: OpenNamespace) -> Result<()> {
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
        own_namespaces::unshare(UnshareFlags::NEWNS)?;
        for name in ["root", NETWORK_NAMESPACE] {
            // They are not mounted in every caller.
            let _ = tree::detach(&run_dir.join(name));
        }
        let mut command = Command::new(&netavark);
        command
            .arg("--config")
            .arg(&bridges.state)
            .args(["--rootless", "false"]);
        command.arg("--aardvark-binary");
        command.arg(find("aardvark-dns").unwrap_or_else(|| "/nonexistent/aardvark-dns".into()));
        // The namespace's path, through this process's open descriptor.
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
    let answer: Option<Value> = serde_json::from_str(&text).ok();
    let reason = answer.as_ref().and_then(|answer| answer["error"].as_str());
    // On one line.
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

/// Clears netavark's directory, when no container is on any bridge. aardvark-dns should end by itself then; otherwise
/// it is killed.
pub fn clear(_lock: &NetavarkLock, state: &Path) {
    let names = state.join("aardvark-dns");
    let pid = fs::read_to_string(names.join("aardvark.pid")).ok();
    let process = pid.and_then(|pid| Process::find(pid.trim().parse().ok()?));
    let is_aardvark = |process: &Process| {
        fs::read_to_string(format!("/proc/{}/comm", process.pid)).is_ok_and(|name| name.trim() == "aardvark-dns")
    };
    if let Some(process) = process.filter(is_aardvark) {
        wait::until(Duration::from_secs(1), Duration::from_millis(5), || !process.is_alive());
        let _ = process.signal(libc::SIGKILL);
    }
    let _ = fs::remove_dir_all(names);
    let _ = fs::remove_file(state.join("aardvark.lock"));
}
