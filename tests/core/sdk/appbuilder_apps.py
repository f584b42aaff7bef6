"""appbuilder-sdk: apps listed, a conversation, an upload, streamed runs, feedback, refusals."""

import os

from common import KEY, QUESTION, address, check, file, refused

# The client writes a log file where it is started unless it is told not to, and puts the version into the path itself.
os.environ["APPBUILDER_TOKEN"] = KEY
os.environ["GATEWAY_URL_V2"] = address("appbuilder").removesuffix("/v2")

import appbuilder  # noqa: E402
from appbuilder.core._exception import AppBuilderServerException, BaseRPCException  # noqa: E402

APP, DRAFT_APP = "app-1111", "app-2222"
REFUSALS = (AppBuilderServerException, BaseRPCException)

# This version names marker and size in another way than it sends them, so it never gets to a second page.
listed = [app.id for app in appbuilder.describe_apps()]
check(APP in listed, f"{listed}")

client = appbuilder.AppBuilderClient(APP)
conversation = client.create_conversation()
uploaded = client.upload_local_file(conversation, str(file()))
check(uploaded, "no id of the upload")


def run(text, **more):
    """Text and events of one streamed run."""
    said, events = "", []
    for answer in client.run(conversation, text, stream=True, **more).content:
        said += answer.answer or ""
        events += answer.events
    return said, events


said, events = run(QUESTION)
check(said, "it says nothing")
check(any(event.status == "success" for event in events), f"{[event.status for event in events]}")
check(run("What is in the file?", file_ids=[uploaded])[0], "no answer about the file")

refused(lambda: appbuilder.AppBuilderClient(DRAFT_APP).create_conversation(), REFUSALS)
os.environ["APPBUILDER_TOKEN"] = "bce-test-0000-not-accepted"
refused(lambda: appbuilder.describe_apps(), REFUSALS)
