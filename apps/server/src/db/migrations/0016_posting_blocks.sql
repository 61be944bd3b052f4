-- Postings in blocks of up to 256: a list per field instead of a row per posting. Each costs the database 3 µs instead of 12 and a
-- third of the space (docs/decisions/0010-postings-in-blocks.md). They are written once, read by the page, and dropped as a
-- whole when their month is read anew, so nothing is lost by it. `postings` is a view with a row per posting; whoever
-- asks it by load and first_no takes apart just these blocks.

create table posting_blocks (
  mandant_id uuid not null,
  load_no int not null,
  -- Place of its first posting within the load, from 1.
  first_no int not null,
  ledger_no smallint not null,
  account int[] not null,
  date date[] not null,
  debit bigint[] not null,
  credit bigint[] not null,
  -- Null as a whole where no posting of the block has one (false for truth values).
  contra_account int[],
  -- GUID within document_link, for finding the voucher.
  document_guid uuid[],
  tax_key int[],
  -- Hundredths of a percent.
  tax_rate smallint[],
  opening boolean[],
  general_reversal boolean[],
  batch_number text[],
  text text[],
  document_field1 text[],
  document_field2 text[],
  document_link text[],
  cost_center1 text[],
  cost_center2 text[],
  primary key (mandant_id, load_no, first_no),
  constraint even_columns check (cardinality(account) between 1 and 256 and cardinality(account) = all (array[
    cardinality(date), cardinality(debit), cardinality(credit),
    coalesce(cardinality(contra_account), cardinality(account)), coalesce(cardinality(document_guid), cardinality(account)),
    coalesce(cardinality(tax_key), cardinality(account)), coalesce(cardinality(tax_rate), cardinality(account)),
    coalesce(cardinality(opening), cardinality(account)), coalesce(cardinality(general_reversal), cardinality(account)),
    coalesce(cardinality(batch_number), cardinality(account)), coalesce(cardinality(text), cardinality(account)),
    coalesce(cardinality(document_field1), cardinality(account)), coalesce(cardinality(document_field2), cardinality(account)),
    coalesce(cardinality(document_link), cardinality(account)), coalesce(cardinality(cost_center1), cardinality(account)),
    coalesce(cardinality(cost_center2), cardinality(account))]))
);

-- Compressed they would cost the database twice as much to write as they are; and no statement is planned by what is in them, which would
-- have to be taken apart for each new statistics.
do $$
declare c text;
begin
  foreach c in array array['account', 'date', 'debit', 'credit', 'contra_account', 'document_guid', 'tax_key', 'tax_rate', 'opening',
    'general_reversal', 'batch_number', 'text', 'document_field1', 'document_field2', 'document_link', 'cost_center1', 'cost_center2'] loop
    execute format('alter table posting_blocks alter column %1$I set storage external, alter column %1$I set statistics 0', c);
  end loop;
end $$;

-- Blocks with postings that link to a document. Apart, as row-level security lets no index of arrays be used.
create table posting_links (
  mandant_id uuid not null,
  document_guid uuid not null,
  load_no int not null,
  first_no int not null,
  ledger_no smallint not null,
  primary key (mandant_id, document_guid, load_no, first_no)
);
create index posting_links_load on posting_links (mandant_id, load_no);

-- Postings moved and the open items that belong to them were not read since: whatever became of the order for them.
alter table fiscal_years add column items_due boolean not null default false;

-- What came of an order so far was in the order of dates, and its last date: else the load is put in order at its end.
alter table sync_orders add column in_order boolean not null default true, add column last_date date;

-- Blocks of the load with postings of this account, ascending.
alter table load_sums add column blocks int[] not null default '{}';

insert into posting_blocks (mandant_id, load_no, first_no, ledger_no, account, date, debit, credit, contra_account, document_guid, tax_key,
  tax_rate, opening, general_reversal, batch_number, text, document_field1, document_field2, document_link, cost_center1, cost_center2)
select mandant_id, load_no, 1 + 256 * block, min(ledger_no), array_agg(account order by no), array_agg(date order by no),
       array_agg(debit order by no), array_agg(credit order by no), array_agg(contra_account order by no), array_agg(document_guid order by no),
       array_agg(tax_key order by no), array_agg(tax_rate order by no), array_agg(opening order by no), array_agg(general_reversal order by no),
       array_agg(batch_number order by no), array_agg(text order by no), array_agg(document_field1 order by no),
       array_agg(document_field2 order by no), array_agg(document_link order by no), array_agg(cost_center1 order by no),
       array_agg(cost_center2 order by no)
  from (select p.*, ((row_number() over (partition by mandant_id, load_no order by no) - 1) / 256)::int as block from postings p) placed
 group by mandant_id, load_no, block;

insert into posting_links (mandant_id, document_guid, load_no, first_no, ledger_no)
select distinct b.mandant_id, g.guid, b.load_no, b.first_no, b.ledger_no from posting_blocks b, unnest(b.document_guid) g (guid)
 where g.guid is not null;

update load_sums s set blocks = found.blocks
  from (select mandant_id, load_no, account, array_agg(first_no order by first_no) as blocks
          from (select distinct b.mandant_id, b.load_no, b.first_no, a.account from posting_blocks b, unnest(b.account) a (account)) each
         group by 1, 2, 3) found
 where found.mandant_id = s.mandant_id and found.load_no = s.load_no and found.account = s.account;
alter table load_sums alter column blocks drop default;

drop table postings;
-- Taken apart where it is called: one statement's plan, no call.
create function postings_in(b posting_blocks) returns table (no int, date date, account int, contra_account int, debit bigint, credit bigint,
  document_guid uuid, tax_key int, tax_rate smallint, opening boolean, general_reversal boolean, batch_number text, text text,
  document_field1 text, document_field2 text, document_link text, cost_center1 text, cost_center2 text) language sql immutable as $$
  select b.first_no + p.place::int - 1, p.date, p.account, p.contra_account, p.debit, p.credit, p.document_guid, p.tax_key, p.tax_rate,
         coalesce(p.opening, false), coalesce(p.general_reversal, false), p.batch_number, p.text, p.document_field1, p.document_field2,
         p.document_link, p.cost_center1, p.cost_center2
    from unnest(b.date, b.account, b.contra_account, b.debit, b.credit, b.document_guid, b.tax_key, b.tax_rate, b.opening, b.general_reversal,
      b.batch_number, b.text, b.document_field1, b.document_field2, b.document_link, b.cost_center1, b.cost_center2)
      with ordinality as p (date, account, contra_account, debit, credit, document_guid, tax_key, tax_rate, opening, general_reversal,
        batch_number, text, document_field1, document_field2, document_link, cost_center1, cost_center2, place)
$$;
create view postings with (security_invoker = true) as
select b.mandant_id, b.load_no, b.first_no, b.ledger_no, p.* from posting_blocks b cross join lateral postings_in(b) p;
grant select on postings to bruecke_user, bruecke_job, bruecke_connector;
grant execute on function postings_in to bruecke_user, bruecke_job, bruecke_connector;

do $$
declare t text;
begin
  foreach t in array array['posting_blocks', 'posting_links'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy owner_all on %I to bruecke_owner using (true) with check (true)', t);
    execute format('create policy job on %I to bruecke_job using (mandant_id = app_mandant()) with check (mandant_id = app_mandant())', t);
    execute format('create policy bound on %I to bruecke_connector using (mandant_id = any (array(select bound_mandanten())))'
      ' with check (mandant_id = any (array(select bound_mandanten())))', t);
    execute format('grant select, insert, update, delete on %I to bruecke_job, bruecke_connector', t);
    execute format('create policy tenant on %I for select to bruecke_user using (mandant_id = any (array(select mandant_id from access)))', t);
    execute format('create policy not_left on %I as restrictive for select to bruecke_user using ((select hidden_ledgers()) is null'
      ' or mandant_id::text || ''/'' || ledger_no <> all ((select hidden_ledgers())::text[]))', t);
    execute format('grant select on %I to bruecke_user', t);
  end loop;
end $$;
