// The lane without JavaScript: the main journeys, by links and forms alone.
import { journey } from '../lib/runner.mjs';
import { choose, out, row, sheet, signIn, told } from '../lib/portal.mjs';
import { staffIn } from '../lib/staff.mjs';
import { assert, at, count, see, until } from '../lib/look.mjs';

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

journey('without scripts: staff make a tenant, close it and open it; a key is made and revoked', async ({ server, visit }) => {
  const [me, boss] = [await visit(plain), await visit(plain)];
  const { page } = me;
  await staffIn(me, server, '/tenants/new');
  await page.locator('#name').fill('Plain Works');
  await page.locator('#admin_name').fill('Ada Byron');
  await page.locator('#admin_email').fill('ada@plain.example');
  await page.getByRole('button', { name: 'Create the tenant' }).click();
  await see(page.locator('.timeline'));
  await until('the last step', async () => { await page.reload(); return page.locator('.timeline [data-state="done"]').count(); }, (done) => done === 6);
  await page.getByRole('link', { name: 'Open the tenant' }).click();
  await page.getByRole('link', { name: 'Suspend', exact: true }).click();
  await page.getByLabel('Reason').fill('Not paid');
  await page.getByRole('button', { name: 'Suspend' }).click();
  await told(page, 'is suspended');
  assert.equal((await boss.page.goto(server.url('plain-works', '/sign-in'))).status(), 403);
  await see(boss.page.getByText('Not paid'));
  await page.getByRole('main').getByRole('button', { name: 'Reactivate' }).click();
  await told(page, 'is open again');
  await boss.page.goto(server.url('plain-works', '/sign-in'));
  await out(boss.page);
  await signIn(boss, server, { path: '/sign-in?next=%2Fkeys%2Fnew' });
  await boss.page.getByLabel('Name').fill('Plain key');
  await boss.page.locator('[name="permissions"]').first().check();
  await boss.page.getByRole('button', { name: 'Make the key' }).click();
  await see(boss.page.getByText('Copy it now'));
  await boss.page.getByRole('main').getByRole('link', { name: 'Revoke' }).click();
  await boss.page.getByRole('main').getByRole('button', { name: 'Revoke' }).click();
  await told(boss.page, 'is revoked');
});
