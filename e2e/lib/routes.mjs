// The routes as the server's own tables of contents list them, so that a new one cannot be forgotten here.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const table = (name) => [...readFileSync(join(import.meta.dirname, '../../src', name), 'utf8').matchAll(/^\s*(get|post|put|delete)\s+"([^"]+)"/gm)]
  .map(([, method, path]) => ({ method, path }));
/** `{ method, path }` of every route of a tenant's host. */
export const routes = [...table('routes/anywhere.rs'), ...table('routes.rs')];
/** The same of the platform's host. */
export const platformRoutes = [...table('routes/anywhere.rs'), ...table('routes/platform.rs')];
