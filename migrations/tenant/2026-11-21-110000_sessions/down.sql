drop table known_devices;
drop table throttles;
drop table links;
drop table sessions;
drop table credentials;
