//! Seccomp profiles in Docker's JSON format, and the default one.
//!
//! The default profile (`seccomp_default.json`) is data: the system calls of containers/common's `seccomp.json`
//! (Apache-2.0, the containers/common authors) with the conditions of moby's `default.json` (Apache-2.0, Docker). A
//! call that needs a capability is allowed with it and fails with EPERM without it. A call that the profile does not
//! know fails with ENOSYS, so that programs fall back as on an older kernel. So does `clone3`, whose flags a filter
//! cannot read; glibc then uses `clone`.
//!
//! A call in a processor mode that has no table here (as x32) fails with ENOSYS too; it does not kill the process.
//!
//! The compiler is our own ([`crate::runtime::security::bpf`]): libseccomp is a C library, which a single static
//! program does without; seccompiler does not know the names of calls, has no conditions on capabilities, and compares
//! numbers one after the other. Nothing is cached: reading and compiling the default profile takes a fraction of a
//! millisecond.

#[cfg(test)]
mod tests;

use crate::runtime::model::command::Seccomp;
use crate::runtime::security::bpf;
use crate::runtime::security::bpf::{Action, Arch, Condition, Operator, Rule};
use crate::runtime::security::capabilities::mask_of;
use crate::sys::process::seccomp::Instruction;
use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use std::collections::HashMap;

const DEFAULT: &str = include_str!("seccomp_default.json");
/// The longest profile of a user that is read, in bytes.
const PROFILE_LIMIT: usize = 1 << 20;
/// The kernel's limit on a program (BPF_MAXINSNS).
const PROGRAM_LIMIT: usize = 4096;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Profile<'a> {
    default_action: String,
    default_errno_ret: Option<u32>,
    #[serde(default, borrow)]
    syscalls: Vec<Entry<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    #[serde(default, borrow)]
    names: Vec<&'a str>,
    /// The format's older spelling of `names`.
    #[serde(default)]
    name: Option<&'a str>,
    action: String,
    errno_ret: Option<u32>,
    args: Option<Vec<Arg>>,
    #[serde(default)]
    includes: Option<Filter>,
    #[serde(default)]
    excludes: Option<Filter>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Arg {
    index: u8,
    value: u64,
    #[serde(default)]
    value_two: u64,
    op: String,
}

/// The conditions under which an entry applies, or does not.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Filter {
    #[serde(default)]
    caps: Vec<String>,
    #[serde(default)]
    arches: Vec<String>,
    #[serde(default)]
    min_kernel: Option<String>,
}

/// Compiles the filter for a process with `capabilities`; `None` if it is unconfined.
pub fn program(seccomp: &Seccomp, capabilities: &[String]) -> Result<Option<Vec<Instruction>>> {
    let text = match seccomp {
        Seccomp::Unconfined => return Ok(None),
        Seccomp::Default => DEFAULT,
        Seccomp::Profile(text) => text,
    };
    ensure!(
        text.len() <= PROFILE_LIMIT,
        "the seccomp profile is larger than {PROFILE_LIMIT} bytes"
    );
    let profile: Profile = serde_json::from_str(text).context("reading the seccomp profile")?;
    let program = compile(&profile, mask_of(capabilities)).context("compiling the seccomp profile")?;
    Ok(Some(program))
}

fn compile(profile: &Profile, capabilities: u64) -> Result<Vec<Instruction>> {
    let default = action(&profile.default_action, profile.default_errno_ret)?;
    let named = by_name(profile, capabilities)?;
    let arches: Vec<_> = tables()
        .into_iter()
        .map(|(audit, numbers)| Arch {
            audit,
            rules: numbers
                .into_iter()
                .filter_map(|(name, number)| Some((number, named.get(name)?.clone())))
                .collect(),
        })
        .collect();
    let program = bpf::compile(&arches, default, errno(libc::ENOSYS as u32));
    ensure!(
        program.len() <= PROGRAM_LIMIT,
        "it has {} instructions, more than {PROGRAM_LIMIT}",
        program.len()
    );
    Ok(program)
}

/// The rules by the names of the system calls. Rules with conditions come first, in the profile's order, then the first
/// rule without conditions. Some names are not in our tables: calls of other processors, or of newer kernels.
fn by_name<'a>(profile: &Profile<'a>, capabilities: u64) -> Result<HashMap<&'a str, Vec<Rule>>> {
    let mut rules: HashMap<&str, Vec<Rule>> = HashMap::with_capacity(600);
    for entry in profile.syscalls.iter().filter(|entry| entry.applies(capabilities)) {
        let action = action(&entry.action, entry.errno_ret)?;
        let alternatives = entry.alternatives()?;
        for name in entry.names.iter().chain(&entry.name) {
            let of_this = rules.entry(name).or_default();
            of_this.extend(alternatives.iter().map(|conditions| Rule {
                conditions: conditions.clone(),
                action,
            }));
        }
    }
    for of_this in rules.values_mut().filter(|of_this| of_this.len() > 1) {
        // The sort is stable, and false is before true.
        of_this.sort_by_key(|rule| rule.conditions.is_empty());
        let last = of_this.iter().position(|rule| rule.conditions.is_empty());
        of_this.truncate(last.map_or(of_this.len(), |last| last + 1));
    }
    Ok(rules)
}

impl Entry<'_> {
    fn applies(&self, capabilities: u64) -> bool {
        let has = |names: &[String]| mask_of(names) & capabilities == mask_of(names);
        let any = |names: &[String]| mask_of(names) & capabilities != 0;
        let here = |arches: &[String]| arches.iter().any(|arch| arch == architecture());
        let includes = self.includes.as_ref().is_none_or(|filter| {
            has(&filter.caps)
                && (filter.arches.is_empty() || here(&filter.arches))
                && filter.min_kernel.as_deref().is_none_or(kernel_is_at_least)
        });
        let excludes = self.excludes.as_ref().is_some_and(|filter| {
            any(&filter.caps) || here(&filter.arches) || filter.min_kernel.as_deref().is_some_and(kernel_is_at_least)
        });
        includes && !excludes
    }

    /// The alternatives under which the entry applies, each a list of conditions that must all hold. Several conditions
    /// on one argument are alternatives, as in runc and libseccomp.
    fn alternatives(&self) -> Result<Vec<Vec<Condition>>> {
        let conditions = self
            .args
            .iter()
            .flatten()
            .map(Arg::condition)
            .collect::<Result<Vec<_>>>()?;
        let mut seen = 0u8;
        let repeated = conditions.iter().any(|condition| {
            let bit = 1 << condition.argument;
            let repeated = seen & bit != 0;
            seen |= bit;
            repeated
        });
        Ok(match repeated {
            true => conditions.into_iter().map(|condition| vec![condition]).collect(),
            false => vec![conditions],
        })
    }
}

impl Arg {
    fn condition(&self) -> Result<Condition> {
        ensure!(self.index < 6, "a system call has no argument {}", self.index);
        let (operator, value) = match self.op.as_str() {
            "SCMP_CMP_EQ" => (Operator::Equal, self.value),
            "SCMP_CMP_NE" => (Operator::NotEqual, self.value),
            "SCMP_CMP_LT" => (Operator::Less, self.value),
            "SCMP_CMP_LE" => (Operator::LessOrEqual, self.value),
            "SCMP_CMP_GT" => (Operator::Greater, self.value),
            "SCMP_CMP_GE" => (Operator::GreaterOrEqual, self.value),
            "SCMP_CMP_MASKED_EQ" => (Operator::MaskedEqual(self.value), self.value_two),
            other => bail!("unknown operator {other:?}"),
        };
        Ok(Condition {
            argument: self.index,
            operator,
            value,
        })
    }
}

fn action(name: &str, errno_ret: Option<u32>) -> Result<Action> {
    Ok(match name {
        "SCMP_ACT_ALLOW" => libc::SECCOMP_RET_ALLOW,
        "SCMP_ACT_LOG" => libc::SECCOMP_RET_LOG,
        "SCMP_ACT_ERRNO" => errno(errno_ret.unwrap_or(libc::EPERM as u32)),
        "SCMP_ACT_TRACE" => libc::SECCOMP_RET_TRACE | errno_ret.unwrap_or(libc::EPERM as u32) & 0xffff,
        "SCMP_ACT_TRAP" => libc::SECCOMP_RET_TRAP,
        "SCMP_ACT_KILL" | "SCMP_ACT_KILL_THREAD" => libc::SECCOMP_RET_KILL_THREAD,
        "SCMP_ACT_KILL_PROCESS" => libc::SECCOMP_RET_KILL_PROCESS,
        "SCMP_ACT_NOTIFY" => bail!("SCMP_ACT_NOTIFY needs a listener, which is not supported"),
        other => bail!("unknown action {other:?}"),
    })
}

fn errno(errno: u32) -> Action {
    libc::SECCOMP_RET_ERRNO | errno & 0xffff
}

/// The modes of this processor that programs can run in: the mode's `AUDIT_ARCH_…`, and the names and numbers of its
/// calls.
fn tables() -> Vec<(u32, Vec<(&'static str, u32)>)> {
    macro_rules! table {
        ($audit:expr, $sysno:ty) => {
            (
                $audit,
                <$sysno>::iter()
                    .map(|call| (call.name(), call.id() as u32))
                    .collect(),
            )
        };
    }
    #[cfg(target_arch = "x86_64")]
    return vec![
        table!(0xc000_003e, syscalls::x86_64::Sysno),
        table!(0x4000_0003, syscalls::x86::Sysno),
    ];
    #[cfg(target_arch = "aarch64")]
    return vec![table!(0xc000_00b7, syscalls::aarch64::Sysno)];
    #[cfg(target_arch = "riscv64")]
    return vec![table!(0xc000_00f3, syscalls::riscv64::Sysno)];
}

/// Go's name of this processor, which profiles use.
fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

fn kernel_is_at_least(version: &str) -> bool {
    at_least(rustix::system::uname().release().to_str().unwrap_or_default(), version)
}

fn at_least(release: &str, version: &str) -> bool {
    fn number(part: Option<&str>) -> u32 {
        let part = part.unwrap_or_default();
        part[..part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len())]
            .parse()
            .unwrap_or(0)
    }
    let parts = |text: &str| {
        let mut parts = text.split('.');
        (number(parts.next()), number(parts.next()))
    };
    parts(release) >= parts(version)
}
