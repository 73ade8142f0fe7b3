import { type Setting, settingsTable } from "./table.ts";

/** What may be written down of settings: what is only a number, a duration or a choice; of all else whether it is set. */
export const shownSettings = (
  textOf: (setting: Setting<unknown>) => string | undefined,
): Readonly<Record<string, string | null>> =>
  Object.fromEntries(
    Object.values(settingsTable).map((setting: Setting<unknown>) => {
      const text = textOf(setting);
      const value = text === undefined || text === "" ? null : setting.read(text);
      const isHarmless =
        setting.isShown === true ||
        (value?.ok === true && (typeof value.value === "number" || typeof value.value === "boolean"));
      return [setting.name, text === undefined || text === "" ? null : isHarmless ? text : "set"];
    }),
  );
