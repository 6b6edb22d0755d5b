//! A registry behind TLS, with certificates of the test's own authority: what `certs.d` is for.

use crate::distribution::Distribution;
use crate::env::{Env, Outcome, finish, is_root};
use crate::fixtures::{busybox, busybox_layer, three_layers};
use crate::machine::Machine;
use crate::registry::Fault;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{RootCertStore, ServerConfig, ServerConnection};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

/// An authority, and a server's and a client's certificate that it signed: `ca.crt`, `server.crt`, `server.key`, `client.crt`, `client.key`.
fn certificates(dir: &Path) {
    openssl(
        dir,
        "key='-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'
        openssl req -x509 $key -keyout ca.key -out ca.crt -days 2 -subj /CN=authority
        for who in server client; do
            openssl req $key -keyout $who.key -out $who.csr -subj /CN=$who
            echo subjectAltName=IP:127.0.0.1,DNS:localhost >ext
            openssl x509 -req -in $who.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile ext -out $who.crt
        done",
    );
}

/// Puts a server's certificate into the place of the one that is there, from the same authority, which was good for a
/// month of 2020.
fn expire(dir: &Path) {
    let script = "
        set -e
        printf '%s\n' '[ca]' 'default_ca = it' '[it]' 'database = index' 'serial = number' 'new_certs_dir = .' \
            'policy = any' 'default_md = sha256' '[any]' 'commonName = supplied' >conf
        : >index
        echo 77 >number
        echo subjectAltName=IP:127.0.0.1 >ext
        openssl ca -batch -config conf -cert ca.crt -keyfile ca.key -in server.csr -notext -extfile ext \
            -startdate 20200101000000Z -enddate 20200201000000Z -out server.crt";
    openssl(dir, script);
}
/// Runs a script of shell that makes certificates in this directory.
pub fn openssl(dir: &Path, script: &str) {
    let run = Command::new("/bin/sh")
        .args(["-ec", script])
        .current_dir(dir)
        .output()
        .expect("openssl runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

/// Starts TLS in front of a registry, with `server.crt` and `server.key` of a directory; returns `HOST:PORT`. It lives
/// as long as the test's process.
pub fn front(behind: String, dir: &Path, wants_client: bool) -> String {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .expect("the provider's own versions");
    let builder = match wants_client {
        true => {
            let mut roots = RootCertStore::empty();
            let authority = CertificateDer::from_pem_file(dir.join("ca.crt")).expect("a certificate");
            roots.add(authority).expect("an authority");
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
            builder.with_client_cert_verifier(verifier.build().expect("a verifier"))
        }
        false => builder.with_no_client_auth(),
    };
    let cert = CertificateDer::from_pem_file(dir.join("server.crt")).expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(dir.join("server.key")).expect("a key");
    let key = provider.key_provider.load_private_key(key).expect("a key for TLS");
    // They need not be a pair: one test shows a certificate without having its key.
    let shown = SingleCertAndKey::from(CertifiedKey::new(vec![cert], key));
    let config = Arc::new(builder.with_cert_resolver(Arc::new(shown)));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
    let address = listener
        .local_addr()
        .expect("a bound socket has an address")
        .to_string();
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
        World::with(wants_client, |_| {})
    }

    /// `prepare` is given the directory of the certificates before they are used.
    fn with(wants_client: bool, prepare: impl FnOnce(&Path)) -> World {
        let env = Env::new();
        let dir = env.work().join("certificates");
        std::fs::create_dir(&dir).expect("a directory");
        certificates(&dir);
        prepare(&dir);
        env.serve("app:1", &busybox());
        let address = front(env.registry().address(), &dir, wants_client);
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
        self.put(&self.directory(), files);
    }

    fn put(&self, dir: &Path, files: &[(&str, &str)]) {
        std::fs::create_dir_all(dir).expect("a directory");
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
fn a_certificate_that_has_expired_is_not_believed() {
    let world = World::with(false, expire).strict();
    world.trust(&[("ca.crt", "ca.crt")]);
    world.pull().fails(
        1,
        &format!(
            "lamel: cannot reach registry {}: invalid peer certificate: certificate expired: [..] (its certificate \
             must be signed by one of the system's authorities, [..])\n",
            world.address
        ),
    );
    assert!(world.env.registry().requests().is_empty());
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
    let error = format!(
        "lamel: {url}: invalid peer certificate: UnknownIssuer (its certificate must be signed by one of the system's \
         authorities, or by one in the file SSL_CERT_FILE)\n"
    );
    import(None).fails(1, &error);
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
fn authorities_in_a_directory_of_ssl_cert_dir_are_believed() {
    let world = World::new(false).strict();
    world.put(&world.env.work().join("authorities"), &[("ca.crt", "ca.crt")]);
    let line = format!(
        "openssl rehash authorities && SSL_CERT_DIR=$PWD/authorities lamel pull -q {}/app:1",
        world.address
    );
    world.env.shell(&line).success();
}

#[test]
fn the_machines_directories_of_certificates_are_those_of_docker_and_of_podman() {
    for tool in ["containers", "docker"] {
        let world = World::new(false).strict();
        let machine = Machine::new(&world.env);
        let name = format!("{}/app:1", world.address);
        let refused = machine.lamel(&["pull", "-q", &name]).code(1);
        assert!(refused.stderr.contains("UnknownIssuer"), "{}", refused.stderr);
        let dir = machine.etc(&format!("{tool}/certs.d/{}", world.address));
        world.put(&dir, &[("ca.crt", "ca.crt")]);
        machine.lamel(&["pull", "-q", &name]).success().stderr("");
    }
}

/// Root may read everything, and does without that here; nobody else may look into root's processes.
#[test]
fn a_directory_of_certificates_that_this_user_may_not_read_is_told() {
    let world = World::new(false).strict();
    let dir = world.directory();
    let without = "capsh --drop=cap_dac_override,cap_dac_read_search --";
    let shell = if is_root() { without } else { "/bin/sh" };
    if is_root() {
        world.trust(&[("ca.crt", "ca.crt")]);
        std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o000)).expect("a mode");
    } else {
        std::fs::create_dir_all(dir.parent().expect("certs.d")).expect("a directory");
        std::os::unix::fs::symlink("/proc/1/fd", &dir).expect("a link");
    }
    let out = world
        .env
        .shell(&format!("{shell} -c 'exec lamel pull -q {}/app:1'", world.address))
        .code(1);
    let warning = format!(
        "lamel: warning: certificates for {} in {} are not used: this user may not read it\n",
        world.address,
        dir.display()
    );
    assert!(
        out.stderr.starts_with(&warning) && out.stderr.contains("UnknownIssuer"),
        "{}",
        out.stderr
    );
}

/// What the registry itself says of each request, on the way there and on the way back.
#[test]
fn http_2_is_spoken_where_it_is_offered() {
    let env = Env::new();
    let dir = env.work().join("certificates");
    std::fs::create_dir(&dir).expect("a directory");
    certificates(&dir);
    let registry = Distribution::with_certificate(&dir);
    std::fs::write(
        env.registries_conf(),
        format!("[[registry]]\nlocation = '{}'\ninsecure = false\n", registry.address()),
    )
    .expect("registries.conf");
    let (here, there) = (env.pulled("app:1", &three_layers()), registry.name("app:1"));
    for line in ["push -q FIRST SECOND", "rmi FIRST", "pull -q SECOND"] {
        let line = line.replace("FIRST", &here).replace("SECOND", &there);
        env.shell(&format!("SSL_CERT_FILE=$PWD/certificates/ca.crt lamel {line}"))
            .success();
    }
    assert_eq!(env.lamel(["images", "-q", "--no-trunc"]).text(), three_layers().id());
    let requests = registry.requests();
    for method in ["HEAD", "GET", "POST", "PATCH", "PUT"] {
        assert!(
            requests.iter().any(|request| request.starts_with(method)),
            "{requests:?}"
        );
    }
    let other: Vec<_> = requests
        .iter()
        .filter(|request| !request.ends_with(" HTTP/2.0"))
        .collect();
    assert!(other.is_empty(), "{other:?}");
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
    world.trust(&[("server.key", "me.key")]);
    let error = format!("lamel: {dir}/me.cert and its key cannot be used: keys may not be consistent: KeyMismatch\n");
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
