import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { COMMANDS } from "#apps/ops/commands.ts";
import { helpOf, helpOfCommand } from "#apps/ops/help.ts";
import { parseWords } from "#apps/ops/parse.ts";
import { fieldsOf, tableOf } from "#apps/ops/table.ts";

const read = (line: string) => parseWords(COMMANDS, line === "" ? [] : line.split(" "));

describe("what an operator says", () => {
  test("is a command, what it takes, and options anywhere", () => {
    expect(read("--json link set smpp-1 window=20 rate=50 --url http://host:1")).toMatchObject({
      ok: true,
      value: {
        kind: "run",
        command: { words: "link set" },
        given: { args: ["smpp-1", "window=20", "rate=50"], options: {} },
        globals: { json: true, url: "http://host:1", key: undefined },
      },
    });
    expect(read("route explain +447700900001 +447700900002 --at 2026-01-31T08:00:00Z")).toMatchObject({
      value: { given: { args: ["+447700900001", "+447700900002"], options: { at: "2026-01-31T08:00:00Z" } } },
    });
  });

  test.each([
    ["nonsense", 'There is no command "nonsense"'],
    ["link", 'There is no command "link"'],
    ["link pause", '"link pause" needs NAME'],
    ["link pause a b", '"link pause" does not take "b"'],
    ["links --follow", '"links" takes no --follow'],
    ["links --nonsense", "Unknown option '--nonsense'"],
    ["events --limit", "Option '--limit <value>' argument missing"],
  ])("is refused in words: %s", (line, error) => {
    expect(read(line)).toEqual({ ok: false, error });
  });

  test("without a command, or with --help, asks for help", () => {
    expect(read("")).toMatchObject({ value: { kind: "help", command: null } });
    expect(read("--help")).toMatchObject({ value: { kind: "help", command: null } });
    expect(read("link pause --help")).toMatchObject({
      value: { kind: "help", command: { words: "link pause" } },
    });
  });

  test("is in the help, of all and of each", () => {
    const help = helpOf(COMMANDS).join("\n");
    expect(new Set(COMMANDS.map(({ words }) => words)).size).toBe(COMMANDS.length);
    for (const command of COMMANDS) {
      expect(help).toContain(`  ${command.words}`);
      const own = helpOfCommand(command).join("\n");
      for (const name of Object.keys(command.options ?? {})) expect(own).toContain(`--${name}`);
    }
  });
});

describe("a table", () => {
  test("stands in columns, and lets nothing through that steers a terminal", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: "binary" }), fc.string()), { minLength: 1 }),
        (rows) => {
          const lines = tableOf(rows, [
            ["one", ([one]) => one],
            ["two", ([, two]) => two],
          ]);
          expect(lines.length).toBe(rows.length + 1);
          for (const line of lines) expect(line).not.toMatch(/\p{Cc}/u);
        },
      ),
    );
    expect(
      tableOf(
        [{ a: "long word", b: 1 }],
        [
          ["a", ({ a }) => a],
          ["b", ({ b }) => b],
        ],
      ),
    ).toEqual(["A          B", "long word  1"]);
  });

  test("says when there is nothing, and shows what is absent as such", () => {
    expect(tableOf([], [["a", () => ""]])).toEqual(["None"]);
    expect(fieldsOf({ state: "up", reason: null })).toEqual(["state:   up", "reason:  -"]);
  });
});
