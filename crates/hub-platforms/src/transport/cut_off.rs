//! Whether a question could leave this computer at all. It is asked before the question is stored, so that without a network
//! the text stays with the person.

use std::net::IpAddr;

use hub_contract::HubError;
use reqwest::Url;

use super::{Transport, failure};
use crate::endpoint::Network;
use crate::reach::Reach;

impl Transport {
    /// Refuses a host that may not be connected to.
    ///
    /// # Errors
    /// `forbidden`.
    pub(crate) fn refuse_host(&self, url: &Url) -> Result<(), HubError> {
        self.clients.refuse_host(url)
    }

    /// Refuses a call that has no way to its first host. Nothing is sent; where there is no way out at all, a name is looked
    /// up, because a network without a way out can have names of its own.
    ///
    /// # Errors
    /// `forbidden` for a host that is not allowed; `offline`; `tls` and `proxy` for a network that no call could use.
    pub(crate) async fn refuse_cut_off(&self, network: &Network, url: &Url) -> Result<(), HubError> {
        self.refuse_host(url)?;
        if failure::has_network() {
            return Ok(());
        }
        let first = self.clients.client(network, url, Reach::Anywhere, &self.limits).await?.first_hop(url);
        let addresses = match first.host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(address) => vec![address],
            Err(_) => self.addresses(&first.host).await?,
        };
        if addresses.into_iter().any(failure::has_way_to) { Ok(()) } else { Err(failure::no_way(String::new())) }
    }
}
