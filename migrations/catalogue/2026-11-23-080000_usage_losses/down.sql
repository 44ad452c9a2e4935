drop table usage_losses;
