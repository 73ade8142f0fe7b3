import fc from "fast-check";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bigintArray, binaryTextArray, uuidArray } from "#adapters/postgres/sql/binary-array.ts";
import { byteaArray } from "#adapters/postgres/sql/bytea-array.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/test-database.ts";

describe("PostgreSQL reads from a binary array", () => {
  let database: TestDatabase;
  let client: Client;
  beforeAll(async () => {
    database = await createTestDatabase();
    client = new Client(database.url);
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });
  const readBack = async (type: string, array: Buffer | string): Promise<readonly unknown[]> => {
    const { rows } = await client.query<{ value: unknown }>(`select unnest($1::${type}[])::text as value`, [
      array,
    ]);
    return rows.map(({ value }) => value);
  };

  test("the UUIDs that were written, with dashes or without", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.uuid(), fc.boolean())), async (uuids) => {
        const written = uuids.map(([uuid, dashes]) => (dashes ? uuid : uuid.replaceAll("-", "")));
        expect(await readBack("uuid", uuidArray(written))).toEqual(uuids.map(([uuid]) => uuid));
      }),
      { numRuns: 50 },
    );
  });

  test("the integers that were written, negative ones and nulls among them", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(fc.maxSafeInteger())), async (values) => {
        expect(await readBack("bigint", bigintArray(values))).toEqual(
          values.map((value) => (value === null ? null : String(value))),
        );
      }),
      { numRuns: 50 },
    );
  });

  test("the octets that were written, none among them", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 })), async (values) => {
        expect(await readBack("bytea", byteaArray(values))).toEqual(
          values.map((value) => `\\x${Buffer.from(value).toString("hex")}`),
        );
      }),
      { numRuns: 50 },
    );
  });

  test("the texts that were written, without what no text can own, and nulls among them", async () => {
    const text = fc.string({ unit: "binary", maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(text)), async (texts) => {
        expect(await readBack("text", binaryTextArray(texts))).toEqual(
          texts.map((each) => each?.replaceAll("\0", "") ?? null),
        );
      }),
      { numRuns: 50, examples: [[["\0", "a\0b", null, ""]]] },
    );
  });

  test("nothing where there is no UUID, and says so", async () => {
    const digits = crypto.randomUUID().replaceAll("-", "");
    const dashes = crypto.randomUUID();
    const wrongs = [
      [""],
      ["abc"],
      [`${digits}00`],
      [`${dashes}, `],
      ["0198-gggg"],
      [`${digits.slice(1)}é`],
      [`${dashes.slice(1)}é`],
      // Of the right length together.
      [digits.slice(1), `${digits}0`],
    ];
    for (const wrong of wrongs) {
      await expect(readBack("uuid", uuidArray([crypto.randomUUID(), ...wrong]))).rejects.toMatchObject({
        code: /22P02/,
      });
    }
  });
});
