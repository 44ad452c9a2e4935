// A stranger, on the base domain: asks for a workspace, confirms by mail, lands in it.
import { link } from '../lib/letters.mjs';
import { journey } from '../lib/runner.mjs';
import { signIn } from '../lib/portal.mjs';
import { assert, at, see } from '../lib/look.mjs';

const GAVIN = { tenant: 'hooli', email: 'gavin.belson@hooli.example', password: 'copper meadow violin at noon' };

journey('sign-up: ask, confirm by mail, choose a password, be in', async ({ server, visit }) => {
  const [me, post] = [await visit(), await visit()];
  const { page } = me;
  await page.goto(server.base('/'));
  await at(page, '/signup');
  await page.getByLabel('Organisation').fill('Hooli & Sons');
  await page.locator('#slug').fill('acme');
  await see(page.locator('#slug-free', { hasText: 'is taken' }));
  await page.getByLabel('Your name').fill('Gavin Belson');
  await page.getByLabel('Work email').fill(GAVIN.email);
  await page.getByRole('button', { name: 'Create the workspace' }).click();
  await see(page.getByRole('alert'));
  await see(page.locator('#slug-error'));
  assert.equal(await page.getByLabel('Organisation').inputValue(), 'Hooli & Sons', 'what was typed is kept');
  await page.locator('#slug').fill(GAVIN.tenant);
  await see(page.locator('#slug-free', { hasText: 'is free' }));
  await page.getByRole('button', { name: 'Create the workspace' }).click();
  await see(page.getByRole('heading', { name: 'Look into your mail' }));

  await page.goto(await link(post, server, GAVIN.email, /Confirm your address/, 'admin'));
  await see(page.getByText(GAVIN.email));
  await page.getByLabel('Password', { exact: true }).fill('password');
  await page.getByRole('button', { name: 'Make my workspace' }).click();
  await see(page.getByRole('alert'));
  await page.getByLabel('Password', { exact: true }).fill(GAVIN.password);
  await page.getByRole('button', { name: 'Make my workspace' }).click();
  // The page follows by itself, to the new address with the person's filled in.
  await at(page, /^\/sign-in/);
  assert.equal(new URL(page.url()).hostname, 'hooli.localhost');
  assert.equal(await page.getByLabel('Email').inputValue(), GAVIN.email);
  await page.getByLabel('Password', { exact: true }).fill(GAVIN.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await see(page.locator('.me', { hasText: 'Gavin Belson' }));
  await signIn(post, server, { ...GAVIN, path: '/sign-in?next=%2Fsettings' });
  assert.equal(await post.page.locator('#name').inputValue(), 'Hooli & Sons');
});

journey('sign-up: a link of nobody, and the form on another host', async ({ server, visit }) => {
  const { page } = await visit();
  await page.goto(server.base('/signup/no-such-token'));
  await page.getByRole('link', { name: 'Sign up again' }).click();
  await see(page.getByRole('heading', { name: 'Create a workspace' }));
  for (const tenant of ['acme', 'admin']) assert.equal((await page.goto(server.url(tenant, '/signup'))).status(), 404);
});
