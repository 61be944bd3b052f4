-- Orders are handed out as they were given: the check before the partners, the newest year first, open items before the months. Those of one
-- transaction share its time, and their ids are random.
alter table connector_orders add column no bigint generated always as identity;
drop index connector_orders_next;
create index connector_orders_next on connector_orders (connector_id, (kind in ('probe', 'listClients')) desc, no) where state = 'waiting';
