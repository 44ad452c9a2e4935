// Makes the pictures of README and docs: npm --prefix e2e run screenshots
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PHONE, launch, visitor } from './lib/browser.mjs';
import { signIn } from './lib/portal.mjs';
import { start } from './lib/server.mjs';

const folder = join(import.meta.dirname, '../docs/screenshots');
mkdirSync(folder, { recursive: true });
const server = await start();
const browser = await launch();
const take = async ({ page }, name) => {
  await page.evaluate(() => document.fonts.ready);
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path });
  const kilobytes = Math.round(statSync(path).size / 1024);
  if (kilobytes > 300) throw new Error(`${path} has ${kilobytes} KiB`);
  console.log(`${name}.png, ${kilobytes} KiB`);
};
try {
  const desktop = await visitor(browser, { viewport: { width: 1280, height: 800 } });
  await desktop.page.goto(server.url('globex', '/sign-in'));
  await take(desktop, 'sign-in');
  await signIn(desktop, server, { path: '/sign-in' });
  await take(desktop, 'overview');
  await desktop.page.goto(server.url('acme', '/users'));
  await take(desktop, 'users-light');
  for (const pick of (await desktop.page.locator('[data-pick]').all()).slice(1, 4)) await pick.check();
  await desktop.page.emulateMedia({ colorScheme: 'dark' });
  await take(desktop, 'users-dark');
  await desktop.page.emulateMedia({ colorScheme: 'light' });
  await desktop.page.goto(server.url('acme', '/audit'));
  await take(desktop, 'audit');
  const phone = await visitor(browser, { ...PHONE, deviceScaleFactor: 2 });
  await signIn(phone, server, { path: '/sign-in?next=%2Fusers' });
  await take(phone, 'phone');
} finally {
  await browser.close();
  await server.stop();
}
