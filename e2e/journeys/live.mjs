// Figures that change while somebody looks, and rest while nobody does.
import { journey } from '../lib/runner.mjs';
import { signIn } from '../lib/portal.mjs';
import { assert, count, see, until } from '../lib/look.mjs';

const host = 'initech';
const owner = (server) => ({ tenant: host, email: server.told().match(/\S+@initech\.example/)[0] });
const seats = async (page) => Number((await page.locator('#figures .meter-row', { hasText: 'People' }).locator('.amount').innerText()).split(' ')[0]);
const invite = async (page, server, address) => {
  await page.goto(server.url(host, '/users/invitations/new'));
  await page.getByLabel('Email addresses').fill(address);
  await page.getByRole('button', { name: /Send invitation/ }).click();
  await page.waitForURL(/\/users\?status=invited/);
};

journey('usage: the figures follow while they are looked at, keep what was opened, and rest while hidden', async ({ server, visit }) => {
  const [looking, doing] = [await visit(), await visit()];
  const { page } = looking;
  let streams = 0;
  page.on('request', (request) => { if (request.url().includes('/usage/live')) streams += 1; });
  await signIn(looking, server, owner(server));
  await signIn(doing, server, owner(server));
  await page.goto(server.url(host, '/usage'));
  await see(page.getByText('Live', { exact: true }));
  const before = await seats(page);
  await page.getByText('Show as table').first().click();
  await see(page.locator('#figures details[open] table'));
  await invite(doing.page, server, 'one@live.test');
  await until('one more', () => seats(page), (now) => now === before + 1);
  await count(page.locator('#figures details[open]'), 1);

  // Hidden as a browser hides a tab that is not looked at.
  const hide = (hidden) => page.evaluate((is) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => is });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
  const opened = streams;
  await hide(true);
  await invite(doing.page, server, 'two@live.test');
  assert.equal(await seats(page), before + 1, 'nothing changes while nobody looks');
  assert.equal(streams, opened, 'and nothing is asked');
  await hide(false);
  await until('the other one too', () => seats(page), (now) => now === before + 2);
  assert.equal(streams, opened + 1);
});
