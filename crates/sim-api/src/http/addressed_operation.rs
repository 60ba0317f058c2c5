//! Operations on what an address names, called as they are: the short way that `body_operation` is to those with a body.
//!
//! The parameters of the address have been read once, to be checked; poem's router and poem-openapi's endpoint would take
//! the same address apart twice more.

use poem::{
    Response, Result,
    http::{HeaderMap, HeaderName},
};
use serde::{
    Deserialize,
    de::{
        DeserializeOwned,
        value::{Error, MapDeserializer},
    },
};

use crate::http::meter::Metered;

/// An operation whose input is the parameters of its address and the headers of a request, and no body.
pub(crate) trait AddressedOperation: Send + Sync + 'static {
    /// Its name in the contract.
    const ID: &'static str;

    /// The parameters, by their names in the contract.
    type Parameters: DeserializeOwned;

    /// Answers parameters that fit their schemas.
    fn answer(&self, metered: Metered, parameters: Self::Parameters, headers: &HeaderMap) -> Result<Response>;
}

/// Any such operation.
pub(crate) trait DynAddressedOperation: Send + Sync {
    /// Answers parameters by name and value.
    fn call(&self, metered: Metered, parameters: Vec<(&'static str, i64)>, headers: &HeaderMap) -> Result<Response>;
}

impl<O: AddressedOperation> DynAddressedOperation for O {
    fn call(&self, metered: Metered, parameters: Vec<(&'static str, i64)>, headers: &HeaderMap) -> Result<Response> {
        let parameters = MapDeserializer::<_, Error>::new(parameters.into_iter());
        let parameters = O::Parameters::deserialize(parameters).map_err(poem::error::InternalServerError)?;
        self.answer(metered, parameters, headers)
    }
}

/// The first value of a header that is text, as poem-openapi reads a header that may be absent.
pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get_all(name).iter().find_map(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use poem::Request;

    use crate::{
        http::api_key::ApiKeys,
        http::routes::Routes,
        operations::{all, operations},
        services::Readiness,
        testing::everything,
    };

    #[test]
    fn an_operation_called_as_it_is_answers_what_it_does_behind_an_endpoint() {
        let endpoints = Routes::new(all(Readiness::default()), &ApiKeys::default());
        let service = operations(Readiness::default(), &ApiKeys::default());
        for (address, headers) in [
            ("/simulate/42?steps=7", vec![]),
            ("/simulate/-9223372036854775808?steps=100000", vec![]),
            ("/simulate/9223372036854775807?steps=1&unknown=2", vec![]),
            ("/simulate/%34%32", vec![]),
            ("/%73imulate/007?%73teps=%31", vec![]),
            ("/simulate/x?steps=0", vec![]),
            ("/simulate/42?steps=7&steps=7", vec![]),
            ("/simulate/42", vec![("If-None-Match", "\"x\"")]),
            ("/simulate/42", vec![("If-None-Match", "*")]),
            ("/simulate/42", vec![("If-None-Match", "\"x\""), ("If-None-Match", "*")]),
            ("/simulate/42", vec![("If-None-Match", "ü"), ("If-None-Match", "*")]),
            ("/simulate/42/trajectory", vec![]),
            ("/simulate/42/trajectory?start=2147483647&count=3&stride=2147483647", vec![]),
            ("/simulate/42/trajectory?start=0&count=1&stride=1", vec![("Accept", "text/csv")]),
            ("/simulate/42/trajectory?start=-1&count=0&stride=x", vec![]),
            ("/simulate/42/trajectory", vec![("Accept", "application/x-ndjson;q=0.5, text/csv;q=0.1")]),
            ("/simulate/42/trajectory", vec![("Accept", "text/html")]),
            ("/simulate/42/trajectory", vec![("Accept", "text/csv"), ("Accept", "application/octet-stream")]),
            ("/simulate/42/trajectory", vec![("Accept", "ü")]),
            ("/simulate/42/trajectory", vec![("If-None-Match", "*")]),
            ("/simulate/42/trajectory", vec![("Accept", "application/octet-stream"), ("Range", "bytes=4-8")]),
            ("/simulate/42/trajectory", vec![("Accept", "application/octet-stream"), ("Range", "bytes=400-")]),
            (
                "/simulate/42/trajectory",
                vec![("Accept", "application/octet-stream"), ("Range", "bytes=4-8"), ("If-Range", "\"x\"")],
            ),
        ] {
            let request = || {
                let request = Request::builder().uri_str(address);
                headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).finish()
            };
            assert_eq!(everything(&service, request()), everything(&endpoints, request()), "{address} {headers:?}");
        }
    }
}
