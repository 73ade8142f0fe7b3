import type { Kysely, Selectable } from "kysely";
import { tell } from "#adapters/postgres/events/tell.ts";
import { executeIn } from "#adapters/postgres/execute.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import { changeLink, type LinkSetting } from "#core/domain/link-setting.ts";
import type { LinkSettings } from "#core/ports/link-settings.ts";

type Row = Selectable<Schema["link_setting"]>;

export const postgresLinkSettings = (db: Kysely<Schema>): LinkSettings => ({
  all: async () => settingsOf(await db.selectFrom("link_setting").selectAll().execute()),
  change: (request) =>
    db.transaction().execute(async (trx) => {
      // Readers pass; whoever changes another link waits, as the rate belongs to all of an account.
      await executeIn(trx)("lock table link_setting in share row exclusive mode");
      const known = settingsOf(await trx.selectFrom("link_setting").selectAll().execute());
      const { setting, changed, event } = changeLink(known, request);
      for (const row of changed.map(rowOf)) {
        await trx
          .insertInto("link_setting")
          .values(row)
          .onConflict((conflict) => conflict.column("name").doUpdateSet(row))
          .execute();
      }
      if (event !== null) await tell(executeIn(trx), [event]);
      return setting;
    }),
});

/** All settings as one value, for a statement that asks for something else anyway. */
export const LINK_SETTINGS = "(select coalesce(jsonb_agg(to_jsonb(s)), '[]') from link_setting s)";

export const settingsOf = (rows: readonly Row[]): readonly LinkSetting[] =>
  rows
    .map((row) => ({
      ...{ name: row.name, kind: row.kind, isPaused: row.paused, window: row.window_max, rate: row.rate },
      ...{ restarts: row.restarts, version: row.version },
      ...{ changedAt: row.changed_at, changedBy: row.changed_by },
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));

const rowOf = (setting: LinkSetting): Row => ({
  ...{ name: setting.name, kind: setting.kind, paused: setting.isPaused },
  ...{ window_max: setting.window, rate: setting.rate },
  ...{ restarts: setting.restarts, version: setting.version },
  ...{ changed_at: setting.changedAt, changed_by: setting.changedBy },
});
