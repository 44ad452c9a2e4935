drop table copies;
drop table move_steps;
drop table moves;
