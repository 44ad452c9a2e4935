// The lane without JavaScript: the main journeys, by links and forms alone.
import { journey } from '../lib/runner.mjs';
import { choose, out, row, sheet, signIn, told } from '../lib/portal.mjs';
import { assert, at, count, see } from '../lib/look.mjs';

const plain = { javaScriptEnabled: false };

journey('without scripts: find, filter, sort, page', async ({ server, visit }) => {
  const me = await visit(plain);
  const { page } = me;
  await signIn(me, server, { path: '/sign-in?next=%2Fusers' });
  await page.locator('[data-search]').fill('mia.lindq');
  await page.locator('[data-search]').press('Enter');
  await count(page.locator('#list tbody tr'), 1);
  await page.goto(server.url('acme', '/users'));
  await page.getByRole('button', { name: /^Role/ }).click();
  await page.getByLabel('Admin', { exact: true }).check();
  await page.locator('.menu:popover-open').getByRole('button', { name: 'Apply' }).click();
  await at(page, /role=admin/);
  await page.goto(server.url('acme', '/users'));
  await page.getByRole('link', { name: 'Name' }).click();
  await see(page.locator('th[aria-sort="ascending"]'));
  await page.getByRole('link', { name: 'Next page' }).click();
  await at(page, /page=2/);
});

journey('without scripts: invite, suspend, restore, remove and undo, many at once', async ({ server, visit }) => {
  const me = await visit(plain);
  const { page } = me;
  await signIn(me, server, { path: '/sign-in?next=%2Fusers' });
  await page.getByRole('main').getByRole('link', { name: 'Invite people' }).click();
  await sheet(page).getByLabel('Email addresses').fill('plain1@partner.example\nplain2@partner.example');
  await sheet(page).getByRole('button', { name: /Send invitation/ }).click();
  await told(page, '2 invitations sent');
  await page.goto(server.url('acme', '/users?search=kenji.watanabe'));
  await choose(page, 'kenji.watanabe', 'Suspend');
  await sheet(page).getByRole('button', { name: /Suspend/ }).click();
  await told(page, 'is suspended');
  await page.goto(server.url('acme', '/users?search=kenji.watanabe'));
  await choose(page, 'kenji.watanabe', 'Restore');
  await told(page, 'is active again');
  await page.goto(server.url('acme', '/users?search=kenji.watanabe'));
  await choose(page, 'kenji.watanabe', 'Remove');
  await page.locator('#toasts').getByRole('button', { name: 'Undo' }).click();
  await page.goto(server.url('acme', '/users?search=kenji.watanabe'));
  await see(row(page, 'kenji.watanabe').getByText('Active'));
  await page.goto(server.url('acme', '/users?search=plain&status=invited'));
  for (const one of ['plain1@', 'plain2@']) await row(page, one).getByRole('checkbox').check();
  await page.locator('form.bulk').getByRole('button', { name: 'Resend invitations' }).click();
  await page.getByRole('main').getByRole('button', { name: 'Send invitations' }).click();
  await told(page, '2');
});

journey('without scripts: own profile, audit log, sign out', async ({ server, visit }) => {
  const me = await visit(plain);
  const { page } = me;
  await signIn(me, server, { email: 'priya.raman@acme.example', path: '/sign-in?next=%2Fme' });
  await page.getByLabel('Location').fill('Boston');
  await page.getByRole('button', { name: 'Save profile' }).click();
  await told(page, /saved/i);
  assert.equal(await page.getByLabel('Location').inputValue(), 'Boston');
  await page.goto(server.url('acme', '/audit'));
  await see(page.getByRole('heading', { name: 'Audit log' }));
  await page.locator('button.me').click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await at(page, '/sign-in');
  await page.goto(server.url('acme', '/users'));
  await out(page);
});
