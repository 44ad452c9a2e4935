// Single mode: the demo's one tenant at the base domain itself, on a server of its own, with what its other addresses say.
import { examine } from '../lib/axe.mjs';
import { DESKTOP, PHONE } from '../lib/browser.mjs';
import { link } from '../lib/letters.mjs';
import { OWNER, signIn, told } from '../lib/portal.mjs';
import { journey } from '../lib/runner.mjs';
import { start } from '../lib/server.mjs';
import { staffIn } from '../lib/staff.mjs';
import { assert, at, see } from '../lib/look.mjs';

journey('one tenant lives at the base domain, and every other address says where', async ({ visit }) => {
  const server = await start({ single: true });
  try {
    for (const [device, options] of [['desktop', DESKTOP], ['phone', PHONE]]) await alone(visit, server, device, options);
  } finally {
    await server.stop();
  }
});

const alone = async (visit, server, device, options) => {
  const me = await visit(options);
  const { page } = me;
  const found = [];
  const here = async (what) => { found.push(...await examine(page, `${what} on a ${device}`)); };
  // The old address of the sign-in page leads to the base domain, where one stays.
  await page.goto(`${server.below('acme', '/sign-in?next=%2Fusers')}`);
  assert.equal(page.url(), server.base('/sign-in?next=%2Fusers'));
  await here('/sign-in');
  await signIn(me, server);
  assert.equal(page.url(), server.base('/users'));
  await here('/users');
  await page.goto(server.base('/'));
  await see(page.getByRole('heading', { level: 1 }));
  await here('/');
  assert.equal(await page.locator('a[href*="//admin."], a[href*="//acme."]').count(), 0, 'nothing leads to the platform or to a subdomain');
  // A letter's link is at the base domain, and the same path at the old address leads there.
  await page.goto(server.base('/users/invitations/new'));
  await page.getByLabel('Email addresses').fill(`${device}@partner.example`);
  await page.getByRole('button', { name: 'Send invitations' }).click();
  await told(page, '1 invitation sent');
  const invitation = new URL(await link(me, server, `${device}@`, /invites/));
  assert.equal(invitation.origin, new URL(server.base()).origin);
  const guest = await visit(options);
  await guest.page.goto(server.below('acme', invitation.pathname));
  assert.equal(guest.page.url(), invitation.href);
  await guest.page.getByLabel('Name').fill('Ada Lovelace');
  await guest.page.getByLabel('Password', { exact: true }).fill('copper meadow violin');
  await guest.page.getByRole('button', { name: /Join/ }).click();
  await at(guest.page, '/');
  assert.equal(new URL(guest.page.url()).origin, invitation.origin);
  // No other host is anybody's, and nobody signs up.
  const stranger = await visit(options);
  for (const address of [server.below('globex'), server.below('umbra', '/sign-in')]) {
    const answer = await stranger.page.goto(address);
    assert.equal(answer.status(), 404);
    await see(stranger.page.getByText('No workspace answers at this address'));
  }
  assert.equal((await stranger.page.goto(server.base('/signup'))).status(), 404);
  // Staff see the one tenant on their own host, and are told why there is no other.
  const staff = await visit(options);
  await staffIn(staff, server);
  await see(staff.page.getByText('Acme Corporation'));
  assert.equal(await staff.page.getByRole('link', { name: 'New tenant' }).count(), 0);
  found.push(...await examine(staff.page, `/tenants of staff on a ${device}`));
  await staff.page.goto(server.below('admin', '/tenants/new'));
  await see(staff.page.getByText('single mode, which has one tenant'));
  found.push(...await examine(staff.page, `/tenants/new of staff on a ${device}`));
  assert.deepEqual(found, []);
  assert.ok(server.told().includes(OWNER), 'the terminal says as whom');
};
