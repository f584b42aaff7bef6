//! Site configuration: the platform page with its thirteen cards, and the dialogs that connect, change and remove.

mod authorize;
mod card;
mod card_state;
pub mod connect;
mod delete;
mod guide;
mod manage;
mod pick;
mod tests_under_way;
mod way;

use hub_contract::PlatformId;
use hub_contract::catalogue::CARDS;
use hub_contract::connection::ConnectionView;
use hub_contract::id::ConnectionId;
use hub_contract::platform::{Card, Language, Section};
use yew::prelude::*;
use yew_router::prelude::*;

use crate::components::{
    Button, ButtonSize, Empty, ErrorBanner, IconName, PageHead, SearchField, SectionHead, Skeleton, SkeletonShape,
};
use crate::route::Route;
use crate::state::{Loadable, use_connections, use_membership, use_prefs, use_texts};
use authorize::AuthorizeDialog;
use card::PlatformCard;
#[cfg(test)]
pub(super) use card_state::tests::connection as test_connection;
use connect::ConnectDialog;
pub use delete::DeleteDialog;
use manage::ManageDialog;
use pick::PickDialog;
pub use tests_under_way::{TestsUnderWay, use_tests};

/// The dialog that is open, at most one.
#[derive(Debug, Clone, PartialEq)]
pub enum Open {
    /// 选择模型接入
    Pick,
    /// The form of a new connection.
    Connect(PlatformId),
    /// The connections of a platform.
    Manage(PlatformId),
    /// The form of a connection that is there.
    Edit(ConnectionId),
    /// 授权: the account behind a connection.
    Authorize(ConnectionId),
    /// What goes with a connection.
    Delete(ConnectionId),
}

#[derive(Properties, PartialEq)]
pub struct PlatformsPageProps {
    /// Opens with the tiles of the model platforms.
    #[prop_or_default]
    pub add_models: bool,
}

#[component]
pub fn PlatformsPage(props: &PlatformsPageProps) -> Html {
    let t = use_texts();
    let language = use_prefs().language();
    let connections = use_connections();
    let tests = use_tests();
    let navigator = use_navigator();
    let open = {
        let first = props.add_models.then_some(Open::Pick);
        use_state(move || first)
    };
    let search = use_state(String::new);

    let show = {
        let open = open.clone();
        Callback::from(move |dialog: Open| open.set(Some(dialog)))
    };
    let close = {
        let (open, came_to_add) = (open.clone(), props.add_models);
        Callback::from(move |()| {
            open.set(None);
            if let Some(navigator) = navigator.as_ref().filter(|_| came_to_add) {
                navigator.replace(&Route::Platforms);
            }
        })
    };
    let oninput = {
        let search = search.clone();
        Callback::from(move |text| search.set(text))
    };
    let test_all = {
        let (tests, ids) = (tests.clone(), connections.all().iter().map(|one| one.id.clone()).collect::<Vec<_>>());
        Callback::from(move |()| tests.run(ids.clone()))
    };
    let nothing_to_test = connections.all().is_empty().then(|| AttrValue::from(t.get("platforms-test-none")));

    let found: Vec<Card> =
        CARDS.iter().copied().filter(|card| is_found(card, connections.all(), &search, language)).collect();
    let cards = match &connections.list {
        Loadable::Loading => html! { <Skeleton shape={SkeletonShape::Cards} /> },
        Loadable::Failed(error) => {
            let again = {
                let connections = connections.clone();
                Callback::from(move |()| connections.reload())
            };
            html! { <ErrorBanner error={error.clone()} on_retry={again} /> }
        }
        Loadable::Ready(_) if found.is_empty() => html! {
            <Empty icon={IconName::Search} title={t.with("platforms-none-found", &[("text", search.as_str().into())])} />
        },
        Loadable::Ready(_) => html! {
            { for [Section::AgentPlatforms, Section::CloudPlatforms, Section::ModelPlatforms].map(|section| html! {
                <Band
                    {section}
                    cards={found.iter().copied().filter(|card| card.section == section).collect::<Vec<_>>()}
                    tests={tests.clone()}
                    on_open={show.clone()}
                />
            }) }
        },
    };

    html! {
        <main class="main" tabindex="-1" data-region="main">
            <div class="page"><div class="page-in">
                <PageHead title={t.get("platforms-title")} about={t.get("platforms-about")}>
                    <SearchField class="w-240" label={t.get("platforms-search")} value={(*search).clone()} {oninput} />
                    <Button
                        label={t.get("platforms-test-all")}
                        icon={IconName::Test}
                        reason={nothing_to_test}
                        busy={tests.any().then(|| AttrValue::from(t.get("testing")))}
                        onclick={test_all}
                    />
                </PageHead>
                { cards }
            </div></div>
            if let Some(dialog) = &*open {
                <DialogHost open={dialog.clone()} tests={tests.clone()} on_open={show} on_close={close} />
            }
        </main>
    }
}

#[derive(Properties, PartialEq)]
struct BandProps {
    section: Section,
    cards: Vec<Card>,
    tests: TestsUnderWay,
    on_open: Callback<Open>,
}

/// One band of the page.
#[component]
fn Band(props: &BandProps) -> Html {
    let t = use_texts();
    let is_member = use_membership().view().is_some();
    if props.cards.is_empty() {
        return html! {};
    }
    let (title, about) = match props.section {
        Section::AgentPlatforms => (t.get("section-agent-platforms"), t.get("section-agent-platforms-about")),
        Section::CloudPlatforms => (t.get("section-cloud-platforms"), t.get("section-cloud-platforms-about")),
        Section::ModelPlatforms => (t.get("section-model-platforms"), t.get("section-model-platforms-about")),
    };
    html! {
        <section aria-label={title.clone()}>
            <SectionHead {title} {about}>
                if props.section == Section::ModelPlatforms && !is_member {
                    <Button
                        label={t.get("action-add")}
                        name={t.get("pick-title")}
                        icon={IconName::Plus}
                        size={ButtonSize::Small}
                        onclick={props.on_open.reform(|()| Open::Pick)}
                    />
                }
            </SectionHead>
            <div class="cards">
                { for props.cards.iter().map(|card| html! {
                    <PlatformCard card={*card} tests={props.tests.clone()} on_open={props.on_open.clone()} />
                }) }
            </div>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct DialogHostProps {
    open: Open,
    tests: TestsUnderWay,
    on_open: Callback<Open>,
    on_close: Callback<()>,
}

/// The open dialog. A connection that has gone meanwhile shows nothing.
#[component]
fn DialogHost(props: &DialogHostProps) -> Html {
    let connections = use_connections();
    let on_close = props.on_close.clone();
    let on_authorize = props.on_open.reform(Open::Authorize);
    match &props.open {
        Open::Pick => html! { <PickDialog on_open={props.on_open.clone()} {on_close} /> },
        Open::Connect(platform) => html! { <ConnectDialog platform={*platform} {on_close} {on_authorize} /> },
        Open::Manage(platform) => html! {
            <ManageDialog
                platform={*platform}
                tests={props.tests.clone()}
                on_open={props.on_open.clone()}
                {on_close}
            />
        },
        Open::Edit(id) => match connections.find(id) {
            Some(connection) => html! {
                <ConnectDialog
                    platform={connection.platform}
                    connection={Some(connection.clone())}
                    {on_close}
                    {on_authorize}
                />
            },
            None => html! {},
        },
        Open::Authorize(id) => match connections.find(id) {
            Some(connection) => html! { <AuthorizeDialog connection={connection.clone()} {on_close} /> },
            None => html! {},
        },
        Open::Delete(id) => match connections.find(id) {
            Some(connection) => html! { <DeleteDialog connection={connection.clone()} {on_close} /> },
            None => html! {},
        },
    }
}

/// Whether a card is found: by its name in either language, or by a connection on it.
fn is_found(card: &Card, connections: &[ConnectionView], search: &str, language: Language) -> bool {
    let wanted = search.trim().to_lowercase();
    let holds = |text: &str| text.to_lowercase().contains(&wanted);
    wanted.is_empty()
        || holds(card.name.get(language))
        || holds(card.name.zh)
        || holds(card.name.en)
        || connections.iter().any(|connection| connection.platform == card.platform && holds(&connection.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_are_found_in_both_languages() {
        let found = |text: &str| -> Vec<&str> {
            CARDS.iter().filter(|card| is_found(card, &[], text, Language::ZhCn)).map(|card| card.name.en).collect()
        };
        assert_eq!(found("deepseek"), ["DeepSeek"]);
        assert_eq!(found("硅基"), ["SiliconFlow"]);
        assert_eq!(found(" ").len(), 13, "no search shows all thirteen");
        assert!(found("nothing at all").is_empty());
    }
}
