//! From a reference to verified bytes, and back: manifests, configurations and blobs of OCI and Docker v2 registries.
//!
//! Callers use [`pull::session`], [`push::session`], [`login`], [`pull::download`], and the questions about names and credentials in [`config`] and
//! [`auth`]. This is the only asynchronous code: a session owns a tokio runtime on a thread of its own and has ended both when it is dropped, so a
//! process can start containers afterwards.
//!
//! From low to high: [`errors`], [`endpoint`] and [`settings`] are words and types. [`config`] reads the machine's files, [`tls`] decides which
//! certificates are trusted, [`auth`] finds credentials and makes requests for tokens, [`http`] sends requests. [`pull`], [`push`] and [`login`] use
//! them.
//!
//! # What carries what
//!
//! - **oci-client**: the format of error answers and the error codes (`OciEnvelope`, `OciErrorCode`), of a token service's answer (`RegistryToken`),
//!   and the media types.
//! - **http-auth**: the grammar of the challenge in a 401. **docker_credential**: the forms of keys and entries in auth.json.
//! - **reqwest**: HTTP/1.1 and 2, connection pools, proxies and redirects; **rustls** and **rustls-platform-verifier**: TLS and the system's
//!   authorities; **hickory** (in reqwest): DNS without the host's NSS modules.
//! - **ours**: the requests themselves. `oci_client::Client` builds its own `reqwest::Client`, and `ClientConfig` can express neither our redirect
//!   rule (never from https to plain http), nor a client certificate, nor a registry's own certificate in `certs.d`, nor P-521. The hook that
//!   is missing is a client of the caller's (oras-project/rust-oci-client, issue 284 "Bring-your-own-client"). With that hook, HEAD requests for blobs
//!   and manifests could move there; the others could not, since the client
//!   - reads manifests, tokens, lists of tags and error pages of any size into memory (hook: a limit, or the unread response),
//!   - drops the headers of an error, and with them `Retry-After` (hook: headers in `ServerError` and `RegistryError`),
//!   - renews a token by its expiry date and never because of a 401 (hook: a retry in `apply_auth`),
//!   - sends credentials to a token service in plain http although the registry is in https, knows no identity tokens, and asks for one scope,
//!     which its `RegistryOperation` keeps to itself: mounting a blob from another repository needs two,
//!   - returns a partial blob without its `Content-Range`, so that a wrong range would be noticed only by the digest at the end,
//!   - uploads a stream in chunks of one request each, and leaves open the upload that a refused mount opens.
//!
//!   Mirrors, resume files, timeouts and retries are therefore ours as well.
//! - **ours**: the grammar of references ([`crate::oci::reference`]). `oci_client::Reference` adds `latest` where neither tag nor digest is given,
//!   which here means the whole repository (`pull --all-tags`), rejects IPv6 hosts, and compiles a regular expression in each process.

pub mod auth;
pub mod config;
pub mod endpoint;
pub mod errors;
pub mod http;
pub mod login;
pub mod pull;
pub mod push;
pub mod settings;
pub mod tls;

#[cfg(test)]
#[path = "../../tests/cli/registry.rs"]
pub(crate) mod mock;
