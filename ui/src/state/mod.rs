//! What several pages share: preferences, connections, toasts. Each is a context of its own, so that a change redraws
//! only what reads it.

pub mod chat;
mod connections;
mod icons;
mod info;
mod list_column;
mod load;
mod loadable;
mod membership;
mod policy;
mod prefs;
mod shared;
mod texts;
mod toasts;
mod viewing;

pub use connections::{Connections, ConnectionsProvider, use_connections};
pub use icons::{Icons, IconsProvider, use_icons, use_icons_of};
pub use info::{HubInfo, InfoProvider, use_info, vault_word};
pub use list_column::{ListColumnState, ListProvider, use_list_column};
pub use load::{Loaded, use_load};
pub use loadable::Loadable;
pub use membership::{Membership, MembershipProvider, use_membership};
pub use policy::use_policy;
pub use prefs::{Prefs, PrefsProvider, apply_to_root, use_prefs, use_texts};
pub use shared::Shared;
pub use texts::SharedTexts;
pub use toasts::{Toast, ToastAction, Toasts, ToastsProvider, use_toasts};
pub use viewing::{Viewed, Viewing, ViewingProvider, use_viewing};
