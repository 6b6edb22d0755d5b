//! Floating-point numbers as Go's `fmt` formats them.

/// Formats as Go's `%v`: in full, or with an exponent from 1e+06 on and below 1e-04.
pub fn float(value: f64) -> String {
    match value.abs() {
        _ if value.is_nan() => "NaN".to_owned(),
        f64::INFINITY => if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned(),
        0.0 => value.to_string(),
        size if !(1e-4..1e6).contains(&size) => with_exponent(format!("{value:e}"), 'e'),
        _ => value.to_string(),
    }
}

/// Rewrites an exponent of Rust (`1e7`) as Go writes it: with a sign and at least two digits (`1e+07`).
pub fn with_exponent(text: String, letter: char) -> String {
    let Some((number, exponent)) = text.split_once('e') else {
        return text;
    };
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', exponent),
    };
    format!("{number}{letter}{sign}{digits:0>2}")
}

/// Formats as `%.3g` does: with so many significant digits, without zeros at the end.
pub fn significant(value: f64, digits: usize) -> String {
    let exponent = if value == 0.0 { 0 } else { value.log10().floor() as i32 };
    let short = |text: String| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    };
    if exponent < -4 || exponent >= i32::try_from(digits).unwrap_or(i32::MAX) {
        let text = format!("{value:.*e}", digits - 1);
        let (number, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        return with_exponent(format!("{}e{exponent}", short(number.to_owned())), 'e');
    }
    let decimals = i32::try_from(digits).unwrap_or(i32::MAX) - 1 - exponent;
    short(format!("{value:.*}", usize::try_from(decimals).unwrap_or(0)))
}
