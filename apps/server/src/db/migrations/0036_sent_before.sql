-- Belegtyp and file name that a delivery had at an attempt without an answer, where a person has decided on others since: should DATEV
-- then say that the GUID is there already, it is that attempt's, and the receipt says what it sent.
alter table deliveries add column sent_before jsonb;
