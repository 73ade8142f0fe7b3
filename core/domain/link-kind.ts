/** Which kind of carrier link a message went over. */
export type LinkKind = "smpp" | "http";
