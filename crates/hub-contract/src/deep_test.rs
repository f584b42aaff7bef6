//! The connection doctor: every stretch of the way to a platform, tested one after the other.

use serde::{Deserialize, Serialize};

use crate::HubError;

/// One stretch of the way, in the order in which they are tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TestStage {
    /// The name of the first host on the way (the proxy's, where there is one) is resolved.
    Dns,
    /// That host takes a connection.
    Connect,
    /// The proxy lets through to the platform.
    Proxy,
    /// The platform's certificate is trusted and the handshake succeeds.
    Tls,
    /// The platform takes the credential, in its cheapest call.
    Credential,
    /// The first piece of a real answer comes.
    FirstToken,
    /// That answer comes to the platform's own end.
    Stream,
    /// The platform stops another answer when it is told to.
    Stop,
}

impl TestStage {
    /// All of them, in order.
    pub const ALL: [Self; 8] = [
        Self::Dns,
        Self::Connect,
        Self::Proxy,
        Self::Tls,
        Self::Credential,
        Self::FirstToken,
        Self::Stream,
        Self::Stop,
    ];

    /// Its name on the wire; `test-stage-…` in the texts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Proxy => "proxy",
            Self::Tls => "tls",
            Self::Credential => "credential",
            Self::FirstToken => "first_token",
            Self::Stream => "stream",
            Self::Stop => "stop",
        }
    }
}

/// One step of a deep test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TestStep {
    /// Which.
    pub stage: TestStage,
    /// What became of it.
    pub state: TestStepState,
    /// How long it took, in milliseconds; absent where it was not measured by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<HubError>,
    /// Why there was nothing to test, or what a passed step leaves open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<TestRemark>,
}

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TestStepState {
    /// It works.
    Passed,
    /// It does not; the way ends here.
    Failed,
    /// There is nothing to test, or something is missing to test it with.
    Skipped,
    /// An earlier step failed.
    NotReached,
}

impl TestStepState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Passed, Self::Failed, Self::Skipped, Self::NotReached];

    /// Its name on the wire; `test-state-…` in the texts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::NotReached => "not_reached",
        }
    }
}

/// A remark on a step, `test-remark-…` in the texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TestRemark {
    /// The address is a number and needs no name.
    NoName,
    /// There is no proxy on this way.
    NoProxy,
    /// The address begins with `http://`.
    NotEncrypted,
    /// The same call succeeds without a key, so the key is not proven.
    KeyNotProven,
    /// No model and no agent of this connection is enabled, so there is nobody to ask.
    NobodyToAsk,
    /// The only agents of this connection are forms that have to be filled in.
    NeedsInputs,
    /// The platform has no call to stop an answer; closing the connection is all that can be done.
    NoStopCall,
    /// The answer was complete before it could be stopped.
    TooQuickToStop,
}

impl TestRemark {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::NoName,
        Self::NoProxy,
        Self::NotEncrypted,
        Self::KeyNotProven,
        Self::NobodyToAsk,
        Self::NeedsInputs,
        Self::NoStopCall,
        Self::TooQuickToStop,
    ];

    /// Its name on the wire and in the texts' keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoName => "no_name",
            Self::NoProxy => "no_proxy",
            Self::NotEncrypted => "not_encrypted",
            Self::KeyNotProven => "key_not_proven",
            Self::NobodyToAsk => "nobody_to_ask",
            Self::NeedsInputs => "needs_inputs",
            Self::NoStopCall => "no_stop_call",
            Self::TooQuickToStop => "too_quick_to_stop",
        }
    }
}

impl TestStep {
    /// A step that works.
    pub fn passed(stage: TestStage, ms: Option<u64>) -> Self {
        Self { stage, state: TestStepState::Passed, ms, error: None, remark: None }
    }

    /// A step that ends the way.
    pub fn failed(stage: TestStage, ms: Option<u64>, error: HubError) -> Self {
        Self { stage, state: TestStepState::Failed, ms, error: Some(error), remark: None }
    }

    /// A step that was left out.
    pub fn skipped(stage: TestStage, remark: TestRemark) -> Self {
        Self { stage, state: TestStepState::Skipped, ms: None, error: None, remark: Some(remark) }
    }

    /// A step behind one that failed.
    pub fn not_reached(stage: TestStage) -> Self {
        Self { stage, state: TestStepState::NotReached, ms: None, error: None, remark: None }
    }

    /// The same step with a remark.
    #[must_use]
    pub fn remarking(self, remark: TestRemark) -> Self {
        Self { remark: Some(remark), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_wire() {
        for stage in TestStage::ALL {
            assert_eq!(serde_json::to_value(stage).unwrap(), stage.as_str());
        }
        for state in TestStepState::ALL {
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
        }
        for remark in TestRemark::ALL {
            assert_eq!(serde_json::to_value(remark).unwrap(), remark.as_str());
        }
    }
}
