// INP-03: a session that ends under one's hands, and forms that were wrong, lose no text.
import { journey } from '../lib/runner.mjs';
import { OWNER, PASSWORD, out, signIn } from '../lib/portal.mjs';
import { assert, see } from '../lib/look.mjs';

journey('inp_03 a session ends while typing: the text is there after signing in again', async ({ server, visit }) => {
  for (const javaScriptEnabled of [true, false]) {
    const [me, elsewhere] = [await visit({ javaScriptEnabled }), await visit()];
    const { page } = me;
    await signIn(me, server);
    await page.goto(server.url('acme', '/me'));
    const before = await page.getByLabel('Location').inputValue();
    await page.getByLabel('Location').fill('Upper Volta, third floor');
    await signIn(elsewhere, server);
    await elsewhere.page.goto(server.url('acme', '/me/sessions'));
    await elsewhere.page.getByRole('button', { name: /others/i }).click();
    await page.getByRole('button', { name: 'Save profile' }).click();
    await out(page);
    await page.getByLabel('Email').fill(OWNER);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await see(page.locator('input[name="location"]'));
    assert.equal(await page.locator('input[name="location"]').inputValue(), 'Upper Volta, third floor');
    await page.goto(server.url('acme', '/me'));
    assert.equal(await page.getByLabel('Location').inputValue(), before, 'nothing was sent');
  }
});
