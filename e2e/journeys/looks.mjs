// Every page, in light and dark, on a desktop and a phone: axe finds nothing, nothing is wider than the
// window, nothing is logged. Which pages there are is read from the routes, so that none is forgotten.
import { examine } from '../lib/axe.mjs';
import { DESKTOP, PHONE } from '../lib/browser.mjs';
import { routes } from '../lib/routes.mjs';
import { journey } from '../lib/runner.mjs';
import { link } from '../lib/letters.mjs';
import { sheet, signIn, told } from '../lib/portal.mjs';
import { assert, see } from '../lib/look.mjs';

/** Answers that are no pages. */
const NO_PAGE = /^\/(livez|readyz|assets|theme\.css|icon\.svg|palette|samples)|\.(csv|ndjson)$/;

/** Looks at one address of each page that the routes list, found by the links on the pages before it. */
const walk = async ({ page }, server, look) => {
  const seen = new Set();
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
    for (const href of await page.locator('a[href^="/"]').evaluateAll((all) => all.map((a) => a.getAttribute('href')))) if (!href.includes('?')) queue.push(href);
    if (new URL(page.url()).pathname !== bare || seen.has(pattern)) continue;
    seen.add(pattern);
    await look(path);
  }
  return patterns.filter((pattern) => !seen.has(pattern));
};

for (const [device, options] of [['desktop', DESKTOP], ['phone', PHONE]]) {
  journey(`every page is sound in light and dark on a ${device}`, async ({ server, visit }) => {
    const me = await visit(options);
    const { page } = me;
    const found = [];
    const here = async (what) => { found.push(...await examine(page, what)); };
    const look = async (path) => { await page.goto(server.url('acme', path)); await here(path); };
    // Not signed in.
    for (const path of ['/sign-in', '/password-reset', '/nothing-here', '/password-reset/no-such-token', '/visits/enter/no-such-ticket']) await look(path);
    await page.goto(server.url('acme', '/sign-in'));
    await page.getByLabel('Email').fill('nobody@acme.example');
    await page.getByLabel('Password', { exact: true }).fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await see(page.getByRole('alert'));
    await here('a refused sign-in');
    await page.goto(server.url('acme', '/password-reset'));
    await page.getByLabel('Email').fill('jane.smith@acme.example');
    await page.getByRole('button', { name: /Send/ }).click();
    await see(page.getByRole('heading', { name: 'Look into your mail' }));
    await here('/password-reset, asked');
    await look(new URL(await link(me, server, 'jane.smith@', /new password/i)).pathname);
    await signIn(me, server);
    await page.getByRole('main').getByRole('link', { name: 'Invite people' }).click();
    await sheet(page).getByLabel('Email addresses').fill(`${device}@partner.example`);
    await sheet(page).getByRole('button', { name: 'Send invitations' }).click();
    await told(page, '1 invitation sent');
    const invitation = new URL(await link(me, server, `${device}@`, /invites/)).pathname;
    // What these pages are about has to be there: a key, and somebody of support who asks to come in.
    await page.goto(server.url('acme', '/keys/new'));
    await page.getByLabel('Name').fill(`Nightly sync, ${device}`);
    await page.locator('[name="permissions"]').first().check();
    await page.getByRole('button', { name: 'Make the key' }).click();
    await see(page.locator('main.page'));
    await here('a key, shown once');
    const support = await visit();
    await signIn(support, server, { tenant: 'admin', email: 'sam.reed@tenantry.example', path: '/sign-in?next=%2Ftenants%3Fsearch%3Dacme' });
    const acme = await support.page.locator('main a[href^="/tenants/tenant_"]').first().getAttribute('href');
    await support.page.goto(server.url('admin', `${acme}/visits/new`));
    await support.page.locator('[name="reason"]').fill('A ticket about invitations');
    // The same person asks once: on the second device this says so, and the asking stands already.
    const [asked] = await Promise.all([support.page.waitForResponse((answer) => answer.request().method() === 'POST'), support.page.locator('main form .btn-primary').first().click()]);
    assert.ok([303, 409, 422].includes(asked.status()), `asking for a visit: ${asked.status()}`);
    // Signed in.
    const missed = await walk(me, server, here);
    for (const path of ['/users?search=nobody-at-all', '/ownership-offers/no-such-token']) await look(path);
    await page.goto(server.url('acme', '/users/import'));
    await page.locator('input[type="file"]').setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from('email,role\nright@import.example,member\nwrong,member\n') });
    await page.getByRole('button', { name: 'Check the file' }).click();
    await see(page.getByText('1 line is wrong'));
    await here('/users/import/{id}');
    await page.goto(server.url('acme', '/users'));
    await page.locator('[data-pick]').first().check();
    await here('a selection');
    await page.keyboard.press('Control+k');
    await see(page.locator('#palette[open]'));
    await here('the palette');
    await page.keyboard.press('Escape');
    await page.getByRole('main').getByRole('link', { name: 'Invite people' }).click();
    await see(page.locator('dialog#sheet[open]'));
    await here('a dialog');
    await page.goto(server.url('acme', '/users'));
    await page.locator('button.me').or(page.getByRole('button', { name: 'Menu' })).first().click().catch(() => {});
    await here('a menu');
    await me.context.clearCookies();
    await look(invitation);
    const others = ['/sign-in', '/password-reset', '/password-reset/{token}', '/invitations/{token}', '/users/import/{id}', '/visits/enter/{ticket}', '/ownership-offers/{token}'];
    assert.deepEqual(missed.filter((path) => !others.includes(path)), [], 'pages that were never looked at');
    assert.deepEqual(found, []);
  });
}
