//! A real server, nginx as Debian packages it, through the days of a container: published, with a page from the host, its logs apart,
//! stopped by the signal that its image names, and ended by the signal that a service manager sends. `tests/run` makes the image.

use crate::env::{Env, eventually, is_single_id, wait};
use crate::real;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// The options that publish port 80 at a free port of loopback, and show a page of the host's.
fn options(env: &Env) -> Vec<String> {
    let work = env.work();
    std::fs::create_dir(work.join("site")).expect("a directory in the work directory");
    std::fs::write(work.join("site/index.html"), "a page of the host's\n").expect("a file in the work directory");
    let mount = |path: &str, at: &str| ["-v".to_owned(), format!("{}:{at}:ro", work.join(path).display())];
    let mut options: Vec<String> = ["--name", "web", "-p", "127.0.0.1::80"].map(str::to_owned).into();
    options.extend(mount("site", "/var/www/html"));
    // Debian's own has no file errors to log. Where there is a single id, its workers cannot become www-data.
    let user = if is_single_id() { "root" } else { "www-data" };
    let http = "http { server { root /var/www/html; access_log /dev/stdout; } }";
    let config = format!("user {user};\nevents {{}}\n{http}\n");
    std::fs::write(work.join("nginx.conf"), config).expect("a file in the work directory");
    options.extend(mount("nginx.conf", "/etc/nginx/nginx.conf"));
    options
}

/// The status line and the body that a request is answered with; nothing while nobody listens.
fn get(address: &str, path: &str) -> Option<(String, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: web\r\n\r\n").ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    Some((head.lines().next()?.to_owned(), body.to_owned()))
}

/// Where the server is, which answers by now.
fn address(env: &Env) -> String {
    let mut address = String::new();
    eventually("the server answers", || {
        address = env.lamel(["port", "web", "80/tcp"]).stdout.trim().to_owned();
        get(&address, "/").is_some()
    });
    address
}

#[test]
#[ignore = "needs images that tests/run makes"]
fn a_server_is_published_logged_and_stopped_by_its_own_signal() {
    let env = Env::new();
    let image = real::name("nginx:1");
    env.lamel(["pull", "-q", &image]).success();
    let mut run: Vec<String> = ["run", "-d"].map(str::to_owned).into();
    run.extend(options(&env));
    run.push(image);
    env.lamel(&run).success();
    let address = address(&env);
    let (status, body) = get(&address, "/").expect("it answered a moment ago");
    assert_eq!((&*status, &*body), ("HTTP/1.1 200 OK", "a page of the host's\n"));
    let (status, _) = get(&address, "/missing").expect("it answered a moment ago");
    assert_eq!(status, "HTTP/1.1 404 Not Found");
    let top = env.lamel(["top", "web", "-eo", "pid,args"]).success().stdout;
    assert!(
        top.contains("nginx: master process nginx -g daemon off;") && top.contains("nginx: worker process"),
        "{top}"
    );

    // What it wrote to each stream comes out of the same stream.
    let logs = env.lamel(["logs", "web"]).success();
    assert!(logs.stdout.contains("\"GET /missing HTTP/1.0\" 404"), "{}", logs.stdout);
    assert!(
        logs.stderr.contains("open() \"/var/www/html/missing\" failed"),
        "{}",
        logs.stderr
    );
    assert!(!logs.stdout.contains("open()") && !logs.stderr.contains("GET / HTTP/1.0\" 200"));

    // SIGQUIT lets it finish what it serves; without, it would have to be killed.
    env.lamel(["stop", "web"]).success().stdout("web\n");
    env.lamel([
        "inspect",
        "-f",
        "{{.State.Status}} {{.State.ExitCode}} {{.Config.StopSignal}}",
        "web",
    ])
    .success()
    .stdout("exited 0 SIGQUIT\n");
    assert_eq!(get(&address, "/"), None);
    env.lamel(["start", "web"]).success();
    let address = self::address(&env);
    assert_eq!(
        get(&address, "/").expect("it answered a moment ago").1,
        "a page of the host's\n"
    );
    env.lamel(["rm", "-f", "web"]).success();
}

#[test]
#[ignore = "needs images that tests/run makes"]
fn a_server_in_the_foreground_ends_as_a_service_does() {
    let env = Env::new();
    let image = real::name("nginx:1");
    env.lamel(["pull", "-q", &image]).success();
    let mut run: Vec<String> = ["run", "--rm"].map(str::to_owned).into();
    run.extend(options(&env));
    run.push(image);
    let mut service = env.spawn(&run);
    let address = address(&env);
    assert_eq!(
        get(&address, "/").expect("it answered a moment ago").1,
        "a page of the host's\n"
    );
    let pid = rustix::process::Pid::from_child(&service);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("it runs");
    let status = wait(&mut service, "lamel run");
    assert_eq!(status.code(), Some(0), "{status}");
    assert_eq!(get(&address, "/"), None);
    env.lamel(["ps", "-aq"]).success().stdout("");
}
