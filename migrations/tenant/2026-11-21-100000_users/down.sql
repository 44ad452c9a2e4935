drop table imports;
drop table user_counts;
drop table user_words;
drop table users;
drop table roles;
drop table limits;
drop table brands;
