-- One database per service, and one role that owns it and can connect to no other; and one for the
-- identity provider. The passwords are files that the server's first start can read.

\set password `cat /run/secrets/registry_database_password`
CREATE ROLE registry LOGIN PASSWORD :'password';
CREATE DATABASE registry OWNER registry;
REVOKE CONNECT ON DATABASE registry FROM PUBLIC;

\set password `cat /run/secrets/evaluation_database_password`
CREATE ROLE evaluation LOGIN PASSWORD :'password';
CREATE DATABASE evaluation OWNER evaluation;
REVOKE CONNECT ON DATABASE evaluation FROM PUBLIC;

\set password `cat /run/secrets/credit_list_database_password`
CREATE ROLE credit_list LOGIN PASSWORD :'password';
CREATE DATABASE credit_list OWNER credit_list;
REVOKE CONNECT ON DATABASE credit_list FROM PUBLIC;

\set password `cat /run/secrets/supply_demand_database_password`
CREATE ROLE supply_demand LOGIN PASSWORD :'password';
CREATE DATABASE supply_demand OWNER supply_demand;
REVOKE CONNECT ON DATABASE supply_demand FROM PUBLIC;

\set password `cat /run/secrets/funding_database_password`
CREATE ROLE funding LOGIN PASSWORD :'password';
CREATE DATABASE funding OWNER funding;
REVOKE CONNECT ON DATABASE funding FROM PUBLIC;

\set password `cat /run/secrets/keycloak_database_password`
CREATE ROLE keycloak LOGIN PASSWORD :'password';
CREATE DATABASE keycloak OWNER keycloak;
REVOKE CONNECT ON DATABASE keycloak FROM PUBLIC;
