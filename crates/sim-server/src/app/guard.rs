//! What keeps the callers of an operation from keeping it from each other.

use std::net::{Ipv4Addr, SocketAddr};

use poem::{
    Request, Response,
    http::{HeaderName, StatusCode, header},
};
use sim_api::{BodyLimit, Caller, ErrorResponse, Meter, Operation};

use super::{Head, call};
use crate::{
    client_address,
    config::Config,
    error_response::error_response,
    in_flight::InFlight,
    rate_limit::{Admission, Client, RateLimiter},
};

/// How long a client waits that the service had no time for: it has again within milliseconds, and clients are many.
const RETRY_AFTER_SECONDS: u64 = 1;

/// The limits to what callers may ask for, together and each.
pub(super) struct Guard {
    in_flight: InFlight,
    rate_limiter: Option<RateLimiter>,
    client_ip_header: Option<HeaderName>,
    body_limit: BodyLimit,
}

impl Guard {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            in_flight: InFlight::new(config.max_in_flight),
            rate_limiter: config.rate_limit.map(|rate| RateLimiter::new(rate, config.rate_limit_burst)),
            client_ip_header: config.client_ip_header.clone(),
            body_limit: BodyLimit(config.max_body_bytes),
        }
    }

    /// Has an operation answer a request, whose caller or refusal `caller` is.
    pub(super) async fn operate(
        &self,
        operation: &Operation,
        caller: Result<Caller, Box<Response>>,
        mut request: Request,
        head: &Head,
    ) -> Response {
        let caller = caller.map(|caller| head.caller.get_or_init(|| caller));
        let Some(_place) = self.in_flight.enter() else {
            return overloaded();
        };
        // A request that is refused has cost something too: who guesses keys is held to a rate.
        let admission = match self.admit(&request, caller.as_ref().ok().copied()) {
            Ok(admission) => admission,
            Err(refusal) => return *refusal,
        };
        let meter = admission.as_ref().map(|_| Meter::default());
        if let Some(meter) = &meter {
            request.extensions_mut().insert(meter.clone());
        }
        if self.body_limit != BodyLimit::default() {
            request.extensions_mut().insert(self.body_limit);
        }
        let mut response = match caller {
            Ok(caller) => call(operation, request, head, caller).await,
            Err(refusal) => *refusal,
        };
        if let (Some(limiter), Some(admission), Some(meter)) = (&self.rate_limiter, admission, meter) {
            limiter.settle(&admission, meter.tokens(), &mut response);
        }
        response
    }

    /// Takes the first token of a request, where there is a limit to them.
    fn admit(&self, request: &Request, caller: Option<&Caller>) -> Result<Option<Admission>, Box<Response>> {
        let Some(limiter) = &self.rate_limiter else {
            return Ok(None);
        };
        let peer = request.remote_addr().as_socket_addr().map_or(Ipv4Addr::UNSPECIFIED.into(), SocketAddr::ip);
        let address = client_address::of(request.headers(), self.client_ip_header.as_ref(), peer);
        let admission = limiter.admit(Client::new(caller, address));
        admission.map(Some).map_err(|seconds| Box::new(limiter.refuse(seconds)))
    }
}

/// The answer to a request that there is no time for.
fn overloaded() -> Response {
    let error = ErrorResponse::overloaded(RETRY_AFTER_SECONDS);
    let mut response = error_response(StatusCode::SERVICE_UNAVAILABLE, error);
    response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER_SECONDS.into());
    response
}
