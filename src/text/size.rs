//! Sizes in decimal units, in the field's spelling: `113MB`, `7.5kB`, `1.992GB` (Docker's go-units, `HumanSize`).

const UNITS: [&str; 9] = ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];

const BINARY_UNITS: [&str; 9] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"];

/// `bytes` in four significant digits: `system df`, `prune`, progress.
pub fn human(bytes: u64) -> String {
    with_digits(bytes, 4)
}

/// `bytes` in three significant digits: the SIZE of `images`, `history` and `ps`.
pub fn short(bytes: u64) -> String {
    with_digits(bytes, 3)
}

/// `bytes` in four significant digits and powers of 1024 (go-units, `BytesSize`): the memory of `stats`.
pub fn binary(bytes: u64) -> String {
    let (value, unit) = scaled(bytes, 1024.0);
    let digits = if value < 1000.0 { 4 } else { 0 };
    let number = match digits {
        0 => format!("{value:.0}"),
        digits => rounded(value, digits),
    };
    number + BINARY_UNITS[unit]
}

fn scaled(bytes: u64, base: f64) -> (f64, usize) {
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= base && unit + 1 < UNITS.len() {
        value /= base;
        unit += 1;
    }
    (value, unit)
}

fn with_digits(bytes: u64, digits: usize) -> String {
    let (value, mut unit) = scaled(bytes, 1000.0);
    let mut number = rounded(value, digits);
    // 999.9kB in three digits is 1MB; go-units writes `1e+03kB` there, which nobody wants.
    if number == "1000" && unit + 1 < UNITS.len() {
        number = "1".to_owned();
        unit += 1;
    }
    number + UNITS[unit]
}

/// C's `%.*g` for 0 ≤ value ≤ 1000: significant digits, no trailing zeros.
fn rounded(value: f64, digits: usize) -> String {
    let before_point = match value {
        v if v < 10.0 => 1,
        v if v < 100.0 => 2,
        _ => 3,
    };
    let text = format!("{value:.*}", digits.saturating_sub(before_point));
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_counted_in_powers_of_1024() {
        for (bytes, text) in [
            (0, "0B"),
            (1023, "1023B"),
            (1536, "1.5KiB"),
            (1_234_567, "1.177MiB"),
            (1020 << 20, "1020MiB"),
            (4 << 30, "4GiB"),
        ] {
            assert_eq!(binary(bytes), text);
        }
    }

    #[test]
    fn four_digits_as_disk_usage_shows_them() {
        for (bytes, text) in [
            (0, "0B"),
            (95, "95B"),
            (999, "999B"),
            (1000, "1kB"),
            (1024, "1.024kB"),
            (7_500, "7.5kB"),
            (57_900_000, "57.9MB"),
            (62_820_000, "62.82MB"),
            (1_992_000_000, "1.992GB"),
            (1_801_049_000, "1.801GB"),
            (999_999, "1MB"),
            (u64::MAX, "18.45EB"),
        ] {
            assert_eq!(human(bytes), text);
        }
    }

    #[test]
    fn three_digits_as_listings_show_them() {
        for (bytes, text) in [
            (0, "0B"),
            (1_840, "1.84kB"),
            (13_256, "13.3kB"),
            (112_934_000, "113MB"),
            (342_000_000, "342MB"),
            (999_900, "1MB"),
            (1_004_000_000, "1GB"),
        ] {
            assert_eq!(short(bytes), text);
        }
    }
}
