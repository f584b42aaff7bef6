# Bundles: handing configuration out, taking it in, and staying up to date.
settings-bundles = Bundles
settings-bundles-about = Hand agents out to people who have no account and no server here, or take over what an operator hands out.

# What a bundle is.
bundle-fingerprint = Fingerprint
bundle-for = For
bundle-for-member = One member
bundle-for-grants = Plans and user groups
bundle-made = Made
bundle-serial = Serial
bundle-serial-now = { $serial } (here: { $installed })
bundle-issuer = Sender
bundle-issuer-about = The name members read, such as your company or team. It goes into the bundle.
bundle-until = Accepted until
bundle-until-never = No last day
bundle-comma = , { "" }
bundle-and-more = { $names } and { $n } more

# The operator's part.
bundle-export-title = Export a bundle
bundle-export-about = One signed file for a member, or for everybody with certain plans or groups. It holds only what they may use.
bundle-export-open = Export…
bundle-publish-title = Publish a bundle
bundle-publish-about = Writes it into a shared folder. Members who follow the folder see what changed and take it over.
bundle-publish-open = Publish…
bundle-next = Next
bundle-busy = One moment
bundle-nobody = There is nobody to hand it to yet
bundle-nobody-about = Add members, plans or user groups first, and say which agents they may use.
bundle-nobody-chosen = Choose for whom the bundle is.
bundle-choose-member = Choose a member
bundle-member = Member
bundle-member-about = Holds the agents that this member's plan and groups open, until the plan ends.
bundle-grants-about = Holds every agent that one of the ticked plans or groups opens. It carries no name.
bundle-plans = Plans
bundle-groups = User groups
bundle-holds =
    { $agents ->
        [one] The bundle holds 1 agent
       *[other] The bundle holds { $agents } agents
    } on { $connections ->
        [one] 1 connection.
       *[other] { $connections } connections.
    }
bundle-holds-nothing = No agent is open to them
bundle-holds-nothing-advice = Grant agents to their plan or groups first.
bundle-credentials = Which credentials go along?
bundle-credentials-about = Without one, each member enters a credential of his own after the import.
bundle-key-opens = For { $agents }. Whoever opens the bundle can use this key for everything the { $platform } account allows, at your cost, also without this app.
bundle-account-stays = Stays here
bundle-account-stays-about = For { $agents }. An authorised account is not handed out: its tokens rotate, and shared ones die. Each member authorises his own, or store a platform token in this connection instead.
bundle-no-key = No credential is stored
bundle-no-key-about = For { $agents }. Each member enters his own.
bundle-carries = The bundle carries credentials and is locked
bundle-carries-advice = This is convenience, not protection against the member: whoever may use a key can take it out of his own keychain. Give keys with a limit, and replace them when somebody leaves.
bundle-lock = Locked by
bundle-lock-none = Nothing
bundle-lock-none-about = Signed, but readable by anybody: names, descriptions and prompts of the agents. It carries no credentials.
bundle-lock-keys = Keys of those who may open it
bundle-lock-keys-about = One a line. Members find theirs under Settings, Bundles, and can send it by any way.
bundle-lock-keys-missing = Enter at least one key.
bundle-passphrase-lost = If it is forgotten, export again. Four unrelated words are better than one strange one.
bundle-until-about = Afterwards the bundle can no longer be imported. What was imported stays.
bundle-days =
    { $n ->
        [0] No last day
        [365] One year
       *[other] { $n } days
    }
bundle-folder = Folder
bundle-place-file-about = The full path of the file to write. A file of that name is replaced.
bundle-place-folder-about = The full path of a folder that members can reach. Their bundle there is replaced.
bundle-write = Write the bundle
bundle-written =
    { $n ->
        [one] Written and signed: 1 agent
       *[other] Written and signed: { $n } agents
    }
bundle-hand-file = Send the file by any way: mail, chat or a stick.
bundle-hand-folder = Tell members the folder; they follow it under Settings, Bundles.
bundle-hand-passphrase = Tell the passphrase on another way than the file.
bundle-hand-fingerprint = Read the fingerprint out on the phone or in person: members compare it once, at the first import.

# Importing.
bundle-import-title = Import a bundle
bundle-import-about = Another Hub then manages this one. Possible while this Hub has no agents, plans, groups or members of its own.
bundle-import-open = Import…
bundle-path-about = The full path of the .hubbundle file from your operator.
bundle-passphrase-about = The one your operator told you.
bundle-look = Look inside
bundle-looking = Reading and checking
bundle-trusted = The signature is valid, from { $issuer }, which is trusted here
bundle-first = The signature is valid. { $issuer } is not known here yet
bundle-new-key = { $issuer } has another key than before
bundle-compare = Ask the operator for the six words of the fingerprint, by phone or in person. If they differ, do not import the bundle.
bundle-compared = The operator named the same six words
bundle-compare-first = Compare the fingerprint first
bundle-is-older = This is older than what is installed
bundle-older-anyway = Go back to it anyway
bundle-installed = Exactly this bundle is installed. There is nothing to do.
bundle-no-changes = It changes nothing
bundle-changes = Changes
bundle-filter =
    { $change ->
        [add] Added { $n }
        [change] Changed { $n }
        [remove] Removed { $n }
       *[all] All { $n }
    }
bundle-change =
    { $change ->
        [add] Added
        [remove] Removed
       *[change] Changed
    }
bundle-kind =
    { $kind ->
        [agent] Agent
        [connection] Connection
        [model] Model
        [plan] Plan
        [group] User group
        [member] Member
       *[credential] Credential
    }
bundle-field =
    { $field ->
        [name] Name
        [platform] Platform
        [base_url] Address
        [fields] Fields
        [plain_http_allowed] Plain HTTP
        [group] Group
        [description] Description
        [grants] Open to
        [opening] Opening
        [suggestions] Suggested questions
        [inputs] Inputs
        [mode] Mode
        [icon] Icon
        [connection] Connection
        [position] Order
        [remote_id] App
        [workflow] Workflow
        [model] Model
        [prompt] Prompt
        [parameters] Parameters
        [plan] Plan
        [until] Plan ends
       *[groups] User groups
    }
bundle-also = Also
bundle-danger = Server changes
bundle-danger-about = Questions go to another server. The stored credential is dropped and never sent there.
bundle-more-changes = And { $n } more
bundle-look-alikes = These names mix letters that look alike: { $names }
bundle-needed = A credential of your own is missing for: { $names }
bundle-needed-later = You enter or authorise it after the import.
bundle-needed-where = Enter or authorise it on the Platforms page.
bundle-needed-own = Agents on it cannot answer until then. What you enter stays on this computer.
bundle-needed-open = Enter or authorise
bundle-all-or-nothing = All of it takes effect, or nothing does.
bundle-apply =
    { $n ->
        [0] Import
        [one] Import 1 change
       *[other] Import { $n } changes
    }
bundle-applying = Importing
bundle-imported =
    { $n ->
        [one] Imported: 1 agent from { $issuer }
       *[other] Imported: { $n } agents from { $issuer }
    }

# A member's Hub.
bundle-managed = Managed by { $issuer }
bundle-managed-about = What came in its bundle is read-only. Conversations, settings and credentials you entered are yours.
bundle-read-only = Agents and connections are read-only here
bundle-managed-more = Bundle
bundle-imported-at = Imported
bundle-follow = Newer bundles
bundle-follow-title = Follow a place
bundle-follow-about = The app looks there for newer bundles, shows what changed, and imports when you say so.
bundle-follow-open = Follow…
bundle-follow-change = Change…
bundle-unfollow = Stop
bundle-follow-address = Folder or address
bundle-follow-address-about = The full path of a folder, or the HTTPS address of a .hubbundle file.
bundle-follow-missing = Enter a folder or an address.
bundle-follow-every = Look there
bundle-follow-every-about = Also shortly after every start. Nothing is imported without you.
bundle-follow-passphrase = For bundles locked by a passphrase. It is kept with your credentials.
bundle-every-never = Only when I ask
bundle-every-hour = Every hour
bundle-every-hours = Every { $n } hours
bundle-every-day = Once a day
bundle-every-minutes = Every { $n } minutes
bundle-checked = last looked { $when }
bundle-never-checked = not looked yet
bundle-check-now = Look now
bundle-check-title = Newer bundles
bundle-no-news = There is nothing newer
bundle-newer = A newer bundle is there: serial { $serial }
bundle-newer-look = See what changes

# Keys.
bundle-keys = Keys
bundle-keys-title = Keys of this Hub
bundle-keys-about = Both may be known by anybody: the key that bundles for this Hub are locked for, and the fingerprint of its own signature.
bundle-keys-show = Show
bundle-recipient = Key
