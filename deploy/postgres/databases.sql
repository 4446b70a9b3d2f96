-- One database per service, and one role that owns it and can connect to no other.
-- The passwords come from the environment of the server that runs this at its first start.

\getenv password REGISTRY_DATABASE_PASSWORD
CREATE ROLE registry LOGIN PASSWORD :'password';
CREATE DATABASE registry OWNER registry;
REVOKE CONNECT ON DATABASE registry FROM PUBLIC;

\getenv password EVALUATION_DATABASE_PASSWORD
CREATE ROLE evaluation LOGIN PASSWORD :'password';
CREATE DATABASE evaluation OWNER evaluation;
REVOKE CONNECT ON DATABASE evaluation FROM PUBLIC;

\getenv password CREDIT_LIST_DATABASE_PASSWORD
CREATE ROLE credit_list LOGIN PASSWORD :'password';
CREATE DATABASE credit_list OWNER credit_list;
REVOKE CONNECT ON DATABASE credit_list FROM PUBLIC;

\getenv password SUPPLY_DEMAND_DATABASE_PASSWORD
CREATE ROLE supply_demand LOGIN PASSWORD :'password';
CREATE DATABASE supply_demand OWNER supply_demand;
REVOKE CONNECT ON DATABASE supply_demand FROM PUBLIC;

\getenv password FUNDING_DATABASE_PASSWORD
CREATE ROLE funding LOGIN PASSWORD :'password';
CREATE DATABASE funding OWNER funding;
REVOKE CONNECT ON DATABASE funding FROM PUBLIC;
