// How tenants are and what their figures say: the platform's Health, a tenant's own Status, and both pages of Analytics.
import { readFileSync } from 'node:fs';
import { examine } from '../lib/axe.mjs';
import { journey } from '../lib/runner.mjs';
import { row, signIn } from '../lib/portal.mjs';
import { staffIn } from '../lib/staff.mjs';
import { assert, at, gone, see, until } from '../lib/look.mjs';

/** Goes there until the look that was asked for is over, and answers what the page says. */
const looked = async (page) => {
  await until('the look', async () => {
    await page.reload();
    return page.getByRole('main').innerText();
  }, (text) => !text.includes('is being done'));
};

/** The file behind a link, in lines. */
const file = async (page, link) => {
  const [down] = await Promise.all([page.waitForEvent('download'), link.click()]);
  return readFileSync(await down.path(), 'utf8').trim().split(/\r?\n/);
};

journey('health: staff look at all tenants, narrow the list down, and look at one', async ({ server, visit }) => {
  const me = await visit();
  const { page } = me;
  const found = [];
  await staffIn(me, server, '/health');
  await see(page.getByRole('heading', { level: 1, name: 'Health' }));
  if (await page.getByRole('button', { name: 'Look now' }).count()) await page.getByRole('button', { name: 'Look now' }).click();
  await looked(page);
  await see(row(page, 'Acme'));
  found.push(...await examine(page, '/health'));
  await page.getByRole('searchbox').fill('acme');
  await page.keyboard.press('Enter');
  await at(page, /search=acme/);
  await gone(row(page, 'Globex'));
  await row(page, 'Acme').getByRole('link').first().click();
  await at(page, /^\/tenants\/[^/]+\/health$/);
  await see(page.locator('section', { has: page.locator('#now-t, #now') }).first());
  for (const part of ['Database', 'Resources', 'Services', 'Integrations']) await see(page.getByRole('term').filter({ hasText: part }));
  if (await page.getByRole('button', { name: 'Look now' }).count()) await page.getByRole('button', { name: 'Look now' }).click();
  await looked(page);
  await see(page.getByText('It answers.').first());
  found.push(...await examine(page, '/tenants/{id}/health'));
  assert.deepEqual(found, []);
});

journey('health: a tenant reads its own status', async ({ server, visit }) => {
  const me = await visit();
  const { page } = me;
  await signIn(me, server);
  await page.goto(server.url('acme', '/status'));
  await see(page.getByRole('heading', { level: 1, name: 'Status' }));
  await see(page.getByRole('heading', { name: 'Uptime' }));
  const text = await page.getByRole('main').innerText();
  assert.ok(!text.includes('Globex') && !text.includes("the database's words"), text);
  assert.equal(await page.getByRole('button', { name: 'Look now' }).count(), 0);
  assert.deepEqual(await examine(page, '/status'), []);
});

journey('analytics: a tenant changes the period, reads the table behind a chart and takes the file', async ({ server, visit }) => {
  const me = await visit();
  const { page } = me;
  await signIn(me, server);
  await page.goto(server.url('acme', '/analytics'));
  await see(page.getByRole('heading', { level: 1, name: 'Analytics' }));
  const tabs = page.getByRole('navigation', { name: 'Period' });
  await tabs.getByRole('link').last().click();
  await at(page, /period=/);
  await see(tabs.locator('[aria-current]'));
  const data = page.locator('details.chart-data').first();
  await data.locator('summary').focus();
  await page.keyboard.press('Enter');
  await see(data.getByRole('table'));
  assert.deepEqual(await examine(page, '/analytics'), []);
  const lines = await file(page, page.getByRole('link', { name: 'As a file (CSV)' }));
  assert.ok(lines.length > 1, lines.join('\n'));
});

journey('analytics: staff change the period of all tenants and take the file', async ({ server, visit }) => {
  const me = await visit();
  const { page } = me;
  await staffIn(me, server, '/analytics');
  await see(page.getByRole('heading', { level: 1, name: 'Analytics' }));
  const tabs = page.getByRole('navigation', { name: 'Period' });
  await tabs.getByRole('link').last().click();
  await at(page, /period=/);
  await see(row(page, 'Acme'));
  assert.deepEqual(await examine(page, '/analytics of the platform'), []);
  const lines = await file(page, page.getByRole('link', { name: 'Export CSV' }));
  assert.ok(lines.some((line) => line.includes('Acme')), lines.slice(0, 3).join('\n'));
});
