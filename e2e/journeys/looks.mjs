// Every page, in light and dark, on a desktop and a phone: axe finds nothing, nothing is wider than the
// window, nothing is logged. Which pages there are is read from the routes, so that none is forgotten.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { DESKTOP, PHONE } from '../lib/browser.mjs';
import { routes } from '../lib/routes.mjs';
import { journey } from '../lib/runner.mjs';
import { link } from '../lib/letters.mjs';
import { signIn } from '../lib/portal.mjs';
import { assert, fits, see } from '../lib/look.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Answers that are no pages. */
const NO_PAGE = /^\/(livez|readyz|assets|theme\.css|icon\.svg|palette|samples)|\.(csv|ndjson)$/;

const examine = async (page, what) => {
  await page.evaluate(() => document.fonts.ready);
  await fits(page);
  const found = [];
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    if (!(await page.evaluate(() => !!window.axe))) await page.evaluate(axe);
    const faults = await page.evaluate(async (tags) => (await window.axe.run({ runOnly: tags, resultTypes: ['violations'] })).violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target} ${n.any[0]?.message ?? ''}`).join(' | ')}`), RULES);
    found.push(...faults.map((fault) => `${what} in ${colorScheme}: ${fault}`));
  }
  return found;
};

/** One address for each page that the routes list, from what is on the pages before it. */
const addresses = async (me, server) => {
  const { page } = me;
  const seen = new Map();
  const patterns = routes.filter(({ method, path }) => method === 'get' && !NO_PAGE.test(path)).map(({ path }) => path);
  const shape = (path) => patterns.find((p) => new RegExp(`^${p.replace(/\{\w+\}/g, '[^/]+')}$`).test(path) && (!p.includes('{') || !patterns.includes(path)));
  const queue = ['/', '/users?search=john.doe', '/users?status=invited', '/users?status=suspended', '/users?search=nobody-at-all'];
  for (const path of patterns) if (!path.includes('{')) queue.push(path);
  const visited = new Set();
  while (queue.length) {
    const path = queue.shift();
    const bare = path.split('?')[0];
    const pattern = shape(bare);
    if (!pattern || NO_PAGE.test(bare) || (seen.has(pattern) && !path.includes('?')) || visited.has(path)) continue;
    visited.add(path);
    const answer = await page.goto(server.url('acme', path));
    if (!answer.ok()) continue;
    if (new URL(page.url()).pathname === bare) seen.set(pattern, path);
    for (const href of await page.locator('a[href^="/"]').evaluateAll((all) => all.map((a) => a.getAttribute('href')))) if (!href.includes('?')) queue.push(href);
  }
  return { patterns, seen };
};

for (const [device, options] of [['desktop', DESKTOP], ['phone', PHONE]]) {
  journey(`every page is sound in light and dark on a ${device}`, async ({ server, visit }) => {
    const me = await visit(options);
    const { page } = me;
    const found = [];
    const looked = new Set();
    const look = async (pattern, path) => {
      await page.goto(server.url('acme', path));
      found.push(...await examine(page, path));
      looked.add(pattern);
    };
    // Not signed in.
    for (const path of ['/sign-in', '/password-reset']) await look(path, path);
    await look('', '/nothing-here');
    await look('', '/users');
    await page.goto(server.url('acme', '/sign-in'));
    await page.getByLabel('Email').fill('nobody@acme.example');
    await page.getByLabel('Password', { exact: true }).fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await see(page.getByRole('alert'));
    found.push(...await examine(page, 'a refused sign-in'));
    await signIn(me, server);
    const invitation = await link(me, server, 'guest1@', /invites/);
    // Signed in.
    const { patterns, seen } = await addresses(me, server);
    for (const [pattern, path] of seen) await look(pattern, path);
    await look('', '/users?search=nobody-at-all');
    await page.goto(server.url('acme', '/users'));
    await page.locator('[data-pick]').first().check();
    found.push(...await examine(page, 'a selection'));
    await page.keyboard.press('Control+k');
    await see(page.locator('#palette[open]'));
    found.push(...await examine(page, 'the palette'));
    await page.keyboard.press('Escape');
    await page.getByRole('main').getByRole('link', { name: 'Invite people' }).click();
    await see(page.locator('dialog#sheet[open]'));
    found.push(...await examine(page, 'a dialog'));
    await page.goto(server.url('acme', '/users'));
    await page.locator('button.me').or(page.getByRole('button', { name: 'Menu' })).first().click().catch(() => {});
    found.push(...await examine(page, 'a menu'));
    await me.context.clearCookies();
    await look('/invitations/{token}', new URL(invitation).pathname);
    await look('/password-reset/{token}', '/password-reset/no-such-token');
    const missed = patterns.filter((pattern) => !looked.has(pattern) && !seen.has(pattern));
    assert.deepEqual(missed, [], 'pages that were never looked at');
    assert.deepEqual(found, []);
  });
}
