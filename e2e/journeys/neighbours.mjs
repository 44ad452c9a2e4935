// Two tenants in one browser: another brand, another session, and nothing of one seen from the other.
import { journey } from '../lib/runner.mjs';
import { out, OWNER, signIn } from '../lib/portal.mjs';
import { assert, see } from '../lib/look.mjs';

const brand = (page) => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--brand').trim());

journey('globex beside acme in one browser: other colours, other session, nothing of acme', async ({ server, visit }) => {
  const me = await visit();
  const { page } = me;
  await signIn(me, server);
  const ours = await brand(page);
  await page.goto(server.url('globex'));
  await out(page);
  await page.goto(server.url('globex', '/sign-in'));
  assert.notEqual(await brand(page), ours);
  assert.doesNotMatch(await page.content(), /acme/i);
  const theirs = server.told().match(/\S+@globex\.example/)[0];
  await signIn(me, server, { tenant: 'globex', email: theirs });
  await page.goto(server.url('globex', '/users?search=amara'));
  assert.doesNotMatch(await page.content(), /acme/i);
  await page.goto(server.url('acme'));
  await see(page.locator('.me'));
  assert.doesNotMatch(await page.content(), /globex/i);
});

journey('the owner of acme is nobody at globex', async ({ server, visit }) => {
  const { page } = await visit();
  await page.goto(server.url('globex', '/sign-in'));
  await page.getByLabel('Email').fill(OWNER);
  await page.getByLabel('Password', { exact: true }).fill('tenantry-demo-2026');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await see(page.getByRole('alert'));
});

journey('iso_06 the cookies of acme, replayed at globex, open nothing', async ({ server, visit }) => {
  const [me, thief] = [await visit(), await visit()];
  await signIn(me, server);
  await me.page.goto(server.url('acme', '/users'));
  const person = await me.page.locator('#list .person a').first().getAttribute('href');
  const cookie = (await me.context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  assert.match(cookie, /__Host-session=/);
  // No browser takes them there; a thief's client sends what it likes.
  await thief.page.route('**/*', (route) => route.continue({ headers: { ...route.request().headers(), cookie } }));
  for (const path of ['/', '/users', person, '/audit', '/me']) {
    const answer = await thief.page.goto(server.url('globex', path));
    assert.ok([401, 403, 404].includes(answer.status()) || answer.url().includes('/sign-in'), `${path}: ${answer.status()}`);
    assert.doesNotMatch(await thief.page.content(), /acme/i);
  }
});

journey('iso_01 ids of acme are unknown at globex', async ({ server, visit }) => {
  const me = await visit();
  await signIn(me, server);
  await me.page.goto(server.url('acme', '/users'));
  const person = await me.page.locator('#list .person a').first().getAttribute('href');
  await signIn(me, server, { tenant: 'globex', email: server.told().match(/\S+@globex\.example/)[0] });
  const answer = await me.page.goto(server.url('globex', person));
  assert.equal(answer.status(), 404);
});
