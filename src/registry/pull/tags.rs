//! The tags of a repository (distribution-spec, "Listing Tags"), page after page.

use crate::oci::manifest::MAX_MANIFEST;
use crate::registry::http::client::{Client, Object};
use crate::registry::http::errors::{Error, plain};
use crate::registry::http::retry::Attempts;
use crate::registry::pull::resolve;
use reqwest::Url;
use reqwest::header::{HeaderMap, LINK};
use serde::Deserialize;
use std::collections::HashSet;

/// Tags that are asked for at once; a registry gives as many as it likes.
const PAGE: &str = "n=1000";
/// Pages and tags of one repository: a registry that goes on for ever is left.
const MAX_PAGES: usize = 1000;
const MAX_TAGS: usize = 100_000;

/// One page.
#[derive(Deserialize)]
struct Page {
    /// Some say null where there are none.
    tags: Option<Vec<String>>,
}

/// All tags, each once, as the registry orders and writes them: what is said may be no tag at all.
pub async fn tags(client: &Client) -> Result<Vec<String>, Error> {
    let (mut tags, mut known) = (Vec::new(), HashSet::new());
    let mut query = PAGE.to_owned();
    for _ in 0..MAX_PAGES {
        let object = Object::Tags(query);
        let (page, headers) = page(client, &object).await?;
        for tag in page.tags.into_iter().flatten() {
            if known.insert(tag.clone()) {
                tags.push(tag);
            }
        }
        if tags.len() > MAX_TAGS {
            return Err(malformed(client, &object, format!("it has more than {MAX_TAGS} tags")));
        }
        match next(&headers) {
            Some(next) => query = next,
            None => return Ok(tags),
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
    let mut attempts = Attempts::new(client.settings());
    loop {
        match resolve::fetch(client, object, MAX_MANIFEST).await {
            Ok((bytes, headers)) => {
                let page = serde_json::from_slice(&bytes).map_err(|error| malformed(client, object, error))?;
                return Ok((page, headers));
            }
            Err(failure) => tokio::time::sleep(attempts.after(failure)?).await,
        }
    }
}

fn malformed(client: &Client, object: &Object, cause: impl std::fmt::Display) -> Error {
    Error::Malformed {
        registry: client.registry().to_owned(),
        object: object.to_string(),
        cause: plain(cause),
    }
}

/// The query of the next page (RFC 8288: `</v2/a/tags/list?last=b>; rel="next"`). Of the address nothing else is used:
/// a registry does not send us elsewhere.
fn next(headers: &HeaderMap) -> Option<String> {
    let link = headers.get(LINK)?.to_str().ok()?;
    let (address, parameters) = link.trim().strip_prefix('<')?.split_once('>')?;
    if !parameters.replace('"', "").contains("rel=next") {
        return None;
    }
    let base = Url::parse("http://registry/").expect("a constant address");
    let address = base.join(address).ok()?;
    address.query().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next_of(link: &'static str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(LINK, link.parse().unwrap());
        next(&headers)
    }

    #[test]
    fn of_a_link_the_query_alone_is_followed() {
        let query = |link| next_of(link).unwrap();
        assert_eq!(query("</v2/a/tags/list?last=b&n=2>; rel=\"next\""), "last=b&n=2");
        assert_eq!(query("<https://evil.example/x?next_page=c>; rel=next"), "next_page=c");
        for link in ["</v2/a?last=b>; rel=\"prev\"", "nonsense", "</v2/a>; rel=\"next\"", ""] {
            assert_eq!(next_of(link), None, "{link}");
        }
    }
}
