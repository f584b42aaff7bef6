"""cozepy: workspaces, bots and workflows listed over pages, chats streamed, an upload, a workflow that asks, refusals."""

import cozepy
from cozepy import ChatEventType, Coze, CozeAPIError, Message, TokenAuth, WorkflowEventType

from common import KEY, QUESTION, address, check, file, refused

BOT, DRAFT_BOT, WORKFLOW, ASKING_WORKFLOW = "7001", "7009", "7301", "7302"

coze = Coze(auth=TokenAuth(KEY), base_url=address("coze"))


def chat(client, bot, text, **more):
    """The events of one question."""
    question = [Message.build_user_question_text(text)]
    return list(client.chat.stream(bot_id=bot, user_id="somebody", additional_messages=question, **more))


def text_of(events):
    """What was said."""
    return "".join(
        event.message.content for event in events if event.event == ChatEventType.CONVERSATION_MESSAGE_DELTA
    )


def bots_of(space):
    """All bots of a workspace, from the list that is not deprecated."""
    return coze.bots.list(space_id=space, page_num=1, page_size=2, use_api_version=2)


workspaces = list(coze.workspaces.list(page_num=1, page_size=2))
check(workspaces, "no workspace")
bots = [bot for space in workspaces for bot in bots_of(space.id)]
check(BOT in [getattr(bot, "bot_id", None) or bot.id for bot in bots], f"{bots}")
told = coze.bots.retrieve(bot_id=BOT, use_api_version=2)
check(told.name and told.onboarding_info, f"{told}")
workflows = [flow for space in workspaces for flow in coze.workflows.list(workspace_id=space.id, page_num=1, page_size=2)]
check(WORKFLOW in [flow.workflow_id for flow in workflows], f"{workflows}")

events = chat(coze, BOT, QUESTION)
check(text_of(events), f"{events}")
completed = [event for event in events if event.event == ChatEventType.CONVERSATION_CHAT_COMPLETED]
check(len(completed) == 1 and completed[0].chat.usage.token_count > 0, f"{completed}")
conversation = completed[0].chat.conversation_id
again = chat(coze, BOT, "And then?", conversation_id=conversation)
check(again[0].chat.conversation_id == conversation, "another conversation")

uploaded = coze.files.upload(file=str(file()))
check(uploaded.id, f"{uploaded}")
parts = [cozepy.MessageObjectString.build_text(QUESTION), cozepy.MessageObjectString.build_file(file_id=uploaded.id)]
question = [Message.build_user_question_objects(parts)]
check(text_of(coze.chat.stream(bot_id=BOT, user_id="somebody", additional_messages=question)), "no answer about the file")

events = list(coze.workflows.runs.stream(workflow_id=WORKFLOW, parameters={"name": "Ada", "count": 1}))
check(events[-1].event in (WorkflowEventType.DONE, WorkflowEventType.MESSAGE), f"{events}")
check(any(event.message and event.message.content for event in events), f"{events}")
events = list(coze.workflows.runs.stream(workflow_id=ASKING_WORKFLOW, parameters={}))
asked = [event.interrupt for event in events if event.event == WorkflowEventType.INTERRUPT]
check(asked, f"{events}")
resumed = coze.workflows.runs.resume(
    workflow_id=ASKING_WORKFLOW,
    event_id=asked[0].interrupt_data.event_id,
    resume_data="Hangzhou",
    interrupt_type=asked[0].interrupt_data.type,
)
check(any("Hangzhou" in event.message.content for event in resumed if event.message), "the answer is not taken")

refused(lambda: chat(coze, DRAFT_BOT, QUESTION), CozeAPIError)
stranger = Coze(auth=TokenAuth("pat_test_0000_not_accepted"), base_url=address("coze"))
refused(lambda: stranger.workspaces.list(), CozeAPIError)
