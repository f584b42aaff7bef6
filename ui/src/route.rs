//! The pages by path, and which rail item they belong to.

use yew_router::prelude::*;

/// A page of the window.
#[derive(Debug, Clone, PartialEq, Routable)]
pub enum Route {
    /// Where the window opens: goes on to the first or the last page.
    #[at("/")]
    Home,
    /// The first page of an empty Hub.
    #[at("/welcome")]
    Welcome,
    /// A new conversation.
    #[at("/chat")]
    Chat,
    /// A conversation.
    #[at("/chat/:conversation")]
    Conversation {
        /// Its id.
        conversation: String,
    },
    /// One question to several, side by side.
    #[at("/compare/:comparison")]
    Comparison {
        /// Its id.
        comparison: String,
    },
    /// Search over all conversations; the text is the query `q`.
    #[at("/search")]
    Search,
    /// The agents.
    #[at("/agents")]
    Agents,
    /// The same, with the form of a new agent of that connection open.
    #[at("/agents/add/:connection")]
    AddAgent {
        /// Its id.
        connection: String,
    },
    /// Site configuration: the platforms.
    #[at("/platforms")]
    Platforms,
    /// The same, with the tiles of the model platforms open.
    #[at("/platforms/add-models")]
    AddModels,
    /// Models of the first connection.
    #[at("/models")]
    Models,
    /// Models of one connection.
    #[at("/models/:connection")]
    ModelsOf {
        /// Its id.
        connection: String,
    },
    /// The members.
    #[at("/members")]
    Members,
    /// Settings, at their first section.
    #[at("/settings")]
    Settings,
    /// A section of the settings.
    #[at("/settings/:section")]
    SettingsSection {
        /// Which, as [`crate::pages::settings::Section`] names it.
        section: String,
    },
    /// A path that leads nowhere.
    #[not_found]
    #[at("/not-found")]
    NotFound,
}

/// The items of the rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// 对话
    Chat,
    /// 智能体
    Agents,
    /// 平台
    Platforms,
    /// 模型
    Models,
    /// 成员
    Members,
    /// 设置
    Settings,
}

impl Route {
    /// The rail item that is current on this page.
    pub fn area(&self) -> Option<Area> {
        match self {
            Self::Home | Self::Welcome | Self::NotFound => None,
            Self::Chat | Self::Conversation { .. } | Self::Comparison { .. } | Self::Search => Some(Area::Chat),
            Self::Agents | Self::AddAgent { .. } => Some(Area::Agents),
            Self::Platforms | Self::AddModels => Some(Area::Platforms),
            Self::Models | Self::ModelsOf { .. } => Some(Area::Models),
            Self::Members => Some(Area::Members),
            Self::Settings | Self::SettingsSection { .. } => Some(Area::Settings),
        }
    }

    /// Whether the window may open here the next time.
    pub fn is_worth_returning_to(&self) -> bool {
        self.area().is_some() && !matches!(self, Self::Search | Self::AddModels | Self::AddAgent { .. })
    }
}

impl Area {
    /// The page behind a rail item.
    pub fn route(self) -> Route {
        match self {
            Self::Chat => Route::Chat,
            Self::Agents => Route::Agents,
            Self::Platforms => Route::Platforms,
            Self::Models => Route::Models,
            Self::Members => Route::Members,
            Self::Settings => Route::Settings,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_pages_and_back() {
        for route in [
            Route::Chat,
            Route::Conversation { conversation: "c-1".into() },
            Route::Comparison { comparison: "v-1".into() },
            Route::AddModels,
            Route::AddAgent { connection: "k 1".into() },
            Route::ModelsOf { connection: "k 1".into() },
            Route::SettingsSection { section: "data".into() },
        ] {
            assert_eq!(Route::recognize(&route.to_path()), Some(route));
        }
        assert_eq!(Route::recognize("/nowhere/at/all"), Some(Route::NotFound));
    }
}
