//! The way to a host, stretch by stretch: what a connection test walks before it shows a credential to anybody.
//!
//! The stretches in front of the server are tested by a call of their own that carries no credential, on a client of
//! its own, so that no connection that is still open hides what is broken now.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hub_contract::deep_test::{TestRemark, TestStage, TestStep};
use hub_contract::{ErrorCode, HubError};
use reqwest::Url;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, timeout};

use super::client::{Client, FirstHop};
use super::{Transport, failure};
use crate::endpoint::Network;
use crate::reason::Reason;

impl Transport {
    /// Walks from this computer to the server at `url`: name, connection, proxy, TLS. Ends with the first step that
    /// fails. Errors still lack platform and host, except for a proxy's host.
    pub(crate) async fn walk(&self, network: &Network, url: &Url) -> Vec<TestStep> {
        let mut steps = Vec::new();
        let client = match self.clients.unshared(network, url, &self.limits).await {
            Ok(client) => client,
            Err(error) => {
                let stage = match error.code {
                    ErrorCode::Proxy => TestStage::Proxy,
                    ErrorCode::Forbidden => TestStage::Connect,
                    _ => TestStage::Tls,
                };
                return vec![TestStep::failed(stage, None, error)];
            }
        };
        let first = client.first_hop(url);
        if let Err(failed) = self.reach(&first, &mut steps).await {
            steps.push(*failed);
            return steps;
        }
        self.hand_shake(&client, &first, url, &mut steps).await;
        steps
    }

    /// The name and the connection of the first host. The error is the step that failed.
    async fn reach(&self, first: &FirstHop, steps: &mut Vec<TestStep>) -> Result<(), Box<TestStep>> {
        let began = Instant::now();
        let failed = |stage, began, error| {
            let mut error: HubError = error;
            // The host that is blamed otherwise is the platform's.
            error.detail.host = first.is_proxy.then(|| first.host.clone());
            Box::new(TestStep::failed(stage, Some(milliseconds(began)), error))
        };
        let addresses = match first.host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(address) => {
                steps.push(TestStep::skipped(TestStage::Dns, TestRemark::NoName));
                vec![address]
            }
            Err(_) => {
                let found = self.addresses(&first.host).await.map_err(|error| failed(TestStage::Dns, began, error))?;
                steps.push(TestStep::passed(TestStage::Dns, Some(milliseconds(began))));
                found
            }
        };
        let began = Instant::now();
        let connected = timeout(self.limits.connect, connect(&addresses, first.port)).await;
        connected
            .unwrap_or_else(|_| Err(failure::not_connected_in_time()))
            .map_err(|error| failed(TestStage::Connect, began, error))?;
        steps.push(TestStep::passed(TestStage::Connect, Some(milliseconds(began))));
        Ok(())
    }

    pub(super) async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, HubError> {
        let resolving = async {
            match self.clients.resolver() {
                Some(resolver) => resolver.resolve(host).await,
                None => Ok(lookup_host((host, 0)).await?.map(|address| address.ip()).collect()),
            }
        };
        match timeout(self.limits.connect, resolving).await {
            Ok(Ok(addresses)) if !addresses.is_empty() => Ok(addresses),
            Ok(Ok(_)) => Err(failure::unresolved(String::new())),
            Ok(Err(error)) => Err(failure::unresolved(error.to_string())),
            Err(_) => Err(failure::unresolved("The resolver did not answer in time.".to_owned())),
        }
    }

    /// The proxy and TLS, by a request that asks for nothing and carries nothing. Any answer proves both.
    async fn hand_shake(&self, client: &Client, first: &FirstHop, url: &Url, steps: &mut Vec<TestStep>) {
        let encrypted = url.scheme() == "https";
        let began = Instant::now();
        let failed = if encrypted || first.is_proxy { self.knock(client, url).await.err() } else { None };
        let ms = Some(milliseconds(began));
        // Through a proxy an encrypted call is one handshake: only a refusal of the proxy's own is told apart.
        let by_proxy = |error: &HubError| first.is_proxy && (!encrypted || error.code != ErrorCode::Tls);
        let (at_proxy, at_tls) = match failed {
            Some(error) if by_proxy(&error) => (Some(error), None),
            failed => (None, failed),
        };
        steps.push(match at_proxy {
            Some(error) => return steps.push(TestStep::failed(TestStage::Proxy, ms, error)),
            None if !first.is_proxy => TestStep::skipped(TestStage::Proxy, TestRemark::NoProxy),
            None => TestStep::passed(TestStage::Proxy, ms.filter(|_| !encrypted)),
        });
        steps.push(match at_tls {
            Some(error) => TestStep::failed(TestStage::Tls, ms, error),
            None if encrypted => TestStep::passed(TestStage::Tls, ms),
            None => TestStep::skipped(TestStage::Tls, TestRemark::NotEncrypted),
        });
    }

    /// Gets the address without a credential. Ok when the request could be sent, whatever came of it.
    async fn knock(&self, client: &Client, url: &Url) -> Result<(), HubError> {
        self.tally.count(Reason::ConnectionTest);
        // Within this time a connection stands or has failed; a server that then says nothing has shaken hands.
        let patience = self.limits.connect + Duration::from_secs(1);
        match timeout(patience, client.http.get(url.clone()).send()).await {
            Ok(Ok(answer)) if answer.status().as_u16() == 407 => {
                let mut error = HubError::new(ErrorCode::Proxy, "The proxy asks for a user name and password.");
                error.detail.status = Some(407);
                Err(error)
            }
            Ok(Ok(_)) | Err(_) => Ok(()),
            Ok(Err(error)) => match failure::of(&error) {
                (_, true) => Ok(()),
                (error, false) => Err(error),
            },
        }
    }
}

async fn connect(addresses: &[IpAddr], port: u16) -> Result<(), HubError> {
    let all: Vec<SocketAddr> = addresses.iter().map(|address| SocketAddr::new(*address, port)).collect();
    TcpStream::connect(all.as_slice()).await.map(drop).map_err(|error| failure::not_connected(&error))
}

fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
