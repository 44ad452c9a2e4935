// A small application beside Tenantry in Node, with pg: the storefront's orders of one tenant, listed and written.
// What matters is `inTenant`; docs/INTEGRATING.md says why each line is as it is.

import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

// One pool for all tenants: a connection is nobody's between two transactions. Without a `name` pg keeps no prepared
// statement, so that any PgBouncer may stand between.
const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: Number(process.env.POOL ?? 4),
  connectionTimeoutMillis: 500,
});
// A connection that broke while nobody used it is thrown away by the pool; unheard, it would end the process.
pool.on("error", () => {});

// By which this application proves which tenant it means. It opens every tenant: it never gets into the database, a log
// or a browser.
const key = Buffer.from(process.env.TENANT_KEY, "hex");

/** Opens this tenant for a minute: without it the database lets nobody in, whatever a statement says. */
function proof(tenant) {
  const until = Math.floor(Date.now() / 1000) + 60;
  const mac = createHmac("sha256", key).update(`v1|${tenant}|${until}|false`).digest("hex");
  return `v1.${until}.false.${mac}`;
}

/** How often a transaction is begun anew when the tenant is being moved. */
const TRIES = 20;

class Busy extends Error {}

/** Does `work` in one transaction inside the tenant. It may run more than once. */
async function inTenant(tenant, work) {
  for (let tries = 1; ; tries++) {
    const client = await taken();
    let broken;
    try {
      await client.query("begin");
      // First of all, and in the transaction: it ends with it.
      await client.query("select app.enter($1::uuid, $2)", [tenant, proof(tenant)]);
      const found = await work(client);
      await client.query("commit");
      return found;
    } catch (error) {
      // What cannot even roll back is nobody's any more.
      await client.query("rollback").catch((gone) => (broken = gone));
      if (error.code === "TN004" && tries < TRIES) await sleep(50);
      else if (error.code !== "TN001" || tries > 1) throw error;
    } finally {
      client.release(broken);
    }
  }
}

async function taken() {
  try {
    return await pool.connect();
  } catch (error) {
    throw new Busy("no connection", { cause: error });
  }
}

async function listOrders(client) {
  // No tenant is named: the policies keep to the one that was entered.
  const found = await client.query("select number, status from orders order by ordered_at desc, number desc limit 10");
  return found.rows.map((row) => [Number(row.number), row.status]);
}

function writeOrder(client, number) {
  // Twice is once: whoever lost the answer asks again.
  return client.query(
    `insert into orders (tenant_id, id, number, customer_id, status, total_cents, ordered_at)
     select tenant_id, gen_random_uuid(), $1, id, 'open', 0, now() from customers order by id limit 1
     on conflict (tenant_id, number) do nothing`,
    [number],
  );
}

/** In a real application the tenant is the one of whoever is signed in, and never one that a request names. */
async function answer(request) {
  const [, tenant, number] = request.url.match(/^\/([0-9a-f-]{36})\/orders(?:\/(\d+))?$/) ?? [];
  if (request.url === "/orders") {
    // The mistake: nobody entered. The database refuses, and nobody gets an empty list or everybody's.
    return { orders: await listOrders(pool) };
  }
  if (!tenant) throw Object.assign(new Error("no such page"), { code: "TN001" });
  if (request.method === "POST" && number) {
    await inTenant(tenant, (client) => writeOrder(client, number));
    return { number: Number(number) };
  }
  return { orders: await inTenant(tenant, listOrders) };
}

function refusal(error) {
  if (error instanceof Busy || error.code === "TN004") return [503, "busy"];
  if (error.code === "TN003") return [503, "closed"];
  if (error.code === "TN001") return [404, "unknown"];
  return [500, error.message];
}

const server = createServer(async (request, response) => {
  let status = 200;
  let body;
  try {
    body = await answer(request);
  } catch (error) {
    const [code, word] = refusal(error);
    status = code;
    body = { error: word };
    if (word === "busy") response.setHeader("Retry-After", "1");
  }
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
});
server.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () => console.log(`listening on ${server.address().port}`));
