// API keys: made and shown once, tried with the page's own example, replaced, revoked.
import { journey } from '../lib/runner.mjs';
import { row, sheet, signIn, told } from '../lib/portal.mjs';
import { shell } from '../lib/shell.mjs';
import { assert, at, see, until } from '../lib/look.mjs';

const made = async (page) => {
  await see(page.getByText('Copy it now'));
  const key = await page.locator('.secret code').first().textContent();
  const line = await page.locator('code', { hasText: /^curl / }).first().textContent();
  return { key, line };
};
const refused = (what, line, key) => until(what, () => shell(line, key).then((answer) => answer.status), (status) => status === 401);

journey('keys: made, shown once, used by the page\'s own line, rotated, revoked', async ({ server, visit }) => {
  const me = await visit();
  const { page } = me;
  await signIn(me, server, { path: '/sign-in?next=%2Fkeys' });
  await page.getByRole('main').getByRole('link', { name: 'New key' }).first().click();
  await page.getByLabel('Name').fill('Nightly export');
  await page.getByLabel('Opens for').selectOption({ label: 'A year' });
  await page.getByRole('button', { name: 'Make the key' }).click();
  await see(page.locator('#permissions-error'));
  assert.equal(await page.getByLabel('Name').inputValue(), 'Nightly export', 'what was typed is kept');
  await page.locator('[name="permissions"][value="users:read"]').check();
  await page.getByRole('button', { name: 'Make the key' }).click();
  const { key, line } = await made(page);
  const answer = await shell(line, key);
  assert.equal(answer.status, 200, answer.body);
  assert.equal(JSON.parse(answer.body).status, 'success');
  assert.equal((await shell(line, `${key}x`)).status, 401);
  await page.reload();
  assert.equal(await page.getByText('Copy it now').count(), 0, 'it is shown once');
  assert.ok(!(await page.content()).includes(key));

  await page.getByRole('main').getByRole('link', { name: 'Rotate' }).click();
  await sheet(page).getByLabel('The old key').selectOption({ label: 'Both open for a week' });
  await sheet(page).getByRole('button', { name: 'Make the new key' }).click();
  const second = await made(page);
  assert.notEqual(second.key, key);
  for (const one of [key, second.key]) assert.equal((await shell(line, one)).status, 200, 'both open for a while');

  await page.reload();
  await page.getByRole('main').getByRole('link', { name: 'Rotate' }).click();
  await sheet(page).getByLabel('The old key').selectOption({ label: 'The old key stops at once' });
  await sheet(page).getByRole('button', { name: 'Make the new key' }).click();
  const third = await made(page);
  await refused('the second key', line, second.key);
  assert.equal((await shell(line, third.key)).status, 200);

  await page.reload();
  await page.getByRole('main').getByRole('link', { name: 'Revoke' }).click();
  await sheet(page).getByRole('button', { name: 'Revoke' }).click();
  const began = Date.now();
  await refused('the revoked key', line, third.key);
  assert.ok(Date.now() - began < 1000, 'a revoked key opens no longer than a second');
  await at(page, '/keys');
  await told(page, 'is revoked');
  await see(row(page, 'Nightly export').or(page.locator('main tbody tr', { hasText: 'Nightly export' })).filter({ hasText: 'Revoked' }));
});
