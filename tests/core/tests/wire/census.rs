//! Holds what a platform's tests leave out against what the platform can do.

use hub_contract::PlatformId;
use hub_platforms::capabilities::{Capabilities, Support};

/// Every capability that the platform has no tests for is one it does not have, and the other way round.
#[track_caller]
pub(crate) fn agrees(platform: PlatformId, not_offered: &[(&str, &str)]) {
    for (capability, support) in Capabilities::of(platform).rows() {
        let listed = not_offered.iter().find(|(name, _)| *name == capability);
        assert_eq!(listed.is_none(), support == Support::Yes, "{platform}: {capability} is {support:?}");
    }
    for (capability, reason) in not_offered {
        assert!(!reason.is_empty(), "{capability} needs a reason");
        let known = Capabilities::of(platform).rows().iter().any(|(name, _)| name == capability);
        assert!(known, "{capability} is no capability");
    }
}
