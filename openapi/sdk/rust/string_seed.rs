//! A seed is a number: this must not compile.

fn main() {
    let _ = sim_client::types::SimulateRequest::builder().seed("42");
}
