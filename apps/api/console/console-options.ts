/** What the console needs beside the API. */
export interface ConsoleOptions {
  /** They seal sessions, the newest first. */
  readonly encryptionKeys: readonly Uint8Array[];
  /** Browsers come by https, also where a proxy in front ends it. */
  readonly isHttps: boolean;
  /** Null outside the sandbox. */
  readonly sandbox: ConsoleSandbox | null;
}

/** What the console can do in the sandbox alone. */
export interface ConsoleSandbox {
  /** The simulated carrier's own address, such as `http://127.0.0.1:3001`. */
  readonly carrierUrl: () => string;
  /** Takes a one-time pass, and answers the API key that it stands for; null: it is used up, or never was one. */
  readonly redeem: (pass: string) => string | null;
}
