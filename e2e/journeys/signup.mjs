// A stranger, on the base domain: asks for a workspace, confirms by mail, lands in it.
import { link } from '../lib/letters.mjs';
import { journey } from '../lib/runner.mjs';
import { signIn, told } from '../lib/portal.mjs';
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
  // The page follows by itself, to the new address and in: nothing is typed twice.
  await see(page.locator('.me', { hasText: 'Gavin Belson' }));
  await told(page, 'Welcome to Hooli');
  assert.equal(page.url(), server.url(GAVIN.tenant, '/'));
  await signIn(post, server, { ...GAVIN, path: '/sign-in?next=%2Fsettings' });
  assert.equal(await post.page.locator('#name').inputValue(), 'Hooli & Sons');
});

journey('sign-up without scripts: the page follows, one press opens the workspace', async ({ server, visit }) => {
  const [me, post] = [await visit({ javaScriptEnabled: false }), await visit()];
  const { page } = me;
  await page.goto(server.base('/signup'));
  await page.getByLabel('Organisation').fill('Raviga');
  await page.locator('#slug').fill('raviga');
  await page.getByLabel('Your name').fill('Monica Hall');
  await page.getByLabel('Work email').fill('monica.hall@raviga.example');
  await page.getByRole('button', { name: 'Create the workspace' }).click();
  await see(page.getByRole('heading', { name: 'Look into your mail' }));
  await page.goto(await link(post, server, 'monica.hall@', /Confirm your address/, 'admin'));
  await page.getByLabel('Password', { exact: true }).fill(GAVIN.password);
  await page.getByRole('button', { name: 'Make my workspace' }).click();
  await at(page, /^\/arrivals\//);
  await page.getByRole('button', { name: 'Open your workspace' }).click();
  await see(page.locator('.me', { hasText: 'Monica Hall' }));
});

journey('sign-up: a link of nobody, and the form on another host', async ({ server, visit }) => {
  const { page } = await visit();
  await page.goto(server.base('/signup/no-such-token'));
  await page.getByRole('link', { name: 'Sign up again' }).click();
  await see(page.getByRole('heading', { name: 'Create a workspace' }));
  for (const tenant of ['acme', 'admin']) assert.equal((await page.goto(server.url(tenant, '/signup'))).status(), 404);
});
