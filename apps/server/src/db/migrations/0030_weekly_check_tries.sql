-- When the weekly check last tried, answered or not: in an outage it came back every hour.
alter table connections add column weekly_check_at timestamptz;
