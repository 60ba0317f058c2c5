//! Whatever a client sends, it gets an answer that says what is wrong or the end of the connection, and the server goes
//! on.

mod body;
mod head;
mod protocol;
mod slow;
mod smuggling;
mod target;
mod transfer;

use crate::support::Server;

/// What a server answers to bytes until it closes the connection.
#[track_caller]
fn exchange(server: &Server, bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut client = server.connect();
    client.send(bytes);
    client.finish_sending();
    let answered = client.until_closed();
    server.expect_alive();
    answered
}

/// The statuses of all answers in some bytes.
fn statuses(answered: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(answered);
    text.match_indices("HTTP/1.1 ").map(|(start, name)| text[start + name.len()..][..3].to_owned()).collect()
}
