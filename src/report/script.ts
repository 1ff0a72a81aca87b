/**
 * The only script of the page: finds findings by text, opens and closes them. It reads text content and writes `hidden` and
 * `open`, so nothing of an event can become code. The page tells everything without it. Its hash stands in the page's policy.
 */
export const SCRIPT = `
(() => {
  const all = [...document.querySelectorAll('details.finding')];
  const tools = document.querySelector('.tools');
  if (tools === null || all.length === 0) return;
  const input = tools.querySelector('input');
  const shown = tools.querySelector('output');
  const texts = new Map();
  const textOf = (finding) => {
    if (!texts.has(finding)) texts.set(finding, finding.textContent.toLowerCase());
    return texts.get(finding);
  };
  const search = () => {
    const words = input.value.toLowerCase().split(/\\s+/).filter((word) => word !== '');
    let count = 0;
    for (const finding of all) {
      finding.hidden = !words.every((word) => textOf(finding).includes(word));
      if (!finding.hidden) count += 1;
    }
    shown.textContent = words.length === 0 ? '' : count + ' of ' + all.length;
  };
  const openAll = (open) => {
    for (const finding of all) if (!finding.hidden) finding.open = open;
  };
  const openTarget = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target instanceof HTMLDetailsElement) target.open = true;
  };
  let waiting = 0;
  input.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, 150);
  });
  tools.querySelector('[data-open="yes"]').addEventListener('click', () => openAll(true));
  tools.querySelector('[data-open="no"]').addEventListener('click', () => openAll(false));
  addEventListener('hashchange', openTarget);
  openTarget();
  tools.hidden = false;
})();
`;
