//! This process's capabilities (capabilities(7)), as bit masks: bit N is capability number N.

use std::io;

/// Takes every capability that is not in `keep` from the bounding set. Needs CAP_SETPCAP.
pub fn limit_bounding(keep: u64) -> io::Result<()> {
    for capability in 0..64 {
        if keep & (1 << capability) != 0 {
            continue;
        }
        // SAFETY: prctl(2) with plain numbers.
        if unsafe { libc::prctl(libc::PR_CAPBSET_DROP, capability, 0, 0, 0) } != 0 {
            let error = io::Error::last_os_error();
            // The first number that the kernel does not know ends the list.
            return if error.raw_os_error() == Some(libc::EINVAL) {
                Ok(())
            } else {
                Err(error)
            };
        }
    }
    Ok(())
}

#[repr(C)]
struct Header {
    version: u32,
    pid: i32,
}

/// Half of the bits; the second structure has the upper ones.
#[repr(C)]
#[derive(Default)]
struct Data {
    effective: u32,
    permitted: u32,
    inheritable: u32,
}

const VERSION_3: u32 = 0x2008_0522;

/// The permitted set.
pub fn permitted() -> io::Result<u64> {
    let (header, mut data) = (
        Header {
            version: VERSION_3,
            pid: 0,
        },
        [Data::default(), Data::default()],
    );
    // SAFETY: both structures have the layout that version 3 asks for (capget(2)).
    if unsafe { libc::syscall(libc::SYS_capget, &header, data.as_mut_ptr()) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(u64::from(data[0].permitted) | u64::from(data[1].permitted) << 32)
}

/// Sets the effective, permitted and inheritable sets, and clears the ambient one.
pub fn set(effective: u64, permitted: u64, inheritable: u64) -> io::Result<()> {
    let half = |shift: u32| Data {
        effective: (effective >> shift) as u32,
        permitted: (permitted >> shift) as u32,
        inheritable: (inheritable >> shift) as u32,
    };
    let (header, data) = (
        Header {
            version: VERSION_3,
            pid: 0,
        },
        [half(0), half(32)],
    );
    // SAFETY: prctl(2) with plain numbers; kernels before 4.3 do not know it, and have nothing to clear.
    unsafe { libc::prctl(libc::PR_CAP_AMBIENT, libc::PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) };
    // SAFETY: both structures have the layout that version 3 asks for (capset(2)).
    if unsafe { libc::syscall(libc::SYS_capset, &header, data.as_ptr()) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// The capabilities that the running kernel knows.
pub fn known() -> u64 {
    let last = std::fs::read_to_string("/proc/sys/kernel/cap_last_cap")
        .ok()
        .and_then(|last| last.trim().parse().ok());
    let last: u32 = last.unwrap_or(40);
    u64::MAX >> (63 - last.min(63))
}

/// Gives up gaining privileges by exec, for good (no_new_privs).
pub fn no_new_privileges() -> io::Result<()> {
    // SAFETY: prctl(2) with plain numbers.
    if unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}
