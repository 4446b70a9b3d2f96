-- One database per service; no service reads another's.
CREATE DATABASE registry;
CREATE DATABASE evaluation;
CREATE DATABASE credit_list;
CREATE DATABASE supply_demand;
CREATE DATABASE funding;
