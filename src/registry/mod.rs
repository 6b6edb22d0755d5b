//! From a reference to verified bytes, and back: manifests, configurations and blobs of OCI and Docker v2 registries.
//!
//! Callers use [`pull::session`], [`push::session`], [`login`], [`pull::download`], and the questions about names and
//! credentials in [`config`] and [`auth`]. This is the only asynchronous code: a session owns a tokio runtime on a
//! thread of its own and has ended both when it is dropped, so a process can start containers afterwards.
//!
//! From low to high: [`errors`], [`endpoint`] and [`settings`] are words and types. [`config`] reads the machine's
//! files, [`tls`] decides which certificates are trusted, [`auth`] finds credentials and makes requests for tokens,
//! [`http`] sends requests. [`pull`], [`push`] and [`login`] use them.
//!
//! # Which library does what
//!
//! - **oci-client**: the format of error answers and the error codes (`OciEnvelope`, `OciErrorCode`), of a token
//!   service's answer (`RegistryToken`), and the media types.
//! - **http-auth**: the grammar of the challenge in a 401. **docker_credential**: the forms of keys and entries in
//!   auth.json.
//! - **reqwest**: HTTP/1.1 and 2, connection pools, proxies and redirects; **rustls** and **rustls-platform-verifier**:
//!   TLS and the system's authorities; **hickory** (in reqwest): DNS without the host's NSS modules.
//! - **ours**: the requests themselves. `oci_client::Client` builds its own `reqwest::Client`, and `ClientConfig` can
//!   express neither our rule for redirects (never from https to plain http), nor a client certificate, nor a
//!   registry's own certificate in `certs.d`, nor P-521. The first hook that is missing is a client of the caller's
//!   (oras-project/rust-oci-client, issue 284, "Bring-your-own-client"). With that alone no request could move yet,
//!   because its requests
//!   - read manifests, tokens, lists of tags and error pages of any size into memory (hook: a limit, or the unread
//!     response),
//!   - drop the headers of an error, and with them `Retry-After` (hook: headers in `ServerError` and `RegistryError`),
//!   - renew a token by its expiry date and never because of a 401 (hook: a second attempt after `apply_auth`),
//!   - send credentials to a token service in plain http although the registry is in https, know no identity tokens,
//!     and ask for one scope, which `RegistryOperation` does not expose: mounting a blob needs two,
//!   - return a part of a blob without its `Content-Range`, so that a wrong range is noticed only by the digest at the
//!     end,
//!   - upload a stream of unknown size in chunks of one request each, and leave open the upload that a registry opens
//!     instead of mounting a blob.
//!
//!   Mirrors, resume files, timeouts and retries are therefore ours as well. The list of tags is not parsed by
//!   `TagResponse`, which fails where a registry leaves out `name`.
//! - **ours**: the grammar of references ([`crate::oci::reference`]). `oci_client::Reference` adds `latest` where
//!   neither tag nor digest is given, which means a whole repository here (`pull --all-tags`), rejects IPv6 hosts, and
//!   compiles a regular expression in each process that parses a name.

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
pub mod mock;
