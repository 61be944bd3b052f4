-- A Mandant restricted to one Kanzlei-Admin is not met by the firm's other admins in the Protokoll either: neither its name nor that
-- something happened to it. The chain stays whole: seals and heads are read as before, and the entries come back into sight with
-- the end of the restriction.
drop policy read on firm_history;
create policy read on firm_history for select to bruecke_user using (
  firm_id = any (array(select firm_id from firm_access where role = 'admin'))
  and not coalesce((subject ->> 'mandantId')::uuid = any ((select hidden_mandanten())::uuid[]), false)
);
drop policy read on firm_history_people;
create policy read on firm_history_people for select to bruecke_user using (
  firm_id = any (array(select firm_id from firm_access where role = 'admin')) and (firm_id, entry_id) in (select firm_id, id from firm_history)
);
