// The owner's work with people, from the list: finding, inviting, changing, suspending, removing.
import { journey } from '../lib/runner.mjs';
import { choose, find, out, row, sheet, signIn, told } from '../lib/portal.mjs';
import { assert, at, count, gone, see, until } from '../lib/look.mjs';

const names = (page) => page.locator('#list tbody .person b').allInnerTexts();
const address = (page) => new URL(page.url()).search;

journey('people: search as you type, chips, tabs, sort, pages, and Back', async ({ server, visit }) => {
  const me = await visit();
  const { page } = me;
  await signIn(me, server, { path: '/sign-in?next=%2Fusers' });
  await page.keyboard.press('/');
  await page.keyboard.type('mia.lindq');
  await count(page.locator('#list tbody tr'), 1);
  await see(row(page, 'mia.lindqvist@acme.example'));
  await until('address', () => address(page), (search) => search.includes('search=mia.lindq'));
  await row(page, 'Mia Lindqvist').getByRole('link', { name: 'Mia Lindqvist' }).click();
  await see(page.getByRole('heading', { name: 'Mia Lindqvist' }));
  await page.goBack();
  await count(page.locator('#list tbody tr'), 1);
  assert.equal(await page.locator('[data-search]').inputValue(), 'mia.lindq');
  await page.locator('[data-search]').fill('');
  await until('rows', () => page.locator('#list tbody tr').count(), (n) => n === 25);

  await page.getByRole('button', { name: /^Role/ }).click();
  await page.locator('.menu:popover-open').getByLabel('Admin').check();
  await until('address', () => address(page), (search) => search.includes('role=admin'));
  await until('roles', () => page.locator('#list tbody tr td:nth-child(3)').allInnerTexts(), (all) => all.length > 0 && all.every((role) => role === 'Admin'));
  await page.keyboard.press('Escape');

  await page.goto(server.url('acme', '/users'));
  const tabs = page.getByRole('navigation', { name: 'Status' });
  await tabs.getByRole('link', { name: /Suspended/ }).click();
  await until('states', () => page.locator('#list tbody .badge').allInnerTexts(), (all) => all.length > 0 && all.every((state) => state === 'Suspended'));
  await page.goBack();
  await at(page, '/users');

  await page.getByRole('link', { name: 'Name' }).click();
  await see(page.locator('th[aria-sort="ascending"]', { hasText: 'Name' }));
  const first = await names(page);
  assert.deepEqual(first, [...first].sort((a, b) => a.localeCompare(b, 'en')));
  await page.getByRole('link', { name: 'Next page' }).click();
  await until('names', () => names(page), (now) => now[0] !== first[0]);
  await page.goBack();
  await until('names', () => names(page), (now) => now[0] === first[0]);
});

journey('people: invite twelve at once, resend, revoke', async ({ server, visit }) => {
  const me = await visit();
  const { page } = me;
  await signIn(me, server, { path: '/sign-in?next=%2Fusers' });
  const twelve = Array.from({ length: 12 }, (_, i) => `guest${i + 1}@partner.example`);
  await page.getByRole('main').getByRole('link', { name: 'Invite people' }).click();
  await sheet(page).getByLabel('Email addresses').fill(`${twelve.join(', ')}, nonsense`);
  await sheet(page).getByRole('button', { name: /Send invitation/ }).click();
  await see(sheet(page).getByRole('alert'));
  assert.ok((await sheet(page).getByLabel('Email addresses').inputValue()).includes('nonsense'), 'what was typed is still there');
  await sheet(page).getByLabel('Email addresses').fill(twelve.join('\n'));
  await sheet(page).getByRole('button', { name: /Send invitation/ }).click();
  await told(page, '12 invitations sent');
  await page.goto(server.url('acme', '/users?search=guest&status=invited'));
  await count(page.locator('#list tbody tr'), 12);
  await choose(page, 'guest12@', 'Send the invitation again');
  await told(page, 'Invitation sent again');
  await find(page, server, 'guest12@');
  await choose(page, 'guest12@', 'Revoke the invitation');
  await told(page, /removed|revoked/);
  await page.goto(server.url('acme', '/users?search=guest&status=invited'));
  await count(page.locator('#list tbody tr'), 11);
});

journey('people: another role; suspending ends open sessions; restored, they come in again', async ({ server, visit }) => {
  const [me, them] = [await visit(), await visit()];
  await signIn(me, server);
  await signIn(them, server, { email: 'omar.haddad@acme.example' });

  await find(me.page, server, 'omar.haddad');
  await choose(me.page, 'omar.haddad', 'Change role');
  await sheet(me.page).getByLabel('Role', { exact: true }).selectOption({ label: 'Manager' });
  await sheet(me.page).getByRole('button', { name: 'Change role' }).click();
  await told(me.page, 'has another role');
  await see(row(me.page, 'omar.haddad').getByText('Manager'));

  await them.page.reload();
  await out(them.page); // another right, another session
  await signIn(them, server, { email: 'omar.haddad@acme.example' });
  await see(them.page.getByRole('link', { name: 'Import CSV' })); // what a manager may do
  await choose(me.page, 'omar.haddad', 'Suspend');
  await sheet(me.page).getByLabel('Reason').fill('Away for three months');
  await sheet(me.page).getByRole('button', { name: 'Suspend' }).click();
  await told(me.page, 'Omar Haddad is suspended');
  await them.page.reload();
  await out(them.page);

  await find(me.page, server, 'omar.haddad');
  await choose(me.page, 'omar.haddad', 'Restore');
  await told(me.page, 'Omar Haddad is active again');
  await signIn(them, server, { email: 'omar.haddad@acme.example' });
});

journey('people: remove, and Undo brings them back', async ({ server, visit }) => {
  const me = await visit();
  const { page } = me;
  await signIn(me, server);
  await find(page, server, 'nils.berg');
  await choose(page, 'nils.berg', 'Remove');
  await told(page, 'Nils Berg is removed');
  await count(page.locator('#list tbody tr'), 0);
  await page.locator('#toasts').getByRole('button', { name: 'Undo' }).click();
  await told(page, 'Nils Berg is back');
  await find(page, server, 'nils.berg');
  await see(row(page, 'nils.berg').getByText('Active'));
});

journey('people: tick rows, the bar floats, all that match', async ({ server, visit }) => {
  const me = await visit();
  const { page } = me;
  await signIn(me, server);
  await page.goto(server.url('acme', '/users?search=guest&status=invited'));
  await row(page, 'guest1@').getByRole('checkbox').check();
  await see(page.locator('form.bulk').getByText('1 selected'));
  await page.getByRole('button', { name: 'Clear selection' }).click();
  await gone(page.locator('form.bulk'));

  await page.goto(server.url('acme', '/users?role=viewer&page_size=10'));
  await page.getByLabel('Select all on this page').check();
  await see(page.locator('form.bulk').getByText('10 selected'));
  await page.locator('form.bulk').getByLabel(/^All \d+ that match/).check();
  const all = Number((await page.locator('form.bulk .bulk-all').innerText()).match(/\d+/)[0]);
  assert.ok(all > 10);
  await page.locator('form.bulk').getByRole('button', { name: 'Change role' }).click();
  await page.getByLabel('Role', { exact: true }).selectOption({ label: 'Analyst' });
  await page.getByRole('main').getByRole('button', { name: 'Change role' }).click();
  await told(page, String(all));
  await page.goto(server.url('acme', '/users?role=viewer'));
  await count(page.locator('#list tbody tr'), 0);
});

journey('inp_04 two people edit the same person: the second sees both versions', async ({ server, visit }) => {
  const [one, two] = [await visit(), await visit()];
  await signIn(one, server);
  await signIn(two, server, { email: 'jane.smith@acme.example' });
  for (const who of [one, two]) {
    await find(who.page, server, 'john.doe');
    await choose(who.page, 'john.doe', 'Edit');
    await see(who.page.getByLabel('Location'));
  }
  await one.page.getByLabel('Location').fill('Lisbon');
  await one.page.getByRole('button', { name: 'Save' }).click();
  await told(one.page, 'Saved');
  await two.page.getByLabel('Location').fill('Porto');
  await two.page.getByRole('button', { name: 'Save' }).click();
  await see(two.page.getByText('Somebody else changed this while you edited it.'));
  const seen = await two.page.getByRole('main').innerHTML();
  for (const version of ['Lisbon', 'Porto']) assert.ok(seen.includes(version), `${version} is not shown`);
});
