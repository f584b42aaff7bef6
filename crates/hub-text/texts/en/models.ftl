# Models: the list of one connection.
models-platforms = Model platforms
models-can-add = Can be added
models-empty-title = No model platform is connected
models-empty-about = Connect OpenAI, SiliconFlow, DeepSeek or any OpenAI-compatible address, then tick the models to use.
models-empty-action = Choose models to connect
models-none-title = No model list yet
models-none-about = Fetch the list from the platform, or type model IDs in.
models-fetch = Fetch list
models-fetching = Fetching
models-fetched = Model list fetched { $when }
models-type-in = Type in
models-search = Search { $n } models
models-no-match = No model matches
models-no-match-about = Try another word or drop the filters. A model that is not listed can be typed in.
models-clear-filter = Show all
models-table = Model list
models-column-model = Model
models-column-capabilities = Capabilities
models-column-context = Context
models-column-state = State
models-column-actions = Actions
models-select-all = Select all
models-chosen = { $n } selected
models-choose-all = Select all { $n }
models-choose-none = Clear selection
models-enable-n = Enable { $n }
models-shown = Showing { $shown } of { $all }
models-hidden =
    { $n ->
        [one] 1 model that does not chat
       *[other] { $n } models that do not chat
    }
models-show-all-kinds = Show models that do not chat
model-enabled = Enabled
model-not-enabled = Not enabled
model-reasoning = Reasoning
model-vision = Vision
model-typed-in = Typed in
model-no-chat = No chat
model-ends = Ending
model-ends-on = The platform switches it off on { $day }
type-in-title = Type in models
type-in-label = Model IDs
type-in-about = One a line, spelled as on the platform. IDs that its list does not hold can be used too.
type-in-none = Type at least one model ID
models-managed = These models are used through agents
models-managed-about = The connection came in a bundle. Its operator chooses which models are behind which agent.
