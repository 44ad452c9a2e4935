// Walks a host from link to link until one address of each page that the routes list was looked at.

/** Answers that are no pages. */
const NO_PAGE = /^\/(livez|readyz|assets|theme\.css|icon\.svg|palette|samples|tenants\/slug|signup\/slug)|\.(csv|ndjson)$|\/live$/;

/** Looks at one address of each page of this host, found by the links on the pages before it: those of `first` before
    all others, those of `last` as well. Answers the patterns that were never looked at. */
export const walk = async ({ page }, server, host, routes, look, { first = [], last = [] } = {}) => {
  const seen = new Set();
  const patterns = routes.filter(({ method, path }) => method === 'get' && !NO_PAGE.test(path)).map(({ path }) => path);
  const shape = (path) => patterns.find((p) => new RegExp(`^${p.replace(/\{\w+\}/g, '[^/]+')}$`).test(path) && (!p.includes('{') || !patterns.includes(path)));
  const queue = [...first, '/', ...patterns.filter((path) => !path.includes('{')), ...last];
  const visited = new Set();
  while (queue.length) {
    const path = queue.shift();
    const bare = path.split('?')[0];
    const pattern = shape(bare);
    if (!pattern || NO_PAGE.test(bare) || (seen.has(pattern) && !path.includes('?')) || visited.has(path)) continue;
    visited.add(path);
    const answer = await page.goto(server.url(host, path));
    if (!answer.ok()) continue;
    for (const href of await page.locator('a[href^="/"]').evaluateAll((all) => all.map((a) => a.getAttribute('href')))) if (!href.includes('?')) queue.push(href);
    if (new URL(page.url()).pathname !== bare || (seen.has(pattern) && ![...first, ...last].includes(path))) continue;
    seen.add(pattern);
    await look(path);
  }
  return patterns.filter((pattern) => !seen.has(pattern));
};
