//! actix-web, without middleware.

use std::net::TcpListener;

use actix_web::rt::System;
use actix_web::web::{Json, get, post};
use actix_web::{App, HttpServer};
use anyhow::Result;

use super::payload::{Health, Simulate};

pub(super) fn serve(listener: TcpListener) -> Result<()> {
    let app = || {
        App::new()
            .route("/health", get().to(async || Json(Health { status: "ok" })))
            .route("/simulate", post().to(async |input: Json<Simulate>| Json(input.into_inner().run())))
    };
    System::new().block_on(HttpServer::new(app).listen(listener)?.run())?;
    Ok(())
}
