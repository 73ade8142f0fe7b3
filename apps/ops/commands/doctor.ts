import { systemClock } from "#adapters/node/clock.ts";
import { postgresInspection } from "#adapters/postgres/inspection.ts";
import { checkKeys } from "#adapters/postgres/sealing/key-check.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { checkServer, describeServerProblem } from "#adapters/postgres/server-check.ts";
import { problemOf } from "#apps/client/main.ts";
import { type Command, type OpsContext, take } from "#apps/ops/command.ts";
import { tableOf } from "#apps/ops/table.ts";
import { describeKeyProblem } from "#apps/process/database-check.ts";
import { readSettings } from "#apps/process/settings/settings.ts";
import { diagnose, type Finding } from "#core/use-cases/diagnose.ts";

/** The clocks of this machine and of the API may be so far apart: the `Date` of an answer has whole seconds. */
const SKEW_MS = 5_000;
const HEAD_ROOM_SHARE = 0.2;

const ok = (check: string, detail: string): Finding => ({ check, state: "ok", detail });
const warn = (check: string, detail: string): Finding => ({ check, state: "warn", detail });
const bad = (check: string, detail: string): Finding => ({ check, state: "bad", detail });

/** What a check finds, or what went wrong with it. */
const checked = async (
  check: string,
  look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> => {
  try {
    return await look();
  } catch (error) {
    const problem = problemOf(error);
    if (problem === null) throw error;
    return [bad(check, problem.detail)];
  }
};

const ofApi = ({ client, now }: OpsContext) =>
  checked("api", async () => {
    const { headers } = await client.raw("GET", "/healthz");
    const apart = Math.round(Date.parse(headers.get("date") ?? "") - now());
    const clocks =
      Math.abs(apart) > SKEW_MS
        ? warn("api's clock", `about ${Math.round(apart / 1_000)} seconds off this machine's`)
        : ok("api's clock", "as this machine's");
    return [ok("api", "answers"), ...(Number.isNaN(apart) ? [] : [clocks])];
  });

const ofReadiness = ({ client }: OpsContext) =>
  checked("readiness", async () => {
    await client.raw("GET", "/readyz");
    return [ok("readiness", "ready")];
  });

const ofLinks = ({ client }: OpsContext) =>
  checked("links", async () => {
    const links = await take(client.links.list(), 1_000);
    if (links.length === 0) return [bad("links", "no process has any: nothing can be sent")];
    return links.map(({ name, process, state, reason }) => {
      const check = `link ${name} of ${process}`;
      if (state === "up") return ok(check, "up");
      return (state === "down" ? bad : warn)(check, `${state}${reason === null ? "" : `: ${reason.detail}`}`);
    });
  });

const ofPool = ({ client }: OpsContext) =>
  checked("numbers", async () => {
    const { items } = await client.pool.get();
    if (items.length === 0) return [warn("numbers", "there are none: no conversation can be opened")];
    return items.map(({ country, service, numbers, headRoom }) => {
      const check = `numbers of ${country}${service === "default" ? "" : ` of ${service}`}`;
      if (headRoom <= 0) return bad(check, "none is left for somebody who uses all of them: rent more");
      const detail = `${headRoom} of ${numbers.active} left`;
      return headRoom < numbers.active * HEAD_ROOM_SHARE
        ? warn(check, `${detail}: rent more`)
        : ok(check, detail);
    });
  });

const ofWebhooks = ({ client }: OpsContext) =>
  checked("webhooks", async () => {
    const endpoints = await take(client.webhookEndpoints.list(), 1_000);
    return endpoints.map(({ id, state, failingSince }) => {
      const check = `webhook ${id}`;
      if (state === "disabled") return bad(check, "disabled: nothing is delivered until it is resumed");
      if (failingSince !== null) return warn(check, `it has failed since ${failingSince}`);
      return ok(check, state);
    });
  });

const ofSettings = ({ environment }: Pick<OpsContext, "environment">): readonly Finding[] => {
  const read = readSettings(environment, { sandbox: false, servesApi: false });
  if (!read.ok) return read.error.map((problem) => bad("settings", problem));
  return [ok("settings", "can be read"), ...read.value.warnings.map((warning) => warn("settings", warning))];
};

/** What only the database can tell: where DATABASE_URL says it is. */
const ofDatabase = async ({ environment }: OpsContext): Promise<readonly Finding[]> => {
  const url = environment.DATABASE_URL;
  if (url === undefined || url === "")
    return [warn("database", "DATABASE_URL is not set here: not looked at")];
  const settings = ofSettings({ environment });
  const problem = await checkServer(url);
  if (problem !== null) return [...settings, bad("database", describeServerProblem(problem, "DATABASE_URL"))];
  const findings = await diagnose({ inspection: postgresInspection(url), clock: systemClock })();
  const isReadable = findings.every(({ check, state }) => check !== "schema" || state === "ok");
  return [...settings, ...findings, ...(isReadable ? await ofKeys(url, environment) : [])];
};

const ofKeys = async (url: string, environment: OpsContext["environment"]): Promise<readonly Finding[]> => {
  const read = readSettings(environment, { sandbox: false, servesApi: false });
  if (!read.ok || read.value.settings.encryptionKeys.length === 0) return [];
  const problem = await checkKeys(url, keyring(read.value.settings.encryptionKeys));
  return [problem === null ? ok("keys", "all that rows need") : bad("keys", describeKeyProblem(problem))];
};

const MARKS = { ok: "ok", warn: "LOOK", bad: "BAD" } as const;

export const DOCTOR_COMMANDS: readonly Command[] = [
  {
    words: "doctor",
    about:
      "Looks for what is wrong, and says what to do: over the API, and in the database where DATABASE_URL is set",
    needsNoKey: true,
    run: async (_, context) => {
      const withKey = context.hasKey
        ? [ofLinks, ofPool, ofWebhooks]
        : [
            async () => [
              warn("key", "SMS_PROXY_KEY is not set: links, numbers and webhooks are not looked at"),
            ],
          ];
      const groups = await Promise.all(
        [ofApi, ofReadiness, ...withKey, ofDatabase].map((look) => look(context)),
      );
      const findings = groups.flat();
      context.show({
        data: findings,
        lines: tableOf(findings, [
          ["", ({ state }) => MARKS[state]],
          ["check", ({ check }) => check],
          ["finding", ({ detail }) => detail],
        ]),
      });
      return findings.every(({ state }) => state !== "bad");
    },
  },
];
