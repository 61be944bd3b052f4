-- After a renumbering older fiscal years may still carry the numbers that the Mandant has here. Two admins who confirm a client with other
-- numbers see both pairs, so their word is good for both: what the Mandant had when the first of them asked, and on the binding that came of it.
alter table binding_requests add column own_consultant_number int, add column own_mandant_number int;
alter table connections add column former_consultant_number int, add column former_mandant_number int,
  add constraint connections_former_numbers check (num_nulls(former_consultant_number, former_mandant_number) in (0, 2));
