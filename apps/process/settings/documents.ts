import { type Setting, settingsSections } from "./table.ts";

const defaultOf = ({ fallback, otherwise, required }: Setting<unknown>): string => {
  if (otherwise !== undefined) return otherwise;
  if (required === true) return "required outside the sandbox";
  return fallback === undefined || fallback === "" ? "none" : `\`${fallback}\``;
};

/** The text of `.env.example`: every setting, switched off, with what it does. */
export const envExample = (): string => {
  const sections = settingsSections.map(({ title, settings }) => {
    const entries = Object.values(settings).map((setting) =>
      [`# ${setting.about} (${defaultOf(setting)})`, `#${setting.name}=${setting.example}`]
        .join("\n")
        .replaceAll("`", ""),
    );
    return [`# ${title}`, ...entries].join("\n\n");
  });
  const head =
    "# Copy to .env, and remove the # before what you want to set. What is set in the environment itself wins.";
  return `${[head, ...sections].join("\n\n")}\n`;
};

/** The settings as a Markdown table. */
export const settingsMarkdown = (): string => {
  const rows = settingsSections.flatMap(({ settings }) =>
    Object.values(settings).map((setting) => {
      const cells = [`\`${setting.name}\``, setting.about, defaultOf(setting)];
      return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
    }),
  );
  return `${["| name | meaning | default |", "|---|---|---|", ...rows].join("\n")}\n`;
};
