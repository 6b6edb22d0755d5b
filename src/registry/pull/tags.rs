//! The tags of a repository (distribution-spec, "Listing Tags"), page after page.

use crate::oci::manifest::MAX_MANIFEST;
use crate::registry::errors::{Error, one_line};
use crate::registry::http::client::Client;
use crate::registry::http::object::Object;
use crate::registry::http::retry::retry;
use reqwest::Url;
use reqwest::header::{HeaderMap, LINK};
use serde::Deserialize;
use std::collections::HashSet;

/// The query for the first page: 1000 tags. A registry may send fewer or more.
const PAGE: &str = "n=1000";
/// Limits for one repository, against a registry that never stops: pages, tags, and the bytes of all tags. A valid tag
/// has at most 128 bytes, but a registry can send anything.
const MAX_PAGES: usize = 1000;
const MAX_TAGS: usize = 100_000;
const MAX_BYTES: usize = 16 << 20;

/// One page. Not `oci_client::client::TagResponse`, which demands `name`.
#[derive(Deserialize)]
struct Page {
    /// Some registries send null where there are no tags.
    tags: Option<Vec<String>>,
}

/// The tags so far.
#[derive(Default)]
struct Found {
    tags: Vec<String>,
    seen: HashSet<String>,
    bytes: usize,
}

impl Found {
    fn add(&mut self, page: Page) -> Result<(), String> {
        for tag in page.tags.into_iter().flatten() {
            if self.seen.insert(tag.clone()) {
                self.bytes += tag.len();
                self.tags.push(tag);
            }
        }
        match self.tags.len() > MAX_TAGS || self.bytes > MAX_BYTES {
            true => Err(format!(
                "it has more than {MAX_TAGS} tags, or {MAX_BYTES} bytes of them"
            )),
            false => Ok(()),
        }
    }
}

/// Lists all tags, each once, as the registry orders and writes them: they may be invalid.
pub async fn tags(client: &Client) -> Result<Vec<String>, Error> {
    let mut found = Found::default();
    let mut query = PAGE.to_owned();
    for _ in 0..MAX_PAGES {
        let object = Object::Tags(query);
        let (page, headers) = page(client, &object).await?;
        found.add(page).map_err(|cause| malformed(client, &object, cause))?;
        match next(&headers) {
            Some(next) => query = next,
            None => return Ok(found.tags),
        }
    }
    let object = Object::Tags(query);
    Err(malformed(
        client,
        &object,
        format!("it has more than {MAX_PAGES} pages"),
    ))
}

async fn page(client: &Client, object: &Object) -> Result<(Page, HeaderMap), Error> {
    let (bytes, headers) = retry(client.settings(), || client.get_bytes(object, MAX_MANIFEST)).await?;
    let page = serde_json::from_slice(&bytes).map_err(|error| malformed(client, object, error))?;
    Ok((page, headers))
}

fn malformed(client: &Client, object: &Object, cause: impl std::fmt::Display) -> Error {
    Error::Malformed {
        registry: client.registry().to_owned(),
        object: object.to_string(),
        cause: one_line(cause),
    }
}

/// Returns the query of the next page (RFC 8288: `</v2/a/tags/list?last=b>; rel="next"`). Host and path of the link are
/// ignored, so that a registry cannot redirect the request.
fn next(headers: &HeaderMap) -> Option<String> {
    let values = headers.get_all(LINK).iter().filter_map(|value| value.to_str().ok());
    let (address, _) = values
        .flat_map(links)
        .find(|(_, parameters)| parameters.split([';', ',']).any(is_next))?;
    let base = Url::parse("http://registry/").expect("a constant address");
    base.join(address).ok()?.query().map(str::to_owned)
}

/// Whether a parameter is `rel="next"`, also among other relations.
fn is_next(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else {
        return false;
    };
    let mut relations = value.trim().trim_matches('"').split_whitespace();
    name.trim().eq_ignore_ascii_case("rel") && relations.any(|relation| relation.eq_ignore_ascii_case("next"))
}

/// The links of a header's value: each one's address and parameters.
fn links(value: &str) -> impl Iterator<Item = (&str, &str)> {
    // Split at `<`, since addresses may contain commas. Only a quoted parameter could contain another `<`.
    value.split('<').skip(1).filter_map(|link| link.split_once('>'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next_of(link: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in link.split('\n') {
            headers.append(LINK, value.parse().unwrap());
        }
        next(&headers)
    }

    #[test]
    fn only_the_query_of_a_link_is_followed() {
        for (link, query) in [
            ("</v2/a/tags/list?last=b&n=2>; rel=\"next\"", "last=b&n=2"),
            ("<https://evil.example/x?next_page=c>; rel=next", "next_page=c"),
            ("</v2/a?last=b,c>; title=x; Rel = \"last next\"", "last=b,c"),
        ] {
            assert_eq!(next_of(link).as_deref(), Some(query), "{link}");
        }
        for link in [
            "</v2/a?last=b>; rel=\"prev\"",
            "</v2/a?last=b>; rel=nextfoo",
            "</v2/a?last=b>; title=\"rel=next\"",
            "nonsense",
            "<<<>>>;rel=next",
            "</v2/a>; rel=\"next\"",
            "",
        ] {
            assert_eq!(next_of(link), None, "{link}");
        }
    }

    #[test]
    fn the_next_page_is_found_among_several_links() {
        for link in [
            "</v2/a?last=a>; rel=\"prev\", </v2/a?last=b>; rel=\"next\"",
            "</v2/a?last=b>; rel=\"next\", </v2/a?last=a>; rel=\"prev\"",
            "</v2/a?last=a>; rel=\"prev\"\n</v2/a?last=b>; rel=\"next\"",
        ] {
            assert_eq!(next_of(link).as_deref(), Some("last=b"), "{link}");
        }
    }

    #[test]
    fn the_longest_headers_are_parsed_in_linear_time() {
        let started = std::time::Instant::now();
        for part in ["<", ">", "<>", "<a>;", "<a>;rel=next,", ";rel=", "\"", "<a?b>;x="] {
            next_of(&part.repeat(400_000 / part.len()));
        }
        assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
    }

    #[test]
    fn endless_tags_are_an_error() {
        let tag = |number: usize, n: usize, length: usize| format!("{number}.{n}.{}", "x".repeat(length));
        let page = |number: usize, count: usize, length: usize| Page {
            tags: Some((0..count).map(|n| tag(number, n, length)).collect()),
        };
        let pages = |count: usize, length: usize| {
            let mut found = Found::default();
            (0..MAX_PAGES).find(|number| found.add(page(*number, count, length)).is_err())
        };
        assert_eq!(pages(1, 1), None);
        assert_eq!(pages(1000, 1), Some(100));
        assert_eq!(pages(1, 1 << 20), Some(15));
    }
}
