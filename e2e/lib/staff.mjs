// Ways on the platform's host: signing in as staff, a tenant's page, the sheets on it, a visit.
import { row, sheet, signIn, told } from './portal.mjs';
import { see } from './look.mjs';

export const SAM = 'sam.reed@tenantry.example';

export const staffIn = (me, server, path = '/tenants') => signIn(me, server, { tenant: 'admin', email: SAM, path: `/sign-in?next=${encodeURIComponent(path)}` });

/** Opens the page of the tenant with this name, and answers its path. */
export const openTenant = async ({ page }, server, name) => {
  await page.goto(server.url('admin', `/tenants?search=${encodeURIComponent(name)}`));
  await row(page, name).getByRole('link', { name }).first().click();
  await see(page.getByRole('heading', { level: 1, name }));
  return new URL(page.url()).pathname;
};

/** Opens the sheet behind a link of the page. */
export const ask = async (page, label) => {
  await page.getByRole('main').getByRole('link', { name: label, exact: true }).click();
  await see(sheet(page));
  return sheet(page);
};

/** Asks to enter the tenant whose page is open, for two hours. */
export const askToEnter = async (page, reason, said) => {
  const form = await ask(page, 'Enter');
  await form.getByLabel('Reason').fill(reason);
  await form.getByLabel('Hours').fill('2');
  await form.getByRole('button', { name: 'Ask to enter' }).click();
  await told(page, said);
};

/** From the tenant's page through the ticket into the tenant. `look` is told of each page on the way. */
export const enter = async (page, look = async () => {}) => {
  await page.locator('section', { has: page.locator('#visits') }).getByRole('button', { name: 'Enter', exact: true }).click();
  await see(page.getByRole('link', { name: /^Go to / }));
  await look('the way into a tenant');
  await page.getByRole('link', { name: /^Go to / }).click();
  await see(page.getByRole('button', { name: 'Enter', exact: true }));
  await look('/visits/enter/{ticket}');
  await page.getByRole('button', { name: 'Enter', exact: true }).click();
  await see(page.locator('.banner', { hasText: 'You are visiting' }));
};
