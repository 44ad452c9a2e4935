// The tenants as those who run the platform see them: finding, making, changing, closing for a while, deleting.
import { link } from '../lib/letters.mjs';
import { journey } from '../lib/runner.mjs';
import { out, row, sheet, signIn, told } from '../lib/portal.mjs';
import { ask, openTenant, staffIn } from '../lib/staff.mjs';
import { assert, at, count, gone, see, until } from '../lib/look.mjs';

const NAME = 'Northwind Traders';
const ADA = { tenant: 'northwind', email: 'ada.byron@northwind.example', password: 'seven quiet lighthouses at dusk' };
const names = (page) => page.locator('#list tbody .person b').allInnerTexts();
const rows = (page) => page.locator('#list tbody tr');

/** What the browser of somebody who is inside gets for a page now. */
const status = (page) => page.evaluate(() => fetch('/users').then((answer) => answer.status));
/** Waits until it is this, and fails when that takes a second. */
const withinASecond = async (page, wanted) => {
  const began = Date.now();
  await until('the answer', () => status(page), (now) => now === wanted);
  assert.ok(Date.now() - began < 1000, `only after ${Date.now() - began} ms`);
};

journey('tenants: the list is searched, narrowed, sorted and paged', async ({ server, visit }) => {
  const me = await visit();
  const { page } = me;
  await staffIn(me, server);
  for (const name of ['Acme', 'Globex', 'Initech']) await see(row(page, name));
  await page.keyboard.press('/');
  await page.keyboard.type('globex.local');
  await count(rows(page), 1);
  await see(row(page, 'Globex'));
  await page.goto(server.url('admin', '/tenants'));
  await page.getByRole('button', { name: /^Plan/ }).click();
  await page.locator('.menu:popover-open').getByLabel('Enterprise').check();
  await until('address', () => page.url(), (url) => url.includes('plan=enterprise'));
  await until('plans', () => page.locator('#list tbody td:nth-child(3)').allInnerTexts(), (all) => all.every((plan) => plan === 'Enterprise'));
  await page.goto(server.url('admin', '/tenants?search=nobody-has-this-name'));
  await page.getByRole('link', { name: 'Clear search and filters' }).click();
  await at(page, '/tenants');
  await page.getByRole('link', { name: 'Name', exact: true }).click();
  await see(page.locator('th[aria-sort]:not([aria-sort="none"])', { hasText: 'Name' }));
  const one = await names(page);
  await page.getByRole('link', { name: 'Name', exact: true }).click();
  await until('the other way round', () => names(page), (now) => now.join() === [...one].reverse().join());
  await page.goto(server.url('admin', '/tenants?page_size=2&sort=name&order=asc'));
  const first = await names(page);
  await page.getByRole('link', { name: 'Next page' }).click();
  await until('names', () => names(page), (now) => now.length > 0 && !now.some((name) => first.includes(name)));
});

journey('tenants: made step by step, and its first admin comes in by the welcome letter', async ({ server, visit }) => {
  const [me, ada] = [await visit(), await visit()];
  const { page } = me;
  await staffIn(me, server);
  await page.getByRole('link', { name: 'New tenant' }).click();
  await page.locator('#name').fill(NAME);
  await see(page.locator('#slug-told', { hasText: 'northwind-traders.localhost' }));
  await page.locator('#slug').fill('acme');
  await see(page.locator('#slug-told', { hasText: 'Taken' }));
  await page.locator('#admin_name').fill('Ada Byron');
  await page.locator('#admin_email').fill(ADA.email);
  await page.getByRole('button', { name: 'Create the tenant' }).click();
  await see(page.getByRole('alert').filter({ hasText: 'This address is taken' }));
  assert.equal(await page.locator('#admin_email').inputValue(), ADA.email, 'what was typed is kept');
  await page.locator('#slug').fill('northwind');
  await page.getByRole('button', { name: 'Create the tenant' }).click();
  await at(page, /^\/tenants\/[^/]+\/provisioning$/);
  await see(page.getByRole('heading', { name: `${NAME} is ready` }));
  await count(page.locator('.timeline [data-state="done"]'), 6);
  await page.getByRole('link', { name: 'Open the tenant' }).click();
  await see(page.getByRole('heading', { level: 1, name: NAME }));
  await ada.page.goto(await link(ada, server, ADA.email, `${NAME} is ready`, ADA.tenant));
  await ada.page.getByLabel('Password', { exact: true }).fill(ADA.password);
  await ada.page.getByRole('button', { name: `Join ${NAME}` }).click();
  await see(ada.page.locator('.me', { hasText: 'Ada Byron' }));
  await ada.context.clearCookies();
  await signIn(ada, server, ADA);
  await count(ada.page.locator('#list tbody tr'), 1);
});

journey('tenants: another name, another plan, another address and back', async ({ server, visit }) => {
  const [me, stranger] = [await visit(), await visit()];
  const { page } = me;
  await staffIn(me, server);
  const home = await openTenant(me, server, NAME);
  await page.getByRole('link', { name: 'Change', exact: true }).click();
  await page.locator('#product_config').fill('{"risk": }');
  await page.locator('#name').fill('Northwind & Söhne');
  await page.getByRole('button', { name: 'Save' }).click();
  await see(page.locator('#product_config-error'));
  assert.equal(await page.locator('#name').inputValue(), 'Northwind & Söhne', 'what was typed is kept');
  await page.locator('#product_config').fill('{"risk": 0.5}');
  await page.getByRole('button', { name: 'Save' }).click();
  await at(page, home);
  await see(page.getByRole('heading', { level: 1, name: 'Northwind & Söhne' }));
  const plan = await ask(page, 'Change plan');
  await plan.getByLabel('Plan', { exact: true }).selectOption('professional');
  await plan.getByLabel('Trial').selectOption('none');
  await plan.getByRole('button', { name: 'Change plan' }).click();
  await told(page, 'is on another plan');
  await see(page.locator('.facts', { hasText: 'Professional' }));
  for (const [from, to] of [['northwind', 'northwind-2'], ['northwind-2', 'northwind']]) {
    const address = await ask(page, 'Rename the address');
    await address.getByLabel('Short name').fill('globex');
    await address.getByRole('button', { name: 'Rename' }).click();
    await see(address.locator('#slug-error'));
    await address.getByLabel('Short name').fill(to);
    await address.getByRole('button', { name: 'Rename' }).click();
    await told(page, `It is ${to} now`);
    await stranger.page.goto(server.url(to, '/sign-in'));
    await out(stranger.page);
    assert.equal((await stranger.page.goto(server.url(from, '/sign-in'))).status(), 404);
  }
});

journey('tenants: suspended with a reason, its people are out within a second and read why', async ({ server, visit }) => {
  const [me, ada] = [await visit(), await visit()];
  const { page } = me;
  await signIn(ada, server, ADA);
  await staffIn(me, server);
  await openTenant(me, server, 'Northwind');
  const form = await ask(page, 'Suspend');
  await form.getByRole('button', { name: 'Suspend' }).click();
  await see(form.locator('#reason-error'));
  await form.getByLabel('Reason').fill('The invoice of May is open');
  await form.getByRole('button', { name: 'Suspend' }).click();
  await told(page, 'is suspended');
  await withinASecond(ada.page, 403);
  await ada.page.reload();
  await see(ada.page.getByText('The invoice of May is open'));
  const refused = await ada.page.goto(server.url(ADA.tenant, '/sign-in'));
  assert.equal(refused.status(), 403);
  await see(ada.page.getByText('The invoice of May is open'));
  assert.equal(await ada.page.getByLabel('Password').count(), 0);
  await page.getByRole('main').getByRole('button', { name: 'Reactivate' }).click();
  await told(page, 'is open again');
  await ada.page.goto(server.url(ADA.tenant, '/users'));
  await see(ada.page.locator('.me', { hasText: 'Ada Byron' }));
});

journey('tenants: under maintenance people read its own words, and go on afterwards', async ({ server, visit }) => {
  const [me, ada] = [await visit(), await visit()];
  const { page } = me;
  await signIn(ada, server, ADA);
  await staffIn(me, server);
  await openTenant(me, server, 'Northwind');
  const form = await ask(page, 'Maintenance');
  await form.getByLabel('What people read').fill('New disks until noon');
  await form.getByRole('button', { name: 'Begin maintenance' }).click();
  await told(page, 'is under maintenance');
  await until('maintenance', () => ada.page.evaluate(() => fetch('/users').then((answer) => answer.status)), (now) => now === 503);
  for (const path of ['/users', '/sign-in']) {
    await ada.page.goto(server.url(ADA.tenant, path)).catch(() => {});
    await see(ada.page.getByText('New disks until noon'));
  }
  await page.getByRole('main').getByRole('button', { name: 'End maintenance' }).click();
  await told(page, 'is out of maintenance');
  await ada.page.goto(server.url(ADA.tenant, '/users'));
  await see(ada.page.locator('.me', { hasText: 'Ada Byron' }));
});

journey('tenants: the deletion asks for the name, closes at once, and can be undone', async ({ server, visit }) => {
  const [me, ada] = [await visit(), await visit()];
  const { page } = me;
  await signIn(ada, server, ADA);
  await staffIn(me, server);
  await openTenant(me, server, 'Northwind');
  const form = await ask(page, 'Delete');
  await form.getByLabel(/^Type the name/).fill('northwind');
  await form.getByLabel('Days of grace').fill('10');
  await form.getByRole('button', { name: 'Schedule the deletion' }).click();
  await see(form.locator('#name-error', { hasText: 'Type the name exactly' }));
  assert.equal(await form.getByLabel(/^Type the name/).inputValue(), 'northwind');
  assert.equal(await form.getByLabel('Days of grace').inputValue(), '10');
  await form.getByLabel(/^Type the name/).fill('Northwind & Söhne');
  await form.getByRole('button', { name: 'Schedule the deletion' }).click();
  await told(page, 'will be deleted');
  await withinASecond(ada.page, 403);
  await page.locator('#toasts').getByRole('button', { name: 'Undo' }).click();
  await told(page, 'stays');
  await gone(page.getByText('To be deleted.'));
  await ada.page.goto(server.url(ADA.tenant, '/users'));
  await see(ada.page.locator('.me', { hasText: 'Ada Byron' }));
});
