/** A frame of a stream; without data it only moves the place. */
export interface Frame {
  readonly event: string;
  /** The last id that was told, also by an earlier frame. */
  readonly id: string | null;
  readonly data: string | null;
}

/** A frame of more characters than this comes from something else. */
const LENGTH_MAX = 1_000_000;

/** Reads server-sent events (WHATWG HTML §9.2.6) piece by piece: `push` answers the frames that are whole now. */
export const frameReader = () => {
  const decoder = new TextDecoder();
  let rest = "";
  let id: string | null = null;
  let event = "";
  let data: string[] = [];

  const take = (line: string): Frame | null => {
    if (line === "") {
      const frame = { event: event || "message", id, data: data.length === 0 ? null : data.join("\n") };
      event = "";
      data = [];
      return frame;
    }
    const colon = line.indexOf(":");
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "data") data.push(value);
    if (name === "event") event = value;
    if (name === "id" && !value.includes("\0")) id = value;
    return null;
  };

  return {
    push: (chunk: Uint8Array): readonly Frame[] => {
      rest += decoder.decode(chunk, { stream: true });
      // A carriage return at the end may be the first half of a line's end.
      const end = rest.endsWith("\r") ? rest.length - 1 : rest.length;
      const lines = rest.slice(0, end).split(/\r\n|\n|\r/);
      rest = lines.pop()! + rest.slice(end);
      const frames = lines.flatMap((line) => take(line) ?? []);
      if (rest.length + data.reduce((sum, { length }) => sum + length, 0) > LENGTH_MAX)
        throw new Error("A frame of the stream is too long");
      return frames;
    },
  };
};
