// SES-07: a page of a sibling tenant plants cookies for the domain above both. Only a registrable domain of
// their own lets a browser do that.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { journey } from '../lib/runner.mjs';
import { OWNER, signIn } from '../lib/portal.mjs';
import { start } from '../lib/server.mjs';
import { assert, see, until } from '../lib/look.mjs';

journey('ses_07 cookies that a sibling plants end nobody\'s session', async ({ visit }) => {
  const siblings = await start({ base: 'portal.localhost' });
  try {
    await plant(await visit(), await visit(), siblings);
  } finally {
    await siblings.stop();
  }
});

const plant = async (me, other, server) => {
  const { page, context } = me;
  await signIn(me, server);
  await signIn(other, server, { email: 'priya.raman@acme.example' });
  const others = (await other.context.cookies()).find((one) => one.name === '__Host-session').value;
  const stranger = createServer((request, answer) => {
    answer.setHeader('content-type', 'text/html');
    const above = 'Domain=portal.localhost; Path=/; Secure';
    answer.setHeader('set-cookie', [`%5F%5FHost-session=${others}; ${above}`, `__host-session=${others}; ${above}`, `__Host-session=${others}; ${above}`, `=__Host-session=${others}; ${above}`, `x=\xff; ${above}`]);
    answer.end(`<!doctype html><title>evil</title>`);
  }).listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  stranger.unref();
  const evil = new URL(server.url('globex', '/'));
  evil.port = stranger.address().port;
  await page.goto(evil.href);
  await page.evaluate((value) => {
    for (let n = 0; n < 60; n += 1) document.cookie = `planted-${n}=${'x'.repeat(130)}; domain=portal.localhost; path=/users; secure`;
    document.cookie = `%5F%5FHost%2Dsession=${value}; domain=portal.localhost; path=/users; secure`;
  }, others);
  // A script's cookies reach the browser's store a little after it set them: before that the trial proves nothing.
  await until('cookies that were planted', async () => (await context.cookies(server.url('acme', '/users'))).filter((one) => one.domain === '.portal.localhost').length, (planted) => planted > 60);
  for (const path of ['/users', '/me', '/']) {
    const answer = await page.goto(server.url('acme', path));
    assert.equal(answer.status(), 200, path);
    await see(page.locator('main.page'));
  }
  await page.goto(server.url('acme', '/me'));
  assert.equal(await page.locator('#email').inputValue(), OWNER);
  me.faults.length = 0; // the stranger's page may log what it likes
};
