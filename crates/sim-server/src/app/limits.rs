//! Limits that stop one caller from starving the others.

mod client_address;
mod rate_limit;

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use poem::{
    Request, Response,
    http::{StatusCode, header},
};
use sim_api::{Caller, ErrorResponse, Meter};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::{app::error_response::error_response, config::Config};
use client_address::ClientAddress;
use rate_limit::{Admission, Client, RateLimiter};

/// `Retry-After` of a 503: overload lasts milliseconds; a second spreads the retries.
const RETRY_AFTER_SECONDS: u64 = 1;

/// What callers may ask for: all together, and each.
pub(super) struct Limits {
    in_flight: Arc<Semaphore>,
    rate_limiter: Option<RateLimiter>,
    client_address: ClientAddress,
}

/// What an admitted request holds until its answer begins.
pub(super) struct Permit<'a> {
    admission: Option<Admission<'a>>,
    /// Counts what the request costs; `None` once that is paid.
    meter: Option<Meter>,
    _in_flight: SemaphorePermit<'a>,
}

impl Limits {
    pub(super) fn new(config: &Config, in_flight: Arc<Semaphore>) -> Self {
        Self {
            in_flight,
            rate_limiter: config.rate_limit.map(|rate| RateLimiter::new(rate, config.rate_limit_burst)),
            client_address: ClientAddress::new(config.client_ip_header.clone()),
        }
    }

    /// Admits a request; `caller` is `None` if its key was refused.
    ///
    /// A refusal costs a token too: whoever guesses keys is held to a rate.
    pub(super) fn admit(&self, caller: Option<&Caller>, request: &Request) -> Result<Permit<'_>, Box<Response>> {
        let in_flight = self.in_flight.try_acquire().map_err(|_| Box::new(overloaded()))?;
        let admission = self.take_token(request, caller)?;
        Ok(Permit { admission, meter: None, _in_flight: in_flight })
    }

    /// Takes the first token of a request, if there is a rate limit.
    fn take_token(&self, request: &Request, caller: Option<&Caller>) -> Result<Option<Admission<'_>>, Box<Response>> {
        let Some(limiter) = &self.rate_limiter else {
            return Ok(None);
        };
        let peer = request.remote_addr().as_socket_addr().map_or(Ipv4Addr::UNSPECIFIED.into(), SocketAddr::ip);
        let address = self.client_address.of(request.headers(), peer);
        match limiter.admit(Client::new(caller, address)) {
            Ok(admission) => Ok(Some(admission)),
            Err(seconds) => Err(Box::new(limiter.refuse(seconds))),
        }
    }
}

impl Permit<'_> {
    /// Notes what counts the cost of the request.
    pub(super) fn measure(&mut self, meter: Meter) {
        self.meter = Some(meter);
    }

    /// Takes the tokens that the request has cost, and writes into its answer how many are left.
    pub(super) fn settle(&mut self, response: &mut Response) {
        if let (Some(admission), Some(meter)) = (&self.admission, self.meter.take()) {
            admission.settle(meter.cost(), response);
        }
    }
}

impl Drop for Permit<'_> {
    /// Takes the tokens of a request without an answer: its client has left, or its time was up, and the work was begun.
    fn drop(&mut self) {
        if let (Some(admission), Some(meter)) = (&self.admission, self.meter.take()) {
            admission.pay(meter.cost());
        }
    }
}

/// The 503 to a request beyond the limit on requests in flight.
fn overloaded() -> Response {
    let error = ErrorResponse::overloaded(RETRY_AFTER_SECONDS);
    let mut response = error_response(StatusCode::SERVICE_UNAVAILABLE, error);
    response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER_SECONDS.into());
    response
}
