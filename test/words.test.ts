import { globSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

/** Words that have left the house, each with the one that took its place: `docs/glossary.md`. */
const RETIRED: readonly (readonly [RegExp, string])[] = [
  [/^(intake|intaken)$/i, "batchWriter, acceptResult"],
  [/^(thread|threads)$/i, "recipientQueue"],
  [/^(lane|lanes)$/i, "priority, shard"],
  [/^(verdict|verdicts)$/i, "outcome, submitResultClass"],
  [/^(fate|fates)$/i, "partReceipt"],
  [/^(bury|buried|burial)$/i, "expireDispatcher"],
  [/^(retreat|retreating|deferral|deferrals|deferred)$/i, "requeue, requeuedMessage"],
  [/^(saying|sayings|disown)$/i, "occurrence, release"],
  [/^(doubt|doubts|doubted|doubtful)$/i, "unconfirmed"],
  [/^(disposition|barred|bars)$/i, "decisionCode, blockedBy"],
  [/^(belongings|scrub|tellable|untold)$/i, "sandboxState, redact"],
  [/^(mishap|mishaps|seeker|outermost)$/i, "fault, newParticipant, errorBoundary"],
  [/^(spilling|spill)$/i, "overflowToQueue"],
  [/^(world|worlds)$/i, "memoryTables, context, ports, runSimulation"],
  [/^(stage|stages|scene|scenes)$/i, "harness, fixture"],
];

/** Names that are one word whole. */
const RETIRED_NAMES: ReadonlyMap<string, string> = new Map([
  ["leaveBefore", "validUntil"],
  ["letGo", "discard"],
  ["dropAll", "discardAll"],
  ["putBack", "requeue"],
  ["inHand", "owned"],
  ["makeRoom", "createPartitions"],
  ["meaningAt", "routeAt"],
  ["inTurn", "keyedMutex"],
  ["takenAt", "acceptedAt"],
  ["lookAtKeys", "classifyRedelivery"],
  ["KnownRows", "onDuplicate"],
  ["isRare", "needsMultipleStatements"],
  ["answerWatch", "queryTimeout"],
  ["HOUSE", "SETTINGS"],
  ["lastJudgement", "finalCheck"],
  ["house", "harness"],
  ["createHouse", "createHarness"],
]);

const STRING_OR_COMMENT = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

/** `verdictOf`, `part_fate`, `XMLParts` in their words. */
const wordsOf = (identifier: string): readonly string[] =>
  identifier.split(/_|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/).filter((word) => word !== "");

/** Each retired word among the identifiers of a source, with what to say instead. Template strings count: SQL stands in them. */
const retiredIn = (path: string, source: string): readonly string[] => {
  const code = source.replace(STRING_OR_COMMENT, " ");
  const identifiers = new Set([...code.matchAll(/[A-Za-z_$][\w$]*/g)].map(([name]) => name));
  for (const part of posix.basename(path).split(/[.-]/)) identifiers.add(part);
  return [...identifiers].flatMap((identifier) => {
    const name = RETIRED_NAMES.get(identifier);
    if (name) return [`${path}: ${identifier} is ${name} now`];
    return wordsOf(identifier).flatMap((word) => {
      const retired = RETIRED.find(([pattern]) => pattern.test(word));
      return retired ? [`${path}: ${identifier} says "${word}": ${retired[1]}`] : [];
    });
  });
};

const root = fileURLToPath(new URL("..", import.meta.url));

test("identifiers, file names and SQL use the words of the glossary", () => {
  const files = globSync("{core,adapters,apps,test}/**/*.{ts,tsx}", { cwd: root })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path !== "test/words.test.ts");
  expect(files.length).toBeGreaterThan(300);
  expect(files.flatMap((path) => retiredIn(path, readFileSync(posix.join(root, path), "utf8")))).toEqual([]);
});

describe("a retired word is found", () => {
  test.each<[string, string]>([
    ["core/domain/retired.ts", "export const verdictOf = 1;"],
    ["core/domain/retired.ts", "const x = { leaveBefore: 1 };"],
    ["adapters/postgres/hot/x.ts", "const SQL = `insert into part_fate values (1)`;"],
    ["core/engine/intake.ts", "const x = 1;"],
  ])("%s: %s", (path, source) => {
    expect(retiredIn(path, source)).toHaveLength(1);
  });

  test("and prose is left in peace", () => {
    expect(retiredIn("a.ts", '// the thread of talk\nconst x = "lane"; const threaded = 1;')).toEqual([]);
  });
});
