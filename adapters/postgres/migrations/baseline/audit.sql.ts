/**
 * Who did what. Entries are only ever added, and each holds the hash of the one before. The canonical text is kept as it was hashed. Whoever
 * owns the database can write all anew, and is found out by a head that was kept elsewhere.
 */
export const AUDIT = `
create table audit_entry (
  position bigint primary key check (position > 0),
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  at bigint not null,
  action text not null,
  subjects text[] not null,
  entry text not null
);
create index audit_entry_action on audit_entry (action, position);
create index audit_entry_subjects on audit_entry using gin (subjects);

-- The end of the chain. Its lock is the order of all entries.
create table audit_end (
  one boolean primary key default true check (one),
  position bigint not null,
  hash text not null
);
insert into audit_end (position, hash) values (0, repeat('0', 64));

create table audit_head (
  position bigint primary key references audit_entry,
  hash text not null,
  at bigint not null,
  key_id text,
  signature text
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'entries of the audit log are only added';
end $$;
create trigger audit_entry_kept before update or delete or truncate on audit_entry execute function refuse_change();
create trigger audit_head_kept before update or delete or truncate on audit_head execute function refuse_change();
`;
