// The other side of an invitation: the letter, the password, the own pages, and a password forgotten.
import { journey } from '../lib/runner.mjs';
import { link } from '../lib/letters.mjs';
import { out, sheet, signIn, told } from '../lib/portal.mjs';
import { assert, at, count, see } from '../lib/look.mjs';

const EMAIL = 'nia.cole@partner.example';
const FIRST = 'seven quiet otters at dusk';
const SECOND = 'nine loud herons at dawn';
const THIRD = 'eleven slow tortoises at noon';

journey('joining: the letter, a password, in; own profile, password and sessions', async ({ server, visit }) => {
  const [owner, me, phone] = [await visit(), await visit(), await visit()];
  await signIn(owner, server, { path: '/sign-in?next=%2Fusers' });
  await owner.page.getByRole('main').getByRole('link', { name: 'Invite people' }).click();
  await sheet(owner.page).getByLabel('Email addresses').fill(EMAIL);
  await sheet(owner.page).getByRole('button', { name: /Send invitation/ }).click();
  await told(owner.page, /invit/i);

  const { page } = me;
  const way = await link(me, server, EMAIL, /invites you/);
  assert.ok(way.startsWith(server.url('acme', '/invitations/')), way);
  await page.goto(way);
  await page.getByLabel('Your name').fill('Nia Cole');
  await page.getByLabel('Password', { exact: true }).fill('password');
  await page.getByRole('button', { name: 'Join Acme Corporation' }).click();
  await see(page.getByRole('alert'));
  assert.equal(await page.getByLabel('Your name').inputValue(), 'Nia Cole');
  await page.getByLabel('Password', { exact: true }).fill(FIRST);
  await page.getByRole('button', { name: 'Join Acme Corporation' }).click();
  await at(page, '/');
  await see(page.locator('.me', { hasText: 'Nia Cole' }));
  const again = await phone.page.goto(way);
  assert.ok(again.status() >= 400 || (await phone.page.getByText(/works once/).count()), 'the link works once');

  await page.goto(server.url('acme', '/me'));
  await page.getByLabel('Location').fill('Zürich');
  await page.getByRole('button', { name: 'Save profile' }).click();
  await told(page, /saved/i);
  assert.equal(await page.getByLabel('Location').inputValue(), 'Zürich');

  await signIn(phone, server, { email: EMAIL, password: FIRST });
  await page.goto(server.url('acme', '/me/sessions'));
  await count(page.locator('.device-list > li'), 2);
  await page.getByRole('button', { name: /others/i }).click();
  await told(page, /signed out|ended/i);
  await phone.page.reload();
  await out(phone.page);

  await signIn(phone, server, { email: EMAIL, password: FIRST });
  await page.goto(server.url('acme', '/me/password'));
  await page.getByLabel('Current password', { exact: true }).fill(FIRST);
  await page.getByLabel('New password', { exact: true }).fill(SECOND);
  await page.getByRole('button', { name: 'Change password' }).click();
  await told(page, 'Password changed');
  await phone.page.reload();
  await out(phone.page);
  await page.goto(server.url('acme'));
  await see(page.locator('.me'));
});

journey('joining: a forgotten password is set anew by a letter, once', async ({ server, visit }) => {
  const [me, other] = [await visit(), await visit()];
  const { page } = me;
  await page.goto(server.url('acme', '/sign-in'));
  await page.getByRole('link', { name: 'Forgot?' }).click();
  await page.getByLabel('Email').fill(EMAIL);
  await page.getByRole('button', { name: /Send/ }).click();
  await see(page.getByRole('heading', { name: 'Look into your mail' }));
  const way = await link(other, server, EMAIL, /new password/i);
  await page.goto(way);
  await page.getByLabel('New password', { exact: true }).fill(THIRD);
  await page.getByRole('button', { name: 'Set the password' }).click();
  await at(page, /sign-in|^\/$/);
  await signIn(me, server, { email: EMAIL, password: THIRD });
  await other.page.goto(way);
  await see(other.page.getByText(/works once/));
  await other.page.goto(server.url('acme', '/sign-in'));
  await other.page.getByLabel('Email').fill(EMAIL);
  await other.page.getByLabel('Password', { exact: true }).fill(SECOND);
  await other.page.getByRole('button', { name: 'Sign in' }).click();
  await see(other.page.getByRole('alert')); // the old password opens nothing
});
