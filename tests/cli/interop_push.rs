//! What is pushed to a registry as others run it (Debian's docker-registry), and what the other tools make of it: skopeo here, the engines in
//! `interop_engines`. An image keeps its ID on the way there and on the way back.

use crate::distribution::Distribution;
use crate::env::Env;
use crate::fixtures::{docker_archive, three_layers};
use crate::interop::{held, sh};
use std::io::Read;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// An image of which no registry has a layer, under a name of the registry.
fn loaded(env: &Env, registry: &Distribution) -> String {
    env.lamel_with_input(&docker_archive(&three_layers(), &["app:1"]), ["load"])
        .success();
    let name = registry.name("app:1");
    env.lamel(["tag", "app:1", &name]).success();
    env.lamel(["rmi", "app:1"]).success();
    name
}

/// How often something was asked for with this method.
fn count(registry: &Distribution, method: &str) -> usize {
    let requests = registry.requests();
    requests.iter().filter(|request| request.starts_with(method)).count()
}

#[test]
fn skopeo_copies_what_was_pushed_and_back_and_it_is_the_same_image() {
    for compression in ["gzip", "zstd"] {
        let (env, registry) = (Env::new(), Distribution::start());
        let name = loaded(&env, &registry);
        let id = three_layers().id();
        sh(&env, &format!("lamel push -q --compression {compression} {name}"));
        let manifest = sh(
            &env,
            &format!("skopeo inspect --raw --tls-verify=false docker://{name}"),
        );
        assert_eq!(
            manifest.matches(&format!("tar+{compression}\"")).count(),
            3,
            "{manifest}"
        );
        // Skopeo verifies every digest of a source, and so does the registry of what it gets.
        let back = registry.name("back:1");
        sh(
            &env,
            &format!(
                "skopeo copy -q --insecure-policy --src-tls-verify=false docker://{name} oci:copied:it && \
                 skopeo copy -q --insecure-policy --dest-tls-verify=false oci:copied:it docker://{back}"
            ),
        );
        sh(&env, &format!("lamel rmi {name} && lamel pull -q {back}"));
        assert_eq!(held(&env), id, "{compression}");
        sh(&env, &format!("lamel rmi {back} && lamel load -q -i copied"));
        assert_eq!(held(&env), id, "{compression}");
    }
}

#[test]
fn a_second_push_sends_no_blob_and_one_to_another_repository_mounts_them() {
    let (env, registry) = (Env::new(), Distribution::start());
    let name = loaded(&env, &registry);
    sh(&env, &format!("lamel push -q {name}"));
    // Three layers and the configuration.
    assert_eq!((count(&registry, "POST"), count(&registry, "PATCH")), (4, 3));
    sh(&env, &format!("lamel push -q {name}"));
    assert_eq!((count(&registry, "POST"), count(&registry, "PATCH")), (4, 3));
    let other = registry.name("other/app:1");
    let told = sh(&env, &format!("lamel push {name} {other}"));
    assert_eq!(told.matches(": Mounted from app\n").count(), 3, "{told}");
    assert_eq!(count(&registry, "PATCH"), 3);
    sh(&env, &format!("lamel rmi {name} && lamel pull -q {other}"));
    assert_eq!(held(&env), three_layers().id());
}

/// Carries bytes to a registry and back, and breaks the connections that first, `times` of them, carry so many bytes to it; its address.
fn breaking(registry: &Distribution, times: usize, after: u64) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
    let address = listener.local_addr().expect("a bound socket has an address");
    let behind = registry.address().to_owned();
    let broken = Arc::new(AtomicUsize::new(0));
    let both = |stream: TcpStream| (stream.try_clone().expect("a descriptor"), stream);
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            // Whoever connects when the test is over, and the registry gone, is nobody.
            let Ok(server) = TcpStream::connect(&behind) else {
                return;
            };
            let ((client, mut back), (server, mut answers)) = (both(client), both(server));
            let broken = Arc::clone(&broken);
            std::thread::spawn(move || {
                let (mut from, mut to) = (&client, &server);
                // What a side has ended is over, however it has.
                let sent = std::io::copy(&mut from.take(after), &mut to).unwrap_or(0);
                if sent < after || broken.fetch_add(1, Ordering::Relaxed) >= times {
                    let _ = std::io::copy(&mut from, &mut to);
                }
                let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
            });
            std::thread::spawn(move || {
                let _ = std::io::copy(&mut answers, &mut back);
                let _ = back.shutdown(Shutdown::Both);
            });
        }
    });
    address.to_string()
}

#[test]
fn a_push_whose_connections_break_ends_well() {
    let (env, registry) = (Env::new(), Distribution::start());
    let name = loaded(&env, &registry);
    let broken = format!("{}/app:1", breaking(&registry, 2, 300_000));
    sh(&env, &format!("LAMEL_RETRY_DELAY=0.01 lamel push -q {name} {broken}"));
    // Three layers and the configuration, and one layer twice more.
    assert_eq!(count(&registry, "POST"), 4 + 2, "{:?}", registry.requests());
    sh(&env, &format!("lamel rmi {name} && lamel pull -q {name}"));
    assert_eq!(held(&env), three_layers().id());
}

/// The tool validates layouts alone, skopeo's archives neither: an archive is unpacked for it.
#[test]
fn oci_image_tool_finds_nothing_wrong_with_what_is_saved() {
    let env = Env::new();
    let name = env.pulled("app:1", &three_layers());
    for format in ["oci-dir", "oci-archive", "docker-archive"] {
        sh(&env, &format!("lamel save --format {format} -o saved {name}"));
        let layout = match format {
            "oci-dir" => "saved",
            _ => "unpacked",
        };
        if layout == "unpacked" {
            sh(&env, "mkdir unpacked && tar -C unpacked -xf saved");
        }
        let told = sh(&env, &format!("oci-image-tool validate --type image {layout} 2>&1"));
        assert!(told.ends_with("Validation succeeded"), "{format}: {told}");
        sh(&env, "rm -r saved unpacked 2>/dev/null || true");
    }
}
