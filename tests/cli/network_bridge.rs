//! Containers on bridges, which are root's, in a network namespace that stands for the host: nothing of the machine's own network is touched.
//! For an ordinary user each test sees that they are told so.

use crate::env::{Env, Outcome, eventually, finish, is_root, wait};
use serde_json::{Value, json};
use std::io::Read;
use std::process::{Child, Command, Stdio};

/// A machine of the test's own, as far as its network goes.
struct Host<'a> {
    env: &'a Env,
    image: String,
    /// Holds the namespace.
    process: Child,
}

impl<'a> Host<'a> {
    /// `None` for an ordinary user, after it was seen what they are told.
    fn new(env: &'a Env) -> Option<Host<'a>> {
        let image = env.busybox();
        if !is_root() {
            let told = "lamel: a bridge network needs root: use --network pasta, or --network container:NAME to share another container's\n";
            env.lamel(["network", "create", "net"]).fails(1, told);
            env.lamel(["run", "--rm", "--network", "bridge", &image, "true"])
                .fails(125, told);
            return None;
        }
        // A sysfs shows the network namespace that it was mounted in; the control groups below it stay.
        let script = "mkdir groups && mount --rbind /sys/fs/cgroup groups && mount -t sysfs sysfs /sys && \
                      mount --rbind groups /sys/fs/cgroup && umount -l groups && \
                      ip link set lo up && echo ready && exec sleep 600";
        let mut process = Command::new("unshare")
            .args(["--net", "--mount", "sh", "-e", "-c", script])
            .current_dir(env.work())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("unshare starts");
        let mut ready = [0; 6];
        let stdout = process.stdout.as_mut().expect("it is piped");
        stdout.read_exact(&mut ready).expect("the namespace is ready");
        Some(Host { env, image, process })
    }

    fn inside(&self, command: &Command) -> Command {
        let mut inside = Command::new("nsenter");
        let process = self.process.id();
        inside.arg(format!("--net=/proc/{process}/ns/net"));
        inside.arg(format!("--mount=/proc/{process}/ns/mnt"));
        inside.arg(format!("--wd={}", self.env.work().display()));
        inside.arg(command.get_program()).args(command.get_args()).env_clear();
        inside.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        inside.stdin(Stdio::null());
        inside
    }

    fn lamel(&self, args: &[&str]) -> Outcome {
        let mut command = self.inside(&self.env.command(args));
        let line = format!("{command:?}");
        finish(&mut command, line)
    }

    /// `run -d` with these options of a container that sleeps.
    fn run(&self, name: &str, options: &[&str]) {
        let words = [&["run", "-d", "--name", name], options, &[&self.image, "sleep", "600"]].concat();
        self.lamel(&words).success();
    }

    /// The same command on each of `names`, at once; all succeed.
    fn all_at_once(&self, names: &[String], before: &[&str], after: &[&str]) {
        let start = |name: &String| {
            let mut command = self.inside(&self.env.command([before, &[name], after].concat()));
            command.stdout(Stdio::null()).spawn().expect("it starts")
        };
        let children: Vec<Child> = names.iter().map(start).collect();
        for (mut child, name) in children.into_iter().zip(names) {
            assert!(wait(&mut child, name).success(), "{before:?} {name}");
        }
    }

    /// What a shell says on the host.
    fn shell(&self, line: &str) -> String {
        let mut command = Command::new("sh");
        command.args(["-c", line]).env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        let mut command = self.inside(&command);
        finish(&mut command, line.to_owned()).stdout
    }

    fn inspect(&self, container: &str) -> Value {
        self.lamel(&["inspect", container]).success().json()[0].clone()
    }

    fn address(&self, container: &str, network: &str) -> String {
        let value = self.inspect(container);
        let address = value["NetworkSettings"]["Networks"][network]["IPAddress"].as_str();
        address.expect("an address").to_owned()
    }

    /// That nothing of any bridge is left.
    #[track_caller]
    fn is_clean(&self) {
        assert_eq!(self.shell("ls /sys/class/net"), self.shell("echo lo"));
        let rules = self.shell("iptables-save");
        assert!(!rules.contains("10.89."), "{rules}");
        let left = std::fs::read_dir(self.env.run_root().join("networks")).expect("it was made");
        assert_eq!(
            left.flatten().map(|entry| entry.path()).collect::<Vec<_>>(),
            [] as [std::path::PathBuf; 0]
        );
        let run_root = self.env.run_root().display().to_string();
        eventually("aardvark-dns has ended", || !processes().contains(&run_root));
    }
}

impl Drop for Host<'_> {
    fn drop(&mut self) {
        let ids = self.lamel(&["ps", "-aq"]).stdout;
        let words: Vec<&str> = ["rm", "-f", "-t", "0"]
            .into_iter()
            .chain(ids.split_whitespace())
            .collect();
        if words.len() > 4 {
            self.lamel(&words);
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The command lines of all processes.
fn processes() -> String {
    let entries = std::fs::read_dir("/proc").expect("/proc").flatten();
    let lines = entries.filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
    lines
        .map(|line| String::from_utf8_lossy(&line).replace('\0', " "))
        .collect()
}

#[test]
fn containers_find_each_other_by_name_and_leave_nothing() {
    let env = Env::new();
    let Some(host) = Host::new(&env) else { return };
    let id = host
        .lamel(&["network", "create", "--label", "a=b", "net"])
        .success()
        .text()
        .to_owned();
    host.lamel(&["network", "create", "net"])
        .fails(1, "lamel: network with name net already exists\n");
    host.lamel(&["network", "ls"]).success().stdout(&format!(
        "NETWORK ID     NAME      DRIVER    SCOPE\n{}   net       bridge    local\n",
        &id[..12]
    ));
    host.lamel(&["network", "exists", "other"]).code(1);
    host.run(
        "one",
        &["--network", "net", "--network-alias", "eins", "--hostname", "first"],
    );
    host.run("two", &["--network", "net"]);
    for name in ["one", "eins", &host.inspect("one")["Id"].as_str().expect("an ID")[..12]] {
        host.lamel(&["exec", "two", "ping", "-c", "1", "-W", "5", name])
            .success();
    }
    host.lamel(&["exec", "two", "ping", "-c", "1", "nobody"]).code(1);
    let address = host.address("one", "net");
    let hosts = host.lamel(&["exec", "one", "cat", "/etc/hosts"]).success().stdout;
    assert!(hosts.contains(&format!("\n{address}\tfirst one\n")), "{hosts}");
    let settings = &host.inspect("one")["NetworkSettings"];
    assert_eq!(settings["IPAddress"], json!(address));
    assert_eq!(settings["Networks"]["net"]["NetworkID"], json!(id));
    assert_eq!(settings["Networks"]["net"]["Aliases"], json!(["eins"]));
    let network = host.lamel(&["network", "inspect", "net"]).success().json();
    let containers = network[0]["Containers"].as_object().expect("an object");
    let names: Vec<&str> = containers.values().filter_map(|place| place["Name"].as_str()).collect();
    assert!(
        names.len() == 2 && names.contains(&"one") && names.contains(&"two"),
        "{names:?}"
    );
    host.lamel(&["network", "rm", "net"])
        .code(1)
        .stderr("lamel: network net is used by containers: [..]\n");

    host.lamel(&["stop", "-t", "0", "one"]).success();
    host.lamel(&["exec", "two", "ping", "-c", "1", "one"]).code(1);
    host.lamel(&["start", "one"]).success();
    // aardvark-dns reads its names again when it has been told to, which nobody can wait for.
    eventually("the name is known again", || {
        host.lamel(&["exec", "two", "ping", "-c", "1", "-W", "5", "one"]).code == 0
    });
    host.lamel(&["rm", "-f", "-t", "0", "one", "two"]).success();
    host.is_clean();
    host.lamel(&["network", "prune", "-f"])
        .success()
        .stdout("Deleted Networks:\nnet\n\n");
    host.lamel(&["network", "inspect", "net"])
        .code(1)
        .stdout("[]\n")
        .stderr("lamel: network net not found\n");
}

#[test]
fn a_published_port_leads_to_a_container_on_a_bridge() {
    let env = Env::new();
    let Some(host) = Host::new(&env) else { return };
    let words = [
        "run",
        "-d",
        "--name",
        "box",
        "--network",
        "bridge",
        "-p",
        "8080:80",
        &host.image,
    ];
    let server = ["nc", "-ll", "-p", "80", "-e", "echo", "hello"];
    host.lamel(&[&words[..], &server].concat()).success();
    let own = format!("{}:80", host.address("box", "bridge"));
    for place in ["127.0.0.1:8080", "[::1]:8080", &own] {
        let program =
            format!("use IO::Socket::IP; $s = IO::Socket::IP->new(PeerAddr => '{place}') or exit 1; print <$s>");
        eventually(place, || {
            host.shell(&format!("perl -e \"{}\"", program.replace('$', "\\$"))) == "hello\n"
        });
    }
    // Where it is taken is told before anything is made.
    host.lamel(&[
        "run",
        "--rm",
        "--network",
        "bridge",
        "-p",
        "8080:80",
        &host.image,
        "true",
    ])
    .fails(
        125,
        "lamel: [..]publishing 0.0.0.0:8080/tcp: port is already allocated\n",
    );
    host.lamel(&["rm", "-f", "-t", "0", "box"]).success();
    host.is_clean();
}

#[test]
fn addresses_are_given_once_and_as_they_were_asked_for() {
    let env = Env::new();
    let Some(host) = Host::new(&env) else { return };
    let subnet = [
        "--subnet",
        "10.77.0.0/24",
        "--ip-range",
        "10.77.0.8/29",
        "--subnet",
        "fd77::/64",
        "--gateway",
        "10.77.0.254",
    ];
    host.lamel(&[&["network", "create"], &subnet[..], &["a"]].concat())
        .success();
    host.lamel(&["network", "create", "--subnet", "10.77.0.0/16", "b"])
        .fails(
            1,
            "lamel: subnet 10.77.0.0/16 overlaps with 10.77.0.0/24, which is another network's\n",
        );
    host.lamel(&["network", "create", "--internal", "b"]).success();
    let asked = ["--network", "a:ip=10.77.0.77,mac=02:00:00:00:00:07", "--network", "b"];
    host.run("asked", &asked);
    host.run("first", &["--network", "a"]);
    host.run("second", &["--network", "a", "--ip6", "fd77::77"]);
    assert_eq!(host.address("asked", "a"), "10.77.0.77");
    assert_eq!(host.address("first", "a"), "10.77.0.9");
    assert_eq!(host.address("second", "a"), "10.77.0.10");
    let interfaces = host.lamel(&["exec", "asked", "ip", "addr"]).success().stdout;
    for part in ["02:00:00:00:00:07", "inet 10.77.0.77/24", "eth1"] {
        assert!(interfaces.contains(part), "{part} in {interfaces}");
    }
    let of_second = host.lamel(&["exec", "second", "ip", "addr"]).success().stdout;
    assert!(of_second.contains("inet6 fd77::77/64"), "{of_second}");
    host.lamel(&["exec", "first", "ping", "-c", "1", "-W", "5", "asked"])
        .success();
    let taken = [
        "run",
        "--rm",
        "--network",
        "a",
        "--ip",
        "10.77.0.77",
        &host.image,
        "true",
    ];
    host.lamel(&taken)
        .fails(125, "lamel: address 10.77.0.77 of network a is in use\n");
    let outside = [
        "run",
        "--rm",
        "--network",
        "a",
        "--ip",
        "10.78.0.1",
        &host.image,
        "true",
    ];
    host.lamel(&outside).fails(
        125,
        "lamel: network a has no address 10.78.0.1: its subnets are 10.77.0.0/24, fd77::/64\n",
    );
    let missing = ["run", "--rm", "--network", "none-such", &host.image, "true"];
    host.lamel(&missing).fails(125, "lamel: network none-such not found\n");
    // What is free again is given again.
    host.lamel(&["rm", "-f", "-t", "0", "first"]).success();
    host.run("third", &["--network", "a"]);
    assert_eq!(host.address("third", "a"), "10.77.0.9");
    host.lamel(&["rm", "-f", "-t", "0", "asked", "second", "third"])
        .success();
    host.is_clean();
}

#[test]
fn many_that_start_at_once_all_get_an_address() {
    let env = Env::new();
    let Some(host) = Host::new(&env) else { return };
    host.lamel(&["network", "create", "net"]).success();
    let names: Vec<String> = (0..8).map(|number| format!("box{number}")).collect();
    host.all_at_once(
        &names,
        &["run", "-d", "--network", "net", "--name"],
        &[&host.image, "sleep", "600"],
    );
    let mut addresses: Vec<String> = names.iter().map(|name| host.address(name, "net")).collect();
    addresses.sort();
    addresses.dedup();
    assert_eq!(addresses.len(), names.len(), "{addresses:?}");
    for name in &names {
        host.lamel(&["exec", "box0", "ping", "-c", "1", "-W", "5", name])
            .success();
    }
    host.all_at_once(&names, &["rm", "-f", "-t", "0"], &[]);
    host.is_clean();
}

#[test]
fn what_a_killed_supervisor_left_is_taken_back() {
    let env = Env::new();
    let Some(host) = Host::new(&env) else { return };
    host.lamel(&["network", "create", "net"]).success();
    let kill = |name: &str| {
        let init = host.inspect(name)["State"]["Pid"].as_i64().expect("a pid");
        host.shell(&format!(
            "kill -9 $(awk '/^PPid:/ {{ print $2 }}' /proc/{init}/status) {init}"
        ));
        eventually("it is not taken for running", || {
            host.inspect(name)["State"]["Running"] == json!(false)
        });
    };
    // By its own removal, its own start, and the start of another.
    host.run("removed", &["--network", "net", "-p", "8080:80"]);
    kill("removed");
    host.lamel(&["rm", "removed"]).success();
    host.is_clean();
    host.run("again", &["--network", "net", "-p", "8080:80"]);
    let address = host.address("again", "net");
    kill("again");
    eventually("the port is free", || host.lamel(&["start", "again"]).code == 0);
    assert_eq!(host.address("again", "net"), address);
    kill("again");
    host.run("other", &["--network", "net"]);
    assert_eq!(host.address("other", "net"), address);
    let rules = host.shell("iptables-save");
    assert!(!rules.contains("8080"), "{rules}");
    host.lamel(&["rm", "-f", "-t", "0", "again", "other"]).success();
    host.is_clean();
}

#[test]
fn a_reset_takes_the_networks_along() {
    let env = Env::new();
    let Some(host) = Host::new(&env) else { return };
    host.lamel(&["network", "create", "net"]).success();
    host.run("box", &["--network", "net", "-p", "8080:80"]);
    host.lamel(&["system", "reset", "-f"]).success();
    assert_eq!(host.shell("ls /sys/class/net"), "lo\n");
    assert!(!host.shell("iptables-save").contains("8080"));
    host.lamel(&["network", "ls", "-q"]).success().stdout("");
}
