-- Who asks is found together with the rights for the Mandant in the address, before the bytes of a voucher are read.
create policy asked on access for select to bruecke_auth using (true);
grant select (user_id, mandant_id, rights) on access to bruecke_auth;
