// The letters of the development mailbox, as a person reads them there.
import { see, until } from './look.mjs';

/** Opens the newest letter to this address whose subject matches, and answers the link in it. */
export const link = async ({ page }, server, to, subject, tenant = 'acme') => {
  const letter = () => page.locator('main tr, main li', { hasText: to }).filter({ hasText: subject }).first();
  await until(`a letter to ${to}`, async () => {
    await page.goto(server.url(tenant, '/mailbox'));
    return letter().count();
  }, (n) => n > 0);
  await letter().getByRole('link').first().click();
  const way = page.getByRole('main').locator('a[href*="/invitations/"], a[href*="/password-reset/"]').or(page.frameLocator('iframe').locator('a[href*="/invitations/"], a[href*="/password-reset/"]')).first();
  await see(way);
  return way.getAttribute('href');
};
