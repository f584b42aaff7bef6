//! The address of platforms whose form asks for none. It stands under "more": a self-hosted or regional endpoint must be
//! possible, but nobody has to look at it.

use hub_contract::catalogue::BASE_URL;
use hub_contract::platform::{FieldKind, FieldSpec, Label, PlatformSpec};

const ADDRESS: FieldSpec = FieldSpec {
    key: BASE_URL,
    kind: FieldKind::Address,
    label: Label { zh: "API endpoint 地址", en: "API endpoint" },
    // Left empty, the platform's usual address is used.
    required: false,
    placeholder: "https://",
    max_chars: 2048,
};

/// The address field under "more", where the platform has a usual address and no field for it.
pub(super) fn advanced_address(spec: &PlatformSpec) -> Option<FieldSpec> {
    let has_field = spec.fields.iter().any(|field| field.kind == FieldKind::Address);
    (!has_field && !spec.base_url.is_empty()).then_some(ADDRESS)
}

/// Every field of the form, that one included.
pub(super) fn all_fields(spec: &PlatformSpec) -> impl Iterator<Item = FieldSpec> {
    spec.fields.iter().copied().chain(advanced_address(spec))
}

#[cfg(test)]
mod tests {
    use hub_contract::{PlatformId, catalogue};

    use super::*;

    #[test]
    fn every_platform_has_exactly_one_address() {
        for id in PlatformId::ALL {
            let fields = all_fields(catalogue::spec(*id));
            assert_eq!(fields.filter(|field| field.kind == FieldKind::Address).count(), 1, "{id}");
        }
        assert!(advanced_address(catalogue::spec(PlatformId::Appbuilder)).is_some());
        assert!(advanced_address(catalogue::spec(PlatformId::Dify)).is_none());
    }
}
