//! `inspect --format` beside docker's: the text that each template makes, to the letter, and the exit code.

use super::{World, compare};
use crate::fixtures::{busybox_layer, docker_archive};
use crate::registry::Image;

/// Of an image. Not among them, since lamel is meant to differ:
/// - `{{.}}`, `{{.Config}}`: Docker prints addresses of memory.
/// - `{{len nil}}` is 0 here, and an error there; `{{$x = 1}}` of an unknown variable is found before anything is done.
/// - a key that is missing in a map of ports is `{}` here: Docker cannot look it up at all, and falls back to raw JSON.
/// - a constant is an `int` there and an `int64` here, which only a wrong verb tells.
/// - a tab typed as `\t` outside an action is one here, as with podman.
const OF_IMAGES: [&str; 142] = [
    "{{json .Config.Env}}",
    "{{.Config.Labels}}",
    "{{.Config.Env}} {{.Config.Cmd}}",
    "{{range .RootFS.Layers}}{{println .}}{{end}}",
    "{{range $index, $layer := .RootFS.Layers}}{{$index}}={{slice $layer 7 19}} {{end}}",
    r#"{{index .Config.Labels "maintainer"}}"#,
    r#"{{index .Config.Labels "nothing"}}|"#,
    "{{with .Config.User}}user {{.}}{{else}}nobody{{end}}",
    "{{if .Config.WorkingDir}}{{.Config.WorkingDir}}{{end}}",
    r#"{{printf "%d|%q|%v" .Size .Os .Config.Tty}}"#,
    "{{.Config.ExposedPorts}}",
    "{{.Config.Volumes}}",
    "{{.Config.Healthcheck}}",
    "{{json .Config.Healthcheck}}",
    "{{.Config.Healthcheck.Interval}} {{.Config.Healthcheck.StartPeriod}}",
    "{{.Config.OnBuild}}",
    "{{.RootFS}}",
    "{{.Config.MacAddress}}|{{json .Config.Shell}}",
    "{{.Config.StopTimeout}}",
    "{{.Config.Shell}}",
    "{{.Config.NetworkDisabled}}",
    "{{.Config.StopSignal}} {{.Variant}}",
    "{{range $k,$v := .Config.ExposedPorts}}{{$k}}={{$v}} {{end}}",
    "{{println .Id .Os}}",
    "{{print .Id .Size}}",
    r#"{{print 1 2 "a" 3 4}}"#,
    "{{.OsVersion}}|",
    "{{index .RepoTags 5}}",
    "{{.Config.Labels.nope}}",
    "{{print .Config.Labels.nope}}",
    r#"{{printf "%v %s %d" .Config.Labels.nope .Config.Labels.nope .Config.Labels.nope}}"#,
    "{{.Nope}}",
    "{{",
    "{{nofunc}}",
    "{{.Config.Nope}}",
    "table {{.Id}}",
    "{{if}}",
    "{{.Id | nope}}",
    r#"{{printf "%T" .Size}}"#,
    r#"{{printf "%s" .Size}}"#,
    r#"{{printf "%d" .Os}}"#,
    r#"{{printf "%v %v" .Os}}"#,
    r#"{{printf "%v" .Os .Os}}"#,
    r#"{{printf "%5.2f|%-8.3f|%e|%g" 3.14159 2.5 12345.678 1e21}}"#,
    r#"{{printf "%x %X %o %b %c %U %q" 255 255 8 5 65 65 65}}"#,
    r#"{{printf "%#x %+d %05d|%-5d|% d" 255 7 42 42 7}}"#,
    r#"{{printf "%*d" 6 42}}"#,
    r#"{{printf "%q" .Config.Env}} {{printf "%s" .Config.Cmd}} {{printf "%v" .Config.Labels}}"#,
    r#"{{printf "%d" .Config.Env}}"#,
    r#"{{printf "%t %t" true "x"}}"#,
    r#"{{printf "%"}}"#,
    r#"{{printf "%+v" .RootFS}}"#,
    r#"{{printf "%#v" .Os}}"#,
    r#"{{printf "%08d" .Size}}"#,
    r#"{{printf "%-10s|%10s|%.3s|%5.1s|" .Os .Os .Os .Os}}"#,
    r#"{{printf "%x" .Os}}"#,
    r#"{{html "<a href='x'>&\"</a>"}} {{js "a'b<\n"}} {{urlquery "a b/c?d=é"}}"#,
    "{{slice .Id 7 19}} {{slice .Config.Env 0 1}} {{slice .Config.Env 1}} {{slice .Id 60}}",
    "{{slice .Id 60 10}}",
    "{{slice .Id 600}}",
    r#"{{not .Id}} {{and .Id .Os}} {{or .Parent .Os}} {{and "" .Nope}} {{or 1 .Nope}}"#,
    r#"{{eq .Size 1}} {{ne .Os "x"}} {{lt 1 2}} {{le 2 2}} {{gt "b" "a"}} {{ge 1.5 1.5}}"#,
    "{{eq 1 1.0}}",
    "{{eq .Os 1}}",
    "{{lt .Os 1}}",
    "{{lt true false}}",
    r#"{{eq .Os "a" "linux"}}"#,
    r#"{{title "hello world"}} {{upper .Os}} {{lower "ABC"}}"#,
    "{{upper .Size}}",
    "{{split .Id}}",
    r#"{{join .Os ","}}"#,
    r#"{{join .Config.OnBuild ","}}|{{join .Config.Shell ","}}|"#,
    "{{truncate .Os 3}} {{truncate .Os 100}} {{truncate .Os 0}}",
    r#"{{pad "x" 1 1}}| {{pad "" 1 1}}|"#,
    "{{call .Id}}",
    r#"{{range .Config.Env}}{{if eq . "EMPTY="}}{{break}}{{end}}{{.}}{{end}}"#,
    r#"{{range .Config.Env}}{{if eq . "EMPTY="}}{{continue}}{{end}}{{.}} {{end}}"#,
    "{{break}}",
    r#"{{$x := .Os}}{{$x}}{{$x = "y"}}{{$x}}"#,
    "{{$x}}",
    "{{with $x := .Os}}{{$x}}{{.}}{{end}}{{with .Parent}}a{{else}}b{{end}}",
    r#"{{define "a"}}x{{.}}{{end}}{{template "a"}}{{template "a" .Os}}"#,
    r#"{{template "none"}}"#,
    r#"{{block "a" .}}{{.Os}}{{end}}"#,
    "{{.id}}",
    "{{true}} {{nil}}",
    "{{true}} {{false}}",
    r#"{{1}}{{1.5}}{{"a"}}{{`b`}}{{0x10}}{{1e3}}{{-1}}{{+2}}{{1_000}}{{0b11}}{{0o17}}{{017}}"#,
    r#"{{'a'}}{{'\n'}}{{"\t\x41\u00e9\101"}}"#,
    "{{range $i, $e := .Config.Env}}{{$i}}{{$e}};{{end}}",
    "{{range $i := .Config.Env}}{{$i}};{{end}}",
    "{{range .Parent}}x{{end}}",
    "{{range .Config.Shell}}x{{else}}none{{end}}",
    "{{range .Config.Env}}{{$.Os}}{{end}}",
    "{{.Created}}",
    "{{.Config.Healthcheck.Test}}{{len .Config.Healthcheck.Test}}{{index .Config.Healthcheck.Test 1}}",
    "{{.GraphDriver.Data.nope}}",
    "{{.RootFS.Type}} {{.RootFS.BaseLayer}}|",
    r#"{{.Architecture | printf "%s-%s" .Os | upper}}"#,
    r#"{{(index .RepoTags 0) | len}} {{(split .Id ":") | len}}"#,
    r#"{{index .Config.Env 0 | printf "%.4s"}}"#,
    r#"{{index (index .Config.Env 0 | printf "%s") 1}}"#,
    "{{.Config.Env.x}}",
    "{{.Os.x}}",
    "{{len 3}}",
    "{{index nil 0}}",
    r#"{{range $k, $v := .Config.Labels}}{{if eq $k "quoted"}}{{$v}}{{else if eq $k "empty"}}E{{else}}-{{end}}{{end}}"#,
    "{{/* c */}}a {{- /* c */ -}} b",
    r#"a {{- "x" -}} b"#,
    r#"{{- "x"}} b {{3 -}} c"#,
    "{{if .Id}}",
    "{{end}}",
    "{{else}}",
    "{{if .Id}}a{{else}}b{{else}}c{{end}}",
    "{{.Id",
    r#"{{"abc}}"#,
    "{{.Id}}}}",
    "{{ .Id }} { { }}",
    "{{.}x}",
    "{{. | json | len | not}}",
    "{{json .RepoTags}}{{json .Config.Labels}}{{json nil}}",
    "{{json .Size .Os}}",
    r#"{{json (split "a,b" ",")}}"#,
    "{{.Os | 3}}",
    "{{3 .Os}}",
    "{{.Os .Id}}",
    "{{(.Config).User}} {{(.Config.Env)}} {{((.Os))}}",
    "{{with .Config}}{{.User}}{{with .Labels}}{{.empty}}{{.maintainer}}{{end}}{{end}}",
    r#"{{if and (eq .Os "linux") (or (eq .Architecture "x") (gt .Size 10))}}yes{{end}}"#,
    "{{if not (and .Parent .Os)}}yes{{end}}",
    r#"{{range $i, $l := .RootFS.Layers}}{{if $i}}, {{end}}{{printf "%.12s" $l}}{{end}}"#,
    r#"{{.Config.Tty | not | printf "%t"}}"#,
    r#"{{printf "%s" true}} {{printf "%v" 1.0}} {{printf "%v" 1e6}} {{print 1e7 1.5 0.00001}}"#,
    "{{1.0}} {{1e20}} {{1e21}} {{100000000000000000000.0}} {{1234567.5}}",
    "{{println}}{{print}}|",
    "{{printf}}",
    "{{printf 3}}",
    "{{eq}}",
    "{{eq 1}}",
    "{{not}}",
    "{{and}}",
    "{{.Config.Entrypoint}} {{json .Config.Entrypoint}} {{.Config.Cmd}}",
];

/// Of a container, but for what anonymous volumes, ports and networks are called.
const OF_CONTAINERS: [&str; 27] = [
    "{{.State}}",
    "{{.HostConfig.RestartPolicy}}",
    "{{.HostConfig.RestartPolicy.Name}}",
    "{{.HostConfig.LogConfig.Config}}",
    "{{.HostConfig.Devices}} {{.HostConfig.Ulimits}} {{.HostConfig.Tmpfs}} {{.HostConfig.Sysctls}} {{.HostConfig.StorageOpt}}",
    "{{.State.Health}}",
    "{{.State.Health.Status}}",
    "{{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}",
    "{{.SizeRw}} {{.SizeRootFs}}",
    "{{.ExecIDs}}",
    "{{slice .Name 1}} {{.State.Status}} {{.State.Running}} {{.State.Pid}} {{.State.ExitCode}} {{.State.StartedAt}}",
    "{{.Config.Env}} {{.Config.Image}} {{.Config.Labels}} {{.Config.Volumes}} {{.Config.ExposedPorts}}",
    "{{json .Config.Volumes}} {{json .Config.Entrypoint}} {{json .Mounts | len | not}}",
    "{{range .NetworkSettings.Networks}}{{.IPAddress}}|{{end}}",
    "{{.NetworkSettings.Networks.nope}}",
    "{{.NetworkSettings.Networks.nope.IPAddress}}",
    r#"{{(index (index .NetworkSettings.Ports "99/tcp") 0).HostPort}}"#,
    "{{.HostConfig.Mounts}} {{.HostConfig.SecurityOpt}} {{.HostConfig.GroupAdd}} {{.HostConfig.DeviceRequests}}",
    "{{.NetworkSettings.IPAddress}}|{{.NetworkSettings.Gateway}}|{{.NetworkSettings.SecondaryIPAddresses}}",
    "{{.LogPath | len | lt 0}} {{.ProcessLabel}}|{{.AppArmorProfile}}|{{.MountLabel}}",
    "{{.Mounts}}",
    "{{.HostConfig.MemorySwappiness}} {{.HostConfig.PidsLimit}} {{.HostConfig.OomKillDisable}}",
    "{{.Name}} {{.Path}} {{.Args}} {{.RestartCount}} {{.Platform}}",
    "{{.HostConfig.ConsoleSize}} {{.HostConfig.Links}} {{.HostConfig.AutoRemove}}",
    "{{.Config.StopTimeout}} {{.Config.OnBuild}} {{.Config.Healthcheck}}",
    "{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.Privileged}} {{.HostConfig.Dns}}",
    "{{range .Mounts}}{{.Type}} {{.Source}} {{.Destination}} {{.Mode}} {{.RW}} {{.Propagation}}|{{.Name}}|{{.Driver}};{{end}}",
];

/// Where a template fails, Docker writes an empty line all the same.
fn same(world: &World, template: &str, name: &str) {
    let args = ["inspect", "-f", template, name];
    world.same_but(&args, |lines| {
        if lines == &[""] {
            lines.clear();
        }
    });
}

/// What templates make of an image that both have.
pub fn of_images(world: &World, name: &str) {
    OF_IMAGES.iter().for_each(|template| same(world, template, name));
}

#[test]
#[ignore = "needs docker, as root"]
fn templates_make_of_containers_what_they_make_with_docker() {
    compare(|world| {
        // An image without volumes and ports of its own; and one mount, since Docker has several in any order.
        let (image, archive) = ("plain:1", world.env.work().join("plain.tar"));
        let plain = Image::new().layer(busybox_layer().plain()).env("PATH=/bin");
        std::fs::write(&archive, docker_archive(&plain, &[image])).expect("a file");
        world.both(&["load", "-q", "-i", &archive.display().to_string()]);
        world.both(&[
            "create",
            "--name",
            "box",
            "-v",
            "/usr:/y:ro",
            "--network",
            "none",
            image,
            "true",
        ]);
        OF_CONTAINERS.iter().for_each(|template| same(world, template, "box"));
    });
}
