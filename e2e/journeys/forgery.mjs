// SES-02: pages of a stranger and of a sibling tenant write to acme in the name of whoever is signed in
// there. A registrable domain of their own makes the two hosts same-site, so that cookies do travel.
import { journey } from '../lib/runner.mjs';
import { routes } from '../lib/routes.mjs';
import { OWNER, signIn } from '../lib/portal.mjs';
import { start } from '../lib/server.mjs';
import { assert, until } from '../lib/look.mjs';

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

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
  const htmx = await page.locator('script[src*="htmx"]').getAttribute('src');
  const before = await count(page, server);
  const writes = routes.filter(({ method, path }) => method === 'post').map(({ path }) => path.replace('{user}', person).replace('{id}', person).replace(/\{\w+\}/g, 'x'));
  assert.ok(writes.length > 10, `${writes.length} routes that write were found`);
  // A page without a policy of its own, as a stranger would write it.
  const answers = [];
  page.on('response', (answer) => { if (answer.request().method() === 'POST' && answer.url().startsWith(server.url('acme', ''))) answers.push(answer); });
  const evil = server.url('globex', '/evil');
  let body = '';
  await page.route(evil, (route) => route.fulfill({ contentType: 'text/html', body }));
  for (const path of writes) {
    const to = server.url('acme', path);
    const fields = { email: 'thief@evil.example', emails: 'thief@evil.example', role: 'owner', id: person, name: 'x' };
    const inputs = Object.entries(fields).map(([name, value]) => `<input name="${name}" value="${value}">`).join('');
    // Plain form, fetch, htmx.
    body = `<!doctype html><title>evil</title><script src="${server.url('acme', htmx)}"></script><form method="post" action="${to}" target="frame">${inputs}</form>
      <iframe name="frame"></iframe><button hx-post="${escape(to)}" hx-vals='{"email":"thief@evil.example"}' hx-config='{"mode":"cors","credentials":"include"}'>go</button>`;
    await page.goto(evil);
    const seen = answers.length;
    await page.evaluate(([url, vals]) => {
      document.forms[0].submit();
      fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include', body: new URLSearchParams(vals) }).catch(() => {});
    }, [to, fields]);
    await until(`answers for ${path}`, () => answers.length - seen, (n) => n >= 2);
  }
  let cookies = 0;
  for (const answer of answers) {
    assert.equal(answer.status(), 403, answer.url());
    if ((await answer.request().allHeaders()).cookie?.includes('__Host-session')) cookies += 1;
  }
  if (sends) assert.ok(cookies >= writes.length, `cookies travelled with ${cookies} of ${answers.length} requests only: the trial proves nothing`);
  assert.equal(await count(page, server), before, 'somebody was added');
  me.faults.length = 0; // the stranger's page may log what it likes
};

const count = async (page, server) => {
  await page.goto(server.url('acme', '/users'));
  return page.getByRole('navigation', { name: 'Status' }).innerText();
};
