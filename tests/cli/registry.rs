//! A registry inside the test's own process: manifests and blobs from memory, over real HTTP on loopback.
//!
//! It counts what it is asked, and misbehaves on demand. Images for it are made in code ([`Layer`], [`Image`], [`Index`]).
//! It knows nothing of the program under test, so that both its unit tests and its command tests can use it.
//!
//! ```ignore
//! let registry = Registry::start();
//! let image = Image::new().layer(Layer::new().file("etc/motd", "hello\n").gzip());
//! registry.push("tools/hello", "latest", &image);
//! registry.fault(&image.layers()[0].digest(), Fault::Drop { after: 10, times: 1 });
//! run(["pull", &registry.name("tools/hello:latest")]);
//! assert_eq!(registry.count(&image.layers()[0].digest()), 2);
//! ```

#![allow(dead_code)]

#[path = "registry/http.rs"]
mod http;
#[path = "registry/image.rs"]
mod image;
#[path = "registry/serve.rs"]
mod serve;
#[path = "registry/upload.rs"]
mod upload;

pub use image::{Image, Index, Layer, Packed, digest_of};
pub use serve::base64;

use std::collections::HashMap;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;

/// What goes wrong with one manifest or blob. `times` counts requests; afterwards all is well again.
#[derive(Debug, Clone)]
pub enum Fault {
    /// The connection is closed after so many bytes of the body.
    Drop { after: u64, times: u32 },
    /// Nothing more is sent after so many bytes of the body, and the connection stays open.
    Stall { after: u64, times: u32 },
    /// Only the first bytes are there, under a Content-Length that fits them.
    Truncate { to: u64 },
    /// These bytes follow the body, under a Content-Length that fits them.
    Append(Vec<u8>),
    /// The first byte of the body is another one.
    Corrupt,
    /// Other bytes than those that were pushed.
    Replace(Vec<u8>),
    /// The Content-Length says so, whatever is sent.
    ContentLength(u64),
    /// No Content-Length: the body is sent in chunks.
    Chunked,
    /// This status, with this Retry-After, instead of the body.
    Status {
        code: u16,
        retry_after: Option<u64>,
        times: u32,
    },
    /// A Range header is not looked at: always 200 and all bytes.
    IgnoreRange,
    /// A 206 answer starts this many bytes after where it was asked to.
    ShiftRange(u64),
    /// Sent elsewhere (307).
    Redirect(String),
    /// Another Content-Type than what was pushed.
    ContentType(String),
}

/// For [`Fault::Drop`] and the others that count: for ever.
pub const ALWAYS: u32 = u32::MAX;

/// What the registry demands before it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Auth {
    None,
    /// A name and a password with every request.
    Basic {
        user: String,
        password: String,
    },
    /// A token from the registry's own `/token`, given to anybody.
    Anonymous,
    /// A token from the registry's own `/token`, for a name and a password.
    Bearer {
        user: String,
        password: String,
    },
    /// Likewise, or for an identity token (OAuth 2's refresh token), which is given for the name and password to whom asks for it.
    Identity {
        user: String,
        password: String,
        identity: String,
    },
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    /// With the query.
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
}

impl Request {
    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// Whether it asked for this manifest, tag or blob: `target` is the whole path, its end after a slash, or a digest; or the method of
    /// one that sends (`POST`, `PATCH`, `PUT`). `HEAD TARGET` and `GET TARGET` are requests of that method alone.
    pub fn is_for(&self, target: &str) -> bool {
        let target = match target.split_once(' ') {
            Some((method, target)) if method == self.method => target,
            Some(_) => return false,
            None => target,
        };
        let path = self.path.split('?').next().unwrap_or_default();
        path == target || target == self.method || path.strip_suffix(target).is_some_and(|front| front.ends_with('/'))
    }
}

#[derive(Clone)]
struct Object {
    media_type: String,
    bytes: Arc<Vec<u8>>,
}

#[derive(Default)]
struct State {
    /// By digest; every repository has them all.
    blobs: HashMap<String, Arc<Vec<u8>>>,
    /// By `REPOSITORY/manifests/TAG-OR-DIGEST`.
    manifests: HashMap<String, Object>,
    /// What was uploaded, by repository and digest: no other repository has it.
    uploaded: HashMap<(String, String), Arc<Vec<u8>>>,
    /// Uploads under way, by number.
    sessions: HashMap<usize, Vec<u8>>,
    faults: Vec<(String, Fault)>,
    auth: Option<Auth>,
    tokens: Vec<String>,
    requests: Vec<Request>,
    connections: Vec<TcpStream>,
    /// So many tags a page; all, where it is zero.
    page: usize,
}

struct Shared {
    state: Mutex<State>,
    address: SocketAddr,
    stopping: AtomicBool,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// A running registry. Dropping it closes every connection.
pub struct Registry {
    shared: Arc<Shared>,
    listener: Option<JoinHandle<()>>,
}

impl Registry {
    /// Starts on a free port of 127.0.0.1, empty, and demanding nothing.
    pub fn start() -> Registry {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            address: listener.local_addr().expect("a bound socket has an address"),
            stopping: AtomicBool::new(false),
        });
        let server = Arc::clone(&shared);
        let accept = move || {
            for stream in listener.incoming().flatten() {
                if server.stopping.load(Ordering::SeqCst) {
                    return;
                }
                if let Ok(stream) = stream.try_clone() {
                    server.state().connections.push(stream);
                }
                let server = Arc::clone(&server);
                std::thread::spawn(move || serve::connection(&server, stream));
            }
        };
        Registry {
            shared,
            listener: Some(std::thread::spawn(accept)),
        }
    }

    /// `127.0.0.1:PORT`.
    pub fn address(&self) -> String {
        self.shared.address.to_string()
    }

    /// A name of an image here: `127.0.0.1:PORT/NAME`.
    pub fn name(&self, name: &str) -> String {
        format!("{}/{name}", self.shared.address)
    }

    /// Serves an image, its configuration and layers; returns the manifest's digest.
    pub fn push(&self, repository: &str, tag: &str, image: &Image) -> String {
        for layer in image.layers() {
            self.put_blob(layer.blob());
        }
        self.put_blob(&image.config());
        self.put_manifest(repository, tag, &image.media_type(), &image.manifest())
    }

    /// Serves an index and its images; returns the index's digest.
    pub fn push_index(&self, repository: &str, tag: &str, index: &Index) -> String {
        for image in index.images() {
            self.push(repository, &image.digest(), image);
        }
        self.put_manifest(repository, tag, &index.media_type(), &index.bytes())
    }

    /// Serves these bytes as a blob; returns their digest.
    pub fn put_blob(&self, bytes: &[u8]) -> String {
        let digest = digest_of(bytes);
        let blob = Arc::new(bytes.to_vec());
        self.shared.state().blobs.insert(digest.clone(), blob);
        digest
    }

    /// Serves these bytes as a manifest, by `reference` and by digest; returns their digest.
    pub fn put_manifest(&self, repository: &str, reference: &str, media_type: &str, bytes: &[u8]) -> String {
        let digest = digest_of(bytes);
        let object = Object {
            media_type: media_type.to_owned(),
            bytes: Arc::new(bytes.to_vec()),
        };
        let mut state = self.shared.state();
        for name in [reference, &digest] {
            let key = format!("{repository}/manifests/{name}");
            state.manifests.insert(key, object.clone());
        }
        digest
    }

    /// The bytes of a manifest that is served.
    pub fn manifest(&self, repository: &str, reference: &str) -> Option<Vec<u8>> {
        let key = format!("{repository}/manifests/{reference}");
        let state = self.shared.state();
        state.manifests.get(&key).map(|object| object.bytes.to_vec())
    }

    /// A blob that was uploaded to a repository, or mounted there.
    pub fn uploaded(&self, repository: &str, digest: &str) -> Option<Vec<u8>> {
        let key = (repository.to_owned(), digest.to_owned());
        self.shared.state().uploaded.get(&key).map(|bytes| bytes.to_vec())
    }

    /// How many uploads are open.
    pub fn open_uploads(&self) -> usize {
        self.shared.state().sessions.len()
    }

    /// How often something was asked for with this method.
    pub fn count_method(&self, method: &str) -> usize {
        let state = self.shared.state();
        state.requests.iter().filter(|request| request.method == method).count()
    }

    /// Lets a manifest, tag or blob go wrong from now on; several faults of one target add up. See [`Request::is_for`] for `target`.
    pub fn fault(&self, target: &str, fault: Fault) {
        self.shared.state().faults.push((target.to_owned(), fault));
    }

    /// Ends all faults.
    pub fn heal(&self) {
        self.shared.state().faults.clear();
    }

    /// Lists so many tags at a time from now on.
    pub fn page_tags(&self, page: usize) {
        self.shared.state().page = page;
    }

    /// Demands this from now on. Tokens that were given out end.
    pub fn demand(&self, auth: Auth) {
        let mut state = self.shared.state();
        state.auth = Some(auth);
        state.tokens.clear();
    }

    /// Ends the tokens that were given out, as time would.
    pub fn expire_tokens(&self) {
        self.shared.state().tokens.clear();
    }

    /// Everything that was asked so far, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.state().requests.clone()
    }

    /// How often a manifest, tag or blob was asked for with GET.
    pub fn count(&self, target: &str) -> usize {
        let state = self.shared.state();
        let wanted = |request: &&Request| request.method == "GET" && request.is_for(target);
        state.requests.iter().filter(wanted).count()
    }

    /// How many blobs were asked for.
    pub fn blob_requests(&self) -> usize {
        let state = self.shared.state();
        state.requests.iter().filter(|r| r.path.contains("/blobs/")).count()
    }

    /// Forgets the requests so far.
    pub fn forget_requests(&self) {
        self.shared.state().requests.clear();
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        // Wakes `accept`, which then sees that it is over.
        let _ = TcpStream::connect(self.shared.address);
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
        for connection in self.shared.state().connections.drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
    }
}
