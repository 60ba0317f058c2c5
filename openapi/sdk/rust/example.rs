use reqwest::header::{HeaderMap, HeaderName};
use sim_client::{Client, Error};
use std::env::var;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = var("SIM_URL").unwrap_or_else(|_| "http://127.0.0.1:8000".to_owned());
    let key = var("SIM_API_KEY").unwrap_or_default().parse()?;
    let headers = HeaderMap::from_iter([(HeaderName::from_static("x-api-key"), key)]);
    let sim = Client::new_with_client(&url, reqwest::Client::builder().default_headers(headers).build()?);

    match sim.simulate().body_map(|request| request.seed(42).steps(10_u32)).send().await {
        Ok(simulation) => println!("{}", simulation.result),
        Err(Error::ErrorResponse(error)) => {
            for detail in &error.detail {
                let loc: Vec<_> = detail.loc.iter().map(ToString::to_string).collect();
                eprintln!("{}: {}", loc.join("."), detail.msg);
            }
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
