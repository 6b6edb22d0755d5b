//! `lamel __hello`: what the built-in image `hello` runs, inside its container, with no file there but this program.
//!
//! Tells what just happened, from what the kernel says of the process itself.

use super::{DONE, Outcome};
use crate::ui;
use std::fmt::Write;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// The word after the program's name that asks for this. No command that people are shown: help, manual pages and completions do not know it.
pub const NAME: &str = "__hello";

/// The kinds of namespaces and the inode numbers that the kernel gives to the first of each
/// (include/uapi/linux/nsfs.h; `mnt` and `net` have fixed ones since 6.18).
const NAMESPACES: [(&str, u64); 7] = [
    ("cgroup", 0xEFFF_FFFB),
    ("ipc", 0xEFFF_FFFF),
    ("mnt", 0xEFFF_FFF8),
    ("net", 0xEFFF_FFF9),
    ("pid", 0xEFFF_FFFC),
    ("user", 0xEFFF_FFFD),
    ("uts", 0xEFFF_FFFE),
];

/// Tells what just happened.
pub fn run() -> Outcome {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let status = read("/proc/self/status");
    let mut text = String::from("\nHello from lamel!\n\nTo show you this, lamel\n");
    let mut line = |args: std::fmt::Arguments<'_>| {
        text.write_fmt(args).expect("writing to a string succeeds");
        text.push('\n');
    };
    line(format_args!(
        " 1. made the image localhost/hello out of its own program: one layer, one file, /lamel;"
    ));
    line(format_args!(
        " 2. stacked a thin writable layer on it: {};",
        root(&read("/proc/self/mountinfo"))
    ));
    line(format_args!(
        " 3. gave this process namespaces of its own: {};",
        namespaces(Path::new("/proc/self/ns")).join(" ")
    ));
    line(format_args!(
        " 4. started it as its own child, with no service in between.\n"
    ));
    line(format_args!("In here"));
    line(format_args!(
        "   host name     {}",
        ui::safe::text(read("/proc/sys/kernel/hostname").trim())
    ));
    line(format_args!("   process id    {}", std::process::id()));
    line(format_args!("   user          {}", user(&read("/proc/self/uid_map"))));
    line(format_args!("   capabilities  {}", capabilities(&status)));
    line(format_args!("   system calls  {}", seccomp(&status)));
    line(format_args!(
        "   network       {}\n",
        interfaces(&read("/proc/self/net/dev")).join(" ")
    ));
    line(format_args!("Try next"));
    line(format_args!(
        "   lamel run -it --rm debian bash    a shell in an image from a registry"
    ));
    line(format_args!(
        "   lamel history hello               how this image was made"
    ));
    line(format_args!(
        "   lamel ps -a                       the containers that are left, this one among them"
    ));
    ui::print::text(&text)?;
    Ok(DONE)
}

/// What the root is mounted from (proc_pid_mountinfo(5)).
fn root(mountinfo: &str) -> String {
    // The last mount on / is the one that is seen.
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
        "overlay" => format!("an overlay of {lowers} read-only {layers} and a writable one is mounted on /"),
        kind => format!("a {kind} is mounted on /"),
    }
}

/// The kinds of namespaces that are not the machine's first.
fn namespaces(directory: &Path) -> Vec<&'static str> {
    let own = |(name, first): &(&str, u64)| fs::metadata(directory.join(name)).is_ok_and(|meta| meta.ino() != *first);
    NAMESPACES
        .iter()
        .filter(|namespace| own(namespace))
        .map(|(name, _)| *name)
        .collect()
}

/// Who root in here is outside (user_namespaces(7)).
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
        Some([_, 0, 4294967295]) => "0, which is root outside too".into(),
        Some([_, outside, _]) if mapped == 1 => format!("0, which is {outside} outside; there is no other"),
        Some([_, outside, _]) => format!("0, which is {outside} outside; {mapped} users are mapped"),
        None => "unknown".into(),
    }
}

fn field<'a>(status: &'a str, name: &str) -> Option<&'a str> {
    status
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
        .map(str::trim)
}

fn capabilities(status: &str) -> String {
    let held = field(status, "CapEff").and_then(|hex| u64::from_str_radix(hex, 16).ok());
    match held.map(u64::count_ones) {
        Some(0) => "none".into(),
        Some(held) => format!("{held} of root's, within its namespaces"),
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

/// Names of network interfaces (proc_pid_net(5), dev).
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
        let two = "an overlay of 2 read-only layers and a writable one is mounted on /";
        assert_eq!(root(&line("lowerdir=/a:/b,upperdir=/u,workdir=/w")), two);
        assert_eq!(root(&line("lowerdir+=/a,lowerdir+=/b,upperdir=/u,workdir=/w")), two);
        assert_eq!(root("22 21 0:5 / / rw - ext4 /dev/a rw"), "a ext4 is mounted on /");
        assert_eq!(root(""), "the mount of / is not shown here");
    }

    #[test]
    fn root_is_who_the_map_says() {
        assert_eq!(
            user("         0          0 4294967295\n"),
            "0, which is root outside too"
        );
        assert_eq!(
            user("0 1000 1\n1 100000 65536\n"),
            "0, which is 1000 outside; 65537 users are mapped"
        );
        assert_eq!(user("0 1001 1\n"), "0, which is 1001 outside; there is no other");
        assert_eq!(user(""), "unknown");
    }

    #[test]
    fn what_status_says() {
        let status = "Name:\tlamel\nCapEff:\t00000000a80425fb\nNoNewPrivs:\t0\nSeccomp:\t2\nSeccomp_filters:\t1\n";
        assert_eq!(capabilities(status), "14 of root's, within its namespaces");
        assert_eq!(seccomp(status), "filtered (seccomp)");
        assert_eq!(capabilities(""), "unknown");
    }

    #[test]
    fn interfaces_have_a_colon_behind_their_name() {
        let dev = "Inter-|   Receive  |\n face |bytes  |\n    lo:   0  0\n  eth0: 12 3\n";
        assert_eq!(interfaces(dev), ["lo", "eth0"]);
    }
}
