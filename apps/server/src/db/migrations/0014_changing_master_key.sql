-- What is sealed with the master key may be sealed anew with another one, by a role that sees nothing else.
do $$
declare place record;
begin
  for place in select * from (values
    ('grants', array['mandant_id', 'id'], array['access_token', 'refresh_token']),
    ('datev_sign_ins', array['mandant_id', 'id'], array['secrets', 'access_token', 'refresh_token']),
    ('instance_settings', array['key'], array['secret']),
    ('credentials', array['user_id'], array['totp_secret'])
  ) as places (name, keys, sealed) loop
    execute format('grant select (%s), update (%s) on %I to bruecke_keeper',
      array_to_string(place.keys || place.sealed, ', '), array_to_string(place.sealed, ', '), place.name);
    execute format('create policy seal_anew on %I to bruecke_keeper using (true) with check (true)', place.name);
  end loop;
end $$;
