//! The built-in image: a first container with no registry and no network.

use crate::env::Env;

#[test]
fn hello_runs_in_an_empty_store_and_tells_what_happened() {
    let env = Env::new();
    let outcome = env.lamel(["run", "--rm", "--network", "none", "hello"]).success();
    for word in ["layer", "namespaces", "root"] {
        assert!(
            outcome.stdout.to_lowercase().contains(word),
            "no {word:?} in:\n{}",
            outcome.stdout
        );
    }
}

#[test]
fn hello_is_an_image_of_one_layer_like_any_other() {
    let env = Env::new();
    env.lamel(["run", "--rm", "--network", "none", "hello"]).success();
    env.lamel(["images", "--format", "{{.Repository}}:{{.Tag}}"])
        .success()
        .stdout("localhost/hello:latest\n");
    let image = env.lamel(["inspect", "hello"]).success().json()[0].clone();
    assert_eq!(image["RootFS"]["Layers"].as_array().expect("a list").len(), 1);
    env.lamel(["rmi", "hello"]).success();
    env.lamel(["images", "-q"]).success().stdout("");
}
