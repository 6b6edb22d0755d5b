//! Container names and IDs: the rule for given names, and how others are made.

use anyhow::{Result, bail};

/// Checks a given name against Docker's rule, `[a-zA-Z0-9][a-zA-Z0-9_.-]+`. So no name can be mistaken for an option or
/// a path.
pub fn check(name: &str) -> Result<()> {
    let mut bytes = name.bytes();
    let first = bytes.next().is_some_and(|b| b.is_ascii_alphanumeric());
    let rest = bytes.len() > 0 && bytes.all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b));
    if !first || !rest || name.len() > 200 {
        bail!("invalid container name {name:?}: only [a-zA-Z0-9][a-zA-Z0-9_.-]+ is allowed, at most 200 characters");
    }
    Ok(())
}

/// A random ID: 64 hexadecimal digits. The first 12 are never all decimal: they are the default hostname, and some
/// programs take a hostname of digits for an address.
pub fn new_id() -> Result<String> {
    loop {
        let mut bytes = [0u8; 32];
        random(&mut bytes)?;
        let id: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
        if id[..12].bytes().any(|b| b.is_ascii_alphabetic()) {
            return Ok(id);
        }
    }
}

/// A random name. `attempt` counts from 0; from 1 on, the name has a number, so that there is a name even when all
/// pairs of words are taken.
pub fn random_name(attempt: u32) -> Result<String> {
    let mut bytes = [0u8; 4];
    random(&mut bytes)?;
    let left = LEFT[usize::from(bytes[0]) % LEFT.len()];
    let right = RIGHT[usize::from(bytes[1]) % RIGHT.len()];
    Ok(match attempt {
        0 => format!("{left}_{right}"),
        _ => format!("{left}_{right}{}", u16::from_le_bytes([bytes[2], bytes[3]])),
    })
}

fn random(bytes: &mut [u8]) -> Result<()> {
    let n = rustix::rand::getrandom(&mut *bytes, rustix::rand::GetRandomFlags::empty())?;
    if n != bytes.len() {
        bail!("the kernel gave {n} random bytes where {} were asked for", bytes.len());
    }
    Ok(())
}

const LEFT: [&str; 64] = [
    "agile", "amber", "ample", "azure", "bold", "brave", "brisk", "calm", "candid", "clear", "clever", "cosy", "crisp",
    "deft", "eager", "early", "fair", "fleet", "fond", "frank", "fresh", "gentle", "glad", "golden", "grand", "happy",
    "hardy", "honest", "humble", "jolly", "keen", "kind", "light", "lively", "lucid", "lucky", "mellow", "merry",
    "mild", "neat", "nimble", "noble", "patient", "placid", "plucky", "polite", "proud", "quick", "quiet", "ready",
    "rosy", "sage", "serene", "sharp", "silver", "steady", "sunny", "swift", "tidy", "vivid", "warm", "wise", "witty",
    "zesty",
];

const RIGHT: [&str; 64] = [
    "alder", "aspen", "badger", "beaver", "birch", "bison", "brook", "cedar", "cliff", "cloud", "comet", "coral",
    "crane", "creek", "dune", "eagle", "elm", "ember", "falcon", "fern", "finch", "fjord", "fox", "gecko", "glade",
    "grove", "harbor", "hare", "hawk", "hazel", "heron", "ibex", "island", "ivy", "juniper", "lagoon", "lark",
    "lichen", "lily", "linden", "lynx", "maple", "marten", "meadow", "moss", "otter", "owl", "pebble", "pine",
    "plover", "quartz", "raven", "reef", "river", "robin", "rowan", "sparrow", "spruce", "stone", "swan", "thistle",
    "tiger", "willow", "wren",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_is_dockers() {
        for good in ["ab", "web-1", "A_b.c", "0x"] {
            assert!(check(good).is_ok(), "{good}");
        }
        for bad in ["", "a", "-a", ".a", "_a", "a/b", "a b", "a\n", "é1", "../x"] {
            assert!(check(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn made_names_keep_the_rule() {
        for attempt in 0..20 {
            check(&random_name(attempt).unwrap()).unwrap();
        }
    }

    #[test]
    fn ids_are_64_hex_digits_with_a_letter_in_the_short_form() {
        let id = new_id().unwrap();
        assert_eq!(id.len(), 64);
        assert!(id.bytes().all(|b| b.is_ascii_hexdigit()));
        assert!(id[..12].bytes().any(|b| b.is_ascii_alphabetic()));
    }
}
