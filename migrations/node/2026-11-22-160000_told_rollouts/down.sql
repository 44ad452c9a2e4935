-- Rollouts are told to nobody again.

drop function app.tell_tenants(text, text, jsonb, timestamptz);
