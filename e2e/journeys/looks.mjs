// Every page of a tenant, in light and dark, on a desktop and a phone: axe finds nothing, nothing is wider than the
// window, nothing is logged. Which pages there are is read from the routes, so that none is forgotten.
import { examine } from '../lib/axe.mjs';
import { DESKTOP, PHONE } from '../lib/browser.mjs';
import { routes } from '../lib/routes.mjs';
import { journey } from '../lib/runner.mjs';
import { link } from '../lib/letters.mjs';
import { sheet, signIn, told } from '../lib/portal.mjs';
import { askToEnter, enter, openTenant, staffIn } from '../lib/staff.mjs';
import { walk } from '../lib/walk.mjs';
import { assert, see } from '../lib/look.mjs';

for (const [device, options] of [['desktop', DESKTOP], ['phone', PHONE]]) {
  journey(`every page is sound in light and dark on a ${device}`, async ({ server, visit }) => {
    const me = await visit(options);
    const { page } = me;
    const found = [];
    const here = async (what) => { found.push(...await examine(page, what)); };
    const look = async (path) => { await page.goto(server.url('acme', path)); await here(path); };
    // Not signed in.
    for (const path of ['/sign-in', '/password-reset', '/nothing-here', '/password-reset/no-such-token', '/visits/enter/no-such-ticket', '/keep/no-such-token', '/arrivals/no-such-token']) await look(path);
    await page.goto(server.url('acme', '/sign-in'));
    await page.getByLabel('Email').fill('nobody@acme.example');
    await page.getByLabel('Password', { exact: true }).fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await see(page.getByRole('alert'));
    await here('a refused sign-in');
    await page.goto(server.url('acme', '/password-reset'));
    await page.getByLabel('Email').fill('jane.smith@acme.example');
    await page.getByRole('button', { name: /Send/ }).click();
    await see(page.getByRole('heading', { name: 'Look into your mail' }));
    await here('/password-reset, asked');
    await look(new URL(await link(me, server, 'jane.smith@', /new password/i)).pathname);
    await signIn(me, server);
    await page.getByRole('main').getByRole('link', { name: 'Invite people' }).click();
    await sheet(page).getByLabel('Email addresses').fill(`${device}@partner.example`);
    await sheet(page).getByRole('button', { name: 'Send invitations' }).click();
    await told(page, '1 invitation sent');
    const invitation = new URL(await link(me, server, `${device}@`, /invites/)).pathname;
    // What these pages are about has to be there: a key, an offer of the ownership, somebody of support.
    await page.goto(server.url('acme', '/keys/new'));
    await page.getByLabel('Name').fill(`Nightly sync, ${device}`);
    await page.locator('[name="permissions"]').first().check();
    await page.getByRole('button', { name: 'Make the key' }).click();
    await see(page.locator('main.page'));
    await here('a key, shown once');
    const jane = await visit(options);
    await signIn(jane, server, { email: 'jane.smith@acme.example', path: '/sign-in?next=%2Fme' });
    await page.goto(server.url('acme', '/ownership'));
    await page.getByLabel('Address of the person').fill('jane.smith@acme.example');
    await page.getByRole('button', { name: 'Offer the ownership' }).click();
    await see(page.getByRole('button', { name: 'Withdraw the offer' }));
    await here('/ownership, offered');
    await jane.page.goto(await link(me, server, 'jane.smith@', /offers you the ownership/));
    found.push(...await examine(jane.page, '/ownership-offers/{token}'));
    await jane.page.getByRole('button', { name: 'Decline' }).click();
    const support = await visit(options);
    await staffIn(support, server);
    const acme = await openTenant(support, server, 'Acme Corporation');
    await askToEnter(support.page, `A ticket about invitations, seen on a ${device}`, 'The tenant is asked');
    await page.goto(server.url('acme', '/visits'));
    await here('/visits, asked');
    await page.getByRole('button', { name: /^Let in to read:/ }).first().click();
    await told(page, 'may come in');
    await support.page.goto(server.url('admin', acme));
    await enter(support.page, async (what) => { found.push(...await examine(support.page, what)); });
    await here('/visits/{id}, allowed');
    // Signed in.
    const first = ['/plan/choice?plan=starter', '/users?search=john.doe', '/users?status=invited', '/users?status=suspended'];
    const missed = await walk(me, server, 'acme', routes, here, { first, last: ['/users?search=nobody-at-all'] });
    await look('/ownership-offers/no-such-token');
    // As the visitor sees it, and when it is over.
    await support.page.goto(server.url('acme', '/users'));
    found.push(...await examine(support.page, 'a page during a visit'));
    await page.goto(server.url('acme', '/users'));
    await page.locator('.banner').getByRole('button', { name: 'End now' }).click();
    await told(page, 'is over');
    await support.page.reload();
    found.push(...await examine(support.page, 'a visit that is over'));
    await page.goto(server.url('acme', '/users/import'));
    await page.locator('input[type="file"]').setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from('email,role\nright@import.example,member\nwrong,member\n') });
    await page.getByRole('button', { name: 'Check the file' }).click();
    await see(page.getByText('1 line is wrong'));
    await here('/users/import/{id}');
    await page.goto(server.url('acme', '/users'));
    await page.locator('[data-pick]').first().check();
    await here('a selection');
    await page.keyboard.press('Control+k');
    await see(page.locator('#palette[open]'));
    await here('the palette');
    await page.keyboard.press('Escape');
    await page.getByRole('main').getByRole('link', { name: 'Invite people' }).click();
    await see(page.locator('dialog#sheet[open]'));
    await here('a dialog');
    await page.goto(server.url('acme', '/users'));
    await page.locator('button.me').or(page.getByRole('button', { name: 'Menu' })).first().click().catch(() => {});
    await here('a menu');
    await me.context.clearCookies();
    await look(invitation);
    const others = ['/sign-in', '/password-reset', '/password-reset/{token}', '/invitations/{token}', '/users/import/{id}', '/visits/enter/{ticket}', '/keep/{token}', '/arrivals/{token}', '/ownership-offers/{token}'];
    assert.deepEqual(missed.filter((path) => !others.includes(path)), [], 'pages that were never looked at');
    assert.deepEqual(found, []);
  });
}
