// Measures what is shown now and answers a list of faults {kind, place, what}. Runs in the page through the driver.
// With a modal dialog open only the dialog counts: the rest cannot be read or hit.

const MIN_CONTRAST = 4.5;
const MIN_TARGET = 28;
// Rounding of layout, in pixels.
const SLACK = 1.5;

const faults = [];
const root = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body;
const style = element => getComputedStyle(element);
const fault = (kind, element, what) => faults.push({ kind, place: placeOf(element), what });

function placeOf(element) {
  const parts = [];
  for (let at = element; at && at !== document.body && parts.length < 4; at = at.parentElement) {
    const classes = [...at.classList].slice(0, 2).map(name => `.${name}`).join('');
    parts.unshift(at.localName + (at.id ? `#${at.id}` : classes));
  }
  return parts.join(' > ');
}

const short = text => `"${text.replace(/\s+/g, ' ').trim().slice(0, 40)}"`;

// For assistive technology only: one pixel large, or clipped to nothing.
const isUnseen = element => {
  const box = element.getBoundingClientRect();
  return box.width <= 1 || box.height <= 1 || style(element).clipPath === 'inset(50%)' || style(element).clip === 'rect(0px, 0px, 0px, 0px)';
};

const isShown = element => element.checkVisibility({ visibilityProperty: true, opacityProperty: true, contentVisibilityAuto: true });

const isOff = element => Boolean(element.closest(':disabled, [aria-disabled="true"]'))
  || Boolean(element.closest('label')?.querySelector(':disabled'));

// Every piece of text with the element that holds it and the boxes of its lines.
function texts() {
  const found = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const element = node.parentElement;
    if (!node.data.trim() || !isShown(element) || isUnseen(element) || element.closest('svg, math, option')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const lines = [...range.getClientRects()].filter(line => line.width > 0.5 && line.height > 0.5);
    if (lines.length) found.push({ element, text: node.data, lines });
  }
  return found;
}

// Cut off.

const clips = (styles, axis) => ['hidden', 'clip'].includes(styles[`overflow${axis}`]);
const scrolls = (styles, axis) => ['auto', 'scroll'].includes(styles[`overflow${axis}`]);

// An ellipsis or a clamp is a choice when the whole text can be had from a tooltip.
const isShortened = (styles, element, text) =>
  (styles.textOverflow === 'ellipsis' || styles.webkitLineClamp !== 'none')
  && [element, ...parents(element)].some(at => (at.title ?? '').replace(/\s+/g, ' ').includes(text.replace(/\s+/g, ' ').trim()));

function* parents(element) {
  for (let at = element.parentElement; at; at = at.parentElement) yield at;
}

function lookForClipped({ element, text, lines }) {
  const left = Math.min(...lines.map(line => line.left));
  const right = Math.max(...lines.map(line => line.right));
  const top = Math.min(...lines.map(line => line.top));
  const bottom = Math.max(...lines.map(line => line.bottom));
  let across = true;
  let down = true;
  let fixed = false;
  for (const at of [element, ...parents(element)]) {
    const styles = style(at);
    if (styles.display === 'inline' || styles.display === 'contents') continue;
    const box = at.getBoundingClientRect();
    if (scrolls(styles, 'X')) across = false;
    if (scrolls(styles, 'Y')) down = false;
    if (across && clips(styles, 'X') && (right > box.right + SLACK || left < box.left - SLACK)) {
      if (!isShortened(styles, at, text)) fault('clipped', element, `${short(text)} is ${Math.round(right - box.right)} px too wide for ${placeOf(at)}`);
      return;
    }
    if (down && clips(styles, 'Y') && (bottom > box.bottom + SLACK || top < box.top - SLACK)) {
      if (!isShortened(styles, at, text)) fault('clipped', element, `${short(text)} is ${Math.round(bottom - box.bottom)} px too high for ${placeOf(at)}`);
      return;
    }
    fixed ||= styles.position === 'fixed';
    if (fixed || at === root) break;
  }
  if (across && (right > innerWidth + SLACK || left < -SLACK)) {
    fault('clipped', element, `${short(text)} runs ${Math.round(Math.max(right - innerWidth, -left))} px out of the window`);
  }
}

// Runs out of the box that is drawn for it: a label wider than its button.
function lookForOverflow({ element, text }) {
  const styles = style(element);
  if (styles.display === 'inline' || scrolls(styles, 'X') || isShortened(styles, element, text)) return;
  if (element.scrollWidth > element.clientWidth + SLACK && element.clientWidth > 0) {
    fault('clipped', element, `${short(text)}: content ${element.scrollWidth} px, box ${element.clientWidth} px`);
  }
}

// Over other text.

const overlap = (a, b) => Math.min(Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));

function lookForOverlapping(all) {
  const lines = all.flatMap(({ element, text, lines }) => lines.map(line => ({ element, text, line })))
    .filter(({ line }) => line.bottom > 0 && line.top < innerHeight)
    .sort((a, b) => a.line.top - b.line.top);
  lines.forEach((one, index) => {
    for (const other of lines.slice(index + 1)) {
      if (other.line.top >= one.line.bottom) break;
      if (other.element === one.element || overlap(one.line, other.line) < 3) continue;
      const x = (Math.max(one.line.left, other.line.left) + Math.min(one.line.right, other.line.right)) / 2;
      const y = (Math.max(one.line.top, other.line.top) + Math.min(one.line.bottom, other.line.bottom)) / 2;
      if (isReadable(one.element, x, y) && isReadable(other.element, x, y)) {
        fault('overlapping', one.element, `${short(one.text)} and ${short(other.text)} in ${placeOf(other.element)}`);
      }
    }
  });
}

// Whether what an element paints at that point can be seen: nothing opaque lies over it, no box cuts it off there.
function isReadable(element, x, y) {
  for (const at of document.elementsFromPoint(x, y)) {
    if (at === element || at.contains(element)) return !isCutOff(element, x, y);
    if (element.contains(at)) continue;
    if (parse(style(at).backgroundColor).a > 0.9) return false;
  }
  return false;
}

function isCutOff(element, x, y) {
  for (const at of [element, ...parents(element)]) {
    const styles = style(at);
    if (styles.overflowX === 'visible' && styles.overflowY === 'visible') continue;
    const box = at.getBoundingClientRect();
    if (x < box.left || x > box.right || y < box.top || y > box.bottom) return true;
  }
  return false;
}

// Too faint.

function parse(colour) {
  const numbers = (colour.match(/[\d.]+/g) ?? []).map(Number);
  const scale = colour.startsWith('color(') ? 255 : 1;
  const [r = 0, g = 0, b = 0, a = 1] = numbers;
  return { r: r * scale, g: g * scale, b: b * scale, a };
}

const over = (top, below) => ({
  r: top.r * top.a + below.r * (1 - top.a),
  g: top.g * top.a + below.g * (1 - top.a),
  b: top.b * top.a + below.b * (1 - top.a),
  a: 1,
});

function groundOf(element) {
  const layers = [];
  for (const at of [element, ...parents(element)]) {
    const colour = parse(style(at).backgroundColor);
    if (colour.a > 0) layers.push(colour);
    if (colour.a >= 1) break;
  }
  const paper = { r: 255, g: 255, b: 255, a: 1 };
  return layers.reverse().reduce((below, layer) => over(layer, below), paper);
}

function luminance({ r, g, b }) {
  const [x, y, z] = [r, g, b].map(value => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
}

function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function lookForFaint(element, text, pseudo) {
  if (isOff(element)) return;
  const ground = groundOf(element);
  const ink = parse(getComputedStyle(element, pseudo).color);
  let opacity = 1;
  for (const at of [element, ...parents(element)]) opacity *= Number(style(at).opacity);
  const ratio = contrast(over({ ...ink, a: ink.a * opacity }, ground), ground);
  if (ratio < MIN_CONTRAST) {
    const hex = ({ r, g, b }) => '#' + [r, g, b].map(value => Math.round(value).toString(16).padStart(2, '0')).join('');
    fault('faint', element, `${short(text)} has ${ratio.toFixed(2)}:1, ${hex(ink)} on ${hex(ground)}`);
  }
}

// Too small to hit.

const TARGETS = 'button, a[href], input:not([type="hidden"]), select, textarea, summary, '
  + ['button', 'link', 'tab', 'switch', 'checkbox', 'radio', 'option', 'menuitem', 'menuitemradio'].map(role => `[role="${role}"]`).join(', ');

// A link inside a sentence is as high as its line.
const isInSentence = element => element.matches('a, button') && style(element).display.startsWith('inline')
  && !style(element).display.includes('flex')
  && [...element.parentElement.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());

// What takes the click: the control with its labels, or the frame that hands the focus on.
function targetBox(element) {
  const boxes = [element, ...(element.labels ?? [])].map(at => at.getBoundingClientRect()).filter(box => box.width > 0);
  const frame = element.matches('input, textarea, select') ? element.closest('.input, .search, .composer, label') : null;
  if (frame) boxes.push(frame.getBoundingClientRect());
  return {
    width: Math.max(...boxes.map(box => box.right)) - Math.min(...boxes.map(box => box.left)),
    height: Math.max(...boxes.map(box => box.height)),
  };
}

function lookForSmall(element) {
  if (!isShown(element) || isInSentence(element)) return;
  const own = element.getBoundingClientRect();
  const isUnseenControl = isUnseen(element) && !element.labels?.length;
  if (isUnseenControl || own.width === 0 && !element.labels?.length) return;
  const { width, height } = targetBox(element);
  if (width < MIN_TARGET - 0.5 || height < MIN_TARGET - 0.5) {
    const name = element.getAttribute('aria-label') ?? element.innerText ?? '';
    fault('small', element, `${short(name)} is ${width.toFixed(0)} x ${height.toFixed(0)} px`);
  }
}

const all = texts();
all.forEach(lookForClipped);
all.forEach(lookForOverflow);
lookForOverlapping(all);
all.forEach(({ element, text }) => lookForFaint(element, text));
root.querySelectorAll('input, textarea').forEach(field => {
  if (!isShown(field) || isUnseen(field) || ['checkbox', 'radio'].includes(field.type)) return;
  if (field.value) lookForFaint(field, field.value);
  else if (field.placeholder) lookForFaint(field, field.placeholder, '::placeholder');
});
root.querySelectorAll(TARGETS).forEach(lookForSmall);
if (document.scrollingElement.scrollWidth > innerWidth + SLACK) {
  fault('clipped', document.body, `the page is ${document.scrollingElement.scrollWidth - innerWidth} px wider than the window`);
}
return faults;
