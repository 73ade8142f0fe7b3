import { execFileSync } from "node:child_process";

/** Certificates for tests are made by the machine's OpenSSL 3; where it is absent, what needs them is left out and says so. */
export const hasOpenssl = ((): boolean => {
  try {
    return / 3\./.test(execFileSync("openssl", ["version"], { encoding: "utf8" }));
  } catch {
    console.warn("OpenSSL 3 is not installed: the tests of TLS are left out");
    return false;
  }
})();

export const openssl = (args: readonly string[]): void => {
  execFileSync("openssl", args, { stdio: "ignore" });
};
