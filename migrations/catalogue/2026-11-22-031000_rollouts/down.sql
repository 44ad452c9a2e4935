drop table drifts;
drop table rollout_targets;
drop table rollouts;
drop table vendor_migrations;
