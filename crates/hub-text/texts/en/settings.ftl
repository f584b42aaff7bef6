# Settings.
settings-appearance = Language and appearance
settings-appearance-about = Language, colours and text size of the window; they apply at once.
settings-chat = Chat
settings-chat-about = How you type, and how much history a model is sent.
settings-network = Network and proxy
settings-network-about = Proxy and certificates for every connection.
settings-keychain = Keychain
settings-keychain-about = Where credentials are kept and how that place fares.
settings-data = Data
settings-data-about = All data is on this computer. Look at it and back it up at any time.
settings-shortcuts = Shortcuts
settings-shortcuts-about = They work everywhere in the window.
settings-about = Diagnostics and about
settings-about-about = The version, and a look at everything that could be wrong.
settings-saved = Settings saved

language = Language
theme = Theme
theme-about = Following the system, the window changes together with it.
theme-system = System
theme-light = Light
theme-dark = Dark
text-size = Text size
text-size-about = Only text grows; icons and spacing stay.
text-usual = Usual
text-large = Large
text-larger = Larger

send-key = Send key
send-key-about = Enter never sends while an input method composes.
send-key-enter = Enter
send-key-ctrl = Ctrl + Enter
send-key-command = ⌘ + Enter
history-limit = History sent to a model
history-limit-about = Models do not remember a conversation, so earlier messages go along with each question. How many were left out stands in the details of the answer.
history-all = As many as fit
history-n = The newest { $n }

proxy = Proxy
proxy-system = System
proxy-system-about = As the system and the environment say.
proxy-none = None
proxy-none-about = Every request goes out directly.
proxy-custom = Custom
proxy-custom-about = http, https and socks5. The password is kept with the other credentials.
proxy-url = Proxy address
proxy-user = User name
proxy-password = Password
proxy-missing = Enter the proxy's address.
proxy-scheme = The address begins with http://, https:// or socks5://, for example http://127.0.0.1:7890
proxy-credentials = The address must not hold a user name or password; use the two fields below.
proxy-test = Test the proxy
proxy-test-unsaved = Save first; what is saved is tested
proxy-test-nobody = No connection goes out through this proxy yet
proxy-test-passed = “{ $name }” was reached this way.
ca-file = Company CA file
relay = Relay page of authorizations
relay-about = The HTTPS page that the browser opens after Coze; it hands the answer back to this program. Leave it empty for the usual one, or host relay/index.html yourself.
ca-file-about = The full path of a PEM file. Needed when the company's network inspects HTTPS; certificates the system trusts need nothing here.
network-reasons = Where it connects
network-reasons-about = Only addresses you connected; nothing else goes to the network
network-nothing = No platform is connected, so nothing goes to the network.

vault-in-keychain = Credentials are kept in the system's keychain
vault-in-session = Credentials are kept in memory only
vault-in-file = Credentials are kept in a file locked by a passphrase
vault-facts =
    { $n ->
        [one] { $backend } · 1 entry
       *[other] { $backend } · { $n } entries
    }
vault-usable = Usable
vault-unusable = Not usable
vault-unused = Not used since the start
vault-check = Check
vault-check-about = The check writes, reads and deletes a probe; the system may ask to unlock the keychain.
vault-backend-session = Memory
vault-backend-passphrase = vault.bin in the data directory
vault-where = Where credentials are kept
vault-keychain = The system's keychain
vault-keychain-about = Recommended. Protected by the operating system and unlocked when you sign in.
vault-session = This session only
vault-session-about = In memory only; enter them again at every start.
vault-passphrase = A file locked by a passphrase
vault-passphrase-about = For systems without a keychain; type the passphrase once at every start.
vault-move = Move credentials here
vault-unlock = Unlock
passphrase = Passphrase
passphrase-about = The passphrase is not kept anywhere.
passphrase-again = Type it again
passphrase-lost = If it is forgotten, the credentials cannot be recovered and have to be entered again.
passphrase-short =
    { $n ->
        [one] At least 1 character.
       *[other] At least { $n } characters.
    }
passphrase-different = The two passphrases differ.

data-secrets-keychain = Credentials are not in the data directory, only in the system's keychain
data-secrets-session = Credentials are not in the data directory, only in memory
data-secrets-passphrase = Credentials are in an encrypted file of the data directory, locked by a passphrase
data-place = Where it lies
data-database = Conversations and configuration
data-files = Files · { $n }
data-backups =
    { $n ->
        [one] Backups · 1
       *[other] Backups · { $n }
    }
data-messages = Messages
data-messages-in = { $messages } in { $conversations } conversations
backup = Backups
backup-title = Save a copy of all data
backup-about = A backup holds conversations, configuration and attachments, no credentials. It is opened and checked once written.
backup-now = Back up now
backup-busy = Backing up
backup-done = Backed up and checked, { $size }
backup-last = Last backup { $when }
backup-none = No backup yet
backup-automatic-failed = The last automatic backup could not be made. { $why }
backup-show-all = Show all { $n }
backup-kind-asked = Asked for
backup-kind-automatic = Daily
backup-kind-undo = Before a restore
backup-kind-migration = Before an update
backup-kind-move = For another computer
restore-title = Restore a backup
restore-open = Restore…
restore-named = Restore { $name }
restore-file-title = Restore from another place
restore-file-about = A backup that lies outside this Hub's folder, for example on a drive.
restore-file = Choose a file…
restore-path-about = The full path: a .hubbackup or .hubmove file, or a database that an update left behind.
restore-passphrase-about = The one that was chosen when the file was written.
restore-look = Look inside
restore-looking = Reading and checking
restore-replaces = This replaces everything in this Hub
restore-kept = Answers being written are stopped. What is here now is kept as a backup, so this can be undone.
restore-apply = Replace everything
restore-busy = Putting it in place
restore-done = It is in place
restore-undo = Undo
restore-undoing = Undoing
restore-undone = Everything is as it was before
restore-undo-about = What was here before is kept as a backup:
restore-aside-about = The database that could not be opened is kept in this folder:
restore-go-on = Go on
copy-made = Made
copy-connections = Connections
copy-conversations = Conversations
copy-messages = Messages
copy-files = Files
copy-credentials = Credentials
copy-files-missing =
    { $n ->
        [one] 1 file was lost before; the copy is without it.
       *[other] { $n } files were lost before; the copy is without them.
    }
copy-without-credentials = It is of another Hub and holds no credentials. Enter them again afterwards.
file-path = Path of the file
file-path-missing = Enter the path of the file.
passphrase-missing = Enter the passphrase.
move = Another computer
move-title = Move to another computer
move-about = Everything in one file, locked by a passphrase, with credentials and this Hub's identity.
move-open = Move…
move-holds = The file holds: conversations { $conversations }, messages { $messages }, files { $files }, credentials { $credentials }, with all configuration.
move-credentials = The file carries the credentials
move-credentials-advice = Whoever has the file and its passphrase can use them. Delete it once it was taken over.
move-lost = If it is forgotten, the file cannot be opened by anybody.
move-write = Write the file
move-busy = Writing and checking
move-done = Written and checked, { $size }
move-next = On the other computer open Settings, Data, “Take over” and choose this file.
take-over-title = Take over from another computer
take-over-about = Puts a .hubmove file in place of this Hub, with credentials.
take-over-open = Take over…
take-over-how = Choose the file that “Move to another computer” wrote there. It is checked first; nothing changes before you agree.

key-new-chat = New conversation
key-search = Search all conversations
key-list = Show or hide the list
key-settings = Open settings
key-region = Move between navigation, list, content and details
key-close = Close a dialog or the details
key-quit = Quit

about-licence = Open source, Apache-2.0 licence
about-promise = No account, no statistics, no automatic update check. Only platforms you connected receive requests.
doctor = Diagnostics
doctor-about = What is copied holds no credentials and no conversations
doctor-copy = Copy diagnostics
doctor-ok = Good
doctor-warn = Note
doctor-fail = Broken
doctor-version = Version
doctor-data-dir = Data directory
doctor-database = Database
doctor-keychain = Keychain
doctor-proxy = Proxy
doctor-ca-file = CA file
doctor-scheme = Link scheme
doctor-policy = Managed by your administrator
doctor-no-policy = Nothing
doctor-no-ca-file = None; only certificates the system trusts
doctor-database-of = Hub { $id }
policy-managed = Managed by your administrator
policy-nothing = None
policy-hosts = Hosts that may be connected to
policy-no-hosts = None: no connection is allowed
policy-bundle = Your administrator provides a configuration
policy-bundle-look = Look at it
