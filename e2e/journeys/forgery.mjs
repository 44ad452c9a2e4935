// SES-02: pages of a stranger and of a sibling tenant write to acme in the name of whoever is signed in
// there. A registrable domain of their own makes the two hosts same-site, so that cookies do travel.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { journey } from '../lib/runner.mjs';
import { routes } from '../lib/routes.mjs';
import { signIn } from '../lib/portal.mjs';
import { start } from '../lib/server.mjs';
import { assert, until } from '../lib/look.mjs';

journey('ses_02 no write of another tenant\'s page is taken, same-site or not', async ({ server, visit }) => {
  const siblings = await start({ base: 'portal.localhost' });
  try {
    for (const [host, sends] of [[siblings, true], [server, false]]) await attack(await visit(), host, sends);
  } finally {
    await siblings.stop();
  }
});

const attack = async (me, server, sends) => {
  const { page } = me;
  await signIn(me, server);
  await page.goto(server.url('acme', '/users?search=john.doe'));
  const person = (await page.locator('#list .person a').first().getAttribute('href')).split('/').pop();
  const htmx = await page.evaluate((from) => fetch(from).then((file) => file.text()), await page.locator('script[src*="htmx"]').getAttribute('src'));
  const before = await tabs(page, server);
  const writes = routes.filter(({ method }) => method === 'post').map(({ path }) => path.replace('{id}', person).replace(/\{\w+\}/g, 'x'));
  assert.ok(writes.length > 10, `${writes.length} routes that write were found`);
  // What really went over the wire, whatever the browser lets pages see of it.
  const wire = await page.context().newCDPSession(page);
  await wire.send('Network.enable');
  const posts = new Map();
  const of = (id) => posts.get(id) ?? posts.set(id, {}).get(id);
  wire.on('Network.requestWillBeSent', ({ requestId, request }) => { if (request.method === 'POST' && request.url.startsWith(server.url('acme', ''))) of(requestId).url = request.url; });
  wire.on('Network.requestWillBeSentExtraInfo', ({ requestId, headers }) => { of(requestId).cookie = /__Host-session=/.test(headers.Cookie ?? headers.cookie ?? ''); });
  wire.on('Network.responseReceivedExtraInfo', ({ requestId, statusCode }) => { of(requestId).status = statusCode; });
  const sent = () => [...posts.values()].filter((one) => one.url);
  // Pages on the host of globex without a policy of its own, as a stranger would write them.
  let body = '';
  const stranger = createServer((request, answer) => {
    answer.setHeader('content-type', request.url === '/htmx.js' ? 'text/javascript' : 'text/html');
    answer.end(request.url === '/htmx.js' ? htmx : body);
  }).listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  stranger.unref();
  const evil = new URL(server.url('globex', '/evil'));
  evil.port = stranger.address().port;
  const fields = { email: 'thief@evil.example', addresses: 'thief@evil.example', role: 'owner', id: person, name: 'x' };
  const inputs = Object.entries(fields).map(([name, value]) => `<input name="${name}" value="${value}">`).join('');
  for (const path of writes) {
    const to = server.url('acme', path);
    body = `<!doctype html><title>evil</title><script src="/htmx.js"></script><form method="post" action="${to}">${inputs}</form>
      <button hx-post="${to}" hx-vals='{"addresses":"thief@evil.example"}' hx-swap="none">go</button>`;
    posts.clear();
    await page.goto(evil.href);
    await page.getByRole('button', { name: 'go' }).click();
    await page.evaluate(([url, data]) => fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include', body: new URLSearchParams(data) }).catch(() => {}), [to, fields]);
    await until(`an answer to fetch for ${path}`, () => sent().filter((one) => one.status).length, (n) => n >= 1);
    const [answer] = await Promise.all([page.waitForResponse((one) => one.url() === to && one.request().isNavigationRequest()), page.evaluate(() => document.forms[0].submit())]);
    await page.waitForURL(to);
    assert.equal(answer.status(), 403, `a form sent to ${path}`);
    await until('the form on the wire', () => sent().filter((one) => one.status).length, (n) => n >= 2);
    for (const one of sent().filter(({ status }) => status)) {
      assert.equal(one.status, 403, one.url);
      if (sends) assert.ok(one.cookie, `no cookie went to ${one.url}: the trial proves nothing`);
    }
  }
  assert.equal(await tabs(page, server), before, 'somebody was added');
  me.faults.length = 0; // the stranger's page may log what it likes
};

const tabs = async (page, server) => {
  await page.goto(server.url('acme', '/users'));
  return page.getByRole('navigation', { name: 'Status' }).innerText();
};
