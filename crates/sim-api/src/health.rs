//! Whether the service accepts requests.

use poem_openapi::{ApiResponse, Enum, Object, OpenApi, Tags, types::Example};
use serde::Serialize;

use crate::{
    error::response::ErrorResponse,
    http::json::Json,
    services::{Readiness, Services},
};

/// The tag of the operation.
#[derive(Tags)]
enum Tag {
    /// Whether the service accepts requests.
    #[oai(rename = "health")]
    Health,
}

/// The state of a service that accepts requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize)]
#[oai(rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub(crate) enum HealthStatus {
    /// The service accepts requests.
    Ok,
}

/// The health of the service.
#[derive(Debug, Clone, PartialEq, Eq, Object, Serialize)]
#[oai(example)]
pub(crate) struct Health {
    /// Always `ok`: a service that does not accept requests answers 503.
    pub(crate) status: HealthStatus,
}

impl Example for Health {
    fn example() -> Self {
        Self { status: HealthStatus::Ok }
    }
}

#[derive(ApiResponse)]
enum GetHealthResponse {
    /// The service accepts requests.
    #[oai(status = 200)]
    Ok(Json<Health>),
}

#[derive(ApiResponse)]
enum GetHealthError {
    /// The service is shutting down: send requests elsewhere.
    #[oai(status = 503)]
    ShuttingDown(Json<ErrorResponse>),
}

/// `GET /health`.
#[derive(Debug)]
pub(crate) struct GetHealth {
    readiness: Readiness,
}

impl GetHealth {
    pub(crate) fn new(services: &Services) -> Self {
        Self { readiness: services.readiness.clone() }
    }
}

#[expect(clippy::unused_async, reason = "poem-openapi wants operations to be async")]
#[OpenApi]
impl GetHealth {
    /// Report health
    ///
    /// Returns 200 while the service accepts requests, and 503 once it has begun to shut down. Load balancers and
    /// deployment checks call it; it needs no API key.
    #[oai(path = "/health", method = "get", operation_id = "get_health", tag = "Tag::Health")]
    async fn get_health(&self) -> Result<GetHealthResponse, GetHealthError> {
        if self.readiness.is_shutting_down() {
            return Err(GetHealthError::ShuttingDown(Json(ErrorResponse::shutting_down())));
        }
        Ok(GetHealthResponse::Ok(Json(Health::example())))
    }
}

#[cfg(test)]
mod tests {
    use poem::Request;

    use crate::{
        services::Services,
        testing::{Answer, send_to},
    };

    fn health(services: &Services) -> Answer {
        send_to(services, Request::builder().uri_str("/health").finish())
    }

    #[test]
    fn health_is_ok_until_shutdown_begins_and_never_again() {
        let services = Services::default();
        let held_by_the_server = services.readiness.clone();
        let ok = (200, r#"{"status":"ok"}"#.to_owned());
        let error = r#"{"detail":[{"type":"shutting_down","loc":[],"msg":"The service is shutting down"}]}"#;
        let shutting_down = (503, error.to_owned());

        assert!(!services.readiness.is_shutting_down());
        assert_eq!([health(&services), health(&services)], [ok.clone(), ok]);
        held_by_the_server.begin_shutdown();
        assert!(services.readiness.is_shutting_down());
        assert_eq!([health(&services), health(&services)], [shutting_down.clone(), shutting_down]);
    }
}
