/**
 * A column of the opt-out that holds for a number in a service, both expressions of SQL: what was said there, else what was said elsewhere
 * for all. A single value, which is looked up by the key; null where none holds.
 */
export const holding = (column: string, service: string, number: string): string =>
  `(select case when o.holds then o.${column} end from opt_out o
    where o.number_index = ${number} and (o.service_id = ${service} or (o.holds and o.scope = 'all'))
    order by (o.service_id = ${service}) is true desc limit 1)`;

/** The service of a virtual number; null: it is none of ours. */
export const serviceOfNumber = (number: string): string =>
  `(select n.service_id from number n where n.number = ${number})`;
