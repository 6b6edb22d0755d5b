//! Waiting for what the kernel tells by no event: asking again until it is so, or until it has taken too long.

use std::time::{Duration, Instant};

/// Asks `ready`, at least once and then after each `step`, until it is true; false where it is not after `timeout`.
pub fn until(timeout: Duration, step: Duration, mut ready: impl FnMut() -> bool) -> bool {
    let asked: Result<bool, std::convert::Infallible> = try_until(timeout, step, || Ok(ready()));
    asked.unwrap_or_else(|never| match never {})
}

/// Asks as [`until`] does; the first error ends the wait.
pub fn try_until<E>(timeout: Duration, step: Duration, mut ready: impl FnMut() -> Result<bool, E>) -> Result<bool, E> {
    let begun = Instant::now();
    loop {
        if ready()? {
            return Ok(true);
        }
        if begun.elapsed() > timeout {
            return Ok(false);
        }
        std::thread::sleep(step);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP: Duration = Duration::from_millis(1);

    #[test]
    fn it_is_asked_until_it_is_so() {
        let mut asked = 0;
        let third = || {
            asked += 1;
            asked == 3
        };
        assert!(until(Duration::from_secs(60), STEP, third));
        assert_eq!(asked, 3);
    }

    #[test]
    fn it_is_asked_once_at_least_and_not_for_ever() {
        assert!(until(Duration::ZERO, STEP, || true));
        assert!(!until(Duration::from_millis(5), STEP, || false));
        assert_eq!(try_until(Duration::from_secs(60), STEP, || Err("no")), Err("no"));
    }
}
