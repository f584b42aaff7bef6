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

// The one text outside the language files: nothing else is there yet when it is needed.
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

root.setAttribute('data-theme', firstTheme());
init({ module_or_path: new URL('./ui_bg.wasm', import.meta.url) }).catch(showFailure);
