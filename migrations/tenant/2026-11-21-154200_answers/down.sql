drop table api_answers;
