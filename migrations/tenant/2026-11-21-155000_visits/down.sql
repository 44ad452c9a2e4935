drop table visit_policies;
drop table visit_pages;
drop table visits;
