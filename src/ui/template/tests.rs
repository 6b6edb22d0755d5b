use crate::ui::template::*;
use serde_json::json;

fn render(template: &str, data: Json) -> String {
    Template::parse(template).unwrap().render(&data).unwrap()
}

fn error(template: &str, data: Json) -> String {
    let error = Template::parse(template).and_then(|template| template.render(&data));
    error.unwrap_err().to_string()
}

fn image() -> Json {
    json!({"Id": "sha256:1", "RepoTags": ["a:1", "b:2"], "Size": 5_000_000_000u64,
        "Config": {"User": "", "Env": ["PATH=/bin", "X=1"], "Cmd": null, "Labels": {"z": "26", "a": "1"}}})
}

#[test]
fn fields_print_as_go_prints_them() {
    assert_eq!(render("{{.Id}} {{.Size}}", image()), "sha256:1 5000000000");
    assert_eq!(
        render("{{.RepoTags}} {{.Config.Labels}}", image()),
        "[a:1 b:2] map[a:1 z:26]"
    );
    assert_eq!(render("{{index .RepoTags 0}} {{len .RepoTags}}", image()), "a:1 2");
    assert_eq!(
        render("{{range .Config.Env}}{{println .}}{{end}}", image()),
        "PATH=/bin\nX=1\n"
    );
    assert_eq!(
        render("{{range $k, $v := .Config.Labels}}{{$k}}={{$v}};{{end}}", image()),
        "a=1;z=26;"
    );
    assert_eq!(
        render("{{if eq .Config.User \"\"}}root{{end}}{{printf \"%.3s\" .Id}}", image()),
        "rootsha"
    );
}

#[test]
fn json_keeps_the_order_of_fields() {
    assert_eq!(render("{{json .}}", image()), image().to_string());
    assert_eq!(render("{{json .Config.Labels}}", image()), r#"{"z":"26","a":"1"}"#);
    assert_eq!(
        render("{{json .RepoTags}} {{json .Config.Cmd}}", image()),
        r#"["a:1","b:2"] null"#
    );
    assert_eq!(render("{{json .Id}}", json!({"Id": "<a> & \"b\""})), r#""<a> & \"b\"""#);
}

#[test]
fn docker_functions_are_known() {
    let data = || json!({"A": "heLLo wOrld", "L": ["x", "y"], "E": ""});
    assert_eq!(
        render("{{join .L \",\"}} {{json (split .A \" \")}}", data()),
        r#"x,y ["heLLo","wOrld"]"#
    );
    assert_eq!(
        render("{{upper .A}} {{lower .A}} {{title .A}}", data()),
        "HELLO WORLD hello world HeLLo WOrld"
    );
    assert_eq!(
        render("[{{pad .A 1 2}}] [{{pad .E 1 2}}] {{truncate .A 4}}", data()),
        "[ heLLo wOrld  ] [] heLL"
    );
    assert_eq!(render("{{.A | lower | printf \"%q\"}}", data()), "\"hello world\"");
}

#[test]
fn null_is_an_empty_list_in_functions_and_loops() {
    let template = "{{range .Config.Cmd}}x{{else}}none{{end}}{{join .Config.Cmd \" \"}}{{len .Config.Cmd}}{{if .Config.Cmd}}y{{end}}";
    assert_eq!(render(template, image()), "none0");
}

#[test]
fn tabs_and_line_ends_can_be_typed_outside_actions() {
    assert_eq!(
        render(r#"{{.Id}}\t{{join .RepoTags "\n"}}\n"#, image()),
        "sha256:1\ta:1\nb:2\n"
    );
}

#[test]
fn an_unknown_field_is_named_with_the_known_ones() {
    assert_eq!(
        error("{{.Foo}}", image()),
        "no field .Foo: known are .Id .RepoTags .Size .Config"
    );
    assert_eq!(
        error("{{.Config.Foo}}", image()),
        "no field .Foo: known are .User .Env .Cmd .Labels"
    );
    assert_eq!(
        error("{{with .Config}}{{.Id}}{{end}}", image()),
        "no field .Id: known are .User .Env .Cmd .Labels"
    );
}

#[test]
fn a_missing_key_of_a_map_is_no_error() {
    assert_eq!(render("{{.Config.Labels.nope}}", image()), "<no value>");
    assert_eq!(render("{{index .Config.Labels \"nope\"}}", image()), "");
    assert_eq!(render("{{index .Config.Labels \"a\"}}", image()), "1");
}

#[test]
fn an_invalid_template_is_an_error_of_one_line() {
    for bad in ["{{.Id", "{{nope .Id}}", "{{end}}", "{{range .RepoTags}}"] {
        let message = error(bad, image());
        assert!(
            message.starts_with("invalid template ") && !message.contains('\n'),
            "{bad}: {message}"
        );
    }
    assert_eq!(
        error("{{join .Id \",\"}}", image()),
        "template \"{{join .Id \\\",\\\"}}\": join wants a list, not sha256:1"
    );
}

#[test]
fn go_features_that_scripts_use() {
    let data = || {
        json!({"Name": "/box", "Size": 5, "Ratio": 0.5, "On": true, "Off": false, "Empty": "", "None": null,
        "List": ["a", "b", "c"], "Mounts": [{"Source": "/a", "RW": true}, {"Source": "/b", "RW": false}],
        "Ports": {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}], "90/tcp": null},
        "Networks": {"one": {"IPAddress": "10.0.0.2"}, "two": {"IPAddress": "10.0.1.2"}}})
    };
    for (template, text) in [
        ("{{range .List}}{{.}},{{end}}", "a,b,c,"),
        (
            "{{range $i, $e := .List}}{{if $i}} {{end}}{{$i}}:{{$e}}{{end}}",
            "0:a 1:b 2:c",
        ),
        (
            "{{range .Mounts}}{{if .RW}}{{.Source}}{{else}}ro{{end}} {{end}}",
            "/a ro ",
        ),
        ("{{range .None}}x{{else}}nothing{{end}}", "nothing"),
        ("{{range .List}}{{if eq . \"b\"}}{{break}}{{end}}{{.}}{{end}}", "a"),
        ("{{range .List}}{{if eq . \"b\"}}{{continue}}{{end}}{{.}}{{end}}", "ac"),
        ("{{range .Networks}}{{.IPAddress}} {{end}}", "10.0.0.2 10.0.1.2 "),
        (
            "{{range $p, $c := .Ports}}{{$p}}={{if $c}}{{(index $c 0).HostPort}}{{else}}-{{end}};{{end}}",
            "80/tcp=8080;90/tcp=-;",
        ),
        ("{{(index (index .Ports \"80/tcp\") 0).HostPort}}", "8080"),
        (
            "{{index .List 1}} {{len .List}} {{len .Ports}} {{len .Name}}",
            "b 3 2 4",
        ),
        ("{{if .Off}}x{{else if .On}}y{{else}}z{{end}}", "y"),
        (
            "{{if and .On (not .Off)}}both{{end}}{{if or .Off .Empty}}none{{end}}",
            "both",
        ),
        (
            "{{with .Empty}}{{.}}{{else}}empty{{end}}{{with $x := .Name}}{{$x}}{{end}}",
            "empty/box",
        ),
        (
            "{{$n := .Name}}{{range .List}}{{$n}}{{.}} {{end}}",
            "/boxa /boxb /boxc ",
        ),
        ("{{$x := 1}}{{range .List}}{{$x = .}}{{end}}{{$x}}", "c"),
        (
            "{{eq .Name \"/box\"}} {{ne .Size 5}} {{lt .Size 6}} {{le .Size 5}} {{gt .Size 6}} {{ge .Size 5}}",
            "true false true true false true",
        ),
        ("{{eq .Name \"a\" \"/box\"}}", "true"),
        (
            "{{printf \"%s|%d|%5d|%-5s|%q|%v|%t|%x\" .Name .Size .Size .Name .Name .List .On .Size}}",
            "/box|5|    5|/box |\"/box\"|[a b c]|true|5",
        ),
        ("{{print .Name .Size}} {{println .Name}}", "/box5 /box\n"),
        (
            "{{join .List \"-\"}} {{upper .Name}} {{title \"some words\"}} {{lower \"ABC\"}}",
            "a-b-c /BOX Some Words abc",
        ),
        ("{{.Name | printf \"%s!\" | upper}}", "/BOX!"),
        (
            "{{json .List}} {{json .On}} {{json .None}} {{.List | json | len}}",
            "[\"a\",\"b\",\"c\"] true null 13",
        ),
        (
            "{{index (split .Name \"/\") 1}} {{slice .Name 1}} {{slice .Name 1 3}}",
            "box box bo",
        ),
        ("a {{- /* quiet */ -}} b", "ab"),
        ("{{.Name}} {{- .Size -}} x", "/box5x"),
        ("{{define \"t\"}}<{{.}}>{{end}}{{template \"t\" .Name}}", "</box>"),
        ("{{`raw`}} {{'a'}} {{1.5}} {{true}}", "raw 97 1.5 true"),
        (
            "{{.None}} {{.Ratio}} {{.On}} {{.Mounts}}",
            "[] 0.5 true [{  /a    true } {  /b    false }]",
        ),
        (
            "{{html \"<a>\"}} {{urlquery \"a b\"}} {{js \"'\"}}",
            "&lt;a&gt; a+b \\'",
        ),
        ("{{if not .None}}unset{{end}}", "unset"),
    ] {
        let made = Template::parse(template).and_then(|parsed| parsed.render(&data()));
        match made {
            Ok(made) => assert_eq!(made, text, "{template}"),
            Err(error) => panic!("{template}: {error}"),
        }
    }
}

/// Checks the text of each template, or the end of its error.
fn check(data: Json, cases: &[(&str, &str)]) {
    for (template, wanted) in cases {
        match Template::parse(template).and_then(|parsed| parsed.render(&data)) {
            Ok(made) => assert_eq!(made, *wanted, "{template}"),
            Err(error) => assert!(error.to_string().ends_with(wanted), "{template}: {error}"),
        }
    }
}

#[test]
fn types_that_json_does_not_show_print_as_in_docker() {
    let data = json!({
        "RootFS": {"Type": "layers", "Layers": ["a", "b"]},
        "Config": {
            "ExposedPorts": {"80/tcp": {}, "53/udp": {}},
            "Volumes": null, "OnBuild": null, "Env": [], "Labels": {},
            "Healthcheck": {"Test": ["NONE"], "Interval": 5_000_000_000u64, "Retries": 3},
        },
        "State": {"Status": "created", "Running": false, "ExitCode": 0},
        "Mounts": [{"Type": "bind", "Source": "/a", "Destination": "/b", "Mode": "", "RW": true, "Propagation": "rprivate"}],
        "HostConfig": {"LogConfig": {"Type": "json-file", "Config": {}}, "PidsLimit": null, "CapAdd": null},
        "NetworkSettings": {"Ports": {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}], "53/udp": null}},
        "Metadata": {"LastTagTime": "2024-05-01T12:00:00.5Z"},
    });
    let cases = [
        (
            "{{.Config.ExposedPorts}} {{json .Config.ExposedPorts}}",
            "map[53/udp:{} 80/tcp:{}] {\"80/tcp\":{},\"53/udp\":{}}",
        ),
        (
            "{{.Config.Volumes}} {{.Config.OnBuild}} {{.Config.Env}} {{.Config.Labels}}",
            "map[] [] [] map[]",
        ),
        (
            "{{json .Config.Volumes}} {{json .Config.OnBuild}} {{json .Config.Env}}",
            "null null []",
        ),
        ("{{.Config.Healthcheck}}", "{[NONE] 5s 0s 0s 3}"),
        (
            "{{printf \"%+v\" .Config.Healthcheck}}",
            "{Test:[NONE] Interval:5s Timeout:0s StartPeriod:0s Retries:3}",
        ),
        (
            "{{json .Config.Healthcheck.Interval}} {{eq .Config.Healthcheck.Interval 5000000000}}",
            "5000000000 true",
        ),
        ("{{.RootFS}}|{{.RootFS.BaseLayer}}|{{.Variant}}|", "{layers [a b] }|||"),
        (
            "{{.Config.StopTimeout}} {{.Config.Shell}} {{.Config.ArgsEscaped}} {{.SizeRw}}",
            "<nil> [] false <nil>",
        ),
        (
            "{{.State.Health}} {{if .State.Health}}x{{else}}none{{end}}",
            "<nil> none",
        ),
        (
            "{{.State.Health.Status}}",
            "nothing is there that could have a field .Status",
        ),
        ("{{.Mounts}}", "[{bind  /a /b   true rprivate}]"),
        ("{{range .Mounts}}{{.Name}}|{{.Driver}}|{{end}}", "||"),
        (
            "{{.HostConfig.LogConfig}} {{.HostConfig.PidsLimit}} {{.HostConfig.CapAdd}}",
            "{json-file map[]} <nil> []",
        ),
        ("{{.NetworkSettings.Ports}}", "map[53/udp:[] 80/tcp:[{0.0.0.0 8080}]]"),
        (
            "{{index .NetworkSettings.Ports \"1/tcp\"}} {{.NetworkSettings.Ports.nope.x}}",
            "[] <no value>",
        ),
        (
            "{{.Metadata.LastTagTime}} {{json .Metadata}}",
            "2024-05-01 12:00:00.5 +0000 UTC {\"LastTagTime\":\"2024-05-01T12:00:00.5Z\"}",
        ),
    ];
    check(data, &cases);
}

#[test]
fn printf_has_gos_verbs_and_flags() {
    let data = json!({"Os": "linux", "Size": 1982, "Env": ["A=1", "B"], "Labels": {"k": "v"}});
    let cases = [
        (
            "{{printf \"%5.2f|%-8.3f|%e|%g\" 3.14159 2.5 12345.678 1e21}}",
            " 3.14|2.500   |1.234568e+04|1e+21",
        ),
        (
            "{{printf \"%x %X %o %b %c %U %q\" 255 255 8 5 65 65 65}}",
            "ff FF 10 101 A U+0041 'A'",
        ),
        (
            "{{printf \"%#x %+d %05d|%-5d|% d|%+06d\" 255 7 42 42 7 42}}",
            "0xff +7 00042|42   | 7|+00042",
        ),
        ("{{printf \"%*d|%.3d\" 6 42 7}}", "    42|007"),
        (
            "{{printf \"%-10s|%10s|%.3s|%5.1s|\" .Os .Os .Os .Os}}",
            "linux     |     linux|lin|    l|",
        ),
        (
            "{{printf \"%q %s %x %v\" .Env .Env .Os .Labels}}",
            "[\"A=1\" \"B\"] [A=1 B] 6c696e7578 map[k:v]",
        ),
        ("{{printf \"%#v %T %T\" .Os .Os .Size}}", "\"linux\" string int64"),
        (
            "{{printf \"%d\" .Os}} {{printf \"%s\" .Size}} {{printf \"%d\" .Env}}",
            "%!d(string=linux) %!s(int64=1982) [%!d(string=A=1) %!d(string=B)]",
        ),
        (
            "{{printf \"%v %v\" .Os}} {{printf \"%v\" .Os .Os}} {{printf \"%\"}}",
            "linux %!v(MISSING) linux%!(EXTRA string=linux) %!(NOVERB)",
        ),
        ("{{printf \"%v %d\" .Labels.nope .Labels.nope}}", "<nil> %!d(<nil>)"),
        (
            "{{print 1e7 1.5 0.00001}} {{print 1 2 \"a\" 3 4}}",
            "1e+07 1.5 1e-05 1 2a3 4",
        ),
        ("{{printf \"%.3g %g %t\" 1234.5 0.5 true}}", "1.23e+03 0.5 true"),
    ];
    check(data, &cases);
}

#[test]
fn constants_and_layout_as_go_reads_them() {
    let cases = [
        (
            "{{0x10}} {{0b11}} {{0o17}} {{017}} {{1_000}} {{-1}} {{+2}} {{1e3}} {{.5}}",
            "16 3 15 15 1000 -1 2 1000 0.5",
        ),
        (
            "{{'a'}}{{'\\n'}}{{\"\\t\\x41\\u00e9\\101\\\"\"}}{{`\\n`}}",
            "9710\tA\u{e9}A\"\\n",
        ),
        ("a {{- /* c */ -}} b{{/* d */}} {{- \"x\"}} {{3 -}}  c", "abx 3c"),
        ("{{.A.B}} {{(.A).B}} {{$.A.B}} {{with .A}}{{.B}}{{end}}", "1 1 1 1"),
        ("{{.A .B}}", "can't give argument to non-function"),
        ("{{\"abc}}", "unterminated quoted string"),
        ("{{.A}", "unexpected \"}\" in command"),
        ("{{.A.}}", "unexpected <.> after term"),
        ("{{(.A}}", "unclosed left paren"),
        ("{{.A", "unclosed action"),
        ("{{/* }}", "unclosed comment"),
        ("{{'ab'}}", "malformed character constant: 'ab'"),
        ("{{1x}}", "bad number syntax: \"1x\""),
    ];
    check(json!({"A": {"B": 1}}), &cases);
}

#[test]
fn structural_mistakes_and_wrong_arguments_are_errors() {
    let cases = [
        ("{{if .A}}", "unexpected EOF"),
        ("{{end}}", "unexpected {{end}}"),
        ("{{if .A}}a{{else}}b{{else}}c{{end}}", "expected end; found {{else}}"),
        ("{{break}}", "{{break}} outside {{range}}"),
        ("{{if}}", "missing value for if"),
        ("{{.A |}}", "missing value for command after |"),
        ("{{.A | 3}}", "non executable command in pipeline stage 2"),
        ("{{nope .A}}", "function \"nope\" not defined"),
        ("{{$x}}", "undefined variable \"$x\""),
        ("{{if $x := .A}}{{end}}{{$x}}", "undefined variable \"$x\""),
        ("{{template \"none\"}}", "template \"none\" not defined"),
        (
            "{{define \"t\"}}{{template \"t\"}}{{end}}{{template \"t\"}}",
            "template \"t\" calls itself without an end",
        ),
        ("{{nil}}", "nil is not a command"),
        ("{{eq 1 1.0}}", "error calling eq: incompatible types for comparison"),
        ("{{lt true false}}", "error calling lt: invalid type for comparison"),
        ("{{index .A 5}}", "error calling index: index out of range: 5"),
        ("{{slice .A 2 1}}", "error calling slice: invalid slice index: 2 > 1"),
        ("{{split .A}}", "wrong number of args for split: want 2 got 1"),
        ("{{range .N}}{{end}}", "range can't iterate over 7"),
    ];
    check(json!({"A": "text", "N": 7}), &cases);
    let deep = format!("{}.A{}", "{{if .A}}".repeat(2000), "{{end}}".repeat(2000));
    assert!(error(&deep, json!({"A": 1})).ends_with("too deeply nested"));
    let deep = format!("{{{{{}.A{}}}}}", "(".repeat(2000), ")".repeat(2000));
    assert!(error(&deep, json!({"A": 1})).ends_with("too deeply nested"));
}

#[test]
fn loops_conditions_and_variables_have_gos_scopes() {
    let data = json!({"L": ["a", "b", "c"], "Labels": {"k": "v", "j": "w"}, "E": ""});
    let cases = [
        (
            "{{range $i, $e := .L}}{{if eq $e \"b\"}}{{continue}}{{end}}{{$i}}{{$e}}{{end}}",
            "0a2c",
        ),
        (
            "{{range .L}}{{range $.L}}{{if eq . \"b\"}}{{break}}{{end}}{{.}}{{end}}{{end}}",
            "aaa",
        ),
        ("{{$x := 1}}{{with .L}}{{$x := 2}}{{$x}}{{end}}{{$x}}", "21"),
        ("{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}", "2"),
        (
            "{{$k := 0}}{{$v := 0}}{{range $k, $v = .Labels}}{{end}}{{$k}}{{$v}}",
            "kv",
        ),
        ("{{range $k, $v := .Labels}}{{$k}}{{$v}} {{else}}none{{end}}", "jw kv "),
        (
            "{{if .E}}a{{else if .L}}b{{else}}c{{end}}{{with .E}}d{{else with .L}}e{{end}}",
            "be",
        ),
        (
            "{{define \"t\"}}[{{$}}{{.}}]{{end}}{{template \"t\" .E}}{{block \"u\" .L}}{{len .}}{{end}}",
            "[]3",
        ),
        ("{{and .E .Nope}}{{or 1 .Nope}} {{not .E}}", "1 true"),
        (
            "{{.L | len | printf \"%d!\"}} {{(index .L 0) | printf \"%s-%s\" \"x\"}}",
            "3! x-a",
        ),
    ];
    check(data, &cases);
}
