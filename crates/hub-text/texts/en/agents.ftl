# Agents: the list, adding, editing and deleting.
agents-title = Agents
agents-about = Agents from all platforms, named, grouped and granted to members here.
agents-count =
    { $n ->
        [one] 1 agent
       *[other] { $n } agents
    } from { $platforms ->
        [one] 1 platform
       *[other] { $platforms } platforms
    }.
agents-add = Add agent
agents-tabs = Groups
agents-tab-all = All
agents-tab-ungrouped = No group
agents-search = Search name, description, connection or ID
agents-none-found = No agent matches “{ $text }”
agents-table = Agents
agents-column-name = Name
agents-column-platform = Platform and connection
agents-column-enabled = Enabled
agents-column-actions = Actions
agents-of-row = { $action } “{ $name }”
agents-switch = Enable “{ $name }”
agents-try = Try
agents-try-off = Enable it to try it
agents-kind-workflow = Workflow
agents-kind-prompt = Prompt agent
agents-empty-title = No agents yet
agents-empty-connect = Connect a platform first, then add agents from it.
agents-empty-add = A platform is connected. Pick from its apps, or write a role prompt for a model.
agents-action-connect = Connect a platform
agents-how = How agents get here
agents-step-create = Create it there
agents-step-create-about = Build the agent on Coze, Dify or another platform and publish it for API use.
agents-step-copy = Copy the key
agents-step-copy-about = Create a key in the platform's console; copy address, key and app ID.
agents-step-paste = Paste it here
agents-step-paste-about = Name it, choose a group and chat. The key is kept apart from the configuration.
agents-platforms-about = Agents built and published on these platforms can be connected

agent-name = Name
agent-name-about = A short, clear name helps people. Left empty, the platform's name is used.
agent-icon = Icon
agent-icon-about = A PNG, JPEG or WebP of at most 1 MB; it is kept as a small picture of at most 128×128.
agent-icon-will-read = It is read from the platform again when you save.
agent-icon-choose = Choose picture
agent-icon-from-platform = Read from the platform
agent-icon-remove = Remove icon
agent-group = Group
agent-group-about = Choose a group that exists, or type a new one.
agent-description = Description
agent-edit-title = Edit “{ $name }”
agent-saved = Saved “{ $name }”
agent-remove-title = Delete “{ $name }”
agent-remove-action = Delete agent
agent-remove-here = The agent leaves the list here and cannot be brought back.
agent-remove-there = The app on its platform and the connection here stay as they are.
agent-removed = Deleted “{ $name }”
agent-added = Added “{ $name }”
agents-added = { $n ->
    [one] 1 agent added
   *[other] { $n } agents added
}
agent-added-no-icon = Added “{ $name }” without an icon: { $why }
agents-added-no-icon = { $n } agents added, { $missing } of them without an icon: theirs could not be taken over.

add-agent-connection = Connection
add-agent-choose = Choose a connection
add-agent-choose-first = Choose a connection first
add-agent-pick-first = Tick at least one first
add-agent-steps = Steps
add-agent-step-pick = Pick from the platform
add-agent-step-basics = Name and group
add-agent-next = Next ({ $n } selected)
add-agent-save =
    { $n ->
        [one] Add agent
       *[other] Add { $n } agents
    }
add-agent-adding = Adding
add-agent-search = Search bots and workflows
add-agent-kinds = Kind
add-agent-all-kinds = All
add-agent-bots = Bots
add-agent-workflows = Workflows
add-agent-refresh = Refresh
add-agent-fetched = List fetched { $when }
add-agent-list = Bots and workflows on the platform
add-agent-none = This account has no published bot or workflow
add-agent-none-about = Publish one for API use on the platform, then refresh the list.
add-agent-no-match = No bot or workflow matches
add-agent-taken = Added
add-agent-app-id = App ID
add-agent-app-id-about = Enter it where one key opens several apps. Leave it empty where the key itself is one app.
add-agent-workflow = This is a workflow
add-agent-workflow-about = An app that takes a form and gives results. Not needed where the platform tells its kind.
add-agent-model = Model
add-agent-no-models = No model of this connection is enabled
add-agent-no-models-about = Enable a model, then come back to add it.
add-agent-prompt = Role prompt
add-agent-prompt-about = What the model is told before every conversation: who it is and how it answers.
add-agent-parameters = Parameters (JSON)
add-agent-parameters-about = As the platform names them, for example temperature or max_tokens.

# Forms in a conversation: input variables of an agent, workflows, what a platform waits for.
input-required = { $label } (required)
input-choose = Choose
input-not-a-number = Enter a number, for example 12 or 0.5.
input-too-long = At most { $n } characters.
input-file-choose = Choose a file
input-file-large = The file is larger than 20 MB; choose a smaller one.
input-yes = yes
input-no = no
inputs-sent =
    { $n ->
        [one] 1 input
       *[other] { $n } inputs
    }
inputs-of = Inputs of “{ $name }”
inputs-about = Fill in the inputs and run it. Steps and results appear here and stay on this computer.
inputs-run = Run
inputs-running = Running

# Earlier runs of an agent.
runs-title = Earlier runs
runs-none = Nothing was run yet
runs-none-about = Every run is listed here, to be opened again or run again with the same inputs.
runs-no-inputs = No inputs
runs-waits = Waiting for an answer
runs-files = Files are not filled in again; choose them anew: { $fields }
runs-open = Open
runs-refill = Use these inputs
runs-older = Older runs
