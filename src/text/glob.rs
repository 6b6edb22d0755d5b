//! Patterns of `-f reference=`, and of paths: those of Go's `path.Match`, which Docker uses.

/// Whether the whole of `text` matches: `*` any characters but `/`, `?` one of them, `[a-z]` and `[^a-z]` one of a set,
/// `\` takes the next character as it is. A pattern that is not closed matches nothing.
pub fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // The last star, and how far it has reached: to go back to when what follows does not match. One star is enough,
    // since an earlier one could only give up what a later one can take as well.
    let mut star = None;
    while t < text.len() {
        if pattern.get(p) == Some(&'*') {
            star = Some((p, t));
            p += 1;
            continue;
        }
        if let Some(next) = one(&pattern, p, text[t]) {
            (p, t) = (next, t + 1);
            continue;
        }
        match star {
            Some((at, reached)) if text[reached] != '/' => {
                star = Some((at, reached + 1));
                (p, t) = (at + 1, reached + 1);
            }
            _ => return false,
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// Whether every set of the pattern has something in it and an end, and every `\` something to take as it is.
pub fn is_closed(pattern: &str) -> bool {
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.next().is_none() => return false,
            '[' => {
                chars.next_if_eq(&'^');
                let mut items = 0;
                loop {
                    match chars.next() {
                        Some(']') if items > 0 => break,
                        Some('\\') if chars.next().is_none() => return false,
                        Some(_) => items += 1,
                        None => return false,
                    }
                }
            }
            _ => {}
        }
    }
    true
}

/// Where the pattern goes on after matching `c` at `p`.
fn one(pattern: &[char], p: usize, c: char) -> Option<usize> {
    match pattern.get(p)? {
        '?' => (c != '/').then_some(p + 1),
        '[' => set(pattern, p + 1, c),
        '\\' => (*pattern.get(p + 1)? == c).then_some(p + 2),
        literal => (*literal == c).then_some(p + 1),
    }
}

fn set(pattern: &[char], mut p: usize, c: char) -> Option<usize> {
    let negated = pattern.get(p) == Some(&'^');
    p += usize::from(negated);
    let (start, mut found) = (p, false);
    loop {
        let low = match pattern.get(p)? {
            ']' if p > start => break,
            '\\' => {
                p += 1;
                *pattern.get(p)?
            }
            low => *low,
        };
        p += 1;
        let mut high = low;
        if pattern.get(p) == Some(&'-') {
            high = *pattern.get(p + 1)?;
            p += 2;
        }
        found |= (low..=high).contains(&c);
    }
    (found != negated && c != '/').then_some(p + 1)
}

#[cfg(test)]
mod tests {
    use crate::text::glob::{is_closed, matches};

    #[test]
    fn as_path_match_does() {
        for (pattern, text) in [
            ("redis", "redis"),
            ("redis*", "redis:7"),
            ("*", "redis"),
            ("*/*", "me/app"),
            ("*:*", "redis:latest"),
            ("r?dis:[0-9]", "redis:7"),
            ("[^x]edis", "redis"),
            ("a*b*c", "a-b-b-c"),
            (r"a\*", "a*"),
            ("**", "x"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("redis", "redis:7"),
            ("*", "me/app"),
            ("?", "/"),
            ("[", "["),
            ("[a", "a"),
            ("a*c", "a/c"),
            ("", "x"),
            ("x", ""),
            ("[^a]", "/"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
    #[test]
    fn what_is_not_closed_is_no_pattern() {
        for pattern in ["", "a*", "[a]", "[^a-z]x", "[]a]", r"\[", r"[\]]", "]"] {
            assert!(is_closed(pattern), "{pattern}");
        }
        for pattern in ["[", "[a", "[]", "[^]", "\\", "[a\\", "a[b-"] {
            assert!(!is_closed(pattern), "{pattern}");
        }
    }
}
