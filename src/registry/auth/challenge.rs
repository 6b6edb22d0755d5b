//! The challenge of a 401: what the registry wants to see (RFC 9110, 11.6.1; distribution's `spec/auth/token.md`).

use http_auth::ChallengeParser;
use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};

/// How the registry wants a request to be authorized.
#[derive(Debug, PartialEq, Eq)]
pub enum Challenge {
    /// With a token from the service at this URL.
    Bearer { realm: String, service: Option<String> },
    /// With name and password. Also where the challenge cannot be parsed.
    Password,
}

impl Challenge {
    /// Parses the headers of a 401. A token is preferred where the registry offers both.
    pub fn parse(headers: &HeaderMap) -> Challenge {
        let values = headers.get_all(WWW_AUTHENTICATE).iter();
        let challenges = values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| ChallengeParser::new(value).map_while(Result::ok));
        for challenge in challenges.filter(|challenge| challenge.scheme.eq_ignore_ascii_case("bearer")) {
            let param = |wanted: &str| {
                let mut params = challenge.params.iter();
                let found = params.find(|(name, _)| name.eq_ignore_ascii_case(wanted));
                found.map(|(_, value)| value.to_unescaped())
            };
            if let Some(realm) = param("realm") {
                let service = param("service");
                return Challenge::Bearer { realm, service };
            }
        }
        Challenge::Password
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    fn challenge(values: &[&'static str]) -> Challenge {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(WWW_AUTHENTICATE, HeaderValue::from_static(value));
        }
        Challenge::parse(&headers)
    }

    #[test]
    fn a_token_is_preferred_to_a_password() {
        let bearer = Challenge::Bearer {
            realm: "https://auth/t".into(),
            service: Some("s".into()),
        };
        assert_eq!(challenge(&[r#"Bearer realm="https://auth/t",service="s""#]), bearer);
        assert_eq!(
            challenge(&["Basic realm=x", r#"bearer Realm="https://auth/t", service="s""#]),
            bearer
        );
        for other in ["Basic realm=x", "Bearer service=s", "???", ""] {
            assert_eq!(challenge(&[other]), Challenge::Password, "{other}");
        }
        assert_eq!(challenge(&[]), Challenge::Password);
    }

    #[test]
    fn the_longest_challenges_are_parsed_in_linear_time() {
        let started = std::time::Instant::now();
        for part in [
            "a ",
            "a,",
            "a=",
            "a b=c,",
            "a=\"b\",",
            "\"",
            "\\",
            "a b=\"\\\"",
            "Bearer x=y, ",
            " ",
            ",",
        ] {
            for start in ["", "Bearer ", "Bearer realm=\""] {
                let value = format!("{start}{}", part.repeat(400_000 / part.len()));
                let mut headers = HeaderMap::new();
                headers.insert(WWW_AUTHENTICATE, HeaderValue::try_from(value).unwrap());
                Challenge::parse(&headers);
            }
        }
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }

    #[test]
    fn no_challenge_causes_a_panic() {
        const PIECES: [&[u8]; 14] = [
            b"Bearer ",
            b"Basic",
            b"realm=",
            b"service",
            b"=",
            b"\"",
            b"\\",
            b",",
            b" ",
            b"\t",
            b"x",
            b"\x7e",
            b"\xc3\xa9",
            b"\xff",
        ];
        let pieces = proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..30);
        let read = |pieces: Vec<&[u8]>| {
            let mut headers = HeaderMap::new();
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_bytes(&pieces.concat()).unwrap());
            Challenge::parse(&headers);
            Ok(())
        };
        proptest::test_runner::TestRunner::default().run(&pieces, read).unwrap();
    }
}
