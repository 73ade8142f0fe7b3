/** `error` needs a person. `warn` is an anomaly that the system deals with, `info` a change of state, `debug` what happens all the time. */
export type JournalLevel = "error" | "warn" | "info" | "debug";

/** Each fact has a level. */
export type LevelsOf<Facts> = { readonly [Event in keyof Facts]: JournalLevel };
