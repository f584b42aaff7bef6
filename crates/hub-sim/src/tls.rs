//! Certificates made at run time. No key of any of them outlives its test.

use std::io;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, version};

/// A certificate authority of one test, as a company has one.
#[derive(Debug)]
pub struct TestCa {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

/// A server's certificate and its key, as PEM.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The certificate.
    pub certificate: String,
    /// Its key.
    pub key: String,
}

/// When a certificate is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// Now, and long before and after.
    Now,
    /// Only in the past.
    Past,
    /// Only in the future: what a computer sees whose clock is behind.
    Future,
}

impl TestCa {
    /// An authority that nobody trusts yet.
    ///
    /// # Errors
    /// The crypto library's.
    pub fn new() -> io::Result<Self> {
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let mut params = CertificateParams::new(Vec::new()).map_err(io::Error::other)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "Test Company CA");
        let pem = params.self_signed(&key).map_err(io::Error::other)?.pem();
        Ok(Self { pem, issuer: Issuer::new(params, key) })
    }

    /// Its own certificate, for a file of further authorities.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A certificate for these host names and addresses that is valid now.
    ///
    /// # Errors
    /// As [`TestCa::new`]; a name that can stand in no certificate.
    pub fn issue(&self, names: &[&str]) -> io::Result<Identity> {
        self.issue_valid(names, Validity::Now)
    }

    /// A certificate for these host names and addresses.
    ///
    /// # Errors
    /// As [`TestCa::issue`].
    pub fn issue_valid(&self, names: &[&str], validity: Validity) -> io::Result<Identity> {
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let certificate = params(names, validity)?.signed_by(&key, &self.issuer).map_err(io::Error::other)?;
        Ok(Identity { certificate: certificate.pem(), key: key.serialize_pem() })
    }
}

impl Identity {
    /// A certificate that signed itself, with no authority behind it.
    ///
    /// # Errors
    /// As [`TestCa::issue`].
    pub fn self_signed(names: &[&str]) -> io::Result<Self> {
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let certificate = params(names, Validity::Now)?.self_signed(&key).map_err(io::Error::other)?;
        Ok(Self { certificate: certificate.pem(), key: key.serialize_pem() })
    }

    /// Accepts TLS 1.2 and 1.3 as this identity, and agrees on one of these protocols.
    pub(crate) fn acceptor(&self, protocols: &[&str]) -> io::Result<TlsAcceptor> {
        let certificate = CertificateDer::from_pem_slice(self.certificate.as_bytes()).map_err(io::Error::other)?;
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes()).map_err(io::Error::other)?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&version::TLS13, &version::TLS12])
            .and_then(|config| config.with_no_client_auth().with_single_cert(vec![certificate], key))
            .map_err(io::Error::other)?;
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

fn params(names: &[&str], validity: Validity) -> io::Result<CertificateParams> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).map_err(io::Error::other)?;
    let (from, until) = match validity {
        Validity::Now => (2020, 2120),
        Validity::Past => (2020, 2021),
        Validity::Future => (2110, 2120),
    };
    params.not_before = date_time_ymd(from, 1, 1);
    params.not_after = date_time_ymd(until, 1, 1);
    Ok(params)
}
