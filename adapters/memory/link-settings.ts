import { changeLink } from "#core/domain/link-setting.ts";
import type { LinkSettings } from "#core/ports/link-settings.ts";
import { log } from "./event-log.ts";
import type { MemoryTables } from "./tables.ts";

export const memoryLinkSettings = (tables: MemoryTables): LinkSettings => ({
  all: async () => [...tables.linkSettings.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  change: async (request) => {
    const { setting, changed, event } = changeLink([...tables.linkSettings.values()], request);
    for (const each of changed) tables.linkSettings.set(each.name, each);
    if (event !== null) log(tables, event);
    return setting;
  },
});
