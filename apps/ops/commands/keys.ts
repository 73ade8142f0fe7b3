import { checkSchema } from "#adapters/postgres/migrate.ts";
import { checkKeys } from "#adapters/postgres/sealing/key-check.ts";
import { keyUse, sealingOtherwise } from "#adapters/postgres/sealing/key-use.ts";
import { type Keyring, keyring } from "#adapters/postgres/sealing/keyring.ts";
import { reseal } from "#adapters/postgres/sealing/reseal.ts";
import { type Command, type OpsContext, usageError } from "#apps/ops/command.ts";
import { describeKeyProblem } from "#apps/process/database-check.ts";
import { readSettings } from "#apps/process/settings/settings.ts";
import { isRotated, keyLines, progressLine, resultLines, stillSealingLines } from "#apps/reseal/lines.ts";

/** How many rows there are between two signs of life. */
const SHOWN_EACH = 10_000;

interface Place {
  readonly url: string;
  readonly ring: Keyring;
  readonly newest: string;
}

/** Keys lie beside the database, not behind the API. */
const placeOf = async ({ environment }: Pick<OpsContext, "environment">): Promise<Place> => {
  const read = readSettings(environment, { sandbox: false, servesApi: false });
  if (!read.ok) throw usageError(read.error.join("\n"));
  const { databaseUrl: url, encryptionKeys } = read.value.settings;
  if (url === undefined) throw usageError("DATABASE_URL is not set here, and keys lie beside the database");
  if ((await checkSchema(url)) !== null)
    throw usageError("The schema of the database is not one that this version works on");
  const ring = keyring(encryptionKeys);
  const problem = await checkKeys(url, ring);
  if (problem !== null) throw usageError(describeKeyProblem(problem));
  return { url, ring, newest: ring.keyIds[0]! };
};

export const KEY_COMMANDS: readonly Command[] = [
  {
    words: "keys show",
    about:
      "What each key seals, and whether processes seal with it: DATABASE_URL and ENCRYPTION_KEYS are set here",
    needsNoKey: true,
    run: async (_, context) => {
      const { url, newest } = await placeOf(context);
      const use = await keyUse(url);
      const data = Object.fromEntries(
        Object.entries(use).map(([name, counts]) => [name, Object.fromEntries(counts)]),
      );
      context.show({ data: { newest, ...data }, lines: keyLines(use, newest) });
      return true;
    },
  },
  {
    words: "keys rotate",
    about:
      "Seals everything with the first of ENCRYPTION_KEYS while processes work, and says which keys can go",
    needsNoKey: true,
    run: async (_, context) => {
      const { url, ring, newest } = await placeOf(context);
      const others = await sealingOtherwise(url, newest);
      if (others.size > 0) {
        const data = { newest, columns: [], retired: [], stillSealing: Object.fromEntries(others) };
        context.show({ data, lines: stillSealingLines(others) });
        return false;
      }
      const result = await reseal(url, ring, (progress) => {
        if (progress.looked > 0 && progress.looked % SHOWN_EACH === 0)
          context.show({ data: progress, lines: [progressLine(progress)] });
      });
      const { columns, byKey, retired, stillSealing } = result;
      const maps = { byKey: Object.fromEntries(byKey), stillSealing: Object.fromEntries(stillSealing) };
      context.show({ data: { newest, columns, retired, ...maps }, lines: resultLines(result) });
      return isRotated(result, newest);
    },
  },
];
