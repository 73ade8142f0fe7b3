import { globSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

interface SourceFile {
  /** From the root of the project, with forward slashes. */
  readonly path: string;
  readonly source: string;
}

/** The room that a file stands in: two folders deep in core and adapters, one elsewhere. */
const roomOf = (path: string): string => {
  const [top = "", second = ""] = path.split("/");
  return (top === "core" || top === "adapters") && path.split("/").length > 2 ? `${top}/${second}` : top;
};

/** Decisions and data structures, which know nothing of time, storage and carriers. */
const PURE_ROOMS = ["core", "core/structures", "core/leaks", "core/domain"] as const;

const CORE_ROOMS = [...PURE_ROOMS, "core/ports", "core/use-cases", "core/engine"] as const;

/** What a room may import of the project's own rooms; a room that is not here may import all. */
const allowedRooms = (room: string): readonly string[] | "all" => {
  switch (room) {
    case "core":
      return ["core"];
    case "core/leaks":
      return ["core", "core/leaks"];
    case "core/domain":
    case "core/structures":
      return PURE_ROOMS;
    case "core/ports":
      return [...PURE_ROOMS, "core/ports"];
    case "core/use-cases":
      return [...PURE_ROOMS, "core/ports", "core/use-cases"];
    case "core/engine":
      return [...PURE_ROOMS, "core/ports", "core/engine"];
    case "apps":
      return [...CORE_ROOMS, "apps", "adapters/"];
    case "test":
      return "all";
    default:
      // adapters/vonage is data only: what the carrier means, over whatever way it says it.
      return room.startsWith("adapters/") ? [...CORE_ROOMS, room, "adapters/vonage"] : ["core/"];
  }
};

/** Packages that wire: they stay in the apps, so that everything else can be used without them. */
const WIRING = new Set(["tsyringe", "reflect-metadata"]);

/** What a pure core cannot reach for, with the name by which it is reported. */
const IMPURE: readonly (readonly [string, RegExp])[] = [
  ["the time of day", /\bDate\.now\b|\bnew Date\(\s*\)|\bnew Date\b(?!\s*\()|(?<!new\s)(?<![.\w])Date\(/],
  ["chance", /\bMath\.random\b|(?<![.\w])crypto\s*[.[]/],
  ["timers", /(?<![.\w])(setTimeout|setInterval|setImmediate|queueMicrotask)\b|(?<![.\w])performance\s*\./],
  ["the process", /(?<![.\w])process\s*[.[]|(?<![.\w])globalThis\b|\bimport\.meta\b/],
  ["the console", /(?<![.\w])console\s*[.[]/],
  ["the network", /(?<![.\w])(fetch|WebSocket|XMLHttpRequest)\b\s*\(/],
];

const STRING_OR_COMMENT =
  /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

const withoutComments = (source: string): string =>
  source.replace(STRING_OR_COMMENT, (_, text: string | undefined) => text ?? "");

/** Template strings stay, as they hold expressions. */
const withoutText = (code: string): string => code.replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, '""');

const importsOf = (code: string): readonly string[] =>
  [...code.matchAll(/(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*["']([^"']+)["']/g)].map(
    ([, name]) => name!,
  );

/** The path of an imported file of the project; undefined for a package and for what Node brings. */
const targetOf = (path: string, name: string): string | undefined => {
  if (name.startsWith("#")) return name.slice(1);
  return name.startsWith(".") ? posix.join(posix.dirname(path), name) : undefined;
};

const leaksOfImport = (path: string, name: string): readonly string[] => {
  const room = roomOf(path);
  const target = targetOf(path, name);
  if (target === undefined) {
    if (room.startsWith("core")) return [`${path} imports ${name}: the core imports only itself`];
    if (WIRING.has(name) && room !== "apps" && room !== "test")
      return [`${path} imports ${name}: only apps wire`];
    return [];
  }
  const allowed = allowedRooms(room);
  const targetRoom = roomOf(target);
  const fine =
    allowed === "all" ||
    allowed.some((each) => (each.endsWith("/") ? targetRoom.startsWith(each) : targetRoom === each));
  return fine ? [] : [`${path} imports ${target}: ${room} may not import ${targetRoom}`];
};

/** Everything in which these files break the order of the rooms, one line each. */
const leaksIn = (files: readonly SourceFile[]): readonly string[] =>
  files.flatMap(({ path, source }) => {
    const code = withoutComments(source);
    const bare = withoutText(code);
    const room = roomOf(path);
    const imports = importsOf(code).flatMap((name) => leaksOfImport(path, name));
    const impure = room.startsWith("core") ? IMPURE.filter(([, pattern]) => pattern.test(bare)) : [];
    const environment = room !== "apps" && room !== "test" && /\bprocess\s*\.\s*env\b/.test(bare);
    return [
      ...imports,
      ...impure.map(([what]) => `${path} reaches for ${what}: the core is pure`),
      ...(environment ? [`${path} reads process.env: only apps read settings`] : []),
    ];
  });

const root = fileURLToPath(new URL("..", import.meta.url));

const sourceFiles = (): readonly SourceFile[] =>
  globSync("{core,adapters,apps,test}/**/*.{ts,tsx,js}", { cwd: root }).map((path) => ({
    path: path.replaceAll("\\", "/"),
    source: readFileSync(posix.join(root, path), "utf8"),
  }));

/** A route reads the request, calls a use case and shows the outcome. */
const isRoute = (path: string): boolean => path.startsWith("apps/api/routes/");

/** Everything in which these routes reach below the use cases, one line each. */
const reachesBelowUseCases = (files: readonly SourceFile[]): readonly string[] =>
  files
    .filter(({ path }) => isRoute(path))
    .flatMap(({ path, source }) => {
      const code = withoutComments(source);
      const below = [
        ...code.matchAll(
          /import\s+(?!type\b)[^;]*?from\s*["']#?(core\/(?:ports|engine)\/[^"']+|adapters\/[^"']+)["']/g,
        ),
      ].map(([, name]) => `${path} imports ${name}: routes call use cases`);
      const uses = /(?<![\w.])(storage|ports)\s*[.})]/.test(withoutText(code))
        ? [`${path} uses storage: routes call use cases`]
        : [];
      return [...below, ...uses];
    });

/** Groups of files that import one another in circles, by types or otherwise, each in the order of the names. */
const importCircles = (files: readonly SourceFile[]): readonly (readonly string[])[] => {
  const imports = new Map(
    files.map(({ path, source }) => [
      path,
      importsOf(withoutComments(source)).flatMap((name) => targetOf(path, name) ?? []),
    ]),
  );
  const reachableFrom = (start: string): ReadonlySet<string> => {
    const reached = new Set<string>();
    const open = [...(imports.get(start) ?? [])];
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      if (reached.has(path)) continue;
      reached.add(path);
      open.push(...(imports.get(path) ?? []));
    }
    return reached;
  };
  const reachable = new Map([...imports.keys()].map((path) => [path, reachableFrom(path)]));
  const circles = new Map<string, readonly string[]>();
  for (const [path, reached] of reachable) {
    if (!reached.has(path)) continue;
    const circle = [...reached].filter((other) => reachable.get(other)?.has(path)).sort();
    circles.set(circle.join(), circle);
  }
  return [...circles.values()];
};

test("routes of the API call use cases, and nothing below", () => {
  const files = sourceFiles();
  expect(files.filter(({ path }) => isRoute(path)).length).toBeGreaterThan(5);
  expect(reachesBelowUseCases(files)).toEqual([]);
});

test("no files import one another in a circle, not even types", () => {
  const circles = importCircles(sourceFiles().filter(({ path }) => !path.startsWith("test/")));
  expect(circles).toEqual([]);
});

test("every file imports only what its room may, and the core is pure", () => {
  const files = sourceFiles();
  expect(files.filter(({ path }) => path.startsWith("core/")).length).toBeGreaterThan(10);
  expect(leaksIn(files)).toEqual([]);
});

describe("a planted leak is found", () => {
  test.each<[string, string]>([
    ["core/domain/route.ts", 'import { x } from "#core/ports/clock.ts";'],
    ["core/domain/route.ts", 'import type { x } from "../use-cases/open.ts";'],
    ["core/domain/route.ts", 'import {\n  x,\n} from "node:fs";'],
    ["core/domain/route.ts", 'export { x } from "lru-cache";'],
    ["core/domain/route.ts", "const x = Date.now();"],
    ["core/domain/route.ts", "const x = new Date().toISOString();"],
    ["core/domain/route.ts", "const x = Math.random();"],
    ["core/domain/route.ts", "setTimeout(run, 5);"],
    ["core/domain/route.ts", "const x = process.pid;"],
    ["core/domain/route.ts", 'console.log("x");'],
    ["core/domain/route.ts", "const x = crypto.randomUUID();"],
    ["core/ports/clock.ts", 'import { x } from "#core/use-cases/open.ts";'],
    ["core/use-cases/open.ts", 'import { x } from "#adapters/postgres/storage.ts";'],
    ["core/use-cases/open.ts", 'const x = await import("#apps/process/settings/settings.ts");'],
    ["core/result.ts", 'import { x } from "#core/domain/route.ts";'],
    ["adapters/postgres/storage.ts", 'import { x } from "#adapters/memory/storage.ts";'],
    ["adapters/postgres/storage.ts", 'import { x } from "../memory/storage.ts";'],
    ["adapters/postgres/storage.ts", 'import { x } from "#apps/process/settings/settings.ts";'],
    ["adapters/postgres/storage.ts", 'import { x } from "#test/support/arbitraries.ts";'],
    ["adapters/postgres/storage.ts", 'import { injectable } from "tsyringe";'],
    ["adapters/postgres/storage.ts", "const x = process.env.DATABASE_URL;"],
    ["apps/api/main.ts", 'import "#test/support/arbitraries.ts";'],
  ])("%s: %s", (path, source) => {
    expect(leaksIn([{ path, source }])).toHaveLength(1);
  });
});

describe("what is allowed is left in peace", () => {
  test.each<[string, string]>([
    ["core/domain/route.ts", 'import { x } from "#core/result.ts";'],
    ["core/domain/route.ts", 'import { x } from "./msisdn.ts";'],
    ["core/domain/route.ts", "const x = new Date(at).toISOString(); // Date.now() would be impure"],
    ["core/domain/route.ts", 'const x = { process: "console.log, process.exit" };'],
    ["core/use-cases/open.ts", 'import type { Clock } from "#core/ports/clock.ts";'],
    ["adapters/postgres/storage.ts", 'import { Pool } from "pg";\nimport { x } from "./schema.ts";'],
    ["adapters/smpp/vonage.ts", 'import { receiptCode } from "#adapters/vonage/receipt-codes.ts";'],
    ["adapters/node/clock.ts", "export const now = () => Date.now();"],
    [
      "apps/process/container/container.ts",
      'import "reflect-metadata";\nimport { container } from "tsyringe";',
    ],
    ["test/apps/api.test.ts", 'import { x } from "#apps/process/settings/settings.ts";'],
  ])("%s: %s", (path, source) => {
    expect(leaksIn([{ path, source }])).toEqual([]);
  });
});

describe("a planted breach of a route is found", () => {
  test.each<[string]>([
    ['import { PLACE_TTL_MS } from "#core/ports/numbers.ts";'],
    ['import { postgresStorage } from "#adapters/postgres/storage.ts";'],
    ['import { startEngine } from "#core/engine/engine.ts";'],
    ["const handle = (storage: Storage) => storage.numbers.drain(number);"],
    ["const routes = ({ storage }: ApiPorts) => [];"],
    ["const routes = (ports: ApiPorts) => ports.market.search(query);"],
  ])("%s", (source) => {
    expect(reachesBelowUseCases([{ path: "apps/api/routes/numbers.ts", source }])).toHaveLength(1);
    expect(reachesBelowUseCases([{ path: "apps/api/use-cases.ts", source }])).toEqual([]);
  });

  test("types of the core, and words in a text, are left in peace", () => {
    const source = 'import type { Page } from "#core/ports/conversations.ts";\nconst x = "storage.numbers";';
    expect(reachesBelowUseCases([{ path: "apps/api/routes/numbers.ts", source }])).toEqual([]);
  });
});

describe("a planted circle is found", () => {
  const file = (path: string, ...imported: readonly string[]): SourceFile => ({
    path,
    source: imported.map((name) => `import type { x } from "${name}";`).join("\n"),
  });

  test.each<[string, readonly SourceFile[], readonly (readonly string[])[]]>([
    [
      "of two files",
      [file("core/a.ts", "./b.ts"), file("core/b.ts", "#core/a.ts")],
      [["core/a.ts", "core/b.ts"]],
    ],
    ["of a file with itself", [file("core/a.ts", "./a.ts")], [["core/a.ts"]]],
    [
      "of three, beside files that only lead there",
      [
        file("adapters/x/a.ts", "./b.ts"),
        file("adapters/x/b.ts", "./c.ts", "pg"),
        file("adapters/x/c.ts", "./a.ts"),
        file("apps/d.ts", "#adapters/x/a.ts"),
      ],
      [["adapters/x/a.ts", "adapters/x/b.ts", "adapters/x/c.ts"]],
    ],
    [
      "and not where there is none",
      [file("core/a.ts", "./b.ts", "./c.ts"), file("core/b.ts", "./c.ts"), file("core/c.ts")],
      [],
    ],
  ])("%s", (_, files, circles) => {
    expect(importCircles(files)).toEqual(circles);
  });
});
