"""dashscope: an agent streamed with thoughts and in deltas, a session, a workflow, whole answers, refusals."""

from http import HTTPStatus

import dashscope
from dashscope import Application

from common import KEY, QUESTION, address, check

dashscope.base_http_api_url = address("bailian")
dashscope.api_key = KEY
AGENT, WORKFLOW = "app-demo-01", "app-demo-02"


def stream(app, text, **more):
    """The answers of one streamed question; the client says refusals by their status."""
    return list(Application.call(app_id=app, prompt=text, stream=True, incremental_output=True, **more))


answers = stream(AGENT, QUESTION, has_thoughts=True)
check(all(answer.status_code == HTTPStatus.OK for answer in answers), f"{answers[-1]}")
said = "".join(answer.output.text or "" for answer in answers)
check(said and answers[-1].output.finish_reason == "stop", f"{answers[-1]}")
check(answers[-1].usage.models[0].output_tokens > 0, f"{answers[-1].usage}")
session = answers[-1].output.session_id
check(session, "no session")
again = stream(AGENT, "And then?", session_id=session)
check(again[-1].output.session_id == session, "another session")

whole = Application.call(app_id=AGENT, prompt=QUESTION)
check(whole.status_code == HTTPStatus.OK and whole.output.text == said, f"{whole}")

flow = stream(WORKFLOW, QUESTION)
check(flow[-1].status_code == HTTPStatus.OK, f"{flow[-1]}")
check("".join(answer.output.text or "" for answer in flow), f"{flow}")

check(stream("app-unknown", QUESTION)[-1].status_code != HTTPStatus.OK, "an unknown app answers")
check(stream(AGENT, QUESTION, session_id="s-unknown")[-1].status_code != HTTPStatus.OK, "an unknown session is taken")
wrong = Application.call(app_id=AGENT, prompt=QUESTION, api_key="sk-test-0000-not-accepted")
check(wrong.status_code == HTTPStatus.UNAUTHORIZED and wrong.code, f"{wrong}")
