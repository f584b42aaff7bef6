// Starts the page. The first colour is the last one used, so that a dark window does not flash white; the preferences
// themselves are read by the page before it draws anything.
import init from './ui.js';

const root = document.documentElement;

function firstTheme() {
  let last = null;
  try {
    last = localStorage.getItem('theme');
  } catch {
    // Without storage the system decides.
  }
  if (last === 'dark' || last === 'light') return last;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

// The only texts outside the language files: nothing else is there yet, or any more, when they are needed.
function showFailure(failure) {
  const main = document.createElement('main');
  main.className = 'blocked';
  const box = document.createElement('div');
  box.className = 'blocked-in';
  const title = document.createElement('h1');
  title.textContent = 'Hub Desktop 无法启动 · Hub Desktop could not start';
  const facts = document.createElement('p');
  facts.className = 'help';
  facts.textContent = String(failure);
  box.append(title, facts);
  main.append(box);
  document.body.replaceChildren(main);
}

// The page's own code stopped: by a fault it noticed, or because its stack or memory ended. What is on the screen stays
// readable and can be copied; everything that was stored is there again when the page is loaded anew.
function showStopped(fault) {
  if (document.querySelector('.stopped')) return;
  const chinese = root.lang.startsWith('zh');
  const bar = document.createElement('div');
  bar.className = 'stopped';
  bar.setAttribute('role', 'alert');
  const words = document.createElement('p');
  words.textContent = chinese
    ? '界面出错，已停止响应。对话都已保存，正在生成的回答不受影响。重新载入前，可以先复制还没发送的文字。'
    : 'The page stopped by a fault of its own. Conversations are stored, and answers go on. Copy what you have not sent yet, then reload.';
  const place = document.createElement('small');
  place.textContent = placeOf(fault);
  const again = document.createElement('button');
  again.className = 'btn primary';
  again.textContent = chinese ? '重新载入' : 'Reload';
  again.addEventListener('click', () => location.reload());
  words.append(' ', place);
  bar.append(words, again);
  // Below an open dialog nothing can be reached.
  (document.querySelector('dialog[open]') ?? document.body).append(bar);
  again.focus();
  window.__TAURI_INTERNALS__?.invoke('page_failed', { request: { place: place.textContent } }).catch(() => {});
}

// The numbers of the functions it stopped in, innermost first. What the fault says besides may hold what somebody wrote.
function placeOf(fault) {
  const functions = String(fault.stack).match(/wasm-function\[\d+\]/g) ?? [];
  return functions.slice(0, 5).map(one => one.replace(/\D/g, '')).join(' < ');
}

function isFatal(fault) {
  return fault instanceof WebAssembly.RuntimeError || fault instanceof RangeError;
}

addEventListener('error', event => isFatal(event.error) && showStopped(event.error));
addEventListener('unhandledrejection', event => isFatal(event.reason) && showStopped(event.reason));

root.setAttribute('data-theme', firstTheme());
init({ module_or_path: new URL('./ui_bg.wasm', import.meta.url) }).catch(showFailure);
