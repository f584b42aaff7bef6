// Stands for the window's bridge in a plain browser: every call goes to the page server as a request, and what comes
// through a channel is fetched until the command that holds it has ended. Never part of the product.

(() => {
  const callbacks = new Map();
  // Another page of the same server has other numbers.
  let last = crypto.getRandomValues(new Uint32Array(1))[0] >>> 4;

  const ask = async (what, body) => {
    const request = { method: 'POST', headers: { 'x-hub-bridge': 'page' }, body: JSON.stringify(body) };
    return (await fetch(`/bridge/${what}`, request)).json();
  };

  const channelIn = words => Object.values(words).map(word => /^__CHANNEL__:(\d+)$/.exec(word)).find(Boolean)?.[1];

  async function invoke(command, words = {}) {
    const channel = channelIn(words) === undefined ? null : Number(channelIn(words));
    let answer = await ask('invoke', { command, arguments: words, channel });
    let index = 0;
    while (!answer.outcome) {
      answer = await ask('frames', { channel, from: index });
      for (const message of answer.frames) callbacks.get(channel)?.({ index: index++, message });
    }
    if (channel !== null) callbacks.get(channel)?.({ index, end: true });
    if ('error' in answer.outcome) throw answer.outcome.error;
    return answer.outcome.reply;
  }

  window.__TAURI_INTERNALS__ = {
    invoke,
    transformCallback(callback, once = false) {
      const id = ++last;
      callbacks.set(id, once ? value => { callbacks.delete(id); callback(value); } : callback);
      return id;
    },
    unregisterCallback: id => callbacks.delete(id),
  };
})();
