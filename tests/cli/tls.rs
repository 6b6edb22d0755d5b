//! A registry behind TLS, with certificates of the test's own authority: what `certs.d` is for.

use crate::env::{Env, Outcome, finish};
use crate::fixtures::{busybox, busybox_layer};
use crate::registry::Fault;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

/// An authority, and a server's and a client's certificate that it signed: `ca.crt`, `server.crt`, `server.key`, `client.crt`, `client.key`.
fn certificates(dir: &Path) {
    let script = "
        set -e
        key='-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'
        openssl req -x509 $key -keyout ca.key -out ca.crt -days 2 -subj /CN=authority
        for who in server client; do
            openssl req $key -keyout $who.key -out $who.csr -subj /CN=$who
            echo subjectAltName=IP:127.0.0.1,DNS:localhost >ext
            openssl x509 -req -in $who.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile ext -out $who.crt
        done";
    let run = Command::new("/bin/sh")
        .args(["-c", script])
        .current_dir(dir)
        .output()
        .expect("openssl runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

/// Starts TLS in front of the environment's registry; `HOST:PORT` comes back. It lives as long as the test's process.
fn front(env: &Env, dir: &Path, wants_client: bool) -> String {
    let cert = CertificateDer::from_pem_file(dir.join("server.crt")).expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(dir.join("server.key")).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .expect("the provider's own versions");
    let builder = match wants_client {
        true => {
            let mut roots = RootCertStore::empty();
            let authority = CertificateDer::from_pem_file(dir.join("ca.crt")).expect("a certificate");
            roots.add(authority).expect("an authority");
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().expect("a verifier"))
        }
        false => builder.with_no_client_auth(),
    };
    let config = Arc::new(builder.with_single_cert(vec![cert], key).expect("a pair"));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
    let address = listener
        .local_addr()
        .expect("a bound socket has an address")
        .to_string();
    let behind = env.registry().address();
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let (config, behind) = (Arc::clone(&config), behind.clone());
            std::thread::spawn(move || {
                let tls = ServerConnection::new(config).expect("a connection");
                // A client that leaves, or that is refused, is the test's business.
                let _ = carry(tls, client, TcpStream::connect(behind)?);
                io::Result::Ok(())
            });
        }
    });
    address
}

/// Carries bytes both ways until one side closes.
fn carry(mut tls: ServerConnection, mut client: TcpStream, mut behind: TcpStream) -> io::Result<()> {
    client.set_nonblocking(true)?;
    behind.set_nonblocking(true)?;
    let mut buffer = [0; 1 << 14];
    loop {
        let mut moved = false;
        match ready(tls.read_tls(&mut client))? {
            Some(0) => return Ok(()),
            Some(_) => {
                if let Err(error) = tls.process_new_packets() {
                    // The alert that says so.
                    let _ = tls.write_tls(&mut client);
                    return Err(io::Error::other(error));
                }
                moved = true;
            }
            None => {}
        }
        if let Some(count) = ready(tls.reader().read(&mut buffer))? {
            write_all(&mut behind, &buffer[..count])?;
            moved |= count > 0;
        }
        match ready(behind.read(&mut buffer))? {
            Some(0) => return Ok(()),
            Some(count) => {
                tls.writer().write_all(&buffer[..count])?;
                moved = true;
            }
            None => {}
        }
        while tls.wants_write() && ready(tls.write_tls(&mut client))?.is_some() {
            moved = true;
        }
        if !moved {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// `None` where nothing can be done now.
fn ready(done: io::Result<usize>) -> io::Result<Option<usize>> {
    match done {
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
        done => done.map(Some),
    }
}

fn write_all(to: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
    to.set_nonblocking(false)?;
    to.write_all(bytes)?;
    to.set_nonblocking(true)
}

/// A world with certificates, an image in its registry, and TLS in front of that.
struct World {
    env: Env,
    certificates: PathBuf,
    address: String,
}

impl World {
    fn new(wants_client: bool) -> World {
        let env = Env::new();
        let dir = env.work().join("certificates");
        std::fs::create_dir(&dir).expect("a directory");
        certificates(&dir);
        env.serve("app:1", &busybox());
        let address = front(&env, &dir, wants_client);
        World {
            env,
            certificates: dir,
            address,
        }
    }

    /// No plain http, and no certificate unseen, though it is on loopback.
    fn strict(self) -> World {
        let conf = format!("[[registry]]\nlocation = '{}'\ninsecure = false\n", self.address);
        std::fs::write(self.env.registries_conf(), conf).expect("registries.conf");
        self
    }

    /// Puts certificates into the user's `certs.d` for the registry, under these names.
    fn trust(&self, files: &[(&str, &str)]) {
        let dir = self.directory();
        std::fs::create_dir_all(&dir).expect("a directory");
        for (from, to) in files {
            std::fs::copy(self.certificates.join(from), dir.join(to)).expect("a certificate");
        }
    }

    fn directory(&self) -> PathBuf {
        self.env.home().join(".config/containers/certs.d").join(&self.address)
    }

    fn pull(&self) -> Outcome {
        self.env.lamel(["pull", "-q", &format!("{}/app:1", self.address)])
    }

    #[track_caller]
    fn is_pulled(&self) {
        self.pull()
            .success()
            .stdout(&format!("{}/app:1\n", self.address))
            .stderr("");
        assert_eq!(self.env.lamel(["images", "-q", "--no-trunc"]).text(), busybox().id());
    }
}

#[test]
fn an_authority_in_certs_d_is_believed_and_no_other() {
    let world = World::new(false).strict();
    let error = format!(
        "lamel: cannot reach registry {}: invalid peer certificate: UnknownIssuer (its certificate must be signed by one of the \
         system's authorities, by one in the file SSL_CERT_FILE, or by a *.crt in the registry's directory in \
         /etc/containers/certs.d)\n",
        world.address
    );
    world.pull().fails(1, &error);
    world.trust(&[("client.crt", "other.crt")]);
    world.pull().fails(1, &error);
    assert!(world.env.registry().requests().is_empty());
    world.trust(&[("ca.crt", "ca.crt")]);
    world.is_pulled();
}

#[test]
fn an_authority_in_ssl_cert_file_is_believed() {
    let world = World::new(false).strict();
    let mut command = world.env.command(["pull", "-q", &format!("{}/app:1", world.address)]);
    let done = command
        .env("SSL_CERT_FILE", world.certificates.join("ca.crt"))
        .output()
        .expect("lamel runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn options_go_before_what_is_configured() {
    let world = World::new(false).strict();
    let name = format!("{}/app:1", world.address);
    let pull = |options: &[&str]| world.env.lamel([&["pull", "-q"], options, &[&name[..]]].concat());
    let refused = pull(&[]).code(1);
    assert!(
        refused.stderr.contains("invalid peer certificate"),
        "{}",
        refused.stderr
    );
    pull(&["--tls-verify=false"]).success();
    world.env.lamel(["rmi", &name]).success();
    pull(&["--cert-dir", "certificates"]).fails(1, "lamel: certificates/ca.key has no certificate *.cert beside it\n");
    std::fs::create_dir(world.env.work().join("ca")).expect("a directory");
    std::fs::copy(world.certificates.join("ca.crt"), world.env.work().join("ca/ca.crt")).expect("a certificate");
    pull(&["--cert-dir", "ca"]).success();
    pull(&["--cert-dir", "none"]).fails(1, "lamel: none: no such directory of certificates\n");
    for options in [
        &["--tls-verify=false"][..],
        &["--cert-dir", "ca"],
        &["--tls-verify", "--cert-dir=ca"],
    ] {
        let other = format!("{}/mine/app:2", world.address);
        world
            .env
            .lamel([&["push", "-q"], options, &[&name, &other]].concat())
            .success();
        let login = [
            "login",
            "-u",
            "me",
            "--password-stdin",
            "--authfile",
            "auth.json",
            &world.address,
        ];
        world
            .env
            .lamel_with_input(b"x", [&login[..1], options, &login[1..]].concat())
            .success();
    }
    // And the other way: one that is insecure by its configuration is not where it must not be.
    std::fs::write(world.env.registries_conf(), "").expect("registries.conf");
    pull(&[]).success();
    let refused = pull(&["--tls-verify"]).code(1);
    assert!(
        refused.stderr.contains("invalid peer certificate"),
        "{}",
        refused.stderr
    );
}

#[test]
fn a_file_by_https_is_imported_from_whom_an_authority_vouches_for() {
    let world = World::new(false);
    let digest = world.env.registry().put_blob(busybox_layer().plain().blob());
    let url = format!("https://{}/v2/files/blobs/{digest}", world.address);
    let import = |authority: Option<PathBuf>| {
        let mut command = world.env.command(["import", &url, "mine:1"]);
        command.envs(authority.map(|path| ("SSL_CERT_FILE", path)));
        finish(command.stdin(Stdio::null()), "import".into())
    };
    // Not even on loopback, where a registry's would not be looked at.
    let refused = import(None).code(1);
    assert!(
        refused.stderr.contains("invalid peer certificate: UnknownIssuer"),
        "{}",
        refused.stderr
    );
    assert!(world.env.registry().requests().is_empty());
    import(Some(world.certificates.join("ca.crt"))).success();
    world
        .env
        .lamel(["run", "--rm", "mine:1", "/bin/busybox", "true"])
        .success();
    // Nobody is sent from there into the clear.
    let elsewhere = format!("http://{}/v2/files/blobs/{digest}", world.env.registry().address());
    world.env.registry().fault(&digest, Fault::Redirect(elsewhere));
    let refused = import(Some(world.certificates.join("ca.crt"))).code(1);
    assert!(
        refused.stderr.contains("it redirects from https to plain http"),
        "{}",
        refused.stderr
    );
}

#[test]
fn a_client_shows_its_certificate() {
    let world = World::new(true).strict();
    world.trust(&[("ca.crt", "ca.crt")]);
    let error = format!(
        "lamel: cannot reach registry {}: it wants a client's certificate (a *.cert and its *.key belong into the registry's \
         directory in /etc/containers/certs.d)\n",
        world.address
    );
    world.pull().fails(1, &error);
    assert!(world.env.registry().requests().is_empty());
    world.trust(&[("client.crt", "me.cert")]);
    let dir = world.directory().display().to_string();
    let error = format!("lamel: {dir}/me.cert has no key beside it (an authority's certificate is named *.crt)\n");
    world.pull().fails(1, &error);
    world.trust(&[("client.key", "me.key")]);
    world.is_pulled();
}

#[test]
fn an_insecure_registry_may_speak_https_with_any_certificate() {
    let world = World::new(false);
    world.is_pulled();
    let paths = world.env.registry().requests();
    assert!(
        paths.iter().all(|request| request.path.starts_with("/v2/")),
        "{paths:?}"
    );
}
