import { once } from "node:events";
import { connect, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { describeStartError } from "#apps/process/start-error.ts";

const errorOf = async (work: () => Promise<unknown>): Promise<unknown> => {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error("It went well");
};

const listen = (port: number, host: string) => {
  const server = createServer().listen(port, host);
  onTestFinished(() => void server.close());
  return once(server, "listening").then(() => server.address() as { readonly port: number });
};

test("a taken port is named with its address", async () => {
  const { port } = await listen(0, "127.0.0.1");
  const error = await errorOf(() => listen(port, "127.0.0.1"));
  expect(describeStartError("api", error)).toBe(`Cannot listen on 127.0.0.1:${port}: the port is taken`);
});

test("a taken port is named with its setting, where it has one", async () => {
  const { port } = await listen(0, "127.0.0.1");
  const error = await errorOf(() => listen(port, "127.0.0.1"));
  const ports = { PORT: port + 1, SIMULATOR_PORT: port };
  expect(describeStartError("api", error, ports)).toMatch(
    /: the port is taken; set SIMULATOR_PORT to another, such as SIMULATOR_PORT=\d+$/,
  );
});

test("an address that is not of this machine is named", async () => {
  const error = await errorOf(() => listen(3000, "192.0.2.1"));
  expect(describeStartError("api", error)).toBe(
    "Cannot listen on 192.0.2.1:3000: this machine has no such address",
  );
});

test("a peer that is not there is named with the component that wanted it", async () => {
  const { port } = await new Promise<{ readonly port: number }>((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address() as { readonly port: number };
      server.close(() => resolve(address));
    });
  });
  const error = await errorOf(() => once(connect(port, "127.0.0.1"), "connect"));
  expect(describeStartError("database", error)).toBe(
    `Cannot start database: cannot reach 127.0.0.1:${port}, nothing listens there`,
  );
});

test("anything else is its message, without what could betray anybody", () => {
  expect(describeStartError("gateway", new Error("No answer from +44 7700 900123"))).toBe(
    "Cannot start gateway: No answer from [number]",
  );
  expect(describeStartError("gateway", "a string")).toBe("Cannot start gateway");
});
