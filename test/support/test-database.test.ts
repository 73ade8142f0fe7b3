import { Client } from "pg";
import { expect, onTestFinished, test } from "vitest";
import { createTestDatabase } from "./test-database.ts";

const connect = async (url: string): Promise<Client> => {
  const client = new Client(url);
  await client.connect();
  onTestFinished(() => client.end());
  return client;
};

test("two test databases made at once know nothing of each other", async () => {
  const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  onTestFinished(async () => void (await Promise.all([one.drop(), other.drop()])));
  const [first, second] = await Promise.all([connect(one.url), connect(other.url)]);
  await first.query("CREATE TABLE only_here (id int)");
  const { rows } = await second.query("SELECT to_regclass('only_here') AS found");
  expect(rows).toEqual([{ found: null }]);
});

test("a dropped test database is gone even when somebody was connected", async () => {
  const database = await createTestDatabase();
  const client = new Client(database.url);
  client.on("error", () => {});
  await client.connect();
  await database.drop();
  await expect(new Client(database.url).connect()).rejects.toMatchObject({ code: "3D000" });
});
