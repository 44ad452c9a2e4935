drop function verify_audit();
drop function append_audits(timestamptz, text, uuid, text, text, text, text, jsonb, inet, text, uuid);
drop function append_audit(uuid, timestamptz, text, uuid, text, text, text, text, uuid, text, jsonb, jsonb, inet, text, uuid);
drop function audit_hash(audit_entries);
drop table audit_entries;
drop table audit_heads;
