//! `lamel __hello`: the command of the built-in image `hello`. It runs inside a container whose only file is this
//! program.
//!
//! It reads from /proc what the kernel knows of the process, and prints what lamel did to start it.

use crate::commands::{DONE, Outcome};
use crate::text::safe;
use crate::ui::print;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// The name of the command. It is internal: not in the help, manual pages or completions.
pub const NAME: &str = "__hello";

/// The kinds of namespaces, with the fixed inode number of the initial namespace of each (include/uapi/linux/nsfs.h;
/// for `mnt` and `net` since Linux 6.18).
const NAMESPACES: [(&str, u64); 7] = [
    ("cgroup", 0xEFFF_FFFB),
    ("ipc", 0xEFFF_FFFF),
    ("mnt", 0xEFFF_FFF8),
    ("net", 0xEFFF_FFF9),
    ("pid", 0xEFFF_FFFC),
    ("user", 0xEFFF_FFFD),
    ("uts", 0xEFFF_FFFE),
];

/// Prints what just happened.
pub fn run() -> Outcome {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let status = read("/proc/self/status");
    print::text(&format!(
        "
Hello from lamel!

To show you this, lamel
 1. made the image localhost/hello out of its own program: one layer, one file, /lamel;
 2. stacked a thin writable layer on it: {root};
 3. gave this process namespaces of its own: {namespaces};
 4. started it as its own child, with no service in between.

In here
   host name     {host}
   process id    {pid}
   user          {user}
   capabilities  {capabilities}
   system calls  {seccomp}
   network       {interfaces}

Try next
   lamel run -it --rm debian bash    a shell in an image from a registry
   lamel history hello               how this image was made
   lamel ps -a                       the containers that are left
",
        root = root(&read("/proc/self/mountinfo")),
        namespaces = namespaces(Path::new("/proc/self/ns")).join(" "),
        host = safe::text(read("/proc/sys/kernel/hostname").trim()),
        pid = std::process::id(),
        user = user(&read("/proc/self/uid_map")),
        capabilities = capabilities(&status, &read("/proc/sys/kernel/cap_last_cap")),
        seccomp = seccomp(&status),
        interfaces = interfaces(&read("/proc/self/net/dev")).join(" "),
    ))?;
    Ok(DONE)
}

/// Describes the mount on / (proc_pid_mountinfo(5)).
fn root(mountinfo: &str) -> String {
    // The last mount on / covers those before it.
    let mount = mountinfo.lines().rev().find(|line| line.split(' ').nth(4) == Some("/"));
    let Some((kind, options)) = mount.and_then(|line| line.split_once(" - ")).and_then(|(_, rest)| {
        let mut fields = rest.split(' ');
        Some((fields.next()?, fields.nth(1)?))
    }) else {
        return "the mount of / is not shown here".into();
    };
    let lowers: usize = options
        .split(',')
        .filter_map(|option| option.strip_prefix("lowerdir"))
        .map(|value| value.split(':').count())
        .sum();
    let layers = if lowers == 1 { "layer" } else { "layers" };
    match kind {
        "overlay" => format!("/ is an overlay of {lowers} read-only {layers} and a writable one"),
        kind => format!("/ is a mount of {kind}"),
    }
}

/// The kinds of namespaces in which this process is not in the initial namespace.
fn namespaces(directory: &Path) -> Vec<&'static str> {
    let own = |(name, first): &(&str, u64)| fs::metadata(directory.join(name)).is_ok_and(|meta| meta.ino() != *first);
    NAMESPACES
        .iter()
        .filter(|namespace| own(namespace))
        .map(|(name, _)| *name)
        .collect()
}

/// Describes which user root in the container is on the host (user_namespaces(7)).
fn user(uid_map: &str) -> String {
    let ranges: Vec<[u64; 3]> = uid_map
        .lines()
        .filter_map(|line| {
            let mut numbers = line.split_whitespace().map(|number| number.parse().ok());
            Some([numbers.next()??, numbers.next()??, numbers.next()??])
        })
        .collect();
    let mapped: u64 = ranges.iter().map(|range| range[2]).sum();
    match ranges.iter().find(|range| range[0] == 0) {
        Some([_, 0, 4294967295]) => "uid 0, which is root outside too".into(),
        Some([_, outside, _]) if mapped == 1 => format!("uid 0, which is {outside} outside; there is no other"),
        Some([_, outside, _]) => format!("uid 0, which is {outside} outside; {mapped} ids are mapped"),
        None => "unknown".into(),
    }
}

fn field<'a>(status: &'a str, name: &str) -> Option<&'a str> {
    status
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
        .map(str::trim)
}

/// The number of effective capabilities (proc_pid_status(5)). `last`: the highest number of a capability.
fn capabilities(status: &str, last: &str) -> String {
    let held = field(status, "CapEff").and_then(|hex| u64::from_str_radix(hex, 16).ok());
    match held.map(u64::count_ones) {
        Some(0) => "none".into(),
        Some(held) => match last.trim().parse::<u32>() {
            Ok(last) => format!("{held} of root's {}", last.saturating_add(1)),
            Err(_) => format!("{held}"),
        },
        None => "unknown".into(),
    }
}

fn seccomp(status: &str) -> &'static str {
    match field(status, "Seccomp") {
        Some("2") => "filtered (seccomp)",
        Some("0") => "not filtered",
        _ => "unknown",
    }
}

/// The names of network interfaces (proc_pid_net(5), dev).
fn interfaces(dev: &str) -> Vec<&str> {
    dev.lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, _)| name.trim())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_counted_in_both_ways_that_overlay_shows_them() {
        let line = |options: &str| {
            format!("22 21 0:5 / / rw - ext4 /dev/a rw\n30 29 0:50 / / rw,relatime - overlay overlay rw,{options}\n")
        };
        let two = "/ is an overlay of 2 read-only layers and a writable one";
        assert_eq!(root(&line("lowerdir=/a:/b,upperdir=/u,workdir=/w")), two);
        assert_eq!(root(&line("lowerdir+=/a,lowerdir+=/b,upperdir=/u,workdir=/w")), two);
        assert_eq!(root("22 21 0:5 / / rw - ext4 /dev/a rw"), "/ is a mount of ext4");
        assert_eq!(root(""), "the mount of / is not shown here");
    }

    #[test]
    fn the_host_user_of_root_is_read_from_uid_map() {
        assert_eq!(
            user("         0          0 4294967295\n"),
            "uid 0, which is root outside too"
        );
        assert_eq!(
            user("0 1000 1\n1 100000 65536\n"),
            "uid 0, which is 1000 outside; 65537 ids are mapped"
        );
        assert_eq!(user("0 1001 1\n"), "uid 0, which is 1001 outside; there is no other");
        assert_eq!(user(""), "unknown");
    }

    #[test]
    fn capabilities_and_seccomp_are_read_from_status() {
        let status = "Name:\tlamel\nCapEff:\t00000000a80425fb\nNoNewPrivs:\t0\nSeccomp:\t2\nSeccomp_filters:\t1\n";
        assert_eq!(capabilities(status, "40\n"), "14 of root's 41");
        assert_eq!(seccomp(status), "filtered (seccomp)");
        assert_eq!(capabilities("", ""), "unknown");
    }

    #[test]
    fn interfaces_are_the_names_before_a_colon() {
        let dev = "Inter-|   Receive  |\n face |bytes  |\n    lo:   0  0\n  eth0: 12 3\n";
        assert_eq!(interfaces(dev), ["lo", "eth0"]);
    }
}
