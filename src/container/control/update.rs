//! `update`: changing a container's limits and restart policy, also while it runs.

use crate::container::Container;
use crate::container::config::process::ulimits::check;
use crate::container::config::supervision::restart_policy::RestartPolicy;
use crate::container::processes::tasks::pids_of;
use crate::container::state::lock;
use crate::runtime::cgroup::update::LimitsUpdate;
use crate::runtime::model::limits::Limits;
use crate::store::Store;
use crate::sys::userns::enter::Mapping;
use anyhow::{Context, Result};

/// What `update` changes; `None` and empty fields stay as they are.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Update {
    pub limits: Limits,
    /// Whether the limit of processes is lifted.
    pub unlimited_processes: bool,
    pub restart: Option<RestartPolicy>,
}

/// Changes the running container and its record, synced. If the kernel cannot enforce the limits on the running
/// container, nothing is recorded. Called in the host's user namespace. Takes the container's lock.
pub fn update(store: &Store, container: &Container, update: &Update) -> Result<()> {
    let _claim = lock::lock(&container.dir)?;
    let before = &container.config.host.limits;
    let after = merge(before, update);
    check(&after)?;
    if let Some(init) = container.state()?.init.filter(|_| after != *before) {
        let update = LimitsUpdate {
            run_dir: &container.run_dir(store),
            id: &container.record.id,
            pids: &|| pids_of(container, &init),
            mapping: match rustix::process::geteuid().is_root() {
                true => Mapping::Host,
                false => Mapping::Subordinate,
            },
        };
        let applied = update.apply(before, &after);
        applied.with_context(|| format!("cannot update container {}", container.record.name))?;
    }
    let mut config = container.config.clone();
    config.host.limits = after;
    if let Some(policy) = update.restart {
        config.host.restart = policy;
    }
    store.reconfigure_container(&container.record.id, serde_json::to_value(&config)?)
}

fn merge(before: &Limits, update: &Update) -> Limits {
    let Limits {
        memory,
        memory_swap,
        memory_reservation,
        nano_cpus,
        cpu_shares,
        cpu_quota,
        cpu_period,
        cpuset_cpus,
        cpuset_mems,
        pids,
        blkio_weight,
    } = update.limits.clone();
    let mut after = Limits {
        memory: memory.or(before.memory),
        memory_swap: memory_swap.or(before.memory_swap),
        memory_reservation: memory_reservation.or(before.memory_reservation),
        nano_cpus: nano_cpus.or(before.nano_cpus),
        cpu_shares: cpu_shares.or(before.cpu_shares),
        cpu_quota: cpu_quota.or(before.cpu_quota),
        cpu_period: cpu_period.or(before.cpu_period),
        cpuset_cpus: cpuset_cpus.or(before.cpuset_cpus.clone()),
        cpuset_mems: cpuset_mems.or(before.cpuset_mems.clone()),
        pids: pids.or(before.pids),
        blkio_weight: blkio_weight.or(before.blkio_weight),
    };
    // `cpus` and quota with period say the same thing: what is new replaces what was there.
    match (nano_cpus, cpu_quota.is_some() || cpu_period.is_some()) {
        (Some(_), false) => (after.cpu_quota, after.cpu_period) = (None, None),
        (None, true) => after.nano_cpus = None,
        _ => {}
    }
    if update.unlimited_processes {
        after.pids = None;
    }
    after
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_takes_the_place_of_what_was() {
        let before = Limits {
            memory: Some(1 << 30),
            nano_cpus: Some(5),
            pids: Some(10),
            ..Limits::default()
        };
        let after = merge(
            &before,
            &Update {
                limits: Limits {
                    cpu_quota: Some(7),
                    ..Limits::default()
                },
                unlimited_processes: true,
                restart: None,
            },
        );
        let expected = Limits {
            memory: Some(1 << 30),
            cpu_quota: Some(7),
            ..Limits::default()
        };
        assert_eq!(after, expected);
    }
}
