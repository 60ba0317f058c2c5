//! Rate limits: a bucket of tokens for each client, refilled at a steady rate.
//!
//! A request is admitted if its client has a token left. Its full cost is known only once it has been read, and is then
//! owed: even an answer that costs more than a whole bucket is given, and its client waits until the debt is paid.

mod buckets;

use std::{net::IpAddr, num::NonZeroU32, time::Duration};

use governor::{
    Quota,
    clock::{Clock, MonotonicClock},
    middleware::{StateInformationMiddleware, StateSnapshot},
};
use poem::{
    Response,
    http::{HeaderName, HeaderValue, StatusCode, header},
};
use sim_api::{Application, Caller, ErrorResponse};

use crate::{app::error_response::error_response, config::Rate};
use buckets::Buckets;

const RATELIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATELIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// The client.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Client {
    Application(Application),
    /// An IPv4 address, or the first 64 bits of an IPv6 address: the network that one customer gets.
    Network(IpAddr),
}

impl Client {
    /// The client of a request: the application of its key, or else its address.
    pub(crate) fn new(caller: Option<&Caller>, address: IpAddr) -> Self {
        match caller.and_then(Caller::application) {
            Some(application) => Self::Application(application.clone()),
            None => Self::Network(network(address)),
        }
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
    }
}

/// The buckets of all clients.
pub(crate) struct RateLimiter<C: Clock = MonotonicClock> {
    limiter: governor::RateLimiter<Client, Buckets, C, StateInformationMiddleware>,
    buckets: Buckets,
    interval: Duration,
    burst: NonZeroU32,
    /// `RateLimit-Policy`: the most tokens, and the time in which they refill.
    policy: HeaderValue,
}

/// An admitted request, which has paid its first token.
pub(crate) struct Admission<'a, C: Clock = MonotonicClock> {
    limiter: &'a RateLimiter<C>,
    client: Client,
    /// Tokens left in the bucket.
    left: u32,
}

impl RateLimiter {
    /// Buckets of `burst` tokens, refilled at a rate.
    pub(crate) fn new(rate: Rate, burst: NonZeroU32) -> Self {
        Self::with_clock(rate, burst, MonotonicClock)
    }
}

impl<C: Clock> RateLimiter<C> {
    fn with_clock(rate: Rate, burst: NonZeroU32, clock: C) -> Self {
        let interval = rate.interval();
        let buckets = Buckets::new();
        let quota = Quota::with_period(interval).unwrap_or(Quota::per_second(rate.tokens)).allow_burst(burst);
        let window = whole_seconds(interval * burst.get()).max(1);
        let policy = format!("\"default\";q={burst};w={window}");
        Self {
            limiter: governor::RateLimiter::new(quota, buckets.clone(), clock),
            buckets,
            interval,
            burst,
            policy: HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("\"default\"")),
        }
    }

    /// Takes a token from the bucket of a client.
    ///
    /// # Errors
    ///
    /// If the bucket is empty: the number of seconds to wait for a token.
    pub(crate) fn admit(&self, client: Client) -> Result<Admission<'_, C>, u64> {
        match self.limiter.check_key(&client) {
            Ok(state) => Ok(Admission { limiter: self, client, left: StateSnapshot::remaining_burst_capacity(&state) }),
            Err(until) => Err(whole_seconds(until.wait_time_from(self.limiter.clock().now())).max(1)),
        }
    }

    /// The answer to a client that has to wait.
    pub(crate) fn refuse(&self, seconds: u64) -> Response {
        let mut response = error_response(StatusCode::TOO_MANY_REQUESTS, ErrorResponse::rate_limited(seconds));
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        self.add_headers(&mut response, 0, seconds);
        response
    }

    /// The fields of draft-ietf-httpapi-ratelimit-headers-10: `left` tokens are left for the next `seconds`.
    fn add_headers(&self, response: &mut Response, left: u32, seconds: u64) {
        response.headers_mut().insert(RATELIMIT, limit(left, seconds));
        response.headers_mut().insert(RATELIMIT_POLICY, self.policy.clone());
    }
}

impl<C: Clock> Admission<'_, C> {
    /// Takes the tokens that the request costs beyond its first, and writes into its answer how many are left.
    pub(crate) fn settle(&self, tokens: u32, response: &mut Response) {
        let Self { limiter, left, .. } = self;
        self.pay(tokens);
        let still_left = left.saturating_sub(tokens);
        let owed = limiter.burst.get().saturating_add(tokens.saturating_sub(*left)) - still_left;
        limiter.add_headers(response, still_left, whole_seconds(limiter.interval.saturating_mul(owed)));
    }

    /// Takes the tokens that the request costs beyond its first.
    pub(crate) fn pay(&self, tokens: u32) {
        if tokens > 0 {
            self.limiter.buckets.owe(&self.client, self.limiter.interval.saturating_mul(tokens));
        }
    }
}

/// `RateLimit`: the tokens that are left, and for how long. Every answer has it, so it is not written by `format!`,
/// which takes three times as long.
fn limit(left: u32, seconds: u64) -> HeaderValue {
    let (mut left_digits, mut seconds_digits) = (itoa::Buffer::new(), itoa::Buffer::new());
    let text = ["\"default\";r=", left_digits.format(left), ";t=", seconds_digits.format(seconds)].concat();
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("\"default\""))
}

/// Seconds, rounded up, so that a client that waits that long has waited long enough.
fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// Ten tokens a second, of which a bucket holds `burst`.
    fn limiter(burst: u32) -> (RateLimiter<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        let rate = Rate { tokens: NonZeroU32::new(10).unwrap(), per: SECOND };
        (RateLimiter::with_clock(rate, NonZeroU32::new(burst).unwrap(), clock.clone()), clock)
    }

    fn client(address: &str) -> Client {
        Client::new(None, address.parse().unwrap())
    }

    /// Lets a request in that costs `tokens`; `RateLimit` of its answer, or the seconds to wait.
    fn send(limiter: &RateLimiter<FakeRelativeClock>, tokens: u32) -> Result<String, u64> {
        let admission = limiter.admit(client("192.0.2.1"))?;
        let mut response = Response::default();
        admission.settle(tokens - 1, &mut response);
        assert!(response.header("RateLimit-Policy").is_some());
        Ok(response.header("RateLimit").unwrap().to_owned())
    }

    #[test]
    fn a_burst_is_let_in_and_then_the_rate() {
        let (limiter, clock) = limiter(3);
        for left in [2, 1, 0] {
            assert_eq!(send(&limiter, 1), Ok(format!("\"default\";r={left};t=1")));
        }
        assert_eq!(send(&limiter, 1), Err(1));
        clock.advance(SECOND / 10);
        assert_eq!(send(&limiter, 1), Ok("\"default\";r=0;t=1".to_owned()));
        assert_eq!(send(&limiter, 1), Err(1));
        clock.advance(60 * SECOND);
        assert_eq!(send(&limiter, 1), Ok("\"default\";r=2;t=1".to_owned()));
    }

    #[test]
    fn what_costs_more_than_a_bucket_is_given_and_then_paid() {
        let (limiter, clock) = limiter(3);
        assert_eq!(send(&limiter, 53), Ok("\"default\";r=0;t=6".to_owned()));
        assert_eq!(send(&limiter, 1), Err(6));
        clock.advance(5 * SECOND);
        assert_eq!(send(&limiter, 1), Err(1));
        clock.advance(SECOND / 10);
        assert_eq!(send(&limiter, 1), Ok("\"default\";r=0;t=1".to_owned()));
    }

    #[test]
    fn the_policy_is_how_much_a_bucket_holds_and_how_long_it_takes_to_fill() {
        let (limiter, _) = limiter(25);
        assert_eq!(limiter.policy, "\"default\";q=25;w=3");
    }

    #[test]
    fn a_refusal_says_how_long_to_wait() {
        let (limiter, _) = limiter(3);
        let response = limiter.refuse(7);
        assert_eq!((response.status().as_u16(), response.header("Retry-After")), (429, Some("7")));
        assert_eq!(response.header("RateLimit"), Some("\"default\";r=0;t=7"));
        assert_eq!(response.header("RateLimit-Policy"), Some("\"default\";q=3;w=1"));
    }

    #[test]
    fn each_client_has_its_bucket() {
        let (limiter, _) = limiter(1);
        for address in ["192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8:0:1::1"] {
            assert!(limiter.admit(client(address)).is_ok(), "{address}");
        }
        for address in ["192.0.2.1", "::ffff:192.0.2.2", "2001:db8::2", "2001:db8:0:1:ffff::"] {
            assert!(limiter.admit(client(address)).is_err(), "{address} has another address of the same client");
        }
    }
}
