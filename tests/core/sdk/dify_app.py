"""dify-client-python: chat, completion and workflow apps streamed, an upload, follow-ups, feedback, stop, refusals."""

from dify_client import Client, errors, models

from common import FILE_TEXT, QUESTION, address, check, refused

USER = "somebody"


def client(mode):
    """The app of that mode."""
    return Client(api_key=f"app-test-{mode}", api_base=address("dify"))


def chat(app, text, **more):
    """All events of one question."""
    request = models.ChatRequest(query=text, inputs={}, user=USER, response_mode=models.ResponseMode.STREAMING, **more)
    return list(app.chat_messages(request, timeout=30.0))


def text_of(events):
    """What was said."""
    return "".join(event.answer for event in events if getattr(event, "answer", None))


for mode, end in [("chat", "message_end"), ("agent", "message_end"), ("chatflow", "message_end")]:
    app = client(mode)
    events = chat(app, QUESTION)
    check(text_of(events), f"{mode} says nothing: {events}")
    check(any(event.event == end for event in events), f"{mode} has no end")
    conversation = next(event.conversation_id for event in events if getattr(event, "conversation_id", None))
    again = chat(app, "And then?", conversation_id=conversation)
    check(all(getattr(event, "conversation_id", conversation) == conversation for event in again), "another conversation")

app = client("chat")
events = chat(app, QUESTION)
message = next(event.message_id for event in events if getattr(event, "message_id", None))
uploaded = app.upload_files(("report.txt", FILE_TEXT.encode(), "text/plain"), models.UploadFileRequest(user=USER))
check(uploaded.id, "no id of the upload")
with_file = models.File(
    type=models.FileType.IMAGE, transfer_method=models.TransferMethod.LOCAL_FILE, upload_file_id=uploaded.id
)
check(text_of(chat(app, QUESTION, files=[with_file])), "no answer about the file")
suggested = app.suggest_messages(message, models.ChatSuggestRequest(user=USER))
check(suggested.data, "no follow-ups")
rating = models.FeedbackRequest(rating=models.Rating.LIKE, user=USER)
check(app.feedback_messages(message, rating).result == "success", "the opinion is not taken")

completion = models.CompletionRequest(
    inputs={"query": QUESTION}, user=USER, response_mode=models.ResponseMode.STREAMING, query=QUESTION
)
check(text_of(client("completion").completion_messages(completion, timeout=30.0)), "the completion says nothing")

workflow = models.WorkflowsRunRequest(
    inputs={"topic": "autumn"}, user=USER, response_mode=models.ResponseMode.STREAMING
)
events = list(client("workflow").run_workflows(workflow, timeout=30.0))
check([events[0].event, events[-1].event] == ["workflow_started", "workflow_finished"], f"{events}")
result = events[-1].model_dump()["data"]
check(result["status"] == "succeeded" and result["outputs"]["count"] == 0, f"{result}")

stranger = Client(api_key="app-test-unknown", api_base=address("dify"))
refused(lambda: chat(stranger, QUESTION), errors.DifyAPIError)
refused(lambda: chat(client("workflow"), QUESTION), errors.DifyAPIError)
