import fc from "fast-check";
import { expect, test } from "vitest";
import { describeError } from "#apps/process/describe-error.ts";
import { writtenMsisdnArbitrary } from "#test/support/arbitraries.ts";

test("no phone number in a message survives, however it is written", () => {
  fc.assert(
    fc.property(writtenMsisdnArbitrary, ({ msisdn, written }) => {
      const { message = "" } = describeError(new Error(`Cannot reach ${written}!`));
      expect(message.replaceAll(/[^0-9]/g, "")).not.toContain(msisdn.slice(-6));
    }),
  );
});

test("name, code, message and cause are kept", () => {
  const cause = Object.assign(new RangeError("Connection refused by 127.0.0.1:5432"), {
    code: "ECONNREFUSED",
  });
  const description = describeError(new TypeError("Cannot read", { cause }));
  expect(description).toMatchObject({
    name: "TypeError",
    message: "Cannot read",
    cause: { name: "RangeError", code: "ECONNREFUSED", message: "Connection refused by 127.0.0.1:5432" },
  });
  expect(description.at?.[0]).toContain("describe-error.test.ts");
});

test("the login and the query of an address are taken out", () => {
  const { message } = describeError(
    new Error("GET https://key:word@rest.example.com/sms?api_secret=hunter2 failed"),
  );
  expect(message).toBe("GET https://…@rest.example.com/sms?… failed");
});

test("what a parser quotes of its input is not repeated", () => {
  let caught: unknown;
  try {
    JSON.parse("meet me at nine");
  } catch (error) {
    caught = error;
  }
  expect(describeError(caught).name).toBe("SyntaxError");
  expect(JSON.stringify(describeError(caught))).not.toContain("meet");
});

test("a circle of causes ends, and things that are no errors are only named", () => {
  const error = new Error("round");
  error.cause = error;
  expect(JSON.stringify(describeError(error)).length).toBeLessThan(20_000);
  expect(describeError("meet me")).toEqual({ name: "Thrown string" });
  expect(describeError(null)).toEqual({ name: "Thrown null" });
});
