//! A network namespace that stands for the host: nothing of the machine's own network is touched. Root's containers are on bridges there.

use crate::env::{Env, Outcome, eventually, finish, is_root, wait};
use serde_json::{Value, json};
use std::io::Read;
use std::process::{Child, Command, Stdio};

/// A machine of the test's own, as far as its network goes.
pub struct Host<'a> {
    env: &'a Env,
    pub image: String,
    /// Holds the namespace.
    process: Child,
}

impl<'a> Host<'a> {
    /// `None` for an ordinary user, after it was seen what they are told.
    pub fn new(env: &'a Env) -> Option<Host<'a>> {
        if !is_root() {
            let image = env.busybox();
            let told = "lamel: a bridge network needs root: use --network pasta, or --network container:NAME to share another container's\n";
            env.lamel(["network", "create", "net"]).fails(1, told);
            env.lamel(["run", "--rm", "--network", "bridge", &image, "true"])
                .fails(125, told);
            return None;
        }
        Some(Host::running(env, "echo ready && exec sleep 600"))
    }

    /// For any user. `line` of a shell prepares the rest, says `ready`, and stays.
    pub fn running(env: &'a Env, line: &str) -> Host<'a> {
        let image = env.busybox();
        let mut unshare = Command::new("unshare");
        unshare.args(["--net", "--mount"]);
        let mut script = "ip link set lo up && ".to_owned();
        if is_root() {
            // A sysfs shows the network namespace that it was mounted in; the control groups below it stay.
            script += "mkdir groups && mount --rbind /sys/fs/cgroup groups && mount -t sysfs sysfs /sys && \
                       mount --rbind groups /sys/fs/cgroup && umount -l groups && ";
        } else {
            let (uid, gid) = (rustix::process::getuid(), rustix::process::getgid());
            unshare.arg("--keep-caps").arg(format!("--map-user={uid}"));
            unshare.arg(format!("--map-group={gid}"));
        }
        let mut process = unshare
            .args(["sh", "-e", "-c", &(script + line)])
            .current_dir(env.work())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("unshare starts");
        let mut ready = [0; 6];
        let stdout = process.stdout.as_mut().expect("it is piped");
        stdout.read_exact(&mut ready).expect("the namespace is ready");
        Host { env, image, process }
    }

    pub fn inside(&self, command: &Command) -> Command {
        let mut inside = Command::new("nsenter");
        let process = self.process.id();
        for (option, kind) in [("user", "user"), ("net", "net"), ("mount", "mnt")] {
            if kind != "user" || !is_root() {
                inside.arg(format!("--{option}=/proc/{process}/ns/{kind}"));
            }
        }
        inside.arg("--preserve-credentials");
        inside.arg(format!("--wd={}", self.env.work().display()));
        inside.arg(command.get_program()).args(command.get_args()).env_clear();
        inside.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        inside.stdin(Stdio::null());
        inside
    }

    pub fn lamel(&self, args: &[&str]) -> Outcome {
        let mut command = self.inside(&self.env.command(args));
        let line = format!("{command:?}");
        finish(&mut command, line)
    }

    /// `run -d` with these options of a container that sleeps.
    pub fn run(&self, name: &str, options: &[&str]) {
        let words = [&["run", "-d", "--name", name], options, &[&self.image, "sleep", "600"]].concat();
        self.lamel(&words).success();
    }

    /// All of these commands at once; all succeed.
    pub fn all_at_once<'b>(&self, commands: impl IntoIterator<Item = Vec<&'b str>>) {
        let start = |words: Vec<&'b str>| {
            let mut command = self.inside(&self.env.command(&words));
            (command.stdout(Stdio::null()).spawn().expect("it starts"), words)
        };
        for (mut child, words) in commands.into_iter().map(start).collect::<Vec<_>>() {
            assert!(wait(&mut child, &words.join(" ")).success(), "{words:?}");
        }
    }

    /// What a shell says on the host.
    pub fn shell(&self, line: &str) -> String {
        let mut command = Command::new("sh");
        command.args(["-c", line]).env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        let mut command = self.inside(&command);
        finish(&mut command, line.to_owned()).stdout
    }

    /// `run -d` of a container `box` with these options, whose port 80 answers `hello`.
    pub fn serve(&self, options: &[&str]) {
        let server = [&self.image, "nc", "-ll", "-p", "80", "-e", "echo", "hello"];
        self.lamel(&[&["run", "-d", "--name", "box"], options, &server].concat())
            .success();
    }

    /// That the server is reached at `ADDRESS:PORT` of the host's.
    #[track_caller]
    pub fn is_served(&self, place: &str) {
        let program =
            format!("use IO::Socket::IP; $s = IO::Socket::IP->new(PeerAddr => '{place}') or exit 1; print <$s>");
        eventually(place, || {
            self.shell(&format!("perl -e \"{}\"", program.replace('$', "\\$"))) == "hello\n"
        });
    }

    /// Kills a container and its supervisor.
    pub fn kill(&self, name: &str) {
        let init = self.inspect(name)["State"]["Pid"].as_i64().expect("a pid");
        self.shell(&format!(
            "kill -9 $(awk '/^PPid:/ {{ print $2 }}' /proc/{init}/status) {init}"
        ));
        eventually("it is not taken for running", || {
            self.inspect(name)["State"]["Running"] == json!(false)
        });
    }

    /// Removes these containers, which are the last; nothing is left of their networks.
    #[track_caller]
    pub fn is_clean_without(&self, names: &[&str]) {
        self.lamel(&[&["rm", "-f", "-t", "0"], names].concat()).success();
        self.is_clean();
    }

    pub fn inspect(&self, container: &str) -> Value {
        self.lamel(&["inspect", container]).success().json()[0].clone()
    }

    pub fn address(&self, container: &str, network: &str) -> String {
        let value = self.inspect(container);
        let address = value["NetworkSettings"]["Networks"][network]["IPAddress"].as_str();
        address.expect("an address").to_owned()
    }

    /// That nothing of any bridge is left.
    #[track_caller]
    pub fn is_clean(&self) {
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
