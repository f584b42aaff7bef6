# Platform access: cards, the connection form, managing and deleting.
platforms-title = Platform access
platforms-about = Agents are built and published on their platforms; connect, name and grant them here.
platforms-search = Search platforms
platforms-test-all = Test all
platforms-test-none = There is no connection to test yet
platforms-none-found = No platform or connection is named “{ $text }”
section-agent-platforms = Agent platforms
section-agent-platforms-about = Coze and AppBuilder are authorized as a whole; the others add one app at a time
section-cloud-platforms = Cloud platforms
section-cloud-platforms-about = Apps published in a cloud vendor's console
section-model-platforms = Model platforms
section-model-platforms-about = Base models of model platforms, to chat with or to stand behind a prompt agent

status-not-connected = Not connected
status-connected = Connected
status-apps =
    { $n ->
        [one] 1 app connected
       *[other] { $n } apps connected
    }
status-agents =
    { $n ->
        [one] 1 agent
       *[other] { $n } agents
    }
status-models =
    { $n ->
        [one] 1 model enabled
       *[other] { $n } models enabled
    }
status-connections-models = { $connections } connections · { $n } models enabled
status-key-missing = Key missing
status-unauthorized = Not authorized
status-authorize-again = Authorize again
status-list-failed = Authorized · list failed
status-failed = Connection failed
status-works = Works
shared-account = Shared
shared-account-about = The same account as Qianfan AppBuilder
manage-title = Manage { $name }
manage-empty = No connections yet
way-title = The way to this connection, step by step
way-about = Diagnose walks from this computer to a stopped answer. It asks one or two short questions, which the platform may charge for.
pick-title = Choose models to connect

guide-title = How to
guide-open = Open the platform's page
guide-address = the page's address
connect-managed = Only the credential and the proxy are yours to change.
connect-title = Connect { $name }
connect-edit-title = Edit “{ $name }”
connect-name = Connection name
connect-proxy-hub = As in the settings
connect-proxy-own = Its own
connect-proxy-about = Only for this connection. Addresses of this computer are always reached directly.
connect-models = Enable models
connect-models-about = Model IDs, one a line. May stay empty: after saving, tick them in the platform's list.
connect-models-placeholder = One model ID a line
connect-saved = Saved “{ $name }”
connect-save-anyway = Save without testing
connect-test-on-save = Tested while saving. The stored key is never handed to the page, so a changed form is tested when it is saved.
connect-origin-changes = The stored key is dropped when host or port change.
connect-key-again = Enter the key for the new address.

address-before = Typed
address-after = Used
address-final = Requests go to
address-empty = Enter the address.
address-spaces = There are spaces in the address; remove them.
address-no-scheme = http:// or https:// is missing
address-other-scheme = Only addresses with http:// or https:// can be used.
address-credentials = The address must not hold a user name or password; enter the key in its own field.
address-not-an-address = This is not an address; an example is https://api.example.com/v1
address-plain-http = Plain http to a public host sends the key readable. Use https, or confirm below.
address-as-typed = Use the address exactly as typed
address-as-typed-about = No /v1 is added and nothing is removed.
address-allow-http = Use plain http all the same
address-allow-http-about = Tick this only if you trust the whole network path.
address-trimmed = Surrounding spaces or a closing slash were removed.
address-operation-removed = The operation was removed, for example /chat/completions.
address-version-doubled = A doubled version was made one.
address-version-added = /v1 was added.

test-never = Not tested yet
test-passed = Test passed
test-models =
    { $n ->
        [one] 1 model
       *[other] { $n } models
    }
test-key-unproven = This server answers without a key, so the key is not proven.
key-stored =
    { $vault ->
        [session] Key in memory only
        [passphrase] Key stored encrypted
       *[keychain] Key in the keychain
    }
key-stored-hint = { key-stored } · ends in { $last4 }
key-not-needed = No key needed

delete-title = Delete “{ $name }”
delete-action = Delete connection
delete-done = Deleted “{ $name }”
delete-models =
    { $n ->
        [one] 1 enabled model can no longer be used.
       *[other] { $n } enabled models can no longer be used.
    }
delete-secret =
    { $vault ->
        [session] The key is removed from memory and cannot be brought back.
        [passphrase] The key is removed from the encrypted file and cannot be brought back.
       *[keychain] The key is removed from the keychain and cannot be brought back.
    }
delete-conversations = Conversations stay and can be read, but not continued.
delete-agents =
    { $n ->
        [one] 1 agent stands on this connection
       *[other] { $n } agents stand on this connection
    }
delete-agents-disable = Disable these agents
delete-agents-disable-about = Names, groups and grants stay; with another connection they can be enabled again.
delete-agents-remove = Delete these agents
delete-agents-remove-about = The agents and their grants go too and cannot be brought back.

# Authorization.
authorize-title = Authorize · { $name }
authorize-register = To enter on the platform
authorize-addresses = Redirect URLs
authorize-addresses-about = Enter the ones you use in Coze's OAuth app, three at most, letter by letter.
authorize-address = the redirect address
authorize-through-relay = Relay page
authorize-this-computer = This computer
authorize-permissions = Permissions to tick
authorize-permissions-copy = Copy the permissions
authorize-way = Way back
authorize-way-about = How the answer comes back here after you allow it in the browser.
authorize-way-link = Back to this program by itself (through the relay page)
authorize-way-loopback = An address of this computer
authorize-way-device = Device code: confirm on another device
authorize-way-paste = Paste the final address
authorize-without-pkce = Without PKCE
authorize-without-pkce-about = Tick only when a Web backend app refuses PKCE.
authorize-opening = Opening the browser…
authorize-waiting = Waiting for authorization: allow it in the browser
authorize-type-code = Type this code in on the page that opened:
authorize-code = the code
authorize-not-open = The browser did not open? Copy this address:
authorize-page = the authorization page's address
authorize-reopen = Open again
authorize-paste = Paste the final address
authorize-paste-about = If it does not come back by itself, paste the whole address from the browser's address bar here.
authorize-paste-send = Finish
authorize-give-up = Cancel authorization
authorize-exchanging = The answer is here; exchanging it for tokens…
authorize-other = Another account answered: { $now }
authorize-other-advice = Before it was { $before }. After replacing, the agents use the account of { $now }.
authorize-keep = Keep the account
authorize-replace = Replace the account
authorize-done = Authorized
authorize-account = Account: { $account }
authorize-list-failed = The tokens are saved, but the list could not be fetched
authorize-go-on = Add agents
