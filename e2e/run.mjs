// All journeys on one fresh server and one browser: npm --prefix e2e test [-- part of a name]
import { launch } from './lib/browser.mjs';
import { run } from './lib/runner.mjs';
import { start } from './lib/server.mjs';

for (const part of ['first_run', 'people', 'import_export', 'audit', 'joining', 'tenants', 'platform', 'forgery', 'typing', 'scripts', 'keyboard', 'looks', 'without_scripts']) {
  await import(`./journeys/${part}.mjs`);
}
const server = await start();
const browser = await launch();
try {
  process.exitCode = (await run(browser, server, process.argv[2])) ? 1 : 0;
} finally {
  await browser.close();
  const code = await server.stop();
  if (code !== 0) { console.log(`the server ended with ${code}:\n${server.told()}`); process.exitCode = 1; }
}
