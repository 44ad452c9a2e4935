// The settings of the whole organisation: each group by itself, errors beside their field, nothing typed is lost.
import { journey } from '../lib/runner.mjs';
import { sheet, signIn, told } from '../lib/portal.mjs';
import { assert, at, see } from '../lib/look.mjs';

/** Sends a group as a browser does that checks nothing by itself. */
const save = async (page, action, label) => {
  const form = page.locator(`form[action="${action}"]`);
  await form.evaluate((one) => { one.noValidate = true; });
  await form.getByRole('button', { name: label }).click();
};

journey('settings: each group is checked, kept and saved by itself', async ({ server, visit }) => {
  const me = await visit();
  const { page } = me;
  const email = server.told().match(/\S+@initech\.example/)[0];
  await signIn(me, server, { tenant: 'initech', email, path: '/sign-in?next=%2Fsettings' });
  const name = await page.locator('#name').inputValue();

  await page.locator('#name').fill('  ');
  await page.locator('#timezone').selectOption('Asia/Tokyo');
  await page.locator('#currency').selectOption('JPY');
  await save(page, '/settings/general', 'Save general settings');
  await see(page.locator('#name-error'));
  assert.equal(await page.locator('#timezone').inputValue(), 'Asia/Tokyo', 'what was chosen is kept');
  assert.equal(await page.locator('#currency').inputValue(), 'JPY');
  await page.locator('#name').fill('Initech Tokyo');
  await save(page, '/settings/general', 'Save general settings');
  await told(page, 'General settings saved');
  await see(page.locator('.tenant-name', { hasText: 'Initech Tokyo' }));
  assert.equal(await page.locator('#timezone').inputValue(), 'Asia/Tokyo');

  await page.locator('#billing_email').fill('nowhere');
  await page.locator('#contact_name').fill('Milton Waddams');
  await save(page, '/settings/contact', 'Save contact');
  await see(page.locator('#billing_email-error'));
  assert.equal(await page.locator('#billing_email').inputValue(), 'nowhere');
  assert.equal(await page.locator('#contact_name').inputValue(), 'Milton Waddams');
  await page.locator('#billing_email').fill('bills@initech.example');
  await save(page, '/settings/contact', 'Save contact');
  await told(page, 'Contact saved');
  await page.reload();
  assert.equal(await page.locator('#billing_email').inputValue(), 'bills@initech.example');
  assert.equal(await page.locator('#contact_name').inputValue(), 'Milton Waddams');

  await page.getByLabel(/^Let in/).check();
  await save(page, '/visits/policy', 'Save');
  await told(page, 'Support access saved');
  await page.goto(server.url('initech', '/settings'));
  assert.ok(await page.getByLabel(/^Let in/).isChecked());

  await page.locator('#name').fill(name);
  await save(page, '/settings/general', 'Save general settings');
  await see(page.locator('.tenant-name', { hasText: name }));
});

journey('settings: two people change the same group, and the second sees both', async ({ server, visit }) => {
  const [one, two] = [await visit(), await visit()];
  const email = server.told().match(/\S+@initech\.example/)[0];
  for (const who of [one, two]) await signIn(who, server, { tenant: 'initech', email, path: '/sign-in?next=%2Fsettings' });
  await one.page.locator('#contact_phone').fill('+1 555 0100');
  await save(one.page, '/settings/contact', 'Save contact');
  await told(one.page, 'Contact saved');
  await two.page.locator('#contact_phone').fill('+1 555 0199');
  await save(two.page, '/settings/contact', 'Save contact');
  await see(two.page.getByText('Somebody else changed this while you edited it.'));
  const shown = await two.page.getByRole('main').innerText();
  for (const version of ['0100', '0199']) assert.ok(shown.includes(version), `${version} is not shown`);
});

journey('settings: closing the organisation asks for its name and refuses another', async ({ server, visit }) => {
  const me = await visit();
  const { page } = me;
  const email = server.told().match(/\S+@initech\.example/)[0];
  await signIn(me, server, { tenant: 'initech', email, path: '/sign-in?next=%2Fsettings' });
  await page.getByRole('link', { name: 'Close', exact: true }).click();
  await see(sheet(page));
  await sheet(page).getByLabel(/^Type .* to confirm/).fill('initech');
  await sheet(page).getByRole('button', { name: 'Close it' }).click();
  await see(sheet(page).locator('.error'));
  assert.equal(await sheet(page).getByLabel(/^Type .* to confirm/).inputValue(), 'initech');
  await sheet(page).getByRole('link', { name: 'Cancel' }).click();
  await at(page, '/settings');
});

journey('settings: choosing a plan says what changes, and can be taken back', async ({ server, visit }) => {
  const me = await visit();
  const { page } = me;
  await signIn(me, server, { tenant: 'globex', email: server.told().match(/\S+@globex\.example/)[0], path: '/sign-in?next=%2Fplan' });
  const yours = page.locator('section', { has: page.getByText('Your plan') }).getByRole('heading');
  const before = await yours.innerText();
  await page.getByRole('link', { name: 'Choose Professional' }).click();
  await see(sheet(page).getByText('(now: '));
  await see(sheet(page).getByText(/199[.,]00 USD a month/));
  await sheet(page).getByRole('link', { name: 'Cancel' }).click();
  assert.equal(await yours.innerText(), before, 'asking changes nothing');
  await page.getByRole('link', { name: 'Choose Professional' }).click();
  await sheet(page).getByRole('button', { name: 'Choose Professional' }).click();
  await told(page, 'You are on Professional');
  assert.equal(await yours.innerText(), 'Professional');
  await page.locator('#toasts').getByRole('button', { name: 'Undo' }).click();
  await told(page, 'The choice is taken back');
  assert.equal(await yours.innerText(), before);
});
