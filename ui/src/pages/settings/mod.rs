//! Settings: the sections at the left, one at the right.

mod about;
mod appearance;
mod backups;
mod bundles;
mod chat;
mod data;
mod keychain;
mod moving;
mod network;
mod passphrase;
mod policy;
mod proxy_test;
mod row;
mod shortcuts;

use hub_text::Texts;
use yew::prelude::*;

use self::about::AboutSection;
use self::appearance::AppearanceSection;
use self::bundles::BundlesSection;
pub use self::bundles::{GivenBundle, ImportDialog, ImportFrom};
use self::chat::ChatSection;
use self::data::DataSection;
use self::keychain::KeychainSection;
use self::network::NetworkSection;
use self::shortcuts::ShortcutsSection;
use crate::components::{ErrorBanner, Icon, IconName, ListColumn, NavLink};
use crate::route::Route;
use crate::state::{use_info, use_list_column, use_policy, use_texts};

/// The sections, in the order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// 语言与外观
    Appearance,
    /// 对话
    Chat,
    /// 网络与代理
    Network,
    /// 钥匙串
    Keychain,
    /// 数据
    Data,
    /// 配置包
    Bundles,
    /// 快捷键
    Shortcuts,
    /// 诊断与关于
    About,
}

impl Section {
    const ALL: [Self; 8] = [
        Self::Appearance,
        Self::Chat,
        Self::Network,
        Self::Keychain,
        Self::Data,
        Self::Bundles,
        Self::Shortcuts,
        Self::About,
    ];

    /// Its name in the path.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Appearance => "appearance",
            Self::Chat => "chat",
            Self::Network => "network",
            Self::Keychain => "keychain",
            Self::Data => "data",
            Self::Bundles => "bundles",
            Self::Shortcuts => "shortcuts",
            Self::About => "about",
        }
    }

    /// The section of that name; the first for any other.
    pub fn of(slug: Option<&str>) -> Self {
        Self::ALL.into_iter().find(|section| Some(section.slug()) == slug).unwrap_or(Self::Appearance)
    }

    fn icon(self) -> IconName {
        match self {
            Self::Appearance => IconName::Sun,
            Self::Chat => IconName::Chat,
            Self::Network => IconName::Globe,
            Self::Keychain => IconName::Key,
            Self::Data => IconName::Database,
            Self::Bundles => IconName::Bundle,
            Self::Shortcuts => IconName::Keyboard,
            Self::About => IconName::Test,
        }
    }

    fn title(self, t: &Texts) -> String {
        match self {
            Self::Appearance => t.get("settings-appearance"),
            Self::Chat => t.get("settings-chat"),
            Self::Network => t.get("settings-network"),
            Self::Keychain => t.get("settings-keychain"),
            Self::Data => t.get("settings-data"),
            Self::Bundles => t.get("settings-bundles"),
            Self::Shortcuts => t.get("settings-shortcuts"),
            Self::About => t.get("settings-about"),
        }
    }

    fn about(self, t: &Texts) -> String {
        match self {
            Self::Appearance => t.get("settings-appearance-about"),
            Self::Chat => t.get("settings-chat-about"),
            Self::Network => t.get("settings-network-about"),
            Self::Keychain => t.get("settings-keychain-about"),
            Self::Data => t.get("settings-data-about"),
            Self::Bundles => t.get("settings-bundles-about"),
            Self::Shortcuts => t.get("settings-shortcuts-about"),
            Self::About => t.get("settings-about-about"),
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct SettingsPageProps {
    /// The section's name in the path; absent takes the first.
    pub section: Option<String>,
}

#[component]
pub fn SettingsPage(props: &SettingsPageProps) -> Html {
    let t = use_texts();
    let policy = use_policy();
    let section = Section::of(props.section.as_deref());
    let content = match section {
        Section::Appearance => html! { <AppearanceSection /> },
        Section::Chat => html! { <ChatSection /> },
        Section::Network => html! { <NetworkSection /> },
        Section::Keychain => html! { <KeychainSection /> },
        Section::Data => html! { <DataSection /> },
        Section::Bundles => html! { <BundlesSection /> },
        Section::Shortcuts => html! { <ShortcutsSection /> },
        Section::About => html! { <AboutSection /> },
    };
    html! {
        <>
            <SectionList current={section} />
            <main class="main" tabindex="-1" data-region="main">
                <div class="page">
                    <div class="settings-in">
                        <header class="page-head">
                            <div class="grow"><h1>{ section.title(&t) }</h1><p>{ section.about(&t) }</p></div>
                        </header>
                        if let Some(error) = &policy.error { <ErrorBanner error={error.clone()} /> }
                        { content }
                    </div>
                </div>
            </main>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct SectionListProps {
    current: Section,
}

#[component]
fn SectionList(props: &SectionListProps) -> Html {
    let t = use_texts();
    let info = use_info().info;
    let close = use_list_column().close_overlay;
    let head = html! { <div class="list-title"><h2>{ t.get("nav-settings") }</h2></div> };
    html! {
        <ListColumn label={t.get("nav-settings")} {head}>
            { for Section::ALL.into_iter().map(|section| html! {
                <NavLink
                    class="list-row"
                    to={Route::SettingsSection { section: section.slug().to_owned() }}
                    current={section == props.current}
                    onclick={close.clone()}
                >
                    <Icon name={section.icon()} />
                    <span class="grow clip" title={section.title(&t)}>{ section.title(&t) }</span>
                    if section == Section::About { <span class="meta">{ &info.version }</span> }
                </NavLink>
            }) }
        </ListColumn>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_found_by_their_names() {
        for section in Section::ALL {
            assert_eq!(Section::of(Some(section.slug())), section);
        }
        assert_eq!(Section::of(Some("nonsense")), Section::Appearance);
    }
}
