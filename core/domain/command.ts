/** A word that a handset sends to us rather than to the other participant. */
export type Command = "stop" | "start" | "help" | "block";
