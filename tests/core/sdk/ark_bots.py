"""The Ark runtime of volcengine-python-sdk: a bot and an endpoint streamed, references, counts, refusals."""

from volcenginesdkarkruntime import Ark
from volcenginesdkarkruntime._exceptions import ArkAPIError, ArkAuthenticationError, ArkNotFoundError

from common import KEY, QUESTION, address, check, refused

BOT, ENDPOINT = "bot-20260101-demo", "ep-20260101-demo"


def client(key=KEY):
    """A client with that key which asks once."""
    return Ark(api_key=key, base_url=address("ark"), max_retries=0)


def stream(completions, model, text):
    """Text, finish reason and all chunks of one streamed answer."""
    question = [{"role": "user", "content": text}]
    options = {"include_usage": True}
    chunks = list(completions.create(model=model, messages=question, stream=True, stream_options=options))
    choices = [choice for chunk in chunks for choice in chunk.choices or []]
    said = "".join(choice.delta.content or "" for choice in choices)
    return said, next((choice.finish_reason for choice in choices if choice.finish_reason), None), chunks


said, reason, chunks = stream(client().bot_chat.completions, BOT, QUESTION)
check(said and reason == "stop", f"{said!r} {reason}")
check(any(getattr(chunk, "references", None) for chunk in chunks), "no references")
whole = client().bot_chat.completions.create(model=BOT, messages=[{"role": "user", "content": QUESTION}])
check(whole.choices[0].message.content == said, "another answer without a stream")

said, reason, chunks = stream(client().chat.completions, ENDPOINT, QUESTION)
check(said and reason == "stop", f"{said!r} {reason}")
check(any(chunk.usage and chunk.usage.total_tokens for chunk in chunks), "no counts")

refused(lambda: stream(client().bot_chat.completions, "bot-unknown", QUESTION), (ArkNotFoundError, ArkAPIError))
refused(lambda: stream(client("sk-test-0000-not-accepted").bot_chat.completions, BOT, QUESTION), ArkAuthenticationError)
