// INP-07: two hundred hostile texts in every text field of people, roles, keys, settings and the platform. Nothing runs,
// nothing is asked of another host, and each is shown as it was typed. This journey comes last: it leaves little as it was.
import { client } from '../lib/client.mjs';
import { journey } from '../lib/runner.mjs';
import { PAYLOADS, packed } from '../lib/payloads.mjs';
import { signIn } from '../lib/portal.mjs';
import { set, trapOf } from '../lib/trap.mjs';
import { assert } from '../lib/look.mjs';

const enter = async (me, server, tenant, options) => {
  await set(me);
  await signIn(me, server, { tenant, ...options });
  return trapOf(me.page, await client(me, server, tenant));
};
const every = (all, step) => all.filter((_, n) => n % step === 0);
const look = (path, ...texts) => ({ page: path, texts });
const type = (page, action, text, more = {}) => ({ page, action, text, ...more });

journey('inp_07 two hundred payloads in every field of a person', async ({ server, visit }) => {
  assert.equal(new Set(PAYLOADS).size, 200);
  const me = await visit();
  const { page } = me;
  const at = (path) => server.url('acme', path);
  const words = await enter(me, server, 'acme');
  await page.goto(at('/users?status=active&role=member&page_size=200'));
  const found = await page.locator('#list .person a').evaluateAll((all) => all.map((one) => one.getAttribute('href')));
  const people = found.slice(0, PAYLOADS.length).map((path, n) => ({ path, text: PAYLOADS[n] }));
  // Where a tenant has fewer members, some are renamed twice.
  const more = PAYLOADS.slice(people.length).map((text, n) => ({ path: people[n].path, text }));
  for (const some of [more, people]) {
    await words.type(some.map(({ path, text }) => type(`${path}/edit`, `${path}/edit`, text, { skip: ['email'] })));
    await words.look(some.flatMap(({ path, text }) => [look(path, text), look(`${path}/edit`, text)]));
  }
  await words.type(people.map(({ path, text }) => type(`${path}/suspension`, `${path}/suspension`, text)));
  await words.look(every(people, 4).map(({ path, text }) => look(`${path}/activity`, text)));
  await words.open(at('/users?status=suspended&page_size=200'), people.map(({ text }) => text));
  for (const path of ['/users?search=%3C', '/audit', '/audit?page_size=200', '/', '/users?page_size=200', '/dev/mailbox']) await words.open(at(path));
  for (const { path, text } of every(people, 25)) for (const part of ['', '/edit', '/activity', '/role']) await words.open(at(path + part), part === '/role' ? [] : [text]);
  // What is searched for is said back, in the list, in the log and in the palette.
  await words.look(packed(100).flatMap((text) => [look(`/users?search=${encodeURIComponent(text)}`, text), look(`/audit?q=${encodeURIComponent(text.slice(0, 80))}`)]));
  await page.goto(at('/users'));
  await page.keyboard.press('Control+k');
  await page.locator('#palette input').fill('<img');
  await page.waitForLoadState('networkidle');
  assert.deepEqual(await page.evaluate(() => window.trap.here([])), []);
});

journey('inp_07 two hundred payloads in roles, keys, settings and one\'s own record', async ({ server, visit }) => {
  const me = await visit();
  const { page } = me;
  const at = (path) => server.url('acme', path);
  const words = await enter(me, server, 'acme');
  // There may be so many keys and roles at once: they come and go in turns.
  for (const [noun, most, end] of [['keys', 80, 'revocation'], ['roles', 60, 'removal']]) {
    const all = packed(most);
    for (let n = 0; n < all.length; n += 45) {
      const some = all.slice(n, n + 45);
      await words.type(some.map((text) => type(`/${noun}/new`, `/${noun}`, text, { fields: { permissions: 'users:read' } })));
      await words.open(at(`/${noun}`), some);
      const links = page.locator(`a[href^="/${noun}/${noun.slice(0, -1)}_"]`);
      const made = [...new Set(await links.evaluateAll((found, names) => found.filter((one) => names.includes(one.textContent.trim())).map((one) => one.getAttribute('href')), some))];
      assert.equal(made.length, some.length, `${noun} that were made`);
      await words.look(made.map((path) => look(path)));
      await words.open(at(made[0]));
      await words.open(at(`${made[0]}/${end}`));
      await words.type(made.map((path) => type(`${path}/${end}`, `${path}/${end}`, '')));
    }
  }
  for (const [n, text] of packed(120).entries()) {
    await words.type([type('/settings', '/settings/general', text, { skip: ['date_format', 'time_format'] })]);
    await words.type([type('/settings', '/settings/contact', text), type('/me', '/me', text)]);
    const shown = ['/settings', '/me', '/'].map((path) => look(path, text));
    await words.look(shown);
    if (n % 16 === 0) for (const { page: path } of shown) await words.open(at(path), [text]);
  }
  await words.open(at('/audit?page_size=200'));
});

journey('inp_07 two hundred payloads in the words of the platform', async ({ server, visit }) => {
  const [staff, guest] = [await visit(), await visit()];
  const words = await enter(staff, server, 'admin', { email: 'sam.reed@tenantry.example', path: '/sign-in?next=%2Ftenants' });
  const there = await enter(guest, server, 'acme');
  const { page } = staff;
  const find = async (slug) => {
    await page.goto(server.url('admin', `/tenants?search=${slug}`));
    return page.locator('a[href^="/tenants/tenant_"]').first().getAttribute('href');
  };
  const [tenant, acme] = [await find('initech'), await find('acme.')];
  for (const [n, text] of packed(120).entries()) {
    await words.type([type('/me', '/me', text), type(`${tenant}/edit`, `${tenant}/edit`, text, { skip: ['alias', 'date_format', 'time_format', 'features', 'limits', 'product_config', 'contact_email', 'billing_email'] })]);
    await words.look([tenant, `${tenant}/edit`, '/tenants'].map((path) => look(path, text)));
    if (n % 26 === 0) for (const path of ['/me', tenant, `${tenant}/edit`, '/tenants', '/audit', '/staff']) await words.open(server.url('admin', path));
  }
  // What staff write for a tenant is read there, by people who are signed in and by those who are not.
  for (const text of packed(300)) {
    await words.type([type(`${tenant}/suspension`, `${tenant}/suspension`, text)]);
    await there.open(server.url('initech', '/sign-in'), [text]);
    await words.type([type(tenant, `${tenant}/reactivation`, '')]);
    await words.type([type(`${tenant}/maintenance`, `${tenant}/maintenance`, text)]);
    await there.open(server.url('initech', '/sign-in'), [text]);
    await words.type([type(tenant, `${tenant}/maintenance/end`, ''), type(`${acme}/visits/new`, `${acme}/visits`, text, { fields: { hours: '2', reach: 'read' } })]);
    await words.look([look(acme, text)]);
    await there.open(server.url('acme', '/visits'), [text]);
    const asked = await guest.page.locator('form[action$="/refusal"]').first().getAttribute('action');
    await there.type([type('/visits', asked, '')]);
  }
  // The browser notes each answer of a tenant under maintenance by itself.
  const others = guest.faults.filter((fault) => !fault.includes('status of 503'));
  guest.faults.splice(0, Infinity, ...others);
});
