use crate::runtime::security::bpf::tests::run;
use crate::runtime::security::capabilities::capabilities;
use crate::runtime::security::seccomp::*;

const ALLOW: u32 = libc::SECCOMP_RET_ALLOW;
const EPERM: u32 = libc::SECCOMP_RET_ERRNO | 1;
const ENOSYS: u32 = libc::SECCOMP_RET_ERRNO | 38;

/// The answers of `program` to calls by name, on this processor.
struct Filter {
    program: Vec<Instruction>,
    audit: u32,
    numbers: HashMap<&'static str, u32>,
}

impl Filter {
    fn new(profile: &Seccomp, capabilities: &[String]) -> Filter {
        let (audit, numbers) = tables().remove(0);
        Filter {
            program: program(profile, capabilities).unwrap().unwrap(),
            audit,
            numbers: numbers.into_iter().collect(),
        }
    }

    fn default_for(capabilities: &[String]) -> Filter {
        Filter::new(&Seccomp::Default, capabilities)
    }

    fn call(&self, name: &str, arguments: &[u64]) -> u32 {
        let mut all = [0; 6];
        all[..arguments.len()].copy_from_slice(arguments);
        run(&self.program, self.audit, self.numbers[name], all)
    }
}

#[test]
fn the_default_profile_refuses_what_docker_refuses() {
    let filter = Filter::default_for(&capabilities(&[], &[], false).unwrap());
    for name in [
        "read",
        "execve",
        "mmap",
        "ptrace",
        "chroot",
        "seccomp",
        "futex_waitv",
        "clone",
    ] {
        assert_eq!(filter.call(name, &[]), ALLOW, "{name}");
    }
    for name in [
        "mount",
        "umount2",
        "unshare",
        "setns",
        "keyctl",
        "bpf",
        "reboot",
        "io_uring_setup",
        "pivot_root",
    ] {
        assert_eq!(filter.call(name, &[]), EPERM, "{name}");
    }
    assert_eq!(filter.call("clone3", &[]), ENOSYS);
    assert_eq!(run(&filter.program, filter.audit, 5000, [0; 6]), ENOSYS);
    assert_eq!(run(&filter.program, 0x1234, 0, [0; 6]), ENOSYS);
}

#[test]
fn conditions_on_arguments_are_applied() {
    let filter = Filter::default_for(&capabilities(&[], &[], false).unwrap());
    assert_eq!(filter.call("clone", &[libc::CLONE_NEWUSER as u64]), EPERM);
    assert_eq!(
        filter.call("clone", &[libc::CLONE_VM as u64 | libc::SIGCHLD as u64]),
        ALLOW
    );
    assert_eq!(filter.call("personality", &[8]), ALLOW);
    assert_eq!(filter.call("personality", &[1]), EPERM);
    assert_eq!(filter.call("socket", &[libc::AF_INET as u64]), ALLOW);
    // As in moby: AF_ALG (38, the kernel's crypto) and AF_VSOCK (40, the hypervisor) are refused, their neighbours are
    // not.
    for (family, answer) in [(38, EPERM), (39, ALLOW), (40, EPERM), (41, ALLOW)] {
        assert_eq!(filter.call("socket", &[family]), answer, "{family}");
    }
    assert_eq!(filter.call("personality", &[0xffff_ffff]), ALLOW);
}

#[test]
fn a_capability_allows_the_calls_that_need_it() {
    let admin = Filter::default_for(&capabilities(&["SYS_ADMIN".into()], &[], false).unwrap());
    for name in ["mount", "unshare", "clone3", "bpf", "setns"] {
        assert_eq!(admin.call(name, &[]), ALLOW, "{name}");
    }
    assert_eq!(admin.call("clone", &[libc::CLONE_NEWUSER as u64]), ALLOW);
    assert_eq!(admin.call("settimeofday", &[]), EPERM);
    for (capability, call) in [
        ("SYS_TIME", "settimeofday"),
        ("SYS_RAWIO", "iopl"),
        ("SYS_BOOT", "reboot"),
        ("SYS_MODULE", "finit_module"),
        ("SYS_NICE", "mbind"),
        ("SYS_PACCT", "acct"),
        ("SYS_PTRACE", "kcmp"),
        ("SYS_TTY_CONFIG", "vhangup"),
        ("SYSLOG", "syslog"),
        ("DAC_READ_SEARCH", "open_by_handle_at"),
        ("BPF", "bpf"),
        ("PERFMON", "perf_event_open"),
    ] {
        let one = Filter::default_for(&[format!("CAP_{capability}")]);
        assert_eq!((one.call(call, &[]), one.call("mount", &[])), (ALLOW, EPERM), "{call}");
    }
    let none = Filter::default_for(&[]);
    assert_eq!(none.call("chroot", &[]), EPERM);
}

#[cfg(target_arch = "x86_64")]
#[test]
fn programs_of_32_bits_run_and_x32_is_unknown() {
    let filter = Filter::default_for(&capabilities(&[], &[], false).unwrap());
    let (i386, mount32) = (0x4000_0003, 21);
    assert_eq!(run(&filter.program, i386, 3, [0; 6]), ALLOW);
    assert_eq!(run(&filter.program, i386, mount32, [0; 6]), EPERM);
    assert_eq!(run(&filter.program, filter.audit, 0x4000_0000, [0; 6]), ENOSYS);
}

#[test]
fn the_entries_of_a_users_profile_apply_in_order() {
    let profile = r#"{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64"], "syscalls": [
        {"name": "chmod", "action": "SCMP_ACT_ERRNO"},
        {"names": ["fchmod", "nonsense"], "action": "SCMP_ACT_ERRNO", "errnoRet": 13, "args": null},
        {"names": ["fchmod"], "action": "SCMP_ACT_KILL"},
        {"names": ["socket"], "action": "SCMP_ACT_ERRNO", "errnoRet": 97, "args": [
            {"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}, {"index": 0, "value": 2, "op": "SCMP_CMP_EQ"}]},
        {"names": ["dup"], "action": "SCMP_ACT_ERRNO", "includes": {"minKernel": "99.0"}}
    ]}"#;
    let filter = Filter::new(&Seccomp::Profile(profile.into()), &[]);
    assert_eq!(filter.call("read", &[]), ALLOW);
    assert_eq!(filter.call("chmod", &[]), EPERM);
    assert_eq!(filter.call("fchmod", &[]), libc::SECCOMP_RET_ERRNO | 13);
    assert_eq!(filter.call("socket", &[2]), libc::SECCOMP_RET_ERRNO | 97);
    assert_eq!(filter.call("socket", &[3]), ALLOW);
    assert_eq!(filter.call("dup", &[]), ALLOW);
}

#[test]
fn a_broken_profile_is_an_error() {
    let error = |text: &str| format!("{:#}", program(&Seccomp::Profile(text.into()), &[]).unwrap_err());
    assert!(error("{").starts_with("reading the seccomp profile: "));
    assert_eq!(
        error(r#"{"defaultAction": "SCMP_ACT_NOTIFY"}"#),
        "compiling the seccomp profile: SCMP_ACT_NOTIFY needs a listener, which is not supported"
    );
}

#[test]
fn unconfined_has_no_program() {
    assert_eq!(program(&Seccomp::Unconfined, &[]).unwrap(), None);
}

#[test]
fn kernel_versions_compare_by_number() {
    assert!(at_least("6.18.44-fc", "4.8"));
    assert!(at_least("4.8.0", "4.8"));
    assert!(!at_least("4.7.10", "4.8"));
    assert!(at_least("4.19-rc1", "4.8"));
}
