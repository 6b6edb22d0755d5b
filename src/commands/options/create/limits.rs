//! The options of `create`, `run` and `update` on cgroup limits.

use crate::container::config::process::ulimits;
use crate::container::config::process::ulimits::{check, nano_cpus, swap};
use crate::runtime::model::limits::Limits;
use anyhow::{Context, Result};

/// Limits of what all processes of a container use together.
#[derive(Debug, clap::Args)]
pub struct LimitOptions {
    /// Memory limit, such as 512m
    #[arg(short, long, value_name = "SIZE")]
    memory: Option<String>,
    /// Limit of memory and swap together; -1 is unlimited
    #[arg(long, value_name = "SIZE", allow_hyphen_values = true)]
    memory_swap: Option<String>,
    /// Memory kept for the container when the host runs short of it
    #[arg(long, value_name = "SIZE")]
    memory_reservation: Option<String>,
    /// Number of CPUs, such as 1.5
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    cpus: Option<String>,
    /// Relative CPU weight (default 1024)
    #[arg(long, short = 'c', value_name = "WEIGHT")]
    cpu_shares: Option<u64>,
    /// CPU time in each period
    #[arg(long, value_name = "MICROSECONDS", allow_hyphen_values = true)]
    cpu_quota: Option<i64>,
    /// Length of a CPU quota period
    #[arg(long, value_name = "MICROSECONDS")]
    cpu_period: Option<u64>,
    /// CPUs to run on, such as 0-2,4
    #[arg(long, value_name = "LIST")]
    cpuset_cpus: Option<String>,
    /// NUMA nodes to allocate memory from, such as 0-1
    #[arg(long, value_name = "LIST")]
    cpuset_mems: Option<String>,
    /// Maximum number of processes; -1 is unlimited
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    pids_limit: Option<i64>,
    /// Relative block I/O weight, 10 to 1000
    #[arg(long, value_name = "WEIGHT")]
    blkio_weight: Option<u16>,
}

impl LimitOptions {
    /// Whether `--pids-limit` removes the limit.
    pub fn has_unlimited_processes(&self) -> bool {
        self.pids_limit.is_some_and(|pids| pids <= 0)
    }

    /// Parses and checks the limits of a new container.
    pub fn limits(self) -> Result<Limits> {
        let limits = self.parse()?;
        check(&limits)?;
        Ok(limits)
    }

    /// Parses the limits. As in Docker, a zero is no limit.
    pub fn parse(self) -> Result<Limits> {
        let size = |text: Option<String>, option: &str| -> Result<Option<u64>> {
            let size = text
                .as_deref()
                .map(ulimits::bytes)
                .transpose()
                .with_context(|| option.to_owned())?;
            Ok(size.filter(|size| *size != 0))
        };
        Ok(Limits {
            memory: size(self.memory, "--memory")?,
            memory_swap: self
                .memory_swap
                .as_deref()
                .map(swap)
                .transpose()
                .context("--memory-swap")?
                .filter(|swap| *swap != 0),
            memory_reservation: size(self.memory_reservation, "--memory-reservation")?,
            nano_cpus: self
                .cpus
                .as_deref()
                .filter(|cpus| *cpus != "0")
                .map(nano_cpus)
                .transpose()
                .context("--cpus")?,
            cpu_shares: self.cpu_shares.filter(|shares| *shares != 0),
            cpu_quota: self.cpu_quota.filter(|quota| *quota != 0),
            cpu_period: self.cpu_period.filter(|period| *period != 0),
            cpuset_cpus: self.cpuset_cpus.filter(|list| !list.is_empty()),
            cpuset_mems: self.cpuset_mems.filter(|list| !list.is_empty()),
            pids: self.pids_limit.filter(|pids| *pids > 0).map(i64::unsigned_abs),
            blkio_weight: self.blkio_weight.filter(|weight| *weight != 0),
        })
    }
}
