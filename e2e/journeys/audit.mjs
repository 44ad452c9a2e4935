// The log of what the journeys before did.
import { readFileSync } from 'node:fs';
import { journey } from '../lib/runner.mjs';
import { signIn } from '../lib/portal.mjs';
import { assert, at, see } from '../lib/look.mjs';

const DEEDS = ['session.created', 'session.refused', 'user.invited', 'user.invitation_resent', 'user.invitation_revoked', 'user.role_changed', 'user.suspended', 'user.restored', 'user.removed', 'user.removal_undone', 'user.imported', 'users.exported'];

journey('audit: who did what to whom, filters in the address, before and after, a file', async ({ server, visit }) => {
  const me = await visit();
  const { page } = me;
  await signIn(me, server, { path: '/sign-in?next=%2Faudit' });
  await see(page.getByRole('heading', { name: 'Audit log' }));
  for (const deed of DEEDS) {
    await page.goto(server.url('acme', `/audit?action=${deed}`));
    await see(page.locator('#list tbody tr').first().getByText(deed));
  }
  await page.goto(server.url('acme', '/audit?q=Omar&action=user.role_changed'));
  await page.locator('#list tbody tr').first().locator('td a').first().click();
  await at(page, /^\/audit\/\w+/);
  await see(page.getByLabel('What changed').filter({ hasText: /member[\s\S]*manager/i }));
  await page.goBack();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Export CSV' }).click()]);
  const lines = readFileSync(await download.path(), 'utf8').trim().split(/\r?\n/);
  assert.ok(lines.length > 1 && lines.slice(1).every((line) => line.includes('user.role_changed')), lines.slice(0, 3).join('\n'));
});

journey('aud the chain of the log holds after all of that', async ({ server, visit }) => {
  const me = await visit();
  await signIn(me, server, { path: '/sign-in?next=%2Faudit' });
  await me.page.getByRole('link', { name: 'Check' }).click();
  await see(me.page.getByText('The log holds.'));
});
