import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("The SDK is loaded with the first call, not before, and without a warning", async () => {
  // A process of its own: Node warns only once of one thing, and modules stay loaded.
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    "--input-type=module",
    "--eval",
    `import { registerHooks } from "node:module";
     let isLoaded = false;
     registerHooks({
       resolve: (specifier, context, next) => {
         isLoaded ||= specifier === "@vonage/server-sdk";
         return next(specifier, context);
       },
     });
     const { vonageSdk } = await import("#adapters/vonage-http/sdk.ts");
     const sdk = vonageSdk({ apiKey: "abcd1234", apiSecret: "s3cr3t", restHost: "http://127.0.0.1:9" });
     const before = isLoaded;
     const answer = await sdk((vonage) => vonage.numbers.getOwnedNumbers());
     console.log(before, isLoaded, answer.kind);`,
  ]);
  expect(stderr).toBe("");
  expect(stdout.trim()).toBe("false true nothing");
});
