// Every page of the platform's host and of signing up, in light and dark, on a desktop and a phone: as looks.mjs
// does it for a tenant's.
import { examine } from '../lib/axe.mjs';
import { DESKTOP, PHONE } from '../lib/browser.mjs';
import { link } from '../lib/letters.mjs';
import { signIn, told } from '../lib/portal.mjs';
import { platformRoutes } from '../lib/routes.mjs';
import { journey } from '../lib/runner.mjs';
import { ask, openTenant, staffIn } from '../lib/staff.mjs';
import { walk } from '../lib/walk.mjs';
import { assert, at, see } from '../lib/look.mjs';

for (const [device, options] of [['desktop', DESKTOP], ['phone', PHONE]]) {
  journey(`looks: every page of the platform is sound in light and dark on a ${device}`, async ({ server, visit }) => {
    const me = await visit(options);
    const { page } = me;
    const found = [];
    const here = async (what) => { found.push(...await examine(page, what)); };
    const look = async (path) => { await page.goto(server.url('admin', path)); await here(path); };
    for (const path of ['/sign-in', '/password-reset', '/password-reset/no-such-token', '/invitations/none', '/nothing-here']) await look(path);
    await staffIn(me, server);
    // Somebody waits for an answer.
    const asker = await visit(options);
    await signIn(asker, server, { tenant: 'initech', email: server.told().match(/\S+@initech\.example/)[0] });
    await asker.page.goto(server.url('initech', '/usage'));
    if (!(await asker.page.locator('#asked-open').count())) {
      await asker.page.goto(server.url('initech', '/scalings/new'));
      await asker.page.getByLabel('People: how much you want').fill('110');
      await see(asker.page.getByText(/200 USD more a month/));
      await asker.page.getByRole('button', { name: 'Ask for this' }).click();
      await see(asker.page.locator('#asked-open'));
    }
    const last = ['/tenants?search=nobody-at-all', '/tenants?status=trial', '/jobs?state=queued', '/audit?q=nobody'];
    const missed = await walk(me, server, 'admin', platformRoutes, here, { last });
    // Found by no link: the steps of a tenant that is whole, and sheets with something wrong in them.
    const acme = await openTenant(me, server, 'Acme Corporation');
    await look(`${acme}/provisioning`);
    for (const [way, label] of [['suspension', 'Suspend'], ['deletion', 'Schedule the deletion'], ['visits/new', 'Ask to enter']]) {
      await page.goto(server.url('admin', `${acme}/${way}`));
      await page.getByRole('main').getByRole('button', { name: label, exact: true }).click();
      await see(page.getByRole('alert'));
      await here(`${way}, refused`);
    }
    await page.goto(server.url('admin', `${acme}/pool`));
    const give = page.getByRole('main').getByRole('button', { name: /dedicated pool$/ });
    await page.getByLabel('Connections', { exact: true }).fill('999');
    await give.click();
    await see(page.getByRole('alert'));
    await here('/tenants/{id}/pool, refused');
    await page.getByLabel('Connections', { exact: true }).fill('1');
    await give.click();
    await told(page, 'has connections to itself');
    await here('/tenants/{id} with a dedicated pool');
    await look(`${acme}/pool/end`);
    await page.getByRole('main').getByRole('button', { name: 'End dedicated pool' }).click();
    await told(page, 'has no dedicated pool any more');
    await page.goto(server.url('admin', acme));
    await ask(page, 'Suspend');
    await here('a sheet over a tenant\'s page');
    await openTenant(me, server, 'Globex');
    await (await ask(page, 'Move')).getByRole('button', { name: 'Move', exact: true }).click();
    await see(page.getByRole('link', { name: 'Delete old copy' }));
    await here('/tenants/{id}/moves/{move}');
    await page.goto(`${page.url()}/discard`);
    await here('/tenants/{id}/moves/{move}/discard');
    await page.goto(server.url('admin', '/rollouts/new'));
    await here('/rollouts/new');
    await page.getByRole('main').getByRole('button', { name: 'Roll out', exact: true }).click();
    await see(page.getByText('Done', { exact: true }));
    await here('/rollouts/{id}');
    await page.goto(server.url('admin', '/rollouts/back'));
    await here('/rollouts/back');
    await page.goto(server.url('admin', '/nodes/new'));
    await page.getByLabel('Name').fill('Not a name');
    await page.getByLabel('Address').fill('postgresql://owner:secret@localhost:1/postgres');
    await page.getByRole('button', { name: 'Add the server' }).click();
    await see(page.getByRole('alert'));
    assert.equal(await page.getByLabel('Address').inputValue(), 'postgresql://owner@localhost:1/postgres');
    await here('/nodes/new, refused');
    await look('/nodes/main/drain');
    // Nobody in the demo is on an older version of a plan.
    await look('/plans/enterprise/migration');
    // The first server has none of these, and nobody who would have to leave it.
    const elsewhere = ['/nodes/{node}/drain', '/nodes/{node}/address', '/nodes/{node}/removal', '/nodes/{node}/password'];
    const others = [...elsewhere, '/plans/{plan}/migration', '/tenants/{id}/pool/end', '/rollouts/new', '/rollouts/back', '/tenants/{id}/moves/{move}', '/tenants/{id}/moves/{move}/discard', '/sign-in', '/password-reset', '/password-reset/{token}', '/invitations/{token}', '/dev/mailbox/{name}', '/jobs/{id}/removal', '/tenants/{id}/provisioning'];
    assert.deepEqual(missed.filter((path) => !others.includes(path)), [], 'pages that were never looked at');
    assert.deepEqual(found, []);
  });

  journey(`looks: a tenant that rests and every page of signing up, on a ${device}`, async ({ server, visit }) => {
    const [me, stranger] = [await visit(options), await visit(options)];
    const found = [];
    const here = async ({ page }, what) => { found.push(...await examine(page, what)); };
    await staffIn(me, server);
    const { page } = me;
    await openTenant(me, server, 'Initech');
    for (const [way, field, words, button, back] of [
      ['Suspend', 'Reason', 'The invoice of May is open', 'Suspend', 'Reactivate'],
      ['Maintenance', 'What people read', 'New disks until noon', 'Begin maintenance', 'End maintenance'],
      ['Delete', /^Type the name/, 'Initech', 'Schedule the deletion', 'Keep this tenant'],
    ]) {
      const form = await ask(page, way);
      await form.getByLabel(field).fill(words === 'Initech' ? await page.locator('h1').first().innerText() : words);
      await form.getByRole('button', { name: button, exact: true }).click();
      await see(page.getByRole('main').getByRole('button', { name: back }));
      await here(me, `a tenant's page: ${way}`);
      await stranger.page.goto(server.url('initech', '/sign-in')).catch(() => {});
      await here(stranger, `its door: ${way}`);
      await page.getByRole('main').getByRole('button', { name: back }).click();
      await told(page, /open again|out of maintenance|stays/);
    }
    await stranger.page.goto(server.base('/signup'));
    await here(stranger, '/signup');
    await stranger.page.getByLabel('Organisation').fill(`Pied Piper ${device}`);
    await stranger.page.locator('#slug').fill('acme');
    await stranger.page.getByLabel('Your name').fill('Richard Hendricks');
    await stranger.page.getByLabel('Work email').fill(`${device}@piper.example`);
    await stranger.page.getByRole('button', { name: 'Create the workspace' }).click();
    await see(stranger.page.getByRole('alert'));
    await here(stranger, '/signup, refused');
    await stranger.page.locator('#slug').fill(`piper-${device}`);
    await stranger.page.getByRole('button', { name: 'Create the workspace' }).click();
    await see(stranger.page.getByRole('heading', { name: 'Look into your mail' }));
    await here(stranger, '/signup, asked');
    const way = await link(me, server, `${device}@piper.example`, /Confirm your address/, 'admin');
    await here(me, '/dev/mailbox/{name}');
    await stranger.page.goto(way);
    await here(stranger, '/signup/{token}');
    // The page sends itself; here it waits to be looked at.
    await stranger.page.addInitScript(() => { HTMLFormElement.prototype.requestSubmit = () => {}; });
    await stranger.page.getByLabel('Password', { exact: true }).fill('copper meadow violin at noon');
    await stranger.page.getByRole('button', { name: 'Make my workspace' }).click();
    await see(stranger.page.getByRole('button', { name: 'Open your workspace' }));
    await at(stranger.page, /^\/arrivals\//);
    await here(stranger, '/arrivals/{token}');
    await stranger.page.goto(server.base('/signup/no-such-token'));
    await here(stranger, '/signup, a link of nobody');
    assert.deepEqual(found, []);
  });
}
