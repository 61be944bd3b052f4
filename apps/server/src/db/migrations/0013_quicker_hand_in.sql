-- What keeping a voucher need not pay for.

-- An outbox, as `unsealed` is: rows are written beside their voucher, which nobody deletes. In a young database the check of this
-- key was planned while the tables were empty and went through all vouchers of the Mandant, by whatever index begins with it.
alter table vouchers_to_inspect drop constraint vouchers_to_inspect_mandant_id_voucher_id_fkey;
-- The voucher's blob has a Mandant already.
alter table vouchers drop constraint vouchers_mandant_id_fkey;
