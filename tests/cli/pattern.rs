//! Exact comparison of output in which ids, times and sizes differ from run to run.
//!
//! The expected text is literal but for these words:
//!
//! | word     | stands for                                                   |
//! |----------|--------------------------------------------------------------|
//! | `[ID]`   | 12 lower-case hexadecimal digits                             |
//! | `[ID64]` | 64 lower-case hexadecimal digits                             |
//! | `[AGO]`  | an age, `3 seconds ago`, with the spaces that pad its column |
//! | `[TIME]` | an RFC 3339 time                                             |
//! | `[..]`   | anything within the line, also nothing                       |

/// Whether the whole of `text` is what `pattern` describes.
pub fn matches(pattern: &str, text: &str) -> bool {
    let Some(start) = pattern.find('[') else {
        return pattern == text;
    };
    let (literal, rest) = pattern.split_at(start);
    let Some(text) = text.strip_prefix(literal) else {
        return false;
    };
    if let Some(rest) = rest.strip_prefix("[ID64]") {
        return hex(text, 64).is_some_and(|after| matches(rest, after));
    }
    if let Some(rest) = rest.strip_prefix("[ID]") {
        return hex(text, 12).is_some_and(|after| matches(rest, after));
    }
    if let Some(rest) = rest.strip_prefix("[AGO]") {
        return age(text).is_some_and(|after| matches(rest, after.trim_start_matches(' ')));
    }
    if let Some(rest) = rest.strip_prefix("[TIME]") {
        let end = text
            .find(|c: char| !(c.is_ascii_digit() || "-T:.Z+".contains(c)))
            .unwrap_or(text.len());
        return chrono::DateTime::parse_from_rfc3339(&text[..end]).is_ok() && matches(rest, &text[end..]);
    }
    if let Some(rest) = rest.strip_prefix("[..]") {
        let line = text.find('\n').unwrap_or(text.len());
        return (0..=line).any(|end| text.is_char_boundary(end) && matches(rest, &text[end..]));
    }
    text.starts_with('[') && matches(&rest[1..], &text[1..])
}

/// What follows `digits` hexadecimal digits, if no further digit does.
fn hex(text: &str, digits: usize) -> Option<&str> {
    let is_hex = |b: &u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    let count = text.bytes().take_while(|b| is_hex(b)).count();
    (count == digits).then(|| &text[digits..])
}

/// What follows an age as Docker words it.
fn age(text: &str) -> Option<&str> {
    let end = text.find(" ago")?;
    let words = &text[..end];
    let counted = words
        .split_once(' ')
        .is_some_and(|(n, unit)| n.parse::<u32>().is_ok() && unit.chars().all(char::is_alphabetic));
    (counted || words == "Less than a second" || words.starts_with("About a")).then(|| &text[end + " ago".len()..])
}

#[test]
fn literal_text_matches_only_itself() {
    assert!(matches("a [b] c", "a [b] c"));
    assert!(!matches("a", "a "));
    assert!(!matches("a\n", "a"));
}

#[test]
fn ids_have_exactly_their_number_of_digits() {
    assert!(matches("x [ID]\n", "x 0123456789ab\n"));
    assert!(!matches("x [ID]\n", "x 0123456789abc\n"));
    assert!(!matches("[ID64]", "0123456789ab"));
}

#[test]
fn an_age_takes_its_padding_with_it() {
    assert!(matches("i  [AGO]9B\n", "i  Less than a second ago   9B\n"));
    assert!(matches("[AGO]9B", "2 weeks ago  9B"));
    assert!(!matches("[AGO]9B", "never  9B"));
}

#[test]
fn anything_stops_at_the_end_of_the_line() {
    assert!(matches("a[..]\nc\n", "a b\nc\n"));
    assert!(!matches("a[..]c", "a\nc"));
}
