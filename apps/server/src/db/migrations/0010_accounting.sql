-- Accounting data as it came home: fiscal years, postings, balances, batches, open items, partners, and the runs that brought them.
--
-- Whoever reads postings goes by fiscal_months.load_no: the rows of a month are written under a new number while the old ones are
-- shown, and one transaction changes the number. No page ever sees half a month, and rows are written once instead of twice.

-- One client at DATEV whose books come here (a Buchführung). Another firm's DATEV has another client: the old one stays as it was.
create table ledgers (
  mandant_id uuid not null references mandanten,
  ledger_no smallint not null check (ledger_no > 0),
  client_guid text not null,
  -- The binding that feeds it, or did last, and the Kanzleiverbindung under which it came.
  connection_id uuid not null,
  engagement_id uuid,
  created_at timestamptz not null,
  -- End of that Kanzleiverbindung. From then on only the Mandant itself sees it: a new firm has its own DATEV.
  left_at timestamptz,
  -- Current and previous year are read whole this often, as changed texts and links move no count.
  whole_every_days smallint not null default 7 check (whole_every_days between 1 and 31),
  -- Next run by the clock.
  due_at timestamptz,
  -- A page with figures was open then; somebody pressed "Jetzt aktualisieren" then.
  looked_at timestamptz,
  asked_at timestamptz,
  last_run_at timestamptz,
  failures_in_row int not null default 0,
  first_read_at timestamptz,
  read_whole_at timestamptz,
  -- A whole reading under way began then: months read before it are read again.
  whole_since timestamptz,
  -- False: account postings are refused, so they are rebuilt from batch records.
  posting_licence boolean not null default true,
  -- Newest change stamp among the partners, as DATEV wrote it.
  partners_stamp text,
  primary key (mandant_id, ledger_no),
  unique (mandant_id, client_guid),
  foreign key (mandant_id, connection_id) references connections (mandant_id, id)
);
create index ledgers_due on ledgers (due_at) where due_at is not null;
create index ledgers_looked on ledgers (looked_at) where looked_at is not null;
create index ledgers_connection on ledgers (mandant_id, connection_id);
create index ledgers_left on ledgers (mandant_id, ledger_no) where left_at is not null;

create table fiscal_years (
  mandant_id uuid not null,
  year_no int not null check (year_no > 0),
  ledger_no smallint not null,
  -- First day as YYYYMMDD: DATEV's id of it.
  fiscal_year_id text not null,
  first_day date not null,
  last_day date not null,
  consultant_number int not null,
  mandant_number int not null,
  account_length smallint not null,
  account_system smallint,
  currency text not null,
  locked boolean not null,
  -- What is shown holds everything that was booked before this time; null: nothing was read yet.
  stand timestamptz,
  open_items_at timestamptz,
  -- Where postings and balances still differed after the year was read once more: how many sums, and the first of them as
  -- [{account, month, postings, balances}].
  difference_count int not null default 0,
  differences jsonb not null default '[]',
  -- The check that a run works by, and how far its control got: 0 at first, 1 asked once more, 2 read whole.
  check_order_id uuid,
  checked_at timestamptz,
  control_step smallint not null default 0,
  primary key (mandant_id, year_no),
  unique (mandant_id, ledger_no, fiscal_year_id),
  foreign key (mandant_id, ledger_no) references ledgers (mandant_id, ledger_no)
);

-- Fiscal years whose numbers are not those of the binding: they may be another company's. Nothing else of them is kept.
create table refused_years (
  mandant_id uuid not null,
  ledger_no smallint not null,
  fiscal_year_id text not null,
  first_day date not null,
  last_day date not null,
  consultant_number int not null,
  mandant_number int not null,
  primary key (mandant_id, ledger_no, fiscal_year_id),
  foreign key (mandant_id, ledger_no) references ledgers (mandant_id, ledger_no)
);

create table fiscal_months (
  mandant_id uuid not null,
  year_no int not null,
  -- First day of the calendar month; the year's first and last month may be cut.
  month date not null,
  ledger_no smallint not null,
  -- The postings shown; null: none.
  load_no int,
  row_count int not null default 0,
  -- From batch records, without the tax lines that DATEV makes itself (no posting licence).
  rebuilt boolean not null default false,
  read_at timestamptz,
  -- What statistics and balances said of the month when it was read: the same again means that nothing moved.
  fingerprint text,
  -- Holds a batch that may still change.
  open_batch boolean not null default false,
  -- The same of what is being read.
  next_load int,
  next_row_count int not null default 0,
  next_rebuilt boolean not null default false,
  next_read_at timestamptz,
  next_fingerprint text,
  next_complete boolean not null default false,
  primary key (mandant_id, year_no, month),
  foreign key (mandant_id, year_no) references fiscal_years (mandant_id, year_no)
);
create unique index fiscal_months_load on fiscal_months (mandant_id, load_no);

-- Numbers of loads. One sequence for all: two ledgers of a Mandant never meet.
create sequence figure_loads as int;
grant usage on sequence figure_loads to bruecke_job, bruecke_connector;

-- No foreign key and few indexes: 100,000 rows of a first run cost 12–17 µs each here (5 µs of it the bare row).
create table postings (
  mandant_id uuid not null,
  load_no int not null,
  -- Place within the load: the day of the month in the upper bits, the order in which DATEV gave them in the lower 24. So it is the
  -- order of dates, and keys need no date beside it.
  no int not null,
  date date not null,
  account int not null,
  contra_account int,
  debit bigint not null,
  credit bigint not null,
  -- GUID within document_link, for finding the voucher.
  document_guid uuid,
  tax_key int,
  -- Hundredths of a percent.
  tax_rate smallint,
  ledger_no smallint not null,
  opening boolean not null,
  general_reversal boolean not null,
  datev_id text not null,
  batch_number text,
  text text,
  document_field1 text,
  document_field2 text,
  document_link text,
  cost_center1 text,
  cost_center2 text,
  primary key (mandant_id, load_no, no)
);
create index postings_account on postings (mandant_id, load_no, account, no);
create index postings_document on postings (mandant_id, document_guid) where document_guid is not null;

-- Sums of a load per account: for the control against the balances, and for the pages.
create table load_sums (
  mandant_id uuid not null,
  load_no int not null,
  account int not null,
  ledger_no smallint not null,
  -- Without opening postings, and those alone.
  debit bigint not null,
  credit bigint not null,
  opening_debit bigint not null,
  opening_credit bigint not null,
  row_count int not null,
  primary key (mandant_id, load_no, account)
);

-- Sums and balances as DATEV says. Cents; signed ones debit positive.
create table account_balances (
  mandant_id uuid not null,
  year_no int not null,
  account int not null,
  ledger_no smallint not null,
  caption text not null,
  opening bigint not null,
  balance bigint not null,
  debit bigint not null,
  credit bigint not null,
  -- By calendar month, 1 to 12, without the opening value.
  turnovers bigint[] not null check (cardinality(turnovers) = 12),
  primary key (mandant_id, year_no, account),
  foreign key (mandant_id, year_no) references fiscal_years (mandant_id, year_no)
);

create table batches (
  mandant_id uuid not null,
  year_no int not null,
  id text not null,
  ledger_no smallint not null,
  number text not null,
  description text,
  first_day date,
  last_day date,
  committed boolean not null,
  committed_at date,
  initials text,
  primary key (mandant_id, year_no, id),
  foreign key (mandant_id, year_no) references fiscal_years (mandant_id, year_no)
);

create table open_items (
  mandant_id uuid not null,
  year_no int not null,
  no int not null,
  ledger_no smallint not null,
  side text not null check (side in ('receivable', 'payable')),
  datev_id text not null,
  account int not null,
  date date,
  due_date date,
  amount bigint not null,
  open bigint not null,
  cleared boolean not null,
  text text,
  document_field1 text,
  document_link text,
  document_guid uuid,
  dunning_level text,
  dunning_block boolean not null,
  primary key (mandant_id, year_no, no),
  foreign key (mandant_id, year_no) references fiscal_years (mandant_id, year_no)
);

create table partners (
  mandant_id uuid not null,
  ledger_no smallint not null,
  account int not null,
  side text not null check (side in ('debtor', 'creditor')),
  name text not null,
  partner_number text,
  city text,
  changed_at text,
  primary key (mandant_id, ledger_no, account),
  foreign key (mandant_id, ledger_no) references ledgers (mandant_id, ledger_no)
);

create table terms_of_payment (
  mandant_id uuid not null,
  ledger_no smallint not null,
  id text not null,
  caption text not null,
  due_in_days int,
  primary key (mandant_id, ledger_no, id),
  foreign key (mandant_id, ledger_no) references ledgers (mandant_id, ledger_no)
);

-- ------------------------------------------------------------------------------------------------------------------ the runs

create table sync_runs (
  mandant_id uuid not null,
  id uuid not null,
  ledger_no smallint not null,
  reason text not null check (reason in ('first', 'scheduled', 'looking', 'asked')),
  -- Current and previous year whole, partners and terms too.
  whole boolean not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  state text not null default 'running' check (state in ('running', 'done', 'failed', 'cancelled')),
  failure_code text,
  failure_detail text,
  -- Numbers of this run: for the progress bar, for the history, and for whoever counts calls at DATEV.
  rows_expected bigint not null default 0,
  rows_read bigint not null default 0,
  months_read int not null default 0,
  months_changed int not null default 0,
  -- Calls at DATEV for finding out whether a year moved, for open items and partners, and all.
  check_calls int not null default 0,
  item_calls int not null default 0,
  calls int not null default 0,
  told_at timestamptz,
  primary key (mandant_id, id),
  foreign key (mandant_id, ledger_no) references ledgers (mandant_id, ledger_no)
);
create unique index sync_runs_running on sync_runs (mandant_id, ledger_no) where state = 'running';
create index sync_runs_newest on sync_runs (mandant_id, ledger_no, started_at desc);

-- The orders a run waits for: what each is about, and how many of its rows are here.
create table sync_orders (
  mandant_id uuid not null,
  order_id uuid not null,
  run_id uuid not null,
  ledger_no smallint not null,
  kind text not null,
  year_no int,
  month date,
  load_no int,
  row_count int not null default 0,
  part_count int not null default 0,
  expected int not null default 0,
  primary key (mandant_id, order_id),
  foreign key (mandant_id, run_id) references sync_runs (mandant_id, id)
);
create index on sync_orders (mandant_id, run_id);

-- Rows of orders but postings, a part in one piece, until they are compared and taken over.
create table staged_rows (
  mandant_id uuid not null,
  order_id uuid not null,
  part int not null,
  kind text not null,
  rows json not null,
  primary key (mandant_id, order_id, kind, part)
);

-- --------------------------------------------------------------------------------------------------------------- who may see

-- What a Mandant had under a firm that left is hidden from whoever sees the Mandant only through another firm. Null: there is
-- no such thing for this person, which is what it costs nothing to check.
create function hidden_ledgers() returns text[] language sql stable security definer
  set search_path = pg_catalog, public, pg_temp as $$
  select array_agg(l.mandant_id::text || '/' || l.ledger_no) from ledgers l
   where l.left_at is not null
     and exists (select from access a where a.user_id = app_user() and a.mandant_id = l.mandant_id)
     and not exists (select from access a where a.user_id = app_user() and a.mandant_id = l.mandant_id and a.via = 'mandant')
$$;
revoke all on function hidden_ledgers from public;
grant execute on function hidden_ledgers to bruecke_user;

-- The end of a Kanzleiverbindung ends the ledgers it brought.
create function engagement_left() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $$
begin
  update ledgers set left_at = new.ended_at, due_at = null
   where mandant_id = new.mandant_id and engagement_id = new.id and left_at is null;
  return null;
end $$;
create trigger engagement_left after update of ended_at on engagements for each row
  when (old.ended_at is null and new.ended_at is not null) execute function engagement_left();

-- A binding switched on is read at once; one that is switched off or severed ends the run under way. The job looks what there is to do.
create function figures_switched() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $$
begin
  if not (new.switched_on and new.severed_at is null) then
    update sync_runs r set state = 'cancelled', ended_at = coalesce(new.severed_at, new.switched_at)
      from ledgers l
     where l.mandant_id = new.mandant_id and l.connection_id = new.id
       and r.mandant_id = l.mandant_id and r.ledger_no = l.ledger_no and r.state = 'running';
  end if;
  perform enqueue_job('syncFigures', jsonb_build_object('mandantId', new.mandant_id), key => 'syncFigures:' || new.mandant_id);
  return null;
end $$;
create trigger figures_switched_on after insert on connections for each row
  when (new.channel = 'datevconnect' and new.switched_on) execute function figures_switched();
create trigger figures_switched after update of switched_on, severed_at on connections for each row
  when (new.channel = 'datevconnect' and (old.switched_on, old.severed_at) is distinct from (new.switched_on, new.severed_at))
  execute function figures_switched();

do $$
declare t text;
begin
  foreach t in array array['ledgers','fiscal_years','refused_years','fiscal_months','postings','load_sums','account_balances','batches',
    'open_items','partners','terms_of_payment','sync_runs','sync_orders','staged_rows'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy owner_all on %I to bruecke_owner using (true) with check (true)', t);
    execute format('create policy job on %I to bruecke_job using (mandant_id = app_mandant()) with check (mandant_id = app_mandant())', t);
    execute format('create policy bound on %I to bruecke_connector using (mandant_id = any (array(select bound_mandanten())))'
      ' with check (mandant_id = any (array(select bound_mandanten())))', t);
    execute format('grant select, insert, update, delete on %I to bruecke_job, bruecke_connector', t);
  end loop;
  foreach t in array array['ledgers','fiscal_years','refused_years','fiscal_months','postings','load_sums','account_balances','batches',
    'open_items','partners','terms_of_payment','sync_runs','sync_orders'] loop
    execute format('create policy tenant on %I for select to bruecke_user using (mandant_id = any (array(select mandant_id from access)))', t);
    execute format('create policy not_left on %I as restrictive for select to bruecke_user using ((select hidden_ledgers()) is null'
      ' or mandant_id::text || ''/'' || ledger_no <> all ((select hidden_ledgers())::text[]))', t);
    execute format('grant select on %I to bruecke_user', t);
  end loop;
end $$;

-- Of the orders people see how far a run is, no more.
revoke select on sync_orders from bruecke_user;
grant select (mandant_id, ledger_no, run_id, kind, year_no, month, row_count) on sync_orders to bruecke_user;

-- Whoever may set up connections chooses how often a year is read whole.
grant update (whole_every_days) on ledgers to bruecke_user;
create policy choose on ledgers for update to bruecke_user using (mandant_id = any ((select may('connections'))::uuid[]));

-- Somebody who may see the figures has a page with them open, or asks for the newest state. Answers how many ledgers are fed.
create function note_figures_wanted(p_mandant uuid, p_looked timestamptz, p_asked timestamptz) returns int language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $$
declare
  v_count int;
begin
  if not exists (
    select from access a where a.user_id = app_user() and a.mandant_id = p_mandant and 'read' = any (a.rights)
       and (app_scope() is null or app_scope() = p_mandant) and (app_rights() is null or 'read' = any (app_rights()))
  ) then
    return 0;
  end if;
  update ledgers l set looked_at = coalesce(p_looked, looked_at), asked_at = coalesce(p_asked, asked_at)
   where l.mandant_id = p_mandant and l.left_at is null
     and exists (select from connections c where c.mandant_id = p_mandant and c.id = l.connection_id and c.switched_on and c.severed_at is null);
  get diagnostics v_count = row_count;
  return v_count;
end $$;
revoke all on function note_figures_wanted from public;
grant execute on function note_figures_wanted to bruecke_user;

-- The dispatcher finds what is due: ids and times.
grant select (mandant_id, ledger_no, connection_id, due_at, looked_at, last_run_at) on ledgers to bruecke_dispatcher;
create policy dispatch on ledgers for select to bruecke_dispatcher using (true);
grant select (mandant_id, ledger_no, state, started_at) on sync_runs to bruecke_dispatcher;
create policy dispatch on sync_runs for select to bruecke_dispatcher using (true);
