// Requests by the hundred with a visitor's cookies, past the browser, which would note each of them. `ask` keeps no
// cookie and follows nothing.
import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 6 });

/** A client of this tenant's host with the cookies that the visitor has there now: `get(path)`, `post(path, fields)`. */
export const client = async ({ context }, server, tenant) => {
  const { host } = new URL(server.url(tenant));
  const cookie = (await context.cookies(server.url(tenant))).map(({ name, value }) => `${name}=${value}`).join('; ');
  const ask = (method, path, body) => new Promise((done, failed) => {
    const headers = { host, cookie, accept: 'text/html', 'sec-fetch-site': 'same-origin' };
    if (body !== undefined) Object.assign(headers, { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) });
    request({ host: '127.0.0.1', port: server.port, method, path, headers, agent }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part)).on('end', () => done({ status: answer.statusCode, html: Buffer.concat(parts).toString() }));
    }).on('error', failed).end(body);
  });
  return { get: (path) => ask('GET', path), post: (path, fields) => ask('POST', path, new URLSearchParams(fields).toString()) };
};
