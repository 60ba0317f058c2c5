//! axum, without layers.

use std::net::TcpListener;

use anyhow::Result;
use axum::routing::{get, post};
use axum::{Json, Router};

use super::payload::{Health, Simulate};

pub(super) async fn serve(listener: TcpListener) -> Result<()> {
    let app = Router::new()
        .route("/health", get(async || Json(Health { status: "ok" })))
        .route("/simulate", post(async |Json(input): Json<Simulate>| Json(input.run())));
    axum::serve(tokio::net::TcpListener::from_std(listener)?, app).await?;
    Ok(())
}
