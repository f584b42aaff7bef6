//! The authorization of one connection, as the dialog drives and follows it.

use gloo_timers::callback::Interval;
use hub_contract::HubError;
use hub_contract::authorize::{AuthorizeRequest, AuthorizeView, AuthorizeWay, FinishAuthorizeRequest};
use hub_contract::command::{BeginAuthorize, CancelAuthorize, FinishAuthorize, OpenLink, ReadAuthorize};
use hub_contract::data::OpenLinkRequest;
use hub_contract::id::ConnectionId;
use hub_contract::secret::SecretInput;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::ipc;
use crate::state::{use_connections, use_info};

/// How often the core is asked while the browser is waited for, in milliseconds.
const LOOK_EVERY: u32 = 700;

/// How far it is, and what can be done.
#[derive(Clone, PartialEq)]
pub(super) struct UnderWay {
    pub view: AuthorizeView,
    /// Why the last thing that was done here failed.
    pub error: Option<HubError>,
    /// A call is under way.
    pub busy: bool,
    pub begin: Callback<(AuthorizeWay, bool)>,
    /// Opens the address once more.
    pub reopen: Callback<String>,
    pub paste: Callback<String>,
    pub replace: Callback<()>,
    pub cancel: Callback<()>,
}

/// Follows the authorization of a connection.
#[hook]
pub(super) fn use_authorization(id: &ConnectionId) -> UnderWay {
    let view = use_state_eq(|| AuthorizeView::Idle);
    let error = use_state_eq(|| None::<HubError>);
    let busy = use_state_eq(|| false);
    let (connections, info) = (use_connections(), use_info());

    let take = {
        let (view, error, busy) = (view.clone(), error.clone(), busy.clone());
        let reload = info.reload.clone();
        Callback::from(move |reply: Result<AuthorizeView, HubError>| {
            busy.set(false);
            match reply {
                Ok(next) => {
                    if matches!(next, AuthorizeView::Connected { .. }) {
                        connections.reload();
                        reload.emit(());
                    }
                    error.set(None);
                    view.set(next);
                }
                Err(fault) => error.set(Some(fault)),
            }
        })
    };
    {
        // While the browser is waited for, the core knows first.
        let (take, id) = (take.clone(), id.clone());
        use_effect_with(view.is_under_way(), move |under_way| {
            let look = move || {
                let (take, id) = (take.clone(), id.clone());
                spawn_local(async move {
                    if let Ok(view) = ipc::call::<ReadAuthorize>(id).await {
                        take.emit(Ok(view));
                    }
                });
            };
            look();
            let timer = under_way.then(|| Interval::new(LOOK_EVERY, look));
            move || drop(timer)
        });
    }

    let begin = {
        let (take, busy, id) = (take.clone(), busy.clone(), id.clone());
        Callback::from(move |(way, without_pkce)| {
            let (take, request) = (take.clone(), AuthorizeRequest { connection: id.clone(), way, without_pkce });
            busy.set(true);
            spawn_local(async move {
                let begun = ipc::call::<BeginAuthorize>(request).await;
                if let Ok(AuthorizeView::Pending { url, .. }) = &begun {
                    open(url.clone()).await;
                }
                take.emit(begun);
            });
        })
    };
    let reopen = Callback::from(|url: String| spawn_local(open(url)));
    let finish = {
        let (take, busy, id) = (take, busy.clone(), id.clone());
        move |address: Option<SecretInput>, replace: bool| {
            let (take, request) = (take.clone(), FinishAuthorizeRequest { connection: id.clone(), address, replace });
            busy.set(true);
            spawn_local(async move { take.emit(ipc::call::<FinishAuthorize>(request).await) });
        }
    };
    let paste = {
        let finish = finish.clone();
        Callback::from(move |address: String| finish(Some(SecretInput::new(address)), false))
    };
    let replace = Callback::from(move |()| finish(None, true));
    let cancel = {
        let (view, error, id) = (view.clone(), error.clone(), id.clone());
        Callback::from(move |()| {
            let (view, error, id) = (view.clone(), error.clone(), id.clone());
            spawn_local(async move {
                let _ = ipc::call::<CancelAuthorize>(id).await;
                error.set(None);
                view.set(AuthorizeView::Idle);
            });
        })
    };
    UnderWay { view: (*view).clone(), error: (*error).clone(), busy: *busy, begin, reopen, paste, replace, cancel }
}

/// A browser that does not open is no failure: the address stands in the dialog, to be copied.
async fn open(url: String) {
    let _ = ipc::call::<OpenLink>(OpenLinkRequest { url }).await;
}
