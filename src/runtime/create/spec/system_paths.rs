//! Docker's default `maskedPaths` and `readonlyPaths`.

/// What a container cannot read by default: it tells about the host.
pub const MASKED: [&str; 12] = [
    "/proc/asound",
    "/proc/acpi",
    "/proc/interrupts",
    "/proc/kcore",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/timer_list",
    "/proc/timer_stats",
    "/proc/sched_debug",
    "/proc/scsi",
    "/sys/firmware",
    // Power readings leak what other tenants compute (PLATYPUS, CVE-2020-8694).
    "/sys/devices/virtual/powercap",
];
/// What a container cannot write by default: it changes the host.
pub const READ_ONLY: [&str; 5] = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];
