// Ways through the portal that many journeys take: signing in, rows, menus, sheets, messages, letters.
import { see } from './look.mjs';

export const PASSWORD = 'tenantry-demo-2026';
export const OWNER = 'amara.nwosu@acme.example';

export const signIn = async ({ page }, server, { tenant = 'acme', email = OWNER, password = PASSWORD, path = '/sign-in?next=%2Fusers' } = {}) => {
  await page.goto(server.url(tenant, path));
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await see(page.locator('main.page'));
  await page.waitForLoadState(); // a key pressed before the deferred scripts ran is nobody's
};

/** Waits for the page that asks to sign in. */
export const out = (page) => see(page.getByRole('button', { name: 'Sign in', exact: true }));

/** The row of a list that shows this text. */
export const row = (page, text) => page.locator('#list tbody tr', { hasText: text });

/** Opens the menu of a row and presses what it offers. */
export const choose = async (page, text, label) => {
  await row(page, text).first().getByRole('button', { name: /^Actions for/ }).click();
  const item = page.locator('.menu:popover-open').locator('a, button', { hasText: label });
  await item.click();
};

/** What was opened by a sheet's link: a dialog with scripts, a page without. */
export const sheet = (page) => page.locator('dialog#sheet[open], main section.sheet').first();

/** Waits for a message of this text. */
export const told = (page, text) => see(page.locator('#toasts [data-toast]', { hasText: text }));

/** Finds one person by address, through the list's search. */
export const find = async (page, server, text, tenant = 'acme') => {
  await page.goto(`${server.url(tenant, '/users')}?search=${encodeURIComponent(text)}`);
};
