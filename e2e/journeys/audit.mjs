// The log of what the journeys before did.
import { journey } from '../lib/runner.mjs';
import { signIn } from '../lib/portal.mjs';
import { assert, see, until } from '../lib/look.mjs';

journey('aud audit: who did what to whom, filters in the address, before and after, a file', async ({ server, visit }) => {
  const me = await visit();
  const { page } = me;
  await signIn(me, server, { path: '/sign-in?next=%2Faudit' });
  await see(page.getByRole('heading', { name: 'Audit log' }));
  for (const deed of [/invited/i, /suspended/i, /restored/i, /removed/i, /role/i, /import/i]) await see(page.getByRole('main').getByText(deed));
  await page.goto(server.url('acme', '/audit?search=omar.haddad'));
  await see(page.getByText('Omar Haddad'));
  const entry = page.locator('#list').getByText(/role/i).first();
  await entry.click();
  await see(page.getByLabel('What changed').filter({ hasText: /member[\s\S]*manager/i }));
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /CSV/ }).click()]);
  assert.match(download.suggestedFilename(), /\.csv$/);
  await until('download', () => download.failure(), (failure) => failure === null);
});
