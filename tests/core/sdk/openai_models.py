"""openai: listing, a streamed chat with counts, reasoning, tool calls, refusals, for the whole family of profiles."""

import openai

from common import KEY, QUESTION, address, check, refused


def stream(client, model, text):
    """Text, reasoning, finish reason, counts and tool calls of one streamed answer."""
    said, thought, reason, usage, calls = "", "", None, None, {}
    chunks = client.chat.completions.create(
        model=model,
        messages=[{"role": "user", "content": text}],
        stream=True,
        stream_options={"include_usage": True},
    )
    for chunk in chunks:
        usage = chunk.usage or usage
        for choice in chunk.choices or []:
            said += choice.delta.content or ""
            thought += getattr(choice.delta, "reasoning_content", None) or ""
            reason = choice.finish_reason or reason
            for call in choice.delta.tool_calls or []:
                known = calls.setdefault(call.index, ["", ""])
                known[0] += call.function.name or ""
                known[1] += call.function.arguments or ""
    return said, thought, reason, usage, calls


for profile in ["openai", "siliconflow", "deepseek", "compatible"]:
    client = openai.OpenAI(api_key=KEY, base_url=address(profile), max_retries=0)
    models = [model.id for model in client.models.list()]
    check(models, f"{profile} lists no model")
    chats = [model for model in models if not any(word in model for word in ("embed", "image", "tts", "rerank"))]
    said, _, reason, usage, _ = stream(client, chats[0], QUESTION)
    check(said and reason == "stop", f"{profile}: {said!r} {reason}")
    check(usage and usage.total_tokens == usage.prompt_tokens + usage.completion_tokens, f"{profile}: {usage}")
    whole = client.chat.completions.create(model=chats[0], messages=[{"role": "user", "content": QUESTION}])
    check(whole.choices[0].message.content == said, f"{profile}: another answer without a stream")
    _, _, reason, _, calls = stream(client, chats[0], "sim:tools")
    check(reason == "tool_calls" and len(calls) == 2 and all(name for name, _ in calls.values()), f"{profile}: {calls}")
    check(refused(lambda: stream(client, chats[0], "sim:429"), openai.RateLimitError).status_code == 429, profile)
    if profile != "compatible":
        unknown = (openai.NotFoundError, openai.BadRequestError)
        refused(lambda: stream(client, "no-such-model", QUESTION), unknown)
    if profile != "siliconflow":
        # Its errors inside a stream have no `error`, so this client does not see them.
        refused(lambda: stream(client, chats[0], "sim:error"), openai.APIError)

client = openai.OpenAI(api_key=KEY, base_url=address("deepseek"), max_retries=0)
_, thought, _, _, _ = stream(client, "deepseek-reasoner", QUESTION)
check(thought, "no reasoning")

wrong = openai.OpenAI(api_key="sk-test-0000-not-accepted", base_url=address("openai"), max_retries=0)
refused(lambda: wrong.models.list(), openai.AuthenticationError)
