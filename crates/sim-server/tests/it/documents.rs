//! The documents are true: examples answer as written, tables list what the code has, and links lead somewhere.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use sim_server::{Setting, settings};

use crate::support::{Server, contract, repository_file, request, run};

/// A fenced block.
struct Block {
    language: String,
    text: String,
    /// The index of its first line, the fence.
    start: usize,
    /// The index of the line after it.
    end: usize,
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((start, line)) = lines.next() {
        let Some(language) = line.strip_prefix("```") else { continue };
        let text: Vec<_> = lines.by_ref().take_while(|(_, line)| *line != "```").collect();
        let end = text.last().map_or(start, |(number, _)| *number) + 2;
        let text = text.into_iter().map(|(_, line)| line).collect::<Vec<_>>().join("\n");
        blocks.push(Block { language: language.to_owned(), text, start, end });
    }
    blocks
}

/// A curl command, as far as the documents use it.
#[derive(Debug, Default, PartialEq)]
struct Curl {
    method: Option<String>,
    target: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
}

impl Curl {
    fn parse(line: &str) -> Self {
        let mut words = words(line).into_iter();
        assert_eq!(words.next().as_deref(), Some("curl"), "{line}");
        let mut curl = Self::default();
        while let Some(word) = words.next() {
            let mut value = || words.next().unwrap_or_else(|| panic!("{word} has no value: {line}"));
            match word.as_str() {
                "-s" => {}
                "-X" => curl.method = Some(value()),
                "-d" => curl.body = Some(value()),
                "-H" => {
                    let header = value();
                    let (name, value) = header.split_once(": ").expect("a header has a colon");
                    curl.headers.push((name.to_owned(), value.to_owned()));
                }
                url => {
                    let target = url.strip_prefix("http://127.0.0.1:8000");
                    target.unwrap_or_else(|| panic!("{url} is no address of the service")).clone_into(&mut curl.target);
                }
            }
        }
        curl
    }

    fn bytes(&self) -> Vec<u8> {
        let method = self.method.as_deref().unwrap_or(if self.body.is_some() { "POST" } else { "GET" });
        let mut headers: Vec<_> = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let is_typed = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        if self.body.is_some() && !is_typed {
            headers.push(("Content-Type", "application/x-www-form-urlencoded"));
        }
        request(method, &self.target, &headers, self.body.as_ref().map(String::as_bytes))
    }
}

/// The words of a shell command without expansions, single quotes taken off.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for character in line.trim_end().chars() {
        match character {
            '\'' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(String::new()),
            '"' | '$' | '\\' | '|' | '>' if !is_quoted => panic!("{character} is not understood here: {line}"),
            _ => words.last_mut().expect("there is a word").push(character),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn a_curl_command_is_read_as_a_shell_and_curl_would() {
    let curl = Curl::parse("curl -s -X PUT -H 'A: b c' -d '{\"seed\": 1}' http://127.0.0.1:8000/x?y\n");
    let expected = Curl {
        method: Some("PUT".to_owned()),
        target: "/x?y".to_owned(),
        headers: vec![("A".to_owned(), "b c".to_owned())],
        body: Some("{\"seed\": 1}".to_owned()),
    };
    assert_eq!(curl, expected);
}

#[test]
fn every_curl_example_answers_as_written() {
    let contract = contract();
    let description = contract["info"]["description"].as_str().expect("the contract is described");
    assert!(curl_examples_answer_as_written(description) > 0);
    assert!(curl_examples_answer_as_written(&repository_file("README.md")) >= 4);
    assert!(curl_examples_answer_as_written(&repository_file("docs/errors.md")) >= 4);
}

/// Sends every curl command of a text, whose answer must follow it; says how many there are.
#[track_caller]
fn curl_examples_answer_as_written(text: &str) -> usize {
    let lines: Vec<_> = text.lines().collect();
    let (blocks, server) = (blocks(text), Server::start());
    let mut count = 0;
    for (index, block) in blocks.iter().enumerate() {
        if block.language != "sh" || !block.text.contains("curl ") {
            continue;
        }
        let answer = blocks.get(index + 1).filter(|next| {
            let between = &lines[block.end..next.start];
            next.language == "json" && between.iter().all(|line| line.is_empty())
        });
        let expected = answer.unwrap_or_else(|| panic!("no answer follows {}", block.text));
        let mut client = server.connect();
        client.send(Curl::parse(&block.text).bytes());
        assert_eq!(client.answer().text(), expected.text, "{}", block.text);
        count += 1;
    }
    count
}

#[test]
fn the_table_of_settings_is_that_of_the_code() {
    let document = repository_file("docs/configuration.md");
    let rows: Vec<_> = document.lines().filter(|line| line.starts_with("| `SIM_")).collect();
    let expected: Vec<_> = settings()
        .iter()
        .map(|Setting { variable, flag, default, meaning, .. }| {
            let flag = flag.as_ref().map_or("none".to_owned(), |flag| format!("`--{flag}`"));
            format!("| `{variable}` | {flag} | `{default}` | {meaning} |")
        })
        .collect();
    assert_eq!(rows, expected);
}

#[test]
fn every_setting_has_an_example_that_the_service_accepts() {
    let document = repository_file("docs/configuration.md");
    let blocks = blocks(&document);
    let block = blocks.iter().find(|block| block.text.starts_with("SIM_")).expect("a block of examples");
    let examples: Vec<_> = block.text.lines().map(|line| line.split_once('=').expect("NAME=VALUE")).collect();
    let names: Vec<_> = examples.iter().map(|(name, _)| *name).collect();
    let settings = settings();
    let expected: Vec<_> = settings.iter().map(|setting| setting.variable.as_str()).collect();
    assert_eq!(names, expected);
    let output = run(&["config", "--format", "json"], &examples);
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    let settings: Vec<Value> = serde_json::from_str(&output.stdout).expect("a list of settings");
    for (name, value) in examples {
        let setting = settings.iter().find(|setting| setting["variable"] == name).expect("every setting is printed");
        assert_eq!(setting["source"], "environment", "{name}");
        assert!(name == "SIM_API_KEYS" || setting["value"] == value, "{name}");
    }
}

#[test]
fn the_limits_of_the_security_policy_are_the_defaults() {
    let policy = repository_file("SECURITY.md");
    let settings = settings();
    let mut count = 0;
    for row in policy.lines().filter(|line| line.starts_with('|') && line.contains("`SIM_")) {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let names = cells[3].split(", ").map(|name| name.trim_matches('`'));
        for setting in names.filter_map(|name| settings.iter().find(|setting| setting.variable == name)) {
            let default = if setting.default == "off" { "no" } else { &setting.default };
            let is_second = cells[3].starts_with("`SIM_RATE_LIMIT`") && setting.variable == "SIM_RATE_LIMIT_BURST";
            assert!(is_second || cells[2].split(' ').next() == Some(default), "{row}");
            count += 1;
        }
    }
    let limits = settings.iter().filter(|setting| {
        ["SIM_MAX_", "SIM_RATE_"].iter().any(|start| setting.variable.starts_with(start))
            || setting.variable.ends_with("_SECS")
    });
    assert_eq!(count, limits.count(), "every limit is in the policy");
}

/// The root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file below a folder whose name ends so, build output and installed packages left out.
fn files(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry of a folder").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !["target", "node_modules"].contains(&name.as_str()) && !name.starts_with('.') {
            files(&path, extension, found);
        } else if name.ends_with(extension) {
            found.push(path);
        }
    }
}

/// The types of errors that product code names, as its string literals show.
///
/// A type is a word with underscores, which product code uses for little else, or the first argument of a function that
/// makes an error. Attributes and constants name something else, and so does what the contract names. The second set has
/// every word, since a type may also be one without underscores in a table.
fn types_in_the_code() -> (BTreeSet<String>, BTreeSet<String>) {
    let mut sources = Vec::new();
    for folder in ["crates/sim-api/src", "crates/sim-schema/src", "crates/sim-model/src"] {
        files(&root().join(folder), ".rs", &mut sources);
    }
    assert!(sources.len() > 10, "the sources are elsewhere");
    let mut names = BTreeSet::new();
    names_in_the_contract(&contract(), &mut names);
    let (mut types, mut words) = (BTreeSet::new(), BTreeSet::new());
    for source in sources.iter().filter(|path| !path.ends_with("tests.rs") && !path.ends_with("testing.rs")) {
        let text = fs::read_to_string(source).expect("a source");
        let product = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let is_code = |line: &&str| !line.trim_start().starts_with("//") && !line.trim_start().starts_with("#[");
        let code: Vec<_> = product.lines().filter(is_code).collect();
        let code = code.join("\n");
        let parts: Vec<_> = code.split('"').collect();
        for window in parts.windows(3) {
            let [before, word, after] = window else { continue };
            let is_word = word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            let before = before.trim_end();
            let calls = ["ErrorDetail::new(", "Violation::new(", "ModelError::new(", "refuse("];
            let makes_an_error = calls.iter().any(|call| before.ends_with(call));
            // The language of models has words with underscores; of these only errors of formulas begin so.
            let may_be_a_type = !source.to_string_lossy().contains("sim-model") || word.starts_with("formula_");
            let is_type = makes_an_error || (may_be_a_type && word.contains('_') && !before.ends_with('='));
            if is_word {
                words.insert((*word).to_owned());
            }
            if is_word && is_type && !after.starts_with(':') && !names.contains(*word) {
                types.insert((*word).to_owned());
            }
        }
    }
    (types, words)
}

/// Names of operations, fields, parameters and permitted values in the contract.
fn names_in_the_contract(value: &Value, names: &mut BTreeSet<String>) {
    let texts = |value: &Value| value.as_str().map(str::to_owned);
    match value {
        Value::Array(items) => items.iter().for_each(|item| names_in_the_contract(item, names)),
        Value::Object(fields) => {
            for (name, field) in fields {
                names.insert(name.clone());
                match name.as_str() {
                    "operationId" | "name" | "const" => names.extend(texts(field)),
                    "enum" | "required" => names.extend(field.as_array().into_iter().flatten().filter_map(texts)),
                    _ => {}
                }
                names_in_the_contract(field, names);
            }
        }
        _ => {}
    }
}

/// The sections of `docs/errors.md`, each with its status.
fn sections(document: &str) -> Vec<(&str, &str)> {
    document.split("\n## ").skip(1).filter_map(|section| section.split_once('\n')).collect()
}

/// The types in the first column of a section's table.
fn documented_types(section: &str) -> BTreeSet<String> {
    let cells = section.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    cells.flat_map(|cell| cell.split(", ")).map(|name| name.trim_matches('`').to_owned()).collect()
}

#[test]
fn every_type_of_an_error_is_documented() {
    let document = repository_file("docs/errors.md");
    let documented: BTreeSet<_> =
        sections(&document).into_iter().flat_map(|(_, text)| documented_types(text)).collect();
    let (types, words) = types_in_the_code();
    let missing: Vec<_> = types.difference(&documented).collect();
    let unknown: Vec<_> = documented.difference(&words).collect();
    assert!(missing.is_empty() && unknown.is_empty(), "docs/errors.md lacks {missing:?}; no code has {unknown:?}");
}

#[test]
fn every_status_of_an_error_is_documented_with_a_true_example() {
    let (document, contract) = (repository_file("docs/errors.md"), contract());
    let operations = contract["paths"].as_object().expect("paths").values();
    let responses: Vec<_> = operations
        .flat_map(|path| path.as_object().expect("operations").values())
        .filter_map(|operation| operation["responses"].as_object())
        .flatten()
        .filter(|(status, _)| status.starts_with(['4', '5']))
        .collect();
    let in_contract: BTreeSet<_> = responses.iter().map(|(status, _)| status.as_str()).collect();
    let in_document: BTreeSet<_> = sections(&document).into_iter().map(|(status, _)| status).collect();
    // No operation is answered with these: there is none at the path, or none with the method.
    let around = BTreeSet::from(["404", "405"]);
    assert_eq!(in_document, &in_contract | &around);
    for (status, text) in sections(&document) {
        let blocks = blocks(text);
        assert!(blocks.iter().any(|block| block.language == "json"), "{status} has an example");
        for (index, block) in blocks.iter().enumerate().filter(|(_, block)| block.language == "json") {
            let example: Value = serde_json::from_str(&block.text).expect("an example is JSON");
            let details = example["detail"].as_array().into_iter().flatten();
            let mut types = details.map(|detail| detail["type"].as_str().expect("a type"));
            assert!(types.all(|name| documented_types(text).contains(name)), "{status}: {}", block.text);
            // What follows a command is held by `every_curl_example_answers_as_written`.
            let follows_a_command = index > 0 && blocks[index - 1].language == "sh";
            let is_in_the_contract = responses.iter().any(|(of, response)| {
                *of == status && response["content"]["application/json"].to_string().contains(&block.text)
            });
            assert!(follows_a_command || is_in_the_contract, "{status}: {}", block.text);
        }
    }
}

/// The anchor that a heading has on the pages that show Markdown.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|character| character.is_alphanumeric() || " -_".contains(*character));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    let mut documents = Vec::new();
    files(&root(), ".md", &mut documents);
    assert!(documents.len() > 10);
    for document in documents {
        let text = fs::read_to_string(&document).expect("a document");
        let text = text.split("\n```").step_by(2).collect::<Vec<_>>().join("\n");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link) {
            if link.starts_with("http") {
                continue;
            }
            let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
            let target = document.parent().expect("a folder").join(path);
            let target = if path.is_empty() { document.clone() } else { target };
            assert!(target.exists(), "{link} in {}", document.display());
            if !fragment.is_empty() {
                let text = fs::read_to_string(&target).expect("a document");
                let mut headings = text.lines().filter_map(|line| line.strip_prefix('#'));
                let is_there = |line: &str| anchor(line.trim_start_matches('#').trim()) == fragment;
                assert!(headings.any(is_there), "{link} in {}", document.display());
            }
        }
    }
}
