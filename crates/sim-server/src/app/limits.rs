//! Limits that stop one caller from starving the others.

mod client_address;
mod in_flight;
mod rate_limit;

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use poem::{
    Request, Response,
    http::{HeaderName, StatusCode, header},
};
use sim_api::{BodyLimit, Caller, ErrorResponse, Meter};

use crate::{app::error_response::error_response, config::Config, telemetry::metrics::Metrics};
pub(super) use in_flight::InFlight;
use in_flight::Place;
use rate_limit::{Admission, Client, RateLimiter};

/// How long a client waits that the service had no time for: it has again within milliseconds, and clients are many.
const RETRY_AFTER_SECONDS: u64 = 1;

/// The limits to what callers may ask for, together and each.
pub(super) struct Limits {
    in_flight: Arc<InFlight>,
    metrics: Arc<Metrics>,
    rate_limiter: Option<RateLimiter>,
    client_ip_header: Option<HeaderName>,
    body_limit: BodyLimit,
}

/// What a request holds that has been let in, until its answer begins.
pub(super) struct Pass<'a> {
    account: Option<Account<'a>>,
    meter: Meter,
    metrics: &'a Metrics,
    _place: Place<'a>,
}

/// Who pays for a request, and how much.
struct Account<'a> {
    limiter: &'a RateLimiter,
    admission: Admission,
}

impl Limits {
    pub(super) fn new(config: &Config, in_flight: Arc<InFlight>, metrics: Arc<Metrics>) -> Self {
        Self {
            in_flight,
            metrics,
            rate_limiter: config.rate_limit.map(|rate| RateLimiter::new(rate, config.rate_limit_burst)),
            client_ip_header: config.client_ip_header.clone(),
            body_limit: BodyLimit(config.max_body_bytes),
        }
    }

    /// Lets a request of a caller in; `caller` may be the refusal of one that has shown no key.
    pub(super) fn enter<'limits, 'caller>(
        &'limits self,
        caller: Result<&'caller Caller, Box<Response>>,
        request: &mut Request,
    ) -> Result<(&'caller Caller, Pass<'limits>), Box<Response>> {
        let place = self.in_flight.enter().ok_or_else(|| Box::new(overloaded()))?;
        // A request that is refused has cost something too: who guesses keys is held to a rate.
        let account = self.admit(request, caller.as_ref().ok().copied())?;
        let pass = Pass { account, meter: Meter::default(), metrics: &self.metrics, _place: place };
        let caller = match caller {
            Ok(caller) => caller,
            Err(mut refusal) => {
                pass.settle(&mut refusal);
                return Err(refusal);
            }
        };
        if self.body_limit != BodyLimit::default() {
            request.extensions_mut().insert(self.body_limit);
        }
        Ok((caller, pass))
    }

    /// Takes the first token of a request, where there is a limit to them.
    fn admit(&self, request: &Request, caller: Option<&Caller>) -> Result<Option<Account<'_>>, Box<Response>> {
        let Some(limiter) = &self.rate_limiter else {
            return Ok(None);
        };
        let peer = request.remote_addr().as_socket_addr().map_or(Ipv4Addr::UNSPECIFIED.into(), SocketAddr::ip);
        let address = client_address::of(request.headers(), self.client_ip_header.as_ref(), peer);
        match limiter.admit(Client::new(caller, address)) {
            Ok(admission) => Ok(Some(Account { limiter, admission })),
            Err(seconds) => Err(Box::new(limiter.refuse(seconds))),
        }
    }
}

impl Pass<'_> {
    /// What the request costs.
    pub(super) fn meter(&self) -> &Meter {
        &self.meter
    }

    /// Counts what the request has simulated; takes the tokens that it has cost, and says in its answer what is left.
    pub(super) fn settle(&self, response: &mut Response) {
        self.metrics.simulated_steps.inc_by(self.meter.steps());
        if let Some(Account { limiter, admission }) = &self.account {
            limiter.settle(admission, self.meter.tokens(), response);
        }
    }
}

/// The answer to a request that there is no time for.
fn overloaded() -> Response {
    let error = ErrorResponse::overloaded(RETRY_AFTER_SECONDS);
    let mut response = error_response(StatusCode::SERVICE_UNAVAILABLE, error);
    response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER_SECONDS.into());
    response
}
