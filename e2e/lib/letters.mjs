// The letters of the development mailbox, as a person reads them there.
import { see, until } from './look.mjs';

/** Opens the newest letter to this address whose subject matches, and answers the link in it. */
export const link = async ({ page }, server, to, subject, tenant = 'acme') => {
  const letter = page.locator('.letters li', { hasText: to }).filter({ hasText: subject }).first();
  await until(`a letter to ${to}`, async () => {
    await page.goto(server.url(tenant, '/dev/mailbox'));
    return letter.count();
  }, (n) => n > 0);
  await letter.getByRole('link').click();
  const way = page.locator(['/invitations/', '/password-reset/', '/signup/', '/ownership-offers/'].map((path) => `.letter a[href*="${path}"]`).join(', '));
  await see(way);
  return way.first().getAttribute('href');
};
