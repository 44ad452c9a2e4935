drop table user_words;
drop table users;
drop table roles;
drop table limits;
drop table brands;
