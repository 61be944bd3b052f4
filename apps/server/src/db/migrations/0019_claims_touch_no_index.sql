-- Beginning an attempt changes a delivery, but none of its indexes: PostgreSQL then writes the new version beside the old one and leaves
-- all six alone. So unfinished deliveries are told by a column that a claim does not change.
alter table deliveries add constraint deliveries_ended
  check ((ended_at is null) = (phase in ('waiting', 'sending', 'question', 'failed')));
drop index deliveries_unfinished, deliveries_of_connection, deliveries_sending;
-- At most one unfinished run per voucher over all targets.
create unique index deliveries_unfinished on deliveries (mandant_id, voucher_id) where ended_at is null;
create index deliveries_of_connection on deliveries (mandant_id, connection_id) where ended_at is null;
grant select (ended_at) on deliveries to bruecke_dispatcher;
-- Room on each page for those versions; deliveries of a hand-in lie together and are claimed together.
alter table deliveries set (fillfactor = 60);
