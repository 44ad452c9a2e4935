// More than there is: the price first, asked for, approved by those who run the portal, there.
import { journey } from '../lib/runner.mjs';
import { sheet, signIn } from '../lib/portal.mjs';
import { staffIn } from '../lib/staff.mjs';
import { assert, gone, see, until } from '../lib/look.mjs';

const host = 'initech';
const owner = (server) => ({ tenant: host, email: server.told().match(/\S+@initech\.example/)[0] });
const people = (page) => page.getByLabel('People: how much you want');

journey('limits: a tenant sees the price, asks, takes it back, asks again, and has it when staff approve', async ({ server, visit }) => {
  const [support, boss] = [await visit(), await visit()];
  const { page } = boss;
  await signIn(boss, server, owner(server));
  await page.goto(server.url(host, '/usage'));
  await page.getByRole('link', { name: 'Ask for more' }).click();
  await people(page).fill('many');
  await page.getByRole('button', { name: 'Show the price' }).click();
  await see(page.getByText('There is a problem'));
  assert.equal(await people(page).inputValue(), 'many', 'what was typed is kept');
  await people(page).fill('120');
  await page.getByRole('button', { name: 'Show the price' }).click();
  await see(page.getByText(/240 USD more a month/));
  await page.getByRole('button', { name: 'Ask for this' }).click();
  await see(page.locator('#asked-open').getByText('Asked for'));
  await page.getByRole('button', { name: 'Withdraw' }).click();
  await gone(page.locator('#asked-open'));
  await see(page.getByText('Withdrawn'));

  await page.getByRole('link', { name: 'Ask for more' }).click();
  await people(page).fill('110');
  await page.getByLabel('Why').fill('A new office');
  await page.getByRole('button', { name: 'Show the price' }).click();
  await see(page.getByText(/200 USD more a month/));
  await page.getByRole('button', { name: 'Ask for this' }).click();
  await see(page.locator('#asked-open'));

  await staffIn(support, server);
  await support.page.getByRole('link', { name: /^Requests/ }).click();
  const line = support.page.locator('main tbody tr', { hasText: 'Initech' });
  await see(line.getByText('110 instead of 60'));
  await line.getByRole('link', { name: /^Approve/ }).click();
  const given = sheet(support.page).getByLabel(/what is given/);
  await given.fill('100');
  await see(sheet(support.page).getByText(/160 USD more a month/));
  await given.fill('110');
  await see(sheet(support.page).getByText(/200 USD more a month/));
  await sheet(support.page).getByRole('button', { name: 'Approve' }).click();
  await gone(line);

  await until('the new limit', async () => {
    await page.goto(server.url(host, '/usage'));
    return page.getByRole('main').innerText();
  }, (text) => text.includes('of 110'));
});
