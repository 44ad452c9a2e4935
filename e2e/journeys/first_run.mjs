// What a first run gives: three tenants, each in its own colours, and words on the terminal that lead in.
import { journey } from '../lib/runner.mjs';
import { OWNER, PASSWORD, signIn } from '../lib/portal.mjs';
import { assert, at, count, see } from '../lib/look.mjs';

journey('the terminal says where to go and how to sign in', async ({ server }) => {
  for (const word of [server.url('acme', '').replace(/\/$/, ''), OWNER, PASSWORD]) assert.ok(server.told().includes(word), `${word} is not in:\n${server.told()}`);
});

journey('sign in as the owner, overview, people', async ({ server, visit }) => {
  const me = await visit();
  const { page } = me;
  await page.goto(server.url('acme', '/users'));
  await page.getByLabel('Email').fill(OWNER);
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await see(page.getByRole('alert'));
  assert.equal(await page.getByLabel('Email').inputValue(), OWNER, 'the address is kept');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await at(page, '/users');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Overview' }).click();
  await at(page, '/');
  await see(page.getByRole('heading', { level: 1 }));
  await see(page.getByText('Show as table'));
  await see(page.getByRole('heading', { name: 'API calls per day' }));
  await page.getByRole('navigation', { name: 'Period' }).getByRole('link', { name: '24 h' }).click();
  await at(page, '/?period=24h');
  await see(page.getByRole('heading', { name: 'API calls per hour' }));
  await see(page.getByRole('main').getByRole('link', { name: 'Export' }));
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /Users|People/ }).click();
  await at(page, '/users');
  await count(page.locator('#list tbody tr'), 25);
});

journey('ses_01 every cookie belongs to its host alone', async ({ server, visit }) => {
  const me = await visit();
  await signIn(me, server);
  const cookies = await me.context.cookies();
  assert.ok(cookies.length >= 1);
  for (const one of cookies) {
    assert.match(one.name, /^__Host-/);
    assert.deepEqual([one.secure, one.httpOnly, one.sameSite, one.path, one.domain], [true, true, 'Lax', '/', 'acme.localhost']);
  }
});

journey('an address of nobody is a neutral page', async ({ server, visit }) => {
  const { page } = await visit();
  const answer = await page.goto(server.url('nobody'));
  assert.equal(answer.status(), 404);
  await see(page.getByRole('heading', { name: 'Nothing here' }));
  assert.doesNotMatch(await page.content(), /acme|globex|initech/i);
});
