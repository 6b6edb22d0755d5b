//! Names of files that nobody else has.

use rustix::rand::{GetRandomFlags, getrandom};

/// 16 hexadecimal digits from the kernel's random numbers.
pub fn random_name() -> String {
    let mut bytes = [0u8; 8];
    getrandom(&mut bytes, GetRandomFlags::empty()).expect("eight bytes are always given, and at once after boot");
    format!("{:016x}", u64::from_ne_bytes(bytes))
}
