// Starts the built binary as `cargo run` would: the demo, on a fresh data folder and a free port.
// Knows nothing of browsers.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const binary = resolve(process.env.TENANTRY_BIN || join(process.env.CARGO_TARGET_DIR || join(root, 'target'), 'debug/tenantry'));

// What is set for the build or another database is no part of a first run.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^TENANTRY_|DATABASE_URL$/.test(name)));

// Not port 0: links in letters name the port that is configured.
const freePort = () => new Promise((found, failed) => {
  const probe = createServer().on('error', failed).listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => found(port));
  });
});

/** A running Tenantry below this domain: `url(tenant, path)`, `below(name, path)`, `base(path)` (the domain itself, where strangers sign up), `port`, `told()` (what it printed), `stop()`. In single mode one tenant is at the domain itself. */
export const start = async ({ base = 'localhost', single = false } = {}) => {
  if (!existsSync(binary)) throw new Error(`${binary} is not built: cargo build, or name another by TENANTRY_BIN`);
  const folder = mkdtempSync(join(tmpdir(), 'tenantry-e2e-'));
  const port = await freePort();
  chmodSync(folder, 0o755); // where we are root, the database is another user
  const process_ = spawn(binary, ['demo', '--port', String(port), '--data', folder, '--base-domain', base, ...(single ? ['--mode', 'single'] : [])], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let told = '';
  for (const stream of [process_.stdout, process_.stderr]) stream.on('data', (piece) => { told += piece; });
  const ended = new Promise((done) => process_.once('exit', (code, signal) => done(code ?? signal)));
  const stop = async () => {
    process_.kill('SIGTERM');
    const code = await ended;
    rmSync(folder, { recursive: true, force: true });
    return code;
  };
  const ready = async () => {
    while (!told.includes(`http://${single ? '' : 'acme.'}${base}:${port}`)) await new Promise((soon) => setTimeout(soon, 50));
    return 'ready';
  };
  const first = await Promise.race([ready(), ended]);
  if (first !== 'ready') {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`the binary ended with ${first}:\n${told}`);
  }
  const at = (path = '/') => `http://${base}:${port}${path}`;
  const below = (name, path = '/') => `http://${name}.${base}:${port}${path}`;
  const url = (tenant, path) => (single && tenant !== 'admin' ? at(path) : below(tenant, path));
  return { port, folder, stop, told: () => told, url, below, base: at };
};
