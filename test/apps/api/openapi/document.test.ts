import { readFileSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NDJSON } from "#apps/api/body-lines.ts";
import { openApiDocument } from "#apps/api/openapi/document.ts";
import { problemsPage } from "#apps/api/openapi/problems-page.ts";
import { CALLS } from "#test/apps/api/calls.ts";
import { type RunningApi, startApi } from "#test/apps/api/running-api.ts";
import { type Json, objectAt, operationsOf } from "./json-walk.ts";
import { LINT_RULES } from "./lint-rules.ts";
import { removals } from "./removals.ts";

const written = openApiDocument(CALLS);
const document = JSON.parse(JSON.stringify(written)) as Json;
const RELEASED = new URL("../../../../docs/openapi/v1.json", import.meta.url);

describe("the description of the API", () => {
  test("is OpenAPI 3.1", async () => {
    const { valid, errors } = await new Validator().validate(JSON.parse(JSON.stringify(written)));
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
  });

  test.each(Object.entries(LINT_RULES))("is for people too: %s", (_, rule) => {
    expect(rule(document)).toEqual([]);
  });

  test("describes every call that there is", () => {
    expect(operationsOf(document)).toHaveLength(CALLS.length);
  });

  test("takes nothing away that the last release gave", () => {
    expect(removals(JSON.parse(readFileSync(RELEASED, "utf8")), document)).toEqual([]);
  });

  test.each(CALLS.map((call) => [call.operationId, call] as const))(
    "has examples of %s that hold",
    (_, call) => {
      if (call.example !== undefined) expect(call.body.safeParse(call.example).error).toBeUndefined();
      for (const schema of Object.values(call.answers))
        if (schema) expect(schema.safeParse(schema.meta()?.examples?.[0]).error).toBeUndefined();
    },
  );

  test("has all its problems in the documentation", () => {
    const page = new URL("../../../../docs/problems.md", import.meta.url);
    expect(readFileSync(page, "utf8")).toBe(problemsPage());
  });

  test("has numbers in E.164, and limits that are whole numbers", () => {
    const text = JSON.stringify(document);
    expect(text).toContain('"pattern":"^\\\\+[1-9][0-9]{6,14}$"');
    const limits = operationsOf(document)
      .flatMap(({ operation }) => (Array.isArray(operation.parameters) ? operation.parameters : []))
      .map((parameter) => objectAt(parameter))
      .filter(({ name }) => name === "limit");
    expect(limits.length).toBeGreaterThan(2);
    for (const { schema } of limits) expect(schema).toMatchObject({ type: "integer", minimum: 1 });
  });
});

describe("what a release may not take away", () => {
  const conversation = "/v1/conversations/{id}";
  const change = (edit: (copy: ReturnType<typeof JSON.parse>) => void) => {
    const copy = JSON.parse(JSON.stringify(document));
    edit(copy);
    return removals(document, copy);
  };

  test("is nothing where nothing has changed", () => {
    expect(change(() => {})).toEqual([]);
  });

  test.each<[string, (copy: ReturnType<typeof JSON.parse>) => void, RegExp]>([
    ["a call", (copy) => delete copy.paths[conversation].patch, /^PATCH .* is gone$/],
    [
      "a field of an answer",
      (copy) => delete copy.components.schemas.Conversation.properties.reference,
      /reference is gone/,
    ],
    [
      "a field of a body",
      (copy) =>
        delete copy.paths["/v1/routes/explain"].post.requestBody.content["application/json"].schema.properties
          .at,
      /\.at is gone/,
    ],
    [
      "a value",
      (copy) => copy.components.schemas.Message.properties.state.enum.shift(),
      /is partial no more/,
    ],
    ["a filter", (copy) => copy.paths["/v1/conversations"].get.parameters.pop(), /is gone/],
    [
      "freedom, by a new necessary field",
      (copy) =>
        copy.paths["/v1/numbers"].post.requestBody.content["application/json"].schema.required.push(
          "country",
        ),
      /country has become necessary/,
    ],
    [
      "a field that was always there",
      (copy) => copy.components.schemas.Number.required.shift(),
      /may be missing/,
    ],
  ])("%s", (_, edit, complaint) => {
    expect(change(edit).join("\n")).toMatch(complaint);
  });

  test("gives way to what is new", () => {
    const more = change((copy) => {
      copy.paths["/v1/new"] = { get: {} };
      copy.components.schemas.Conversation.properties.colour = { type: "string" };
      copy.components.schemas.Message.properties.state.enum.push("read");
    });
    expect(more).toEqual([]);
  });
});

describe("the served description", () => {
  let api: RunningApi;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.stop());

  test("needs no key, and is not sent again to who has it", async () => {
    const first = await fetch(`${api.url}/openapi.json`);
    expect(await first.json()).toEqual(document);
    const etag = first.headers.get("etag")!;
    const again = await fetch(`${api.url}/openapi.json`, { headers: { "if-none-match": etag } });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe("");
  });

  const pathOf = (path: string) =>
    path
      .replace("conversations/:id", "conversations/cnv_01h455vb4pex5vsknk084sn02q")
      .replace(":participantId", "par_01h455vb4pex5vsknk084sn02r")
      .replace("messages/:id", "messages/msg_01h455vb4pex5vsknk084sn02t")
      .replace(":number", "+447700900001");

  test.each(CALLS.map((call) => [call.operationId, call] as const))(
    "%s refuses an unknown field",
    async (_, call) => {
      const path = pathOf(call.path);
      const hasBody = !["GET", "DELETE"].includes(call.method);
      const example = (call.example ?? {}) as object;
      const inQuery = await api.ask(call.method, `${path}?colour=red`, hasBody ? { body: example } : {});
      expect(inQuery.status).toBe(422);
      expect(inQuery.body.errors).toContainEqual({ path: "colour", message: "is not a known field" });
      if (!hasBody) return;
      const inBody = await api.ask(
        call.method,
        path,
        call.takesLines
          ? { raw: '{"colour":"red"}', headers: { "Idempotency-Key": "1", "content-type": NDJSON } }
          : { body: { ...example, colour: "red" } },
      );
      // A line that is refused leaves the others.
      if (call.operationId === "importOptOuts") {
        expect(inBody.body.refused).toEqual([
          { line: 1, detail: expect.stringContaining("colour is not a known field") },
        ]);
        return;
      }
      expect(inBody.status).toBe(422);
      expect(inBody.body.errors).toEqual([{ path: "colour", message: "is not a known field" }]);
    },
  );
});
