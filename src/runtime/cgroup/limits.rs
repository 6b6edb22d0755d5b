//! What is written to a container's cgroup for each limit (kernel: admin-guide/cgroup-v2.rst, cgroup-v1/). Numbers are
//! converted between the versions as crun and runc do.

use crate::runtime::model::limits::Limits;

/// A value to write into a file of the container's cgroup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    pub controller: &'static str,
    pub file: &'static str,
    pub value: String,
    /// Another file with its value, if the kernel does not have the first.
    pub otherwise: Option<(&'static str, String)>,
    /// The option, for the error if it cannot be written; empty if the user did not ask for it.
    pub option: &'static str,
}

impl Setting {
    pub fn new(controller: &'static str, file: &'static str, value: String, option: &'static str) -> Setting {
        Setting {
            controller,
            file,
            value,
            otherwise: None,
            option,
        }
    }
}

/// The default period of CPU quotas, in microseconds.
const PERIOD: u64 = 100_000;

impl Limits {
    /// The settings for cgroup v2.
    pub fn version_2(&self) -> Vec<Setting> {
        let mut all = Vec::new();
        let mut add = |controller, file, value, option| all.push(Setting::new(controller, file, value, option));
        if let Some(bytes) = self.memory {
            add("memory", "memory.max", bytes.to_string(), "--memory");
        }
        if let Some((swap, option)) = self.swap() {
            let value = match (swap, self.memory) {
                (-1, _) => "max".into(),
                (swap, memory) => (swap as u64).saturating_sub(memory.unwrap_or(0)).to_string(),
            };
            add("memory", "memory.swap.max", value, option);
        }
        if let Some(bytes) = self.memory_reservation {
            add("memory", "memory.low", bytes.to_string(), "--memory-reservation");
        }
        if let Some((quota, period)) = self.quota() {
            let quota = quota.map_or("max".into(), |quota| quota.to_string());
            add("cpu", "cpu.max", format!("{quota} {period}"), "--cpus");
        }
        if let Some(shares) = self.cpu_shares {
            let weight = 1 + (shares.clamp(2, 262_144) - 2) * 9999 / 262_142;
            add("cpu", "cpu.weight", weight.to_string(), "--cpu-shares");
        }
        if let Some(weight) = self.blkio_weight {
            // io.bfq.weight has the range of v1, io.weight has another.
            let scaled = 1 + (u64::from(weight) - 10) * 9999 / 990;
            all.push(Setting {
                otherwise: Some(("io.weight", scaled.to_string())),
                ..Setting::new("io", "io.bfq.weight", weight.to_string(), "--blkio-weight")
            });
        }
        all.extend(self.same_in_both());
        all
    }

    /// The settings for cgroup v1.
    pub fn version_1(&self) -> Vec<Setting> {
        let mut all = Vec::new();
        let mut add = |controller, file, value, option| all.push(Setting::new(controller, file, value, option));
        if let Some(bytes) = self.memory {
            add("memory", "memory.limit_in_bytes", bytes.to_string(), "--memory");
        }
        if let Some((swap, option)) = self.swap() {
            add("memory", "memory.memsw.limit_in_bytes", swap.to_string(), option);
        }
        if let Some(bytes) = self.memory_reservation {
            let value = bytes.to_string();
            add("memory", "memory.soft_limit_in_bytes", value, "--memory-reservation");
        }
        if let Some((quota, period)) = self.quota() {
            add("cpu", "cpu.cfs_period_us", period.to_string(), "--cpus");
            let quota = quota.map_or(-1, |quota| quota as i64);
            add("cpu", "cpu.cfs_quota_us", quota.to_string(), "--cpus");
        }
        if let Some(shares) = self.cpu_shares {
            add("cpu", "cpu.shares", shares.to_string(), "--cpu-shares");
        }
        if let Some(weight) = self.blkio_weight {
            all.push(Setting {
                otherwise: Some(("blkio.bfq.weight", weight.to_string())),
                ..Setting::new("blkio", "blkio.weight", weight.to_string(), "--blkio-weight")
            });
        }
        all.extend(self.same_in_both());
        all
    }

    fn same_in_both(&self) -> Vec<Setting> {
        let cpus = self
            .cpuset_cpus
            .as_ref()
            .map(|cpus| ("cpuset", "cpuset.cpus", cpus.clone(), "--cpuset-cpus"));
        let mems = self
            .cpuset_mems
            .as_ref()
            .map(|mems| ("cpuset", "cpuset.mems", mems.clone(), "--cpuset-mems"));
        let pids = self
            .pids
            .map(|pids| ("pids", "pids.max", pids.to_string(), "--pids-limit"));
        let all = [cpus, mems, pids].into_iter().flatten();
        all.map(|(controller, file, value, option)| Setting::new(controller, file, value, option))
            .collect()
    }

    /// The limit of memory and swap together, with the option that asked for it. If only memory is limited, the
    /// container gets as much swap as memory, provided that the kernel counts swap.
    fn swap(&self) -> Option<(i64, &'static str)> {
        match (self.memory_swap, self.memory) {
            (Some(swap), _) => Some((swap, "--memory-swap")),
            (None, Some(memory)) => Some((i64::try_from(memory.saturating_mul(2)).unwrap_or(-1), "")),
            (None, None) => None,
        }
    }

    /// The CPU quota in microseconds (none: no limit), and its period in microseconds.
    fn quota(&self) -> Option<(Option<u64>, u64)> {
        if let Some(nano) = self.nano_cpus {
            return Some((Some((nano / (1_000_000_000 / PERIOD)).max(1000)), PERIOD));
        }
        match (self.cpu_quota, self.cpu_period) {
            (None, None) => None,
            (quota, period) => {
                let quota = quota.filter(|quota| *quota > 0).map(|quota| quota as u64);
                Some((quota, period.unwrap_or(PERIOD)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(settings: Vec<Setting>) -> Vec<String> {
        settings
            .into_iter()
            .map(|one| format!("{} {}", one.file, one.value))
            .collect()
    }

    #[test]
    fn each_version_gets_its_own_numbers() {
        let limits = Limits {
            memory: Some(64 << 20),
            nano_cpus: Some(1_500_000_000),
            cpu_shares: Some(512),
            cpuset_cpus: Some("0-1".into()),
            pids: Some(50),
            blkio_weight: Some(1000),
            ..Limits::default()
        };
        assert_eq!(
            lines(limits.version_2()),
            [
                "memory.max 67108864",
                "memory.swap.max 67108864",
                "cpu.max 150000 100000",
                "cpu.weight 20",
                "io.bfq.weight 1000",
                "cpuset.cpus 0-1",
                "pids.max 50",
            ]
        );
        assert_eq!(
            lines(limits.version_1()),
            [
                "memory.limit_in_bytes 67108864",
                "memory.memsw.limit_in_bytes 134217728",
                "cpu.cfs_period_us 100000",
                "cpu.cfs_quota_us 150000",
                "cpu.shares 512",
                "blkio.weight 1000",
                "cpuset.cpus 0-1",
                "pids.max 50",
            ]
        );
        assert!(Limits::default().version_2().is_empty() && Limits::default().is_empty());
    }

    #[test]
    fn in_version_2_swap_is_limited_apart_from_memory() {
        let limits = |swap| Limits {
            memory: Some(100),
            memory_swap: Some(swap),
            ..Limits::default()
        };
        assert_eq!(
            lines(limits(300).version_2()),
            ["memory.max 100", "memory.swap.max 200"]
        );
        assert_eq!(lines(limits(-1).version_2()), ["memory.max 100", "memory.swap.max max"]);
        assert_eq!(
            lines(limits(-1).version_1()),
            ["memory.limit_in_bytes 100", "memory.memsw.limit_in_bytes -1"]
        );
    }
}
