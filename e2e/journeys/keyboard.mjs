// Everything without a mouse: palette, help, search, focus that can be seen, the way past the sidebar.
import { journey } from '../lib/runner.mjs';
import { signIn } from '../lib/portal.mjs';
import { assert, at, gone, see } from '../lib/look.mjs';

journey('keyboard: palette, help, search, skip link, focus ring', async ({ server, visit }) => {
  const me = await visit();
  const { page } = me;
  await signIn(me, server, { path: '/sign-in?next=%2Fusers' });
  for (const key of ['Control+k', 'Meta+k']) {
    await page.keyboard.press(key);
    await see(page.locator('#palette[open]'));
    await page.keyboard.press('Escape');
    await gone(page.locator('#palette[open]'));
  }
  await page.keyboard.press('?');
  await see(page.getByRole('heading', { name: 'Keyboard shortcuts' }));
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  assert.ok(await page.locator('[data-search]').evaluate((field) => field === document.activeElement));
  await page.keyboard.press('Control+k');
  await page.keyboard.type('audit');
  await page.keyboard.press('Enter');
  await at(page, /^\/audit/);
  await page.waitForLoadState();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('jane smith');
  await see(page.locator('#palette').getByText('jane.smith@acme.example'));
  await page.keyboard.press('Escape');

  await page.goto(server.url('acme', '/users'));
  await page.keyboard.press('Tab');
  await see(page.getByRole('link', { name: 'Skip to content' }));
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'content');
  for (let i = 0; i < 40; i += 1) {
    await page.keyboard.press('Tab');
    const ring = await page.evaluate(() => {
      const one = document.activeElement;
      if (!one || one === document.body) return null;
      const boxes = [one, one.parentElement, one.nextElementSibling].filter(Boolean).map((box) => getComputedStyle(box));
      return { name: one.outerHTML.slice(0, 120), seen: boxes.some((style) => (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none') };
    });
    if (ring) assert.ok(ring.seen, `no focus ring on ${ring.name}`);
  }
});
