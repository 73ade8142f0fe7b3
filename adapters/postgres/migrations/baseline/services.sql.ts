/** Brands. What a service has had keeps its id when it goes, so that nothing else need change. */
export const SERVICES = `
create table service (
  id uuid primary key,
  slug text not null unique,
  name text,
  -- An open object: see ServiceRules.
  rules jsonb not null,
  -- Of the hooks that the rules name, sealed; null: they have none.
  hook_secrets bytea,
  version bigint not null default 1,
  created_at bigint not null
);
insert into service (id, slug, rules, created_at) values ('00000000-0000-7000-8000-000000000000', 'default', '{}', 0);
`;
