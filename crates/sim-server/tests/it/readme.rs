//! The README and SECURITY.md keep their word, and so does the contract's description: examples answer as written, and
//! tables are what the code says.

use sim_server::{SETTINGS, Setting};

use crate::support::{Server, contract, repository_file, request};

/// A fenced block.
struct Block {
    language: String,
    text: String,
    /// The index of its first line, the fence.
    start: usize,
    /// The index of the line after it.
    end: usize,
}

fn blocks(readme: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = readme.lines().enumerate();
    while let Some((start, line)) = lines.next() {
        let Some(language) = line.strip_prefix("```") else { continue };
        let text: Vec<_> = lines.by_ref().take_while(|(_, line)| *line != "```").collect();
        let end = text.last().map_or(start, |(number, _)| *number) + 2;
        let text = text.into_iter().map(|(_, line)| line).collect::<Vec<_>>().join("\n");
        blocks.push(Block { language: language.to_owned(), text, start, end });
    }
    blocks
}

/// A curl command, as far as the README uses it.
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
    let readme = repository_file("README.md");
    let rows: Vec<_> = readme.lines().filter(|line| line.starts_with("| `SIM_")).collect();
    let expected: Vec<_> = SETTINGS
        .iter()
        .map(|Setting { variable, flag, default, meaning, .. }| {
            let flag = flag.map_or("none".to_owned(), |flag| format!("`--{flag}`"));
            format!("| `{variable}` | {flag} | `{default}` | {meaning} |")
        })
        .collect();
    assert_eq!(rows, expected);
}

#[test]
fn the_limits_of_the_security_policy_are_the_defaults() {
    let policy = repository_file("SECURITY.md");
    let mut count = 0;
    for row in policy.lines().filter(|line| line.starts_with('|') && line.contains("`SIM_")) {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let names = cells[3].split(", ").map(|name| name.trim_matches('`'));
        for setting in names.filter_map(|name| SETTINGS.iter().find(|setting| setting.variable == name)) {
            let default = if setting.default == "off" { "no" } else { setting.default };
            let is_second = cells[3].starts_with("`SIM_RATE_LIMIT`") && setting.variable == "SIM_RATE_LIMIT_BURST";
            assert!(is_second || cells[2].split(' ').next() == Some(default), "{row}");
            count += 1;
        }
    }
    let limits = SETTINGS.iter().filter(|setting| {
        ["SIM_MAX_", "SIM_RATE_"].iter().any(|start| setting.variable.starts_with(start))
            || setting.variable.ends_with("_SECS")
    });
    assert_eq!(count, limits.count(), "every limit is in the policy");
}
