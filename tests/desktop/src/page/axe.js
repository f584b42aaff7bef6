// Asks axe-core about what can be reached now and answers {asked, faults: [{kind, place, what}]}. Runs in the page
// through the driver, which the page's content security policy does not bind.

const done = arguments[arguments.length - 1];
// A colour on its way from one to another is neither of the two that were chosen.
for (const animation of document.getAnimations()) {
  if (animation.effect.getComputedTiming().endTime !== Infinity) animation.finish();
}
const reachable = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document;
// Everything is in the page itself: no style sheet to load again, no frame to enter.
const options = { resultTypes: ['violations'], preload: false, iframes: false };

axe.run(reachable, options).then(({ violations, passes }) => {
  const bad = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const faults = bad.flatMap(({ id, nodes }) => nodes.map(({ target, html, failureSummary }) => ({
    kind: id,
    place: target.flat().join(' '),
    what: `${failureSummary.split('\n').slice(1).map(line => line.trim()).join('; ')} ${html.slice(0, 160)}`,
  })));
  done({ asked: passes.length + violations.length, faults });
}, error => done({ error: String(error) }));
