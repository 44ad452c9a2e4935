-- What a tenant was on before it chose another plan by itself, so that the choice can be taken back. Runs as tnt_owner.

alter table tenant_life
    add column plan_before text references plans (key),
    add column trial_before timestamptz,
    add column plan_chosen_at timestamptz;
comment on column tenant_life.plan_before is 'the plan before the tenant''s own choice; null where there was none, or the plan changed since';
comment on column tenant_life.trial_before is 'when the trial of that plan ended or ends; null where it was not on trial';
