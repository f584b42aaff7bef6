# The chat page and the search page.

chat-list = Agents and conversations
chat-search = Search
chat-search-all = Search all conversations
chat-new = New conversation
chat-agents = Agents
chat-models = Models
chat-conversations = Conversations
chat-conversations-none = No conversations yet.
chat-actions-for = Actions for “{ $title }”
chat-rename = Rename
chat-rename-field = Name of the conversation
chat-pin = Pin
chat-unpin = Unpin
chat-archive = Archive
chat-archived = Archived “{ $title }”
chat-delete = Delete
chat-deleted = Deleted “{ $title }”
chat-unarchive = Bring back
chat-export = Export…
chat-archived-list = Archived
chat-archived-none = Nothing is archived.
chat-age-pinned = Pinned
chat-age-today = Today
chat-age-yesterday = Yesterday
chat-age-week = Previous 7 days
chat-age-month = Previous 30 days
chat-age-earlier = Earlier

export-which = Conversations
export-this = “{ $title }”
export-same = All with { $name }
export-all = All conversations
export-format = Format
export-about-md = Text that every editor reads. Reasoning is left out.
export-about-json = Everything that is stored, for other programs.
export-about-html = One file for a browser. It loads nothing.
export-folder = Folder
export-write = Export
export-writing = { $n } of { $of } written
export-done = { $n } of { $of } written

chat-messages = Messages
chat-question = Your question
chat-answer-of = Answer by { $name }
chat-to-latest = Jump to latest
chat-go = Go to the start or a date
chat-go-start = Go to the start
chat-day = { $weekday ->
    [0] Sunday
    [1] Monday
    [2] Tuesday
    [3] Wednesday
    [4] Thursday
    [5] Friday
   *[6] Saturday
}, { $date }
chat-details-panel = Details panel
chat-pick = Choose an agent or model
chat-pick-search = Search agents and models
chat-mention-about = Enter to choose, Esc to close. The conversation is with that agent or model then.
chat-mention-begins = Choosing begins a new conversation and takes your text along. Esc to close.

chat-new-about = Ask anything. The answer streams in below, and the conversation stays on this computer.
chat-can-reason = Reasoning
chat-can-see = Vision
chat-context = Context { $n }
chat-no-platform = No platform is connected yet
chat-no-platform-about = Connect a model platform, enter its key and enable a model to start chatting.
chat-connect-platform = Connect a platform
chat-no-models = No model is enabled yet
chat-no-models-about = A platform is connected. Tick the models to use and they appear here.
chat-enable-models = Enable models
chat-unusable = “{ $name }” is gone. This conversation can be read but not continued.
chat-unusable-advice = To go on, start a conversation with another agent or model.

chat-message = Type a message
chat-message-to = Message { $name }
chat-send = Send
chat-stop = Stop
chat-stopping = Stopping
chat-attach = Attach images
chat-attach-remove = Remove “{ $name }”
chat-attach-not-image = Only images can be attached.
chat-attach-large = The image is larger than 20 MB.
chat-attach-many = At most 9 files at once.
chat-attach-not-handed = The system did not hand over what was copied. Choose the images with the paper clip.
chat-paste-long = The pasted text has { $n } characters.
chat-paste-attach = Attach as a file
chat-paste-keep = Keep as text
chat-hint-enter = Enter to send, Shift + Enter for a new line
chat-hint-ctrl-enter = Ctrl + Enter to send, Enter for a new line
chat-hint-meta-enter = ⌘ + Enter to send, Enter for a new line
chat-draft-saved = Draft saved

chat-waiting = Waiting for a response
chat-answering = Answering
chat-thinking = Thinking
chat-thought = Reasoning
chat-thought-for = Thought for { $time }
chat-seconds = { $n } s
chat-steps = { $n ->
    [one] 1 step
   *[other] { $n } steps
}
chat-step-running = Running
chat-step-failed = Failed
chat-files = Generated files
chat-file-from = from { $host }
chat-sources = Sources
chat-follow-ups = Follow-up questions
chat-needs-input = The platform waits for your answer
chat-needs-text = Answer in the field below.
chat-outputs = Results
chat-output-empty = empty text

chat-copy = Copy
chat-copied = Copied
chat-copy-code = Copy code
chat-wrap-lines = Wrap lines
chat-code = code
chat-image = Image
chat-image-from = image from { $host }
chat-image-open = Open in the browser
chat-regenerate = Regenerate
chat-edit-question = Edit question
chat-edit-shared = { $platform } takes no turn back: it may remember the earlier words and its answer to them.
chat-branch = Branch into a new conversation
chat-helpful = Helpful
chat-not-helpful = Not helpful
chat-details = Details
chat-version-before = Previous version
chat-version-after = Next version
chat-version-of = Version { $n } of { $of }
chat-first-text = First token { $time }
chat-total = Total { $time }
chat-tokens-in = Input { $n }
chat-tokens-out = Output { $n } tokens

chat-edit-connection = Edit connection
chat-failed = Failed. { $what }
chat-interrupted = Interrupted. The answer is incomplete.
chat-interrupted-why = The connection closed before { $platform } reported the end.
chat-orphaned-why = The app closed before the answer was complete.
chat-sentences = { $first } { $second }
chat-kept = { $n } characters are kept.
chat-kept-none = Nothing was received.
chat-stopped-confirmed = Stopped · confirmed by the platform
chat-stopped-here = Stopped here · the platform may still be running
chat-ended-length = The answer reached a length limit and may be incomplete.
chat-ended-filtered = The platform's content rules ended the answer.
chat-ended-empty = { $platform } reported the end without an answer.

state-answering = Answering
state-finished = Finished
state-failed = Failed
state-stopped = Stopped
state-interrupted = Interrupted

say-thinking = Thinking
say-answering = Answering
say-finished = Answer finished, { $n } characters

several-add = Ask another as well
several-remove = Do not ask “{ $name }”
several-title = Ask { $n } at once
several-about = Each answers in a column of its own. Then go on with the one you like best.
several-all = all { $n } at once
several-message = Ask all { $n } something further
several-count = { $n } side by side
several-mention-ctrl = Enter to choose, Ctrl + Enter to ask it as well, Esc to close.
several-mention-meta = Enter to choose, ⌘ + Enter to ask it as well, Esc to close.
compare-title = Answers side by side
compare-show = Show the answers side by side
compare-continue = Continue
compare-continue-with = Continue with { $name }
compare-chosen = Chosen
compare-stop = Stop { $name }
compare-over = Further questions go to one alone.
compare-over-chosen = You chose one of them; the others are in the archive. You can continue with another one at any time.
compare-over-none = Choose the column to continue with.
say-several-answering = { $n ->
    [one] 1 answer is coming
   *[other] { $n } answers are coming
}
say-all-ended = All answers have ended

notice-no-content = The connection is alive, but nothing new came for { $seconds } seconds. Keep waiting or stop.
notice-repeating = The platform did not take the request. It is sent again in { $seconds } seconds.
notice-conversation-gone = The platform no longer knows this conversation. A new one was begun there; what was said before stays here.
notice-branch-begun = On the platform this branch begins anew: what was said on it went along, other branches did not.
notice-branch-shared = The platform keeps one conversation for all branches and takes no turn back. It may remember what stands on another branch.
notice-empty-answer = The platform reported the end without an answer.
notice-partly-succeeded = The run finished, but some of its steps failed ({ $count }).
notice-events-lost = Some events of this run were lost on the way; the result may have gaps.
notice-history-cut = The platform takes no longer conversations: the { $count } oldest messages were not sent.
notice-answer-long = The answer is very long. The first part is shown, the rest is kept as a file.
notice-not-saved = The answer could not be written to the disk and is lost when the window closes.

details-title = Message details
details-none = This conversation has no answer yet.
details-copy = Copy for support
details-result = Result
details-state = State
details-code = Error code
details-status = HTTP status
details-platform-code = Platform code
details-request-id = Request ID
details-connection = Connection
details-model = Model
details-retries = Repeated
details-time = Time
details-first-byte = First byte
details-first-text = First token
details-total = Total
details-no-time = none
details-words = Platform's own words
details-sent = Sent
details-method = Method
details-http = Protocol
details-proxy = Proxy
details-proxy-none = Not used
details-history = Earlier messages
details-history-all = { $n } sent
details-history-cut = { $n } sent, { $left } not sent
details-authorization = Authorization
details-never-recorded = never recorded
details-tokens = Usage
details-tokens-in = Input
details-tokens-cached = of which cached
details-tokens-out = Output
details-tokens-reasoning = of which reasoning
details-tokens-total = Total

search-title = Search
search-clear = Clear
search-close = Close
search-begin = Search all conversations
search-begin-about = Looks in messages and names. One character is enough.
search-none = Nothing found for “{ $text }”
search-none-about = Try another word, or fewer of them.
search-results = Search results
search-count = { $n } results in { $ms } ms, newest first
search-all = All
search-titles = Names
search-filters = Filters
search-questions = Questions
search-answers = Answers
search-week = 7 days
search-month = 30 days
search-range = Range…
search-from = From
search-to = To
search-from-day = From 2026-11-01
search-to-day = To 2026-11-18
search-with = Agent or model
search-with-all = All agents and models
search-with-gone = No longer there
search-archived = Archived too
search-none-filtered = Try another word, or fewer filters.
search-unfilter = Remove the filters
search-preview = Preview
search-open = Open in conversation
