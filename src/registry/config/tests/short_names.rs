//! Names without a registry.

use crate::oci::reference::Reference;
use crate::registry::config::short_name::full_names_in;
use crate::registry::config::tests::{Machine, etc};

#[test]
fn a_file_that_does_not_concern_a_name_is_not_parsed_for_it() {
    let broken = "[aliases]\nother = 7\n# redis and unqualified-search-registries\n";
    let machine = Machine::new().with("etc/containers/registries.conf", broken);
    let names = |typed| full_names_in(typed, &machine.dirs());
    let docker: Reference = "docker.io/library/redis:7".parse().unwrap();
    assert_eq!(names("redis:7").unwrap(), [docker]);
    assert!(names("other").is_err());
    assert_eq!(names("quay.io/other").unwrap().len(), 1);
    for hidden in ["\"re\\u0064is\" = 'quay.io/redis'", "'redis' = 'quay.io/redis'"] {
        let machine = Machine::new().with("etc/containers/registries.conf", &format!("[aliases]\n{hidden}\n"));
        assert_eq!(machine.full_names("redis:7"), ["quay.io/redis:7"]);
    }
    let searched = Machine::new().with(
        "etc/containers/registries.conf",
        "registries.search.registries = ['quay.io']\n",
    );
    assert_eq!(searched.full_names("redis:7"), ["quay.io/redis:7"]);
}

#[test]
fn several_registries_are_searched_in_order_except_in_enforcing_mode() {
    let search = "unqualified-search-registries = ['quay.io', 'docker.io', 'host:5000']\n[aliases]\nx = 'y.io/x'\n";
    let all = ["quay.io/app:1", "docker.io/library/app:1", "host:5000/app:1"];
    for mode in ["", "short-name-mode = 'permissive'\n", "short-name-mode = 'disabled'\n"] {
        let machine = etc(&format!("{mode}{search}"));
        assert_eq!(machine.full_names_to_pull("app:1").unwrap(), all, "{mode}");
    }
    let machine = etc(&format!("short-name-mode = 'enforcing'\n{search}"));
    assert_eq!(machine.full_names("app:1"), all);
    assert_eq!(machine.full_names_to_pull("x").unwrap(), ["y.io/x"]);
    assert_eq!(
        machine.full_names_to_pull("app:1").unwrap_err(),
        "app:1 may mean quay.io/app:1 or docker.io/library/app:1 or host:5000/app:1: name it in full, or make it an \
         alias (short-name-mode is enforcing in etc/containers/registries.conf, line 1)"
    );
    let machine = etc("short-name-mode = 'enforcing'\nunqualified-search-registries = ['quay.io']");
    assert_eq!(machine.full_names_to_pull("app").unwrap(), ["quay.io/app"]);
    let machine = etc("unqualified-search-registries = []");
    assert_eq!(
        machine.full_names_to_pull("app").unwrap_err(),
        "app names no registry, and etc/containers/registries.conf, line 1 has none to look for it in: name it in full"
    );
    assert_eq!(
        machine.full_names_to_pull("docker.io/app").unwrap(),
        ["docker.io/library/app"]
    );
}
