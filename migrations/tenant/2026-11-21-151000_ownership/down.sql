drop policy owner_rows on limits;
drop table ownership_offers;
