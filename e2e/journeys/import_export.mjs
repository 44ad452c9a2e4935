// Many people at once by a file, and the file of the list as it is filtered.
import { readFileSync } from 'node:fs';
import { journey } from '../lib/runner.mjs';
import { signIn, told } from '../lib/portal.mjs';
import { assert, count, see } from '../lib/look.mjs';

const file = (text) => ({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
const HEAD = 'email,name,role,department\n';
const GOOD = `${HEAD}ada@import.example,Ada Bright,member,Research\nben@import.example,Ben Stone,viewer,Research\n`;

journey('inp_13 import: a bad line is named and nobody is added, then the good file', async ({ server, visit }) => {
  const me = await visit();
  const { page } = me;
  await signIn(me, server, { path: '/sign-in?next=%2Fusers' });
  await page.getByRole('link', { name: 'Import CSV' }).click();
  await page.locator('input[type="file"]').setInputFiles(file(`${GOOD}no address,Cy Lost,member,Research\n`));
  await page.getByRole('button', { name: 'Check the file' }).click();
  await see(page.getByText('1 line is wrong, so nobody is invited.'));
  await see(page.getByRole('row', { name: /^4 no address/ }));
  assert.equal(await page.getByRole('button', { name: 'Send the invitations' }).count(), 0);

  await page.getByRole('link', { name: 'Another file' }).click();
  await page.locator('input[type="file"]').setInputFiles(file(GOOD));
  await page.getByRole('button', { name: 'Check the file' }).click();
  await see(page.getByText('Every line is right.'));
  const review = page.url();
  await page.goto(server.url('acme', '/users?search=import.example&anywhere=1'));
  await count(page.locator('#list tbody tr'), 0);
  await page.goto(review);
  await page.getByRole('button', { name: 'Send the invitations' }).click();
  await told(page, '2 people invited');
  await page.goto(server.url('acme', '/users?search=Ada+Bright'));
  await count(page.locator('#list tbody tr'), 1);
});

journey('inp_12 export: the filtered list as a file, formulas made harmless', async ({ server, visit }) => {
  const me = await visit();
  const { page } = me;
  await signIn(me, server, { path: '/sign-in?next=%2Fusers%3Fstatus%3Dsuspended' });
  const rows = await page.locator('#list tbody tr').count();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Export CSV' }).click()]);
  const text = readFileSync(await download.path(), 'utf8');
  const lines = text.trim().split(/\r?\n/);
  assert.equal(lines.length, rows + 1, text);
  assert.ok(text.includes('hannah.weiss@acme.example'));
  for (const line of lines) assert.doesNotMatch(line, /(^|,)"?[=+@-]/);
});
