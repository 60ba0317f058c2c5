//! axum, without layers.

use std::net::Ipv4Addr;

use anyhow::Result;
use axum::routing::{get, post};
use axum::{Json, Router};
use tokio::net::TcpListener;

use super::announce;
use super::payload::{Health, Simulate};

pub(super) async fn serve(port: u16) -> Result<()> {
    let app = Router::new()
        .route("/health", get(async || Json(Health { status: "ok" })))
        .route("/simulate", post(async |Json(input): Json<Simulate>| Json(input.run())));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    announce(listener.local_addr()?)?;
    axum::serve(listener, app).await?;
    Ok(())
}
