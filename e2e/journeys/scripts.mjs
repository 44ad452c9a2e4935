// INP-07: scripts typed into every text field are shown as text, wherever they come up again.
import { journey } from '../lib/runner.mjs';
import { find, choose, sheet, signIn, told } from '../lib/portal.mjs';
import { assert, see } from '../lib/look.mjs';

const PAYLOADS = [
  '<script>alert(1)</script>', '"><script>alert(1)</script>', "'><img src=x onerror=alert(1)>", '<img src=x onerror=alert(1)>', '<svg onload=alert(1)>',
  '</title><script>alert(1)</script>', '</textarea><script>alert(1)</script>', '</script><script>alert(1)</script>', '<iframe srcdoc="<script>parent.alert(1)</script>">',
  '" onfocus="alert(1)" autofocus="', "' onmouseover='alert(1)", 'javascript:alert(1)', '{{7*7}}${7*7}{%7*7%}', '<a href="javascript:alert(1)">x</a>',
  '<math><mtext><style><img src=x onerror=alert(1)>', '<!--<img src=--><img src=x onerror=alert(1)//>', '&lt;script&gt;alert(1)&lt;/script&gt;', '<details open ontoggle=alert(1)>',
  '<button hx-on:click="alert(1)" hx-get="/x" hx-trigger="load">', '<div data-sheet data-toast data-copy="x">', '\\"-alert(1)//', "');alert(1)//", '<base href="//evil.example/">', '<meta http-equiv=refresh content=0;url=//evil.example>',
];
const PAGES = (person) => ['/', '/users', '/users?search=%3C', `/users/${person}`, `/users/${person}/edit`, `/users/${person}/role`, '/audit', '/me', '/users/export.csv', '/dev/mailbox'];

journey('inp_07 what is typed is shown as text on every page', async ({ server, visit }) => {
  const me = await visit();
  const { page } = me;
  await signIn(me, server);
  await find(page, server, 'mia.lindqvist');
  const person = (await page.locator('#list .person a').first().getAttribute('href')).split('/').pop();
  for (const payload of PAYLOADS) {
    await page.goto(server.url('acme', `/users/${person}/edit`));
    const fields = page.locator('main form input.input[type="text"], main form input.input[type="tel"], main form textarea');
    for (const field of await fields.all()) {
      const type = await field.getAttribute('type');
      if (type !== 'tel') await field.fill(payload.slice(0, Number(await field.getAttribute('maxlength')) || 1024));
    }
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await see(page.locator('main'));
    await page.waitForLoadState();
    await calm(page, server);
  }
  for (const path of PAGES(person).filter((path) => !path.endsWith('.csv'))) {
    await page.goto(server.url('acme', path));
    await calm(page, server);
  }
  // The search says back what was searched; the palette fetches people by script.
  for (const payload of PAYLOADS) {
    await page.goto(server.url('acme', `/users?search=${encodeURIComponent(payload)}`));
    assert.equal(await page.locator('[data-search]').inputValue(), payload);
    await calm(page, server);
  }
  await page.keyboard.press('Control+k');
  await page.locator('#palette input').fill('<img');
  await page.waitForLoadState('networkidle');
  await calm(page, server);
});

const calm = async (page, server) => {
  assert.ok(page.url().startsWith(server.url('acme', '/')), `led away to ${page.url()}`);
  const foreign = await page.evaluate(() => [...document.querySelectorAll('script:not([src]), [onerror], [onload], [onfocus], [onmouseover], [ontoggle], [hx-on\\:click], iframe, base, math, a[href^="javascript"], meta[http-equiv="refresh"]')].map((one) => one.outerHTML));
  assert.deepEqual(foreign, []);
};
