//! A registry's own certificate in its directory in `certs.d`: trusted for itself, and for that registry alone.

use crate::distribution::Distribution;
use crate::env::{Env, Outcome};
use crate::fixtures::busybox;
use crate::registry::{Fault, Registry};
use crate::tls::{front, openssl};
use std::path::PathBuf;

const NAMES: &str = "-addext subjectAltName=IP:127.0.0.1,DNS:localhost";

/// What the usual instructions for a registry say, but for the kind of key: one certificate that is an authority's and
/// the server's at once.
fn self_signed(curve: &str, more: &str) -> String {
    format!(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:{curve} -nodes -days 2 -subj /CN=127.0.0.1 \
             -keyout server.key -out server.crt {more}\n"
    )
}

/// A server's certificate that another, `ca.crt`, has signed.
fn signed(curve: &str) -> String {
    format!(
        "new='-newkey ec -pkeyopt ec_paramgen_curve:{curve} -nodes'
        openssl req -x509 $new -days 2 -subj /CN=authority -keyout ca.key -out ca.crt
        openssl req $new -subj /CN=127.0.0.1 -keyout server.key -out server.csr
        echo subjectAltName=IP:127.0.0.1 >ext
        openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile ext -out server.crt"
    )
}

/// A registry behind TLS, and a directory of certificates.
struct World {
    env: Env,
    certificates: PathBuf,
    address: String,
}

impl World {
    /// The script makes the registry's certificate, `server.crt`, and the key that it signs with, `server.key`.
    fn new(script: &str) -> World {
        let env = Env::new();
        let certificates = env.work().join("certificates");
        std::fs::create_dir(&certificates).expect("a directory");
        openssl(&certificates, script);
        env.serve("app:1", &busybox());
        let address = front(env.registry().address(), &certificates, false);
        let world = World {
            env,
            certificates,
            address,
        };
        world.secure();
        world
    }

    /// No plain http, and no certificate unseen, though it is on loopback.
    fn secure(&self) {
        let conf = format!("[[registry]]\nlocation = '{}'\ninsecure = false\n", self.address);
        std::fs::write(self.env.registries_conf(), conf).expect("registries.conf");
    }

    /// Copies a certificate to the directory of a registry.
    fn trust(&self, registry: &str, certificate: &str) {
        let dir = self.env.home().join(".config/containers/certs.d").join(registry);
        std::fs::create_dir_all(&dir).expect("a directory");
        std::fs::copy(self.certificates.join(certificate), dir.join("ca.crt")).expect("a certificate");
    }

    fn pull(&self) -> Outcome {
        self.env.lamel(["pull", "-q", &format!("{}/app:1", self.address)])
    }

    /// The registry was not believed, and so it was told nothing.
    #[track_caller]
    fn is_refused(&self, why: &str) {
        let error = format!("lamel: cannot reach registry {}: {why}", self.address);
        let out = self.pull().code(1);
        assert!(out.stderr.starts_with(&error), "{}\n{error}", out.stderr);
        assert_eq!(out.stderr.lines().count(), 1, "{}", out.stderr);
        assert!(self.env.registry().requests().is_empty());
    }
}

#[test]
fn a_registrys_own_certificate_is_believed() {
    for more in [
        "",
        "-addext basicConstraints=critical,CA:FALSE",
        "-addext extendedKeyUsage=serverAuth",
    ] {
        let world = World::new(&self_signed("prime256v1", &format!("{NAMES} {more}")));
        world.is_refused("invalid peer certificate: ");
        world.trust(&world.address, "server.crt");
        world.pull().success().stderr("");
        assert_eq!(world.env.lamel(["images", "-q", "--no-trunc"]).text(), busybox().id());
    }
}

#[test]
fn a_self_signed_certificate_is_refused_with_where_it_belongs() {
    World::new(&self_signed("prime256v1", NAMES)).is_refused(
        "invalid peer certificate: it is self-signed (if it is the right one, it belongs as a *.crt into the \
         registry's directory in /etc/containers/certs.d)\n",
    );
}

#[test]
fn a_certificate_is_believed_without_who_signed_it() {
    let world = World::new(&signed("prime256v1"));
    world.trust(&world.address, "server.crt");
    world.pull().success().stderr("");
}

#[test]
fn another_certificate_of_the_same_name_is_not_believed() {
    let make = self_signed("prime256v1", NAMES);
    let world = World::new(&format!("{make} mv server.crt other.crt\n{make}"));
    world.trust(&world.address, "other.crt");
    world.is_refused("invalid peer certificate: ");
}

#[test]
fn a_certificate_is_not_believed_for_what_is_in_anothers_directory() {
    let world = World::new(&self_signed("prime256v1", NAMES));
    let (_, port) = world.address.split_once(':').expect("a port");
    for other in [
        format!("localhost:{port}"),
        "127.0.0.1:1".to_owned(),
        "127.0.0.1".to_owned(),
    ] {
        world.trust(&other, "server.crt");
    }
    world.is_refused("invalid peer certificate: ");
}

#[test]
fn a_certificate_that_is_another_hosts_or_over_or_not_a_servers_is_not_believed() {
    let over = "
        printf '[ca]\ndefault_ca=a\n[a]\ndatabase=index\nnew_certs_dir=.\nrand_serial=yes\n' >conf
        printf 'default_md=sha256\npolicy=p\ncopy_extensions=copyall\n[p]\ncommonName=supplied\n' >>conf
        : >index
        openssl req -new -key server.key -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -out server.csr
        openssl ca -config conf -batch -selfsign -keyfile server.key -in server.csr -notext \
            -startdate 20200101000000Z -enddate 20200102000000Z -out server.crt";
    let make = |more: &str| self_signed("prime256v1", more);
    for (script, why) in [
        (
            make("-addext subjectAltName=IP:127.0.0.2,DNS:localhost"),
            "certificate not valid for name \"127.0.0.1\"; certificate is only valid for ",
        ),
        (
            make(""),
            "certificate not valid for name \"127.0.0.1\"; certificate is not valid for any names",
        ),
        (
            make(&format!("{NAMES} -addext extendedKeyUsage=clientAuth")),
            "InvalidPurpose",
        ),
        (make(NAMES) + over, "certificate expired: "),
    ] {
        let world = World::new(&script);
        world.trust(&world.address, "server.crt");
        world.is_refused(&format!("invalid peer certificate: {why}"));
    }
}

/// A server that has copied the certificate does not have its key.
#[test]
fn a_certificate_that_is_shown_without_its_key_is_not_believed() {
    let make = self_signed("prime256v1", NAMES);
    let another = "openssl genpkey -algorithm ec -pkeyopt ec_paramgen_curve:prime256v1 -out server.key";
    let world = World::new(&format!("{make}{another}"));
    world.trust(&world.address, "server.crt");
    world.is_refused("invalid peer certificate: BadSignature");
}

/// An authority in the directory counts for the hosts that a registry refers to, as with Docker; the registry's own
/// certificate does not.
#[test]
fn hosts_that_a_registry_refers_to_cannot_use_its_certificate() {
    for more in ["", "-addext basicConstraints=critical,CA:FALSE", "-config without"] {
        let without = "printf '[req]\ndistinguished_name=name\n[name]\n' >without\n";
        let world = World::new(&format!(
            "{without}{}",
            self_signed("prime256v1", &format!("{NAMES} {more}"))
        ));
        world.trust(&world.address, "server.crt");
        let layer = busybox().layers()[0].clone();
        let other = Registry::start();
        let digest = other.put_blob(layer.blob());
        let elsewhere = front(other.address(), &world.certificates, false);
        let (_, port) = elsewhere.split_once(':').expect("a port");
        let refer = |host: &str| {
            let there = format!("https://{host}:{port}/v2/files/blobs/{digest}");
            world.env.registry().fault(&digest, Fault::Redirect(there));
        };
        refer("localhost");
        let refused = world.pull().code(1);
        assert!(
            refused.stderr.contains("invalid peer certificate: "),
            "{}",
            refused.stderr
        );
        assert!(other.requests().is_empty());
        world.env.registry().heal();
        refer("127.0.0.1");
        world.pull().success();
        assert_eq!(other.requests().len(), 1);
    }
}

#[test]
fn a_machine_without_authorities_trusts_a_registrys_own_certificate() {
    let world = World::new(&self_signed(
        "prime256v1",
        &format!("{NAMES} -addext basicConstraints=critical,CA:FALSE"),
    ));
    let pull = format!("SSL_CERT_FILE=/dev/null lamel pull -q {}/app:1", world.address);
    let refused = world.env.shell(&pull).code(1);
    assert!(refused.stderr.contains("install ca-certificates"), "{}", refused.stderr);
    world.trust(&world.address, "server.crt");
    world.env.shell(&pull).success();
}

/// The tests' own TLS server cannot sign with such a key; Debian's registry can, and speaks HTTP/2.
#[test]
fn keys_on_p_521_are_believed() {
    for (script, trusted) in [
        (self_signed("secp521r1", NAMES), "server.crt"),
        (signed("secp521r1"), "ca.crt"),
    ] {
        let env = Env::new();
        let certificates = env.work().join("certificates");
        std::fs::create_dir(&certificates).expect("a directory");
        openssl(&certificates, &script);
        let registry = Distribution::with_certificate(&certificates);
        let (here, there) = (env.pulled("app:1", &busybox()), registry.name("app:1"));
        let world = World {
            env,
            certificates,
            address: registry.address().to_owned(),
        };
        world.secure();
        world.env.lamel(["push", "-q", &here, &there]).code(1);
        world.trust(&world.address, trusted);
        world.env.lamel(["push", "-q", &here, &there]).success();
        world.env.lamel(["rmi", &here]).success();
        world.pull().success();
        let requests = registry.requests();
        assert!(
            !requests.is_empty() && requests.iter().all(|request| request.ends_with(" HTTP/2.0")),
            "{requests:?}"
        );
    }
}
