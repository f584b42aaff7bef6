// Finds what a person means. Runs in the page through the driver, which our policy does not hinder.
// arguments[0]: {role, name, which?, inside?}. Answers {element} or {problem: "…"}.

const ROLES = {
  button: 'button, summary, [role="button"], input[type="submit"]',
  link: 'a[href], [role="link"]',
  field: 'input:not([type="checkbox"], [type="radio"], [type="hidden"], [type="submit"]), textarea, select, [role="textbox"], [role="combobox"]',
  checkbox: 'input[type="checkbox"], [role="checkbox"], [role="switch"]',
  radio: 'input[type="radio"], [role="radio"]',
  tab: '[role="tab"]',
  option: '[role="option"], [role="menuitem"], [role="menuitemradio"], [role="menuitemcheckbox"]',
  heading: 'h1, h2, h3, h4, [role="heading"]',
  dialog: 'dialog[open]',
  alert: '[role="alert"], [role="status"]',
  region: 'section, aside, nav, main, [role="region"], [role="group"], [role="dialog"], [popover], form, fieldset',
  row: 'tr, li, [role="row"], [role="listitem"], article',
  article: 'article, [role="article"]',
};

const squeeze = text => (text ?? '').replace(/\s+/g, ' ').trim();

const visible = element => element.checkVisibility({ visibilityProperty: true }) || isDrawnByItsLabel(element);

// A checkbox that a styled label stands for has no box of its own.
const isDrawnByItsLabel = element => element.matches('input') && [...(element.labels ?? [])].some(label => label.checkVisibility());

const wordsOf = element => squeeze(element.innerText ?? element.textContent);

function nameOf(element, role) {
  const label = element.getAttribute('aria-label');
  if (label) return squeeze(label);
  const ids = element.getAttribute('aria-labelledby');
  if (ids) return squeeze(ids.split(' ').map(id => wordsOf(document.getElementById(id) ?? document.createElement('i'))).join(' '));
  if (role === 'dialog') return wordsOf(element.querySelector('h1, h2, h3') ?? element);
  if (element.labels?.length) return squeeze([...element.labels].map(wordsOf).join(' '));
  return wordsOf(element) || squeeze(element.getAttribute('title') ?? element.getAttribute('placeholder'));
}

function find(target) {
  let scope = document;
  if (target.inside) {
    const part = find(target.inside);
    if (part.problem) return part;
    scope = part.element;
  }
  const open = [...document.querySelectorAll('dialog[open]')].at(-1);
  const all = [...scope.querySelectorAll(ROLES[target.role])]
    .filter(element => visible(element) && (!open || open === element || open.contains(element)));
  const wanted = squeeze(target.name);
  const named = all.map(element => ({ element, name: nameOf(element, target.role) }));
  let fitting = named.filter(({ name }) => name === wanted);
  if (!fitting.length) fitting = named.filter(({ name }) => name.includes(wanted));
  if (target.which !== undefined && fitting.length) fitting = [fitting.at(target.which)];
  if (fitting.length === 1) return { element: fitting[0].element };
  const names = named.map(({ name }) => `"${name.slice(0, 60)}"`).slice(0, 40).join(', ');
  return { problem: `${fitting.length} of the ${target.role}s fit; there are: ${names || 'none'}` };
}

return find(arguments[0]);
