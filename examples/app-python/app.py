"""A small application beside Tenantry in Python, with psycopg: the storefront's orders of one tenant, listed and written.

What matters is `in_tenant`; docs/INTEGRATING.md says why each line is as it is.
"""

import hmac
import json
import os
import re
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

# One pool for all tenants: a connection is nobody's between two transactions. Behind a PgBouncer that does not carry
# prepared statements over, psycopg must prepare none.
POOL = ConnectionPool(
    os.environ["DATABASE_URL"],
    min_size=0,
    max_size=int(os.environ.get("POOL", "4")),
    timeout=0.5,
    kwargs={"prepare_threshold": None if os.environ.get("STATEMENT_CACHE") == "off" else 5},
    open=True,
)

# By which this application proves which tenant it means. It opens every tenant: it never gets into the database, a log
# or a browser.
KEY = bytes.fromhex(os.environ["TENANT_KEY"])

# How often a transaction is begun anew when the tenant is being moved.
TRIES = 20


def proof(tenant):
    """Opens this tenant for a minute: without it the database lets nobody in, whatever a statement says."""
    until = int(time.time()) + 60
    mac = hmac.new(KEY, f"v1|{tenant}|{until}|false".encode(), "sha256").hexdigest()
    return f"v1.{until}.false.{mac}"


def in_tenant(tenant, work):
    """Does `work` in one transaction inside the tenant. It may run more than once."""
    tries = 0
    while True:
        tries += 1
        try:
            with POOL.connection() as connection, connection.transaction():
                # First of all, and in the transaction: it ends with it.
                connection.execute("select app.enter(%s::uuid, %s)", (tenant, proof(tenant)))
                return work(connection)
        except psycopg.Error as error:
            if error.sqlstate == "TN004" and tries < TRIES:
                time.sleep(0.05)
            elif error.sqlstate != "TN001" or tries > 1:
                raise


def list_orders(connection):
    # No tenant is named: the policies keep to the one that was entered.
    return connection.execute(
        "select number, status from orders order by ordered_at desc, number desc limit 10"
    ).fetchall()


def write_order(connection, number):
    # Twice is once: whoever lost the answer asks again.
    connection.execute(
        """
        insert into orders (tenant_id, id, number, customer_id, status, total_cents, ordered_at)
        select tenant_id, gen_random_uuid(), %s, id, 'open', 0, now() from customers order by id limit 1
        on conflict (tenant_id, number) do nothing
        """,
        (number,),
    )


class Handler(BaseHTTPRequestHandler):
    """In a real application the tenant is the one of whoever is signed in, and never one that a request names."""

    def answer(self, work):
        try:
            self.say(200, work())
        except PoolTimeout:
            self.say(503, {"error": "busy"})
        except psycopg.Error as error:
            self.say(*{
                "TN001": (404, {"error": "unknown"}),
                "TN003": (503, {"error": "closed"}),
                "TN004": (503, {"error": "busy"}),
            }.get(error.sqlstate, (500, {"error": str(error)})))

    def say(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        if body.get("error") == "busy":
            self.send_header("Retry-After", "1")
        self.end_headers()
        self.wfile.write(text)

    def do_GET(self):
        if self.path == "/orders":
            return self.answer(self.forgotten)
        found = re.fullmatch(r"/([0-9a-f-]{36})/orders", self.path)
        if not found:
            return self.say(404, {"error": "no such page"})
        return self.answer(lambda: {"orders": in_tenant(found[1], list_orders)})

    def do_POST(self):
        found = re.fullmatch(r"/([0-9a-f-]{36})/orders/(\d+)", self.path)
        if not found:
            return self.say(404, {"error": "no such page"})
        number = int(found[2])
        in_it = lambda connection: write_order(connection, number)
        return self.answer(lambda: in_tenant(found[1], in_it) or {"number": number})

    @staticmethod
    def forgotten():
        # The mistake: nobody entered. The database refuses, and nobody gets an empty list or everybody's.
        with POOL.connection() as connection:
            return {"orders": list_orders(connection)}

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "3000"))), Handler)
    print(f"listening on {server.server_port}", flush=True)
    server.serve_forever()
