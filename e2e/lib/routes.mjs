// The routes as the server's own table of contents lists them, so that a new one cannot be forgotten here.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const text = ['routes/anywhere.rs', 'routes.rs']
  .map((name) => readFileSync(join(import.meta.dirname, '../../src', name), 'utf8')).join('\n');
/** `{ method, path }` of every route. */
export const routes = [...text.matchAll(/^\s*(get|post|put|delete)\s+"([^"]+)"/gm)].map(([, method, path]) => ({ method, path }));
