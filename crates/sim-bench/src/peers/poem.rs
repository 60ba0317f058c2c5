//! poem with poem-openapi: operations, document and documentation page, as its manual begins.

use std::net::TcpListener;

use anyhow::Result;
use poem::listener::TcpAcceptor;
use poem::{Route, Server};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi, OpenApiService};

use super::payload::{default_steps, simulate};

#[derive(Object)]
struct SimulateRequest {
    seed: i64,
    #[oai(default = "default_steps")]
    steps: u64,
}

#[derive(Object)]
struct SimulateResponse {
    seed: i64,
    steps: u64,
    result: u32,
}

#[derive(Object)]
struct BatchRequest {
    #[oai(validator(min_items = 1, max_items = 10000))]
    simulations: Vec<SimulateRequest>,
}

#[derive(Object)]
struct BatchResponse {
    simulations: Vec<SimulateResponse>,
}

#[derive(Object)]
struct HealthResponse {
    status: String,
}

struct Api;

#[expect(clippy::unused_async, reason = "poem-openapi wants operations to be async")]
#[OpenApi]
impl Api {
    #[oai(path = "/health", method = "get")]
    async fn health(&self) -> Json<HealthResponse> {
        let status = "ok".to_owned();
        Json(HealthResponse { status })
    }

    #[oai(path = "/simulate", method = "post")]
    async fn simulate(&self, body: Json<SimulateRequest>) -> Json<SimulateResponse> {
        Json(run(&body.0))
    }

    #[oai(path = "/simulate/batch", method = "post")]
    async fn simulate_batch(&self, body: Json<BatchRequest>) -> Json<BatchResponse> {
        Json(BatchResponse { simulations: body.0.simulations.iter().map(run).collect() })
    }
}

fn run(request: &SimulateRequest) -> SimulateResponse {
    let SimulateRequest { seed, steps } = *request;
    let result = simulate(seed, steps);
    SimulateResponse { seed, steps, result }
}

pub(super) async fn serve(listener: TcpListener) -> Result<()> {
    let service = OpenApiService::new(Api, "Simulate", "1.0");
    let ui = service.swagger_ui();
    let app = Route::new().nest("/", service).nest("/docs", ui);
    Server::new_with_acceptor(TcpAcceptor::from_std(listener)?).run(app).await?;
    Ok(())
}
