// Support comes in: asked for with a reason, decided by the tenant, seen page by page, ended at once.
import { journey } from '../lib/runner.mjs';
import { signIn, told } from '../lib/portal.mjs';
import { askToEnter, enter, openTenant, staffIn } from '../lib/staff.mjs';
import { assert, at, gone, see } from '../lib/look.mjs';

const host = 'globex';
const owner = (server) => ({ tenant: host, email: server.told().match(/\S+@globex\.example/)[0] });
const status = (page, path, options) => page.evaluate(([to, how]) => fetch(to, how).then((answer) => answer.status), [path, options]);

journey('visits: asked, let in to read, every page is listed, ended under the visitor\'s hands', async ({ server, visit }) => {
  const [support, boss] = [await visit(), await visit()];
  await staffIn(support, server);
  await openTenant(support, server, 'Globex');
  await askToEnter(support.page, 'Ticket 4711: the import stops', 'The tenant is asked');
  assert.equal(await support.page.getByRole('button', { name: 'Enter', exact: true }).count(), 0, 'nobody said yes yet');

  await signIn(boss, server, owner(server));
  const banner = boss.page.locator('.banner', { hasText: 'Sam Reed of support' });
  await see(banner.getByText('Ticket 4711'));
  await banner.getByRole('link', { name: 'Decide' }).click();
  await boss.page.getByRole('button', { name: /^Let in to read:/ }).click();
  await told(boss.page, 'may come in');

  await support.page.reload();
  await enter(support.page);
  await support.page.goto(server.url(host, '/users?search=ma'));
  await see(support.page.locator('#list tbody tr'));
  assert.equal(await support.page.getByRole('link', { name: 'Invite people' }).count(), 0);
  const written = await support.page.goto(server.url(host, '/users/invitations/new'));
  assert.equal(written.status(), 403);
  await support.page.goto(server.url(host, '/users'));
  const form = { method: 'POST', body: 'addresses=x%40evil.example&role=member', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } };
  assert.equal(await status(support.page, '/users/invitations', form), 403);

  await boss.page.goto(server.url(host, '/'));
  await see(banner.getByText(/is visiting/));
  await banner.getByRole('link', { name: 'What was read' }).click();
  const read = boss.page.locator('section', { has: boss.page.getByRole('heading', { name: 'What was read' }) });
  await see(read.getByText('/users?search=ma'));
  await see(read.getByText('The list of people'));
  await banner.getByRole('button', { name: 'End now' }).click();
  await gone(banner);
  const next = await support.page.goto(server.url(host, '/users'));
  assert.equal(next.status(), 401);
  await see(support.page.getByText('Your visit is over'));
});

journey('visits: where the tenant lets support in, it comes at once, is seen, and leaves', async ({ server, visit }) => {
  const [support, boss] = [await visit(), await visit()];
  await signIn(boss, server, owner(server));
  const policy = async (words) => {
    await boss.page.goto(server.url(host, '/visits'));
    await boss.page.getByLabel(words).check();
    await boss.page.locator('form[action="/visits/policy"]').getByRole('button', { name: 'Save' }).click();
    await told(boss.page, 'Support access saved');
  };
  await policy(/^Let in/);
  await staffIn(support, server);
  await openTenant(support, server, 'Globex');
  await askToEnter(support.page, 'A look at the dashboard', 'You may enter');
  await enter(support.page);
  await boss.page.goto(server.url(host, '/'));
  await see(boss.page.locator('.banner', { hasText: 'Sam Reed of support is visiting' }));
  await support.page.locator('.banner').getByRole('button', { name: 'Leave' }).click();
  await at(support.page, '/visits/left');
  await policy(/^Ask first/);
  await gone(boss.page.locator('.banner'));
});
