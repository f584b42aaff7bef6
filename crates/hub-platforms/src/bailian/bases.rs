//! Where apps and models stand at one host: `/api/v1` and `/compatible-mode/v1` (`wire/cloud-llm.md` 2.1, 2.5).

const APPS: &str = "/api/v1";
const MODELS: &str = "/compatible-mode/v1";

/// The address of the apps, whichever of the two the connection names.
pub(super) fn apps_base(base_url: &str) -> String {
    format!("{}{APPS}", host_of(base_url))
}

/// The address of the models, whichever of the two the connection names.
pub(crate) fn models_base(base_url: &str) -> String {
    format!("{}{MODELS}", host_of(base_url))
}

/// The address without either; a gateway's own path before them stays.
fn host_of(base_url: &str) -> &str {
    let base = base_url.trim().trim_end_matches('/');
    base.strip_suffix(APPS).or_else(|| base.strip_suffix(MODELS)).unwrap_or(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_address_leads_to_both() {
        for base in [
            "https://dashscope.aliyuncs.com/api/v1",
            "https://dashscope.aliyuncs.com/compatible-mode/v1/",
            "https://dashscope.aliyuncs.com",
        ] {
            assert_eq!(apps_base(base), "https://dashscope.aliyuncs.com/api/v1");
            assert_eq!(models_base(base), "https://dashscope.aliyuncs.com/compatible-mode/v1");
        }
        assert_eq!(models_base("http://gate.local/ali/api/v1"), "http://gate.local/ali/compatible-mode/v1");
    }
}
