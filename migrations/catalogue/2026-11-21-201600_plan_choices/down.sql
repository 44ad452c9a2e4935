-- What was chosen stays chosen.
alter table tenant_life drop column plan_before, drop column trial_before, drop column plan_chosen_at;
