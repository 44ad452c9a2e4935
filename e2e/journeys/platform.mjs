// Those who run the platform: signing in on a host of their own, inviting, jobs, the platform's log.
import { readFileSync } from 'node:fs';
import { link } from '../lib/letters.mjs';
import { journey } from '../lib/runner.mjs';
import { out, sheet, signIn, told } from '../lib/portal.mjs';
import { SAM, staffIn } from '../lib/staff.mjs';
import { assert, at, see } from '../lib/look.mjs';

const person = (page, text) => page.locator('main tbody tr', { hasText: text });
const choose = async (page, text, label) => {
  await person(page, text).getByRole('button', { name: /^Actions for/ }).click();
  await page.locator('.menu:popover-open').locator('a, button', { hasText: label }).click();
};

journey('platform: the first run says where staff sign in', async ({ server }) => {
  assert.match(server.told(), new RegExp(`http://admin\\.localhost:${server.port}  as ${SAM}`));
});

journey('platform: staff sign in where tenants cannot, and the other way round', async ({ server, visit }) => {
  const me = await visit();
  await staffIn(me, server, '/staff');
  await see(me.page.getByRole('heading', { name: 'Staff' }));
  await me.page.goto(server.url('acme', '/users'));
  await out(me.page);
  const tenant = await visit();
  await signIn(tenant, server);
  await tenant.page.goto(server.url('admin', '/staff'));
  await out(tenant.page);
  await tenant.page.getByLabel('Email').fill('amara.nwosu@acme.example');
  await tenant.page.getByLabel('Password', { exact: true }).fill('tenantry-demo-2026');
  await tenant.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await see(tenant.page.getByText('do not match an account here'));
});

journey('platform: inviting, joining, another role, suspending ends the session, undo', async ({ server, visit }) => {
  const me = await visit();
  const { page } = me;
  await staffIn(me, server, '/staff');
  await page.keyboard.press('Control+k');
  await see(page.locator('dialog#palette[open]'));
  await page.getByRole('combobox').fill('invite');
  await page.keyboard.press('Enter');
  await see(sheet(page));
  await sheet(page).getByLabel('Email').fill('ana.ruiz@tenantry.example');
  await sheet(page).getByLabel('Name').fill('Ana Ruiz');
  await sheet(page).getByLabel('Role').selectOption('analyst');
  await sheet(page).getByRole('button', { name: 'Send the invitation' }).click();
  await told(page, 'Invited');
  await see(person(page, 'Ana Ruiz').getByText('Invited'));
  const ana = await visit();
  await ana.page.goto(await link(ana, server, 'ana.ruiz@tenantry.example', 'invites you', 'admin'));
  await ana.page.getByLabel('Password', { exact: true }).fill('seven quiet lighthouses at dusk');
  await ana.page.getByRole('button', { name: /^Join/ }).click();
  await ana.page.goto(server.url('admin', '/staff'));
  await see(ana.page.getByText('Ana Ruiz').first());
  assert.equal(await ana.page.getByRole('link', { name: 'Invite' }).count(), 0);
  await page.reload();
  await choose(page, 'Ana Ruiz', 'Suspend');
  await see(sheet(page));
  await sheet(page).getByLabel('Reason').fill('on leave');
  await sheet(page).getByRole('button', { name: 'Suspend' }).click();
  await told(page, 'Ana Ruiz is suspended');
  await ana.page.goto(server.url('admin', '/jobs'));
  await out(ana.page);
  await page.getByRole('button', { name: 'Undo' }).click();
  await told(page, 'Ana Ruiz is active again');
  await choose(page, 'Sam Reed', 'Leave');
  await sheet(page).getByRole('button', { name: 'Remove' }).click();
  await see(page.getByText('the only owner'));
});

journey('platform: the queue and the log say what happened', async ({ server, visit }) => {
  const me = await visit();
  const { page } = me;
  await staffIn(me, server, '/jobs');
  await see(page.getByRole('heading', { name: 'Jobs', exact: true }));
  for (const name of [/^Running/, /^Queued/, /^Failed/]) await page.getByRole('link', { name }).click();
  await page.goto(server.url('admin', '/audit?action=staff.suspended'));
  await page.locator('#list tbody tr').first().locator('td a').first().click();
  await at(page, /^\/audit\/\w+/);
  await see(page.getByLabel('What changed').filter({ hasText: /on leave/ }));
  await page.goto(server.url('admin', '/audit'));
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Export CSV' }).click()]);
  assert.match(readFileSync(await download.path(), 'utf8'), /staff\.invited/);
  await page.getByRole('link', { name: 'Check' }).click();
  await see(page.getByText('The log holds.'));
});
