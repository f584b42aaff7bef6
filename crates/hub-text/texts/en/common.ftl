# Words that every page uses: actions, navigation, states, times.
nav-main = Main navigation
nav-site = Site configuration
nav-chat = Chat
nav-agents = Agents
nav-platforms = Platforms
nav-models = Models
nav-members = Members
nav-settings = Settings

action-add = Add
action-add-connection = Add connection
action-authorize = Authorize
action-back = Back
action-cancel = Cancel
action-check-again = Check again
action-clear = Clear
action-close = Close
action-copy-named = Copy { $name }
action-delete = Delete
action-disable = Disable
action-discard = Discard
action-rename = Rename
action-edit = Edit
action-edit-connection = Edit connection
action-enable = Enable
action-enter-key = Enter key
action-got-it = Got it
action-keep-editing = Keep editing
action-manage = Manage
action-models = Models
action-open-folder = Open folder
action-open-settings = Open settings
action-replace = Replace
action-replace-named = Replace { $name }
action-retry = Retry
action-save = Save
action-test = Test
action-undo = Undo
action-walk = Diagnose
action-why = Show why
copied = Copied
deleting = Deleting
loading = Loading
saving = Saving
testing = Testing

dialog-unsaved = The changes are not saved.
field-optional = optional
field-missing = Enter { $name }.
list-width = Width of the list
quit-title =
    { $n ->
        [one] 1 answer is still being written
       *[other] { $n } answers are still being written
    }
quit-about = Quitting stops them. What has been written so far is kept.
quit-stop = Stop and quit
quit-stay = Stay
quit-busy = Quitting
secret-help =
    { $vault ->
        [session] Kept in memory only. It has to be entered again at the next start.
        [passphrase] Kept in the file locked by a passphrase. It is not shown again after saving and can only be replaced.
       *[keychain] Kept in the keychain only. It is not shown again after saving and can only be replaced.
    }
secret-keep = Keep the stored one
secret-placeholder = Paste the key
secret-stored =
    { $vault ->
        [session] This session only
        [passphrase] Stored encrypted
       *[keychain] Stored in the keychain
    }
secret-ends = ends in { $last4 }

error-details = Details
error-copy-details = Copy details
error-fact-code = Code
error-fact-platform = Platform
error-fact-host = Host
error-fact-status = HTTP status
error-fact-platform-code = Platform's code
error-fact-request-id = Request ID
error-fact-words = Platform's words
error-fact-message = Message

time-just-now = just now
time-minutes-ago = { $n } min ago
time-hours-ago = { $n } h ago
time-days-ago =
    { $n ->
        [one] 1 day ago
       *[other] { $n } days ago
    }

data-kept-in = Data is kept in { $path }
recovered-title = The file with the appearance settings was damaged, so the defaults are used.
recovered-advice = Conversations, connections and credentials are not affected. Choose again under Settings, Language and appearance.
blocked-running = Hub Desktop is already open
blocked-newer = The data comes from a newer version
blocked-damaged = The database is damaged
rescue-about = The damaged database is kept in either case.
start-anew = Start empty
start-anew-open = Start with an empty Hub…
start-anew-title = Start with an empty Hub
start-anew-empty = Connections, agents and conversations are gone from this Hub; backups stay and can be restored later.
start-anew-kept = The damaged database is moved into a folder of its own under “backups”, for somebody who can make something of it.
blocked-other = The data cannot be opened
not-found-title = There is no such page
not-found-back = Back to chat
more = More

# The first page
welcome-title = Where to begin?
welcome-about = Bring in agents and models from their platforms, name, group and grant them, then chat.
welcome-bundle = Import a team bundle
welcome-bundle-about = The .hubbundle file from your operator. See its content and signature first, then decide.
welcome-bundle-action = Choose a file…
welcome-platform = Connect a platform
welcome-platform-about = Agent and cloud platforms such as Coze, AppBuilder, Dify and FastGPT, and model platforms.
welcome-platform-action = Choose a platform
welcome-model = Add a model key
welcome-model-about = OpenAI, SiliconFlow, DeepSeek, or any address that speaks OpenAI's interface.
welcome-model-action = Enter a key
welcome-look-first = Look around first, connect later
welcome-promise = No account needed. Nothing goes to the network before you click.
progress-collect = Collecting what belongs to it…
progress-lock = Working on the lock…
progress-write = Writing…
progress-verify = Reading and proving it…
progress-put-aside = Putting aside what is there now…
progress-apply = Putting it in place…
progress-percent = { $step } { $percent } %
