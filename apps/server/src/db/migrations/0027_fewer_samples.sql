-- PostgreSQL samples a table anew whenever a tenth of it has changed, and a voucher that is forwarded changes four times: while many
-- were forwarded, sampling was a third of all that it did.

-- No query chooses rows by what stands inside a jsonb value.
do $$
declare
  col record;
begin
  for col in
    select a.attrelid::regclass as tab, a.attname as name
      from pg_attribute a join pg_class c on c.oid = a.attrelid
     where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and a.atttypid = 'jsonb'::regtype and not a.attisdropped
  loop
    execute format('alter table %s alter column %I set statistics 0', col.tab, col.name);
  end loop;
end $$;

-- How many rows there are PostgreSQL tells from the size of the table; what a sample adds to that changes slowly in tables that grow.
do $$
declare
  tab text;
begin
  foreach tab in array array['blobs', 'vouchers', 'deliveries', 'delivery_attempts', 'receipts', 'technical_log',
                             'mandant_history', 'mandant_history_people', 'mandant_history_seals'] loop
    execute format('alter table %I set (autovacuum_analyze_scale_factor = 0.5)', tab);
  end loop;
end $$;
