-- Names of blanks alone, or of characters that take no place, are refused by now; what earlier versions took could be neither found in a
-- list nor typed to confirm a cut. Whom they belong to gives them their right name.
create function is_unseen(p_name text) returns boolean language sql immutable
  as $$ select p_name !~ '[^\s\u0085\u00a0\u00ad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]' $$;
update mandanten set name = 'Mandant ohne Namen' where is_unseen(name);
update firms set name = 'Kanzlei ohne Namen' where is_unseen(name);
update users set name = email where is_unseen(name);
drop function is_unseen;
